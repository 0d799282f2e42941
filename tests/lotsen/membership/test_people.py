"""Administrators act in their own houses, never for themselves, and somebody always can."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from lotsen.access import permits
from lotsen.accounts import tokens
from lotsen.accounts.models import Membership, Organisation, TokenScope, User
from lotsen.accounts.roles import Right, Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, NotPermitted, Refusal
from lotsen.membership import actions, houses, inviting, people, reading
from lotsen.membership.actions import HouseFacts, PersonFacts
from tests.builders import NOON, make_user
from tests.conftest import Cast, make_cast

FACTS = PersonFacts(name="Petra Weiß", email="Petra@Example.org")


@dataclass
class Office:
    """Gero manages the people of Anna's clinic, Hugo those of the family office."""

    cast: Cast
    gero: User
    hugo: User


@pytest.fixture
def office(cast: Cast) -> Office:
    return make_office(cast)


def make_office(cast: Cast) -> Office:
    return Office(
        cast,
        gero=make_user("gero", cast.clinic, Role.ADMINISTRATOR),
        hugo=make_user("hugo", cast.office, Role.ADMINISTRATOR),
    )


def post_of(user: User, role: Role | None = None) -> Membership:
    found = Membership.objects.filter(user=user, until=None)
    return found.filter(role=role).get() if role else found.get()


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def invite(office: Office, *roles: Role, facts: PersonFacts = FACTS, username: str = "") -> User:
    return people.invite(
        facts,
        username=username,
        organisation=office.cast.clinic,
        roles=roles or [Role.NAVIGATOR],
        actor=again(office.gero),
        at=NOON,
    )[0]


def test_an_invited_person_has_a_role_and_no_way_in_but_the_link(office: Office) -> None:
    petra = invite(office)
    assert (petra.username, petra.email) == ("petra.weiss", "petra@example.org")
    assert permits.allows(again(petra), Right.VIEW_CASES, office.cast.clinic.pk)
    assert not petra.has_usable_password()
    for guess in ("", "!", petra.password):
        answer = Client().post("/anmelden/", {"login": petra.username, "password": guess})
        assert answer.status_code == 200


def test_a_proposed_user_name_differs_from_those_there_are(office: Office) -> None:
    names = [
        invite(office, facts=PersonFacts("Petra Weiß", f"p{n}@example.org")).username
        for n in range(3)
    ]
    assert names == ["petra.weiss", "petra.weiss-2", "petra.weiss-3"]


@pytest.mark.parametrize(
    ("facts", "username", "code"),
    [
        (PersonFacts("P", "ANNA@example.ORG"), "petra", "email_taken"),
        (FACTS, "ANNA", "username_taken"),
        (FACTS, "petra@weiss", "username_malformed"),
    ],
)
def test_what_somebody_has_already_is_refused_whatever_its_case(
    office: Office, facts: PersonFacts, username: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        invite(office, facts=facts, username=username)
    assert refusal.value.code == code


def verbs(office: Office, user: User, house: Organisation) -> dict[str, Callable[[User], object]]:
    """Every verb on a person, to be called with who does it."""
    facts = PersonFacts("Other", "other@example.org")
    role = [Role.COORDINATOR]
    return {
        "invite": lambda actor: people.invite(
            facts, username="", organisation=house, roles=role, actor=actor, at=NOON
        ),
        "include": lambda actor: people.include(
            email=user.email, organisation=house, roles=role, actor=actor, at=NOON
        ),
        "give_role": lambda actor: people.give_role(
            user, organisation=house, role=role[0], actor=actor, at=NOON
        ),
        "end_role": lambda actor: people.end_role(
            Membership.objects.filter(user=user, organisation=house)[0], actor=actor, at=NOON
        ),
        "describe": lambda actor: people.describe(user, facts, actor=actor),
        "end_sessions": lambda actor: people.end_sessions(user, actor=actor, at=NOON),
        "close": lambda actor: people.close(user, actor=actor, at=NOON),
        "give_access": lambda actor: people.give_access(user, actor=actor, at=NOON),
    }


VERBS = ("invite", "include", "give_role", "end_role", "describe", "end_sessions", "close",
         "give_access")  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_asks_for_the_right_in_this_house(office: Office, verb: str) -> None:
    anna, clinic = office.cast.anna, office.cast.clinic
    do = verbs(office, anna, clinic)[verb]
    for actor in (office.hugo, office.cast.bilal, office.cast.dora, office.cast.anna):
        with pytest.raises(NotPermitted):
            do(again(actor))
    do(again(office.gero))


@pytest.mark.parametrize("verb", VERBS[1:])
def test_nobody_does_it_for_themselves(office: Office, verb: str) -> None:
    with pytest.raises(NotPermitted) as refusal:
        verbs(office, office.gero, office.cast.clinic)[verb](again(office.gero))
    assert refusal.value.code == "own_account"


@pytest.mark.parametrize("verb", ["describe", "end_sessions", "close", "give_access"])
def test_an_account_used_elsewhere_too_belongs_to_no_single_house(
    office: Office, verb: str
) -> None:
    anna, clinic = office.cast.anna, office.cast.clinic
    actions.join(anna, organisation=office.cast.office, role=Role.NAVIGATOR, at=NOON)
    do = verbs(office, anna, clinic)[verb]
    for actor in (office.gero, office.hugo):
        with pytest.raises(NotPermitted) as refusal:
            do(again(actor))
        assert refusal.value.code == "works_elsewhere"

    actions.join(office.gero, organisation=office.cast.office, role=Role.ADMINISTRATOR, at=NOON)
    do(again(office.gero))


def test_only_roles_of_ones_own_houses_are_read(office: Office) -> None:
    actions.join(office.cast.anna, organisation=office.cast.office, role=Role.PROVIDER, at=NOON)
    [anna] = reading.listed(again(office.gero)).filter(username="anna")
    assert {post.organisation_id for post in anna.posts_here} == {office.cast.clinic.pk}
    seen = {user.username for user in reading.people_of(again(office.gero))}
    assert seen == {"anna", "gero"}


def test_nobody_gives_rights_and_reviews_them(office: Office) -> None:
    frieda = make_user("frieda", office.cast.clinic, Role.PRIVACY_OFFICER)
    for user, role in ((frieda, Role.ADMINISTRATOR), (office.hugo, Role.PRIVACY_OFFICER)):
        with pytest.raises(InvalidInput) as refusal:
            actions.join(user, organisation=office.cast.other_clinic, role=role, at=NOON)
        assert refusal.value.code == "roles_apart"
    with pytest.raises(InvalidInput):
        invite(office, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
    assert not User.objects.filter(email="petra@example.org").exists()

    people.end_role(post_of(frieda), actor=again(office.gero), at=NOON)
    actions.join(frieda, organisation=office.cast.clinic, role=Role.ADMINISTRATOR, at=NOON)


@pytest.mark.parametrize("way", ["end_role", "close"])
def test_the_last_administrator_stays(office: Office, way: str) -> None:
    """Only reachable in a race: whoever acts manages the house, too. So it is played by hand."""
    rita = make_user("rita", office.cast.clinic, Role.ADMINISTRATOR)
    gero = again(office.gero)
    assert permits.allows(gero, Right.MANAGE_PEOPLE, office.cast.clinic.pk)  # read and kept
    actions.leave(post_of(office.gero), at=NOON)

    with pytest.raises(Refusal) as refusal:
        verbs(office, rita, office.cast.clinic)[way](gero)
    assert refusal.value.code == "last_administrator"
    assert post_of(rita).until is None
    assert again(rita).is_active


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ways", [("end_role", "end_role"), ("close", "close"),
                                  ("end_role", "close")])  # fmt: skip
def test_two_who_remove_each_other_leave_one(ways: tuple[str, str]) -> None:
    office = make_office(make_cast())
    for attempt in range(5):
        pair = [
            make_user(f"{name}{attempt}", office.cast.clinic, Role.ADMINISTRATOR)
            for name in ("rita", "sven")
        ]
        for other in Membership.objects.filter(role=Role.ADMINISTRATOR, until=None).exclude(
            user__in=pair
        ):
            actions.leave(other, at=NOON)
        together = Barrier(2)

        def remove(way: str, actor: User, other: User, together: Barrier = together) -> str:
            try:
                do = verbs(office, other, office.cast.clinic)[way]
                permits.require(actor, Right.MANAGE_PEOPLE, office.cast.clinic.pk)
                together.wait()
                do(actor)
            except Refusal as refusal:
                return refusal.code
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(2) as threads:
            done = list(threads.map(remove, ways, pair, reversed(pair)))

        left = Membership.objects.filter(
            user__in=pair, role=Role.ADMINISTRATOR, until=None, user__is_active=True
        )
        assert left.count() == 1, done
        assert sorted(done) == ["done", "last_administrator"]


def test_setting_access_anew_ends_everything_old(office: Office) -> None:
    anna, client = office.cast.anna, Client()
    client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    text = tokens.issue(anna, scope=TokenScope.READ, days=9, at=now())

    token = people.give_access(anna, actor=again(office.gero), at=now())

    assert client.get("/konto/").status_code == 302
    assert not Authenticator.objects.filter(user=anna).exists()
    assert tokens.living(text, at=now()) is None
    assert not again(anna).has_usable_password()
    assert inviting.accept(token, password="four words in a row", at=now()) == anna
    event = AccessEvent.objects.get(object_type=people.ACCOUNT)
    assert (event.deed, event.reason, event.shown) == (Deed.SHARE, "access_anew", [str(anna.pk)])


def test_gains_of_power_are_written_down_and_told_without_a_name(
    office: Office,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SMTP_HOST = "mail.example"
    frieda = make_user("frieda", office.cast.clinic, Role.PRIVACY_OFFICER)
    with django_capture_on_commit_callbacks(execute=True):
        people.give_role(
            office.cast.anna,
            organisation=office.cast.clinic,
            role=Role.ADMINISTRATOR,
            actor=again(office.gero),
            at=NOON,
        )
        people.give_access(office.cast.anna, actor=again(office.gero), at=NOON)

    assert [letter.to for letter in mail.outbox] == [[frieda.email]] * 2
    for letter in mail.outbox:
        text = f"{letter.subject} {letter.body}".casefold()
        assert not any(word in text for word in ("anna", "gero", "marienklinik"))
    reasons = set(AccessEvent.objects.filter(actor=office.gero).values_list("reason", flat=True))
    assert reasons == {Role.ADMINISTRATOR, "access_anew"}


def test_a_new_house_is_managed_by_whoever_adds_it_and_shows_nothing_of_others(
    office: Office,
) -> None:
    facts = HouseFacts("Marienklinik", "", "clinic", "catholic")
    city = office.cast.clinic.municipality
    with pytest.raises(NotPermitted):
        houses.add(facts, city=city, actor=again(office.cast.anna), at=NOON)
    house = houses.add(facts, city=city, actor=again(office.gero), at=NOON)

    assert (house.slug, house.short_name) == ("marienklinik-2", "Marienklinik")
    assert permits.allows(again(office.gero), Right.MANAGE_PEOPLE, house.pk)
    assert not permits.allows(again(office.gero), Right.VIEW_CASES, house.pk)


def test_a_closed_house_gives_nobody_a_right_at_the_next_request(office: Office) -> None:
    client = Client()
    client.force_login(office.cast.anna, backend="django.contrib.auth.backends.ModelBackend")
    with pytest.raises(Refusal) as refusal:
        houses.close(office.cast.clinic, actor=again(office.gero), at=NOON)
    assert refusal.value.code == "last_house"
    assert client.get(f"/fall/{office.cast.case.pk}/").status_code == 200

    actions.join(office.gero, organisation=office.cast.office, role=Role.ADMINISTRATOR, at=NOON)
    houses.close(office.cast.clinic, actor=again(office.gero), at=NOON)

    assert client.get(f"/fall/{office.cast.case.pk}/").status_code == 404
    assert not permits.allows(again(office.gero), Right.MANAGE_PEOPLE, office.cast.clinic.pk)
