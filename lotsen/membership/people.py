"""What administrators do for the people of their houses. They never read cases.

Three rules stand before every verb: the right to manage people in the house it is about; nobody
does it for themselves; and what is about the whole account (address, password, closing) belongs
to whoever looks after all houses the person works in. Each gain of power leaves an event.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lotsen.access import permits
from lotsen.access.rights import people_with
from lotsen.accounts import sessions
from lotsen.accounts.models import Membership, Organisation, User
from lotsen.accounts.roles import Right, Role
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, NotPermitted, Refusal
from lotsen.mailing import tell
from lotsen.membership import actions, inviting, rules
from lotsen.membership.actions import PersonFacts
from lotsen.membership.models import InvitationPurpose
from lotsen.membership.reading import people_of

ACCOUNT = "account"  # AccessEvent.object_type
_GIVEN = {InvitationPurpose.JOIN: "invited_anew", InvitationPurpose.RECOVER: "access_anew"}


@transaction.atomic
def invite(
    facts: PersonFacts,
    *,
    username: str,
    organisation: Organisation,
    roles: Sequence[Role],
    actor: User,
    at: datetime,
) -> tuple[User, str]:
    """A new account with these roles, and the token of the link that opens it: shown this once.

    Raises:
        NotPermitted: `actor` does not manage the people of this house.
        InvalidInput: name or address is taken, or these roles do not go together.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, organisation.pk)
    user = actions.create_account(facts, username=username, password=None)
    _give(user, organisation, roles, actor=actor, at=at)
    token = inviting.invite(user, purpose=InvitationPurpose.JOIN, actor=actor, at=at)
    return user, token


@transaction.atomic
def include(
    *, email: str, organisation: Organisation, roles: Sequence[Role], actor: User, at: datetime
) -> User:
    """Somebody with an account, known by the exact address, works in this house, too.

    Raises:
        NotPermitted: `actor` does not manage the people of this house, or means themselves.
        InvalidInput: nobody has this address, the account is closed, or roles do not go together.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, organisation.pk)
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise InvalidInput("email_unknown", field="email")
    _require_other(actor, user)
    _give(user, organisation, roles, actor=actor, at=at)
    return user


@transaction.atomic
def give_role(
    user: User, *, organisation: Organisation, role: Role, actor: User, at: datetime
) -> None:
    """One more role for somebody of one's houses.

    Raises:
        NotPermitted: not in this house, not this person, or `actor` means themselves.
        Refusal: the account is closed.
        InvalidInput: the role does not go together with another one.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, organisation.pk)
    _require_other(actor, user)
    _require_known(actor, user)
    if not user.is_active:
        raise Refusal("account_closed")
    _give(user, organisation, [role], actor=actor, at=at)


@transaction.atomic
def end_role(membership: Membership, *, actor: User, at: datetime) -> None:
    """The role ends at once. Ending it again changes nothing.

    Raises:
        NotPermitted: not in this house, or `actor` means themselves.
        Refusal: nobody would be left to manage the people of the house.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, membership.organisation_id)
    _require_other(actor, membership.user)
    if membership.role == Role.ADMINISTRATOR:
        _require_another_administrator([membership.organisation_id], besides=membership.user)
    actions.leave(membership, at=at)


@transaction.atomic
def describe(user: User, facts: PersonFacts, *, actor: User) -> None:
    """Another name, address, profession or language for somebody's account.

    Raises:
        NotPermitted: the account is not `actor`'s to change.
        InvalidInput: the address is taken.
    """
    require_whole(actor, user)
    actions.describe(actions.locked(user), facts)


@transaction.atomic
def end_sessions(user: User, *, actor: User, at: datetime) -> None:
    """`user` is signed out everywhere, and may sign in again.

    Raises:
        NotPermitted: the account is not `actor`'s to change.
    """
    require_whole(actor, user)
    sessions.end_all(user)
    _record(user, actor=actor, reason="sessions_ended", at=at)


@transaction.atomic
def close(user: User, *, actor: User, at: datetime) -> None:
    """The account gets no further answer. Its roles stay, so that what it saw is still told.

    Raises:
        NotPermitted: the account is not `actor`'s to change.
        Refusal: nobody would be left to manage the people of a house.
    """
    require_whole(actor, user)
    actions.locked(user)
    administered = Membership.objects.filter(user=user, role=Role.ADMINISTRATOR, until=None)
    houses = administered.values_list("organisation_id", flat=True)
    _require_another_administrator(list(houses), besides=user)
    actions.close_account(user, at=at)
    _record(user, actor=actor, reason="account_closed", at=at)


@transaction.atomic
def give_access(user: User, *, actor: User, at: datetime) -> str:
    """A new link for `user`, whatever became of the old one; the token is returned this once.

    Who has not chosen a password yet is invited anew. For everybody else nothing old works any
    more: password, second factor, sessions and tokens end, and a closed account is open again.

    Raises:
        NotPermitted: the account is not `actor`'s to change.
    """
    require_whole(actor, user)
    current = actions.locked(user)
    if current.is_active and current.last_login is None and not current.has_usable_password():
        purpose = InvitationPurpose.JOIN
    else:
        purpose = InvitationPurpose.RECOVER
        actions.close_account(current, at=at)
        current.is_active = True
        current.save(update_fields=["is_active"])
        _tell_officers(houses_of_person(current), subject=_RECOVERED, text=_RECOVERED_TEXT)
    token = inviting.invite(current, purpose=purpose, actor=actor, at=at)
    _record(current, actor=actor, reason=_GIVEN[purpose], at=at)
    return token


def require_whole(actor: User, user: User) -> None:
    """Whether the account as a whole is `actor`'s to change.

    Raises:
        NotPermitted: it is their own; they do not know the person; or the person also works in
            a house whose people somebody else manages.
    """
    managed = set(permits.require_somewhere(actor, Right.MANAGE_PEOPLE))
    _require_other(actor, user)
    _require_known(actor, user)
    if houses_of_person(user) - managed:
        raise NotPermitted("works_elsewhere", right=Right.MANAGE_PEOPLE.value)


def houses_of_person(user: User) -> set[UUID]:
    """Where `user` works now; a closed house gives nobody anything to look after."""
    running = Membership.objects.filter(user=user, until=None, organisation__is_active=True)
    return set(running.values_list("organisation_id", flat=True))


def _give(
    user: User, organisation: Organisation, roles: Iterable[Role], *, actor: User, at: datetime
) -> None:
    for role in roles:
        actions.join(user, organisation=organisation, role=role, at=at)
        _record(user, actor=actor, organisation=organisation.pk, reason=role, at=at)
        if role in rules.APART:
            _tell_officers([organisation.pk], subject=_POWER, text=_POWER_TEXT)


def _require_other(actor: User, user: User) -> None:
    if actor.pk == user.pk:
        raise NotPermitted("own_account", right=Right.MANAGE_PEOPLE.value)


def _require_known(actor: User, user: User) -> None:
    if not people_of(actor).filter(pk=user.pk).exists():
        raise NotPermitted(right=Right.MANAGE_PEOPLE.value)


def _require_another_administrator(houses: Iterable[UUID], *, besides: User) -> None:
    """Under a lock of the houses: of two who end each other's role, the second is refused."""
    held = Organisation.objects.select_for_update(no_key=True).filter(pk__in=houses)
    for house in held.order_by("pk"):
        left = Membership.objects.filter(
            organisation=house, role=Role.ADMINISTRATOR, until=None, user__is_active=True
        )
        if not left.exclude(user=besides).exists():
            raise Refusal("last_administrator")


def _record(
    user: User, *, actor: User, reason: str, at: datetime, organisation: UUID | None = None
) -> None:
    record(
        Deed.SHARE,
        actor=actor,
        object_type=ACCOUNT,
        shown=[str(user.pk)],
        organisation=organisation,
        reason=reason,
        at=at,
    )


def _tell_officers(houses: Iterable[UUID], *, subject: Promise, text: Promise) -> None:
    officers = {user for house in houses for user in people_with(Right.VIEW_AUDIT, house)}
    tell(officers, subject=subject, text=text)


_POWER = _("lotsen: a role with special rights was given")
_POWER_TEXT = _(
    "In a house you serve, somebody may now manage people or review accesses.\n"
    "Please sign in and have a look."
)
_RECOVERED = _("lotsen: the access of an account was set anew")
_RECOVERED_TEXT = _(
    "In a house you serve, the administration has set the access of an account anew.\n"
    "Please sign in and have a look, and ask the person whether that was their wish."
)
