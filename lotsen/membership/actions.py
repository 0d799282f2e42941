"""Who works where: accounts and houses come, people join and leave, accounts are closed.

Nobody is asked here whether they may: the operator's commands call these, and so do the verbs
of administrators (lotsen.membership.people, lotsen.membership.houses) once they have asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from lotsen.access import grants
from lotsen.accounts import closing
from lotsen.accounts.models import Membership, Organisation, Profession, User
from lotsen.accounts.roles import Role
from lotsen.errors import InvalidInput
from lotsen.importing import one_line, slug
from lotsen.membership import inviting, rules
from lotsen.places.models import District, Municipality

_TAKEN = {"username": "username_taken", "email": "email_taken"}


@dataclass(frozen=True)
class PersonFacts:
    """What an account says of the person who has it."""

    name: str
    email: str
    profession: str = Profession.OTHER
    language: str = "de"


@dataclass(frozen=True)
class HouseFacts:
    """What a house says of itself."""

    name: str
    short_name: str
    kind: str
    legal_regime: str
    answer_days: int = 2
    districts: Iterable[District] = ()  # those it serves


@transaction.atomic
def join(user: User, *, organisation: Organisation, role: Role, at: datetime) -> Membership:
    """`user` works in `organisation` as `role` from now on. A second call changes nothing.

    Raises:
        InvalidInput: administrator and data protection officer would be the same person.
    """
    if role in rules.APART:
        locked(user)  # two such roles given at the same moment wait for each other here
        held = Membership.objects.filter(user=user, until=None).values_list("role", flat=True)
        rules.require_apart({role, *held})
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, until=None, defaults={"since": at}
    )
    grants.enter(user, organisation, role)
    return membership


@transaction.atomic
def leave(membership: Membership, *, at: datetime) -> None:
    """It ends now: the person's next request no longer has the rights of this role.

    A membership that has ended stays as it is; whoever joined again keeps the new one.
    """
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.until is not None:
        return
    current.until = membership.until = at
    current.save(update_fields=["until"])
    grants.leave(membership.user, membership.organisation, Role(membership.role))


def create_account(facts: PersonFacts, *, username: str, password: str | None) -> User:
    """A new account without any role. Without a password only an invitation opens it.

    Args:
        username: "" proposes one made of the name; kept in small letters, as the address is.

    Raises:
        InvalidInput: user name or e-mail address is taken, whatever its case, or does not fit.
        ValidationError: another field does not fit; forms have checked before.
    """
    username = username.strip().lower() or _proposed(facts.name)
    rules.require_username(username)
    email = facts.email.strip().lower()
    _require_free("username", username)
    _require_free("email", email)
    user = User(
        username=username,
        email=email,
        display_name=one_line(facts.name),
        profession=facts.profession,
        language=facts.language,
    )
    user.set_password(password)  # None: unusable
    user.full_clean()
    _save(user)
    return user


def describe(user: User, facts: PersonFacts) -> None:
    """
    Raises:
        InvalidInput: the e-mail address belongs to another account.
    """
    user.email = facts.email.strip().lower()
    _require_free("email", user.email, besides=user)
    user.display_name = one_line(facts.name)
    user.profession = facts.profession
    user.language = facts.language
    user.full_clean(exclude=["password"])
    _save(user)


@transaction.atomic
def close_account(user: User, *, at: datetime) -> None:
    """Nothing of this account is answered any more: sessions, tokens, password, open links."""
    locked(user)
    closing.close(user, at=at)
    inviting.revoke_all(user, at=at)


@transaction.atomic
def create_house(
    facts: HouseFacts, *, city: Municipality, slug_wished: str | None = None
) -> Organisation:
    """A new house in `city`, under a short name for addresses made of its name.

    Args:
        slug_wished: taken as it is; None: made of the name, with a number where it must differ.

    Raises:
        InvalidInput: the term for answers is beyond what is possible.
        ValidationError: a field does not fit, or the slug that was wished for is taken.
    """
    rules.require_answer_days(facts.answer_days)
    Municipality.objects.select_for_update(no_key=True).get(pk=city.pk)
    taken = set(Organisation.objects.values_list("slug", flat=True))
    house = Organisation(
        municipality=city,
        slug=rules.free_name(slug(facts.name) or "stelle", taken, longest=50)
        if slug_wished is None
        else slug_wished,
    )
    _write(house, facts)
    return house


@transaction.atomic
def describe_house(house: Organisation, facts: HouseFacts) -> None:
    """
    Raises:
        InvalidInput: the term for answers is beyond what is possible.
        ValidationError: a field does not fit; forms have checked before.
    """
    rules.require_answer_days(facts.answer_days)
    _write(house, facts)


def locked(user: User) -> User:
    """The row of `user`, held until the transaction ends: whoever changes an account comes here
    first, and houses are held after people, so nobody waits for each other forever."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _write(house: Organisation, facts: HouseFacts) -> None:
    house.name = one_line(facts.name)
    house.short_name = one_line(facts.short_name or facts.name)[:40]
    house.kind, house.legal_regime = facts.kind, facts.legal_regime
    house.answer_within_days = facts.answer_days
    house.full_clean()
    house.save()
    house.districts_served.set(facts.districts)


def _proposed(name: str) -> str:
    """ "Anna Kröger" → "anna.kroeger", with a number where somebody has that already."""
    wished = slug(one_line(name)).replace("-", ".")[:50] or "person"
    alike = User.objects.filter(username__istartswith=wished).values_list("username", flat=True)
    return rules.free_name(wished, {other.lower() for other in alike}, longest=60)


def _require_free(field: str, value: str, *, besides: User | None = None) -> None:
    others = User.objects.filter(**{f"{field}__iexact": value})
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise InvalidInput(_TAKEN[field], field=field)


def _save(user: User) -> None:
    """Two administrators may enter the same person at the same moment."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise InvalidInput("email_taken", field="email") from None
