"""PostgreSQL shows each row of a family to those alone who may know of it, by rules of its own."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils.timezone import now

from lotsen.access.models import Deputyship
from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.fence import standing
from referrals.models import Case, CaseShare, Handover, Note, Participation
from tests.builders import make_case, make_consent, make_organisation, make_participation, make_user
from tests.conftest import Cast

pytestmark = pytest.mark.postgres

VAULT = {"vault_casekey", "vault_sealedtext", "vault_indexentry"}  # by the case's `vault_ref`
TODAY = date.today()  # noqa: DTZ011  a day on which something ends, far enough from both sides


@contextmanager
def asked_by(user: User) -> Iterator[None]:
    token = standing.begin_request()
    standing.stand_for(user.pk)
    try:
        yield
    finally:
        standing.end_request(token)


def tables_with_a_path_to_a_case() -> set[str]:
    found: set[type[models.Model]] = {Case}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if any(field.related_model in found for field in model._meta.concrete_fields)
        }
        if more <= found:
            return {model._meta.db_table for model in found}
        found |= more


def test_every_table_that_hangs_on_a_case_is_fenced(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND p.polcmd = '*'"
        )
        fenced = {name for (name,) in cursor.fetchall()}
    assert fenced == tables_with_a_path_to_a_case() | VAULT


def test_the_functions_of_the_fence_trust_no_search_path(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE proname LIKE 'lotsen%'"
        )
        found = cursor.fetchall()
    assert len(found) >= 5
    for name, as_owner, config in found:
        assert as_owner, name
        assert "search_path=pg_catalog, public, pg_temp" in config, name


@pytest.fixture
def network(db: None) -> list[User]:
    """Random cases, participations, shares, deputies and handovers between a few houses."""
    chance = random.Random(4)  # noqa: S311  the same network each time
    houses = [make_organisation(f"haus-{number}") for number in range(4)]
    roles = [Role.NAVIGATOR, Role.SCREENER, Role.PROVIDER, Role.COORDINATOR, Role.PRIVACY_OFFICER]
    people = [make_user(f"{role}-{house.slug}", house, role) for house in houses for role in roles]
    working = [person for person in people if person.username.startswith("navigator")]
    working += [make_user(f"zweite-{house.slug}", house) for house in houses]
    ago, ahead = now() - timedelta(days=2), now() + timedelta(days=2)
    for _ in range(60):
        person = chance.choice(working)
        house = next(h for h in houses if person.username.endswith(h.slug))
        case = make_case(
            house, person, assigned_to=chance.choice([person, None]),
            insiders_only=chance.random() < 0.5,
        )  # fmt: skip
        other = chance.choice([h for h in houses if h != house])
        if chance.random() < 0.4:
            make_participation(
                case, other, until=chance.choice([None, None, ago]),
                expires_on=chance.choice([None, TODAY - timedelta(5), TODAY + timedelta(5)]),
            )  # fmt: skip
        if chance.random() < 0.5:
            CaseShare.objects.create(
                case=case, user=chance.choice(people), kind="joint", reason="x", granted_by=person,
                since=ago, until=chance.choice([ago + timedelta(hours=1), ahead]),
                touched_at=case.touched_at,
            )  # fmt: skip
    for absent, deputy in zip(working, [*working[4:], *working[:4]], strict=True):
        Deputyship.objects.create(
            organisation=houses[working.index(absent) % 4], absent=absent, deputy=deputy,
            reason="leave", since=chance.choice([ago, ahead]), until=ahead + timedelta(days=1),
            granted_by=absent,
        )  # fmt: skip
    return [*people, *working[4:]]


def test_the_fence_shows_what_the_rule_shows_and_what_a_handover_shows(
    network: list[User], cast: Cast
) -> None:
    for case in Case.objects.filter(insiders_only=False).exclude(pk=cast.case.pk)[:12]:
        _ask(cast, case)
    everybody = [*network, cast.anna, cast.bilal, cast.carla, cast.dora]
    shown_to_somebody: set[UUID] = set()
    for user in everybody:
        by_rule = set(Case.objects.visible_to(user).values_list("pk", flat=True))
        asked = Handover.objects.visible_to(user).filter(requested_at__isnull=False)
        glimpsed = set(asked.values_list("case", flat=True))
        fresh = User.objects.get(pk=user.pk)
        with asked_by(fresh):
            by_fence = set(Case.objects.values_list("pk", flat=True))
            parts = set(Participation.objects.values_list("case", flat=True))
        assert by_fence == by_rule | glimpsed, user.username
        assert parts <= by_fence | _own_parts(user), user.username
        shown_to_somebody |= by_fence
    assert len(shown_to_somebody) > 40
    with asked_by(cast.dora):
        assert not Case.objects.exists()


def _own_parts(user: User) -> set[UUID]:
    """A house knows where it took part itself."""
    houses = user.memberships.values("organisation")
    return set(Participation.objects.filter(organisation__in=houses).values_list("case", flat=True))


def _ask(cast: Cast, case: Case) -> Handover:
    consent = make_consent(case, cast.office, cast.anna)
    return Handover.objects.create(
        case=case, consent=consent, offer=cast.offer, sender=case.holder, recipient=cast.office,
        state="requested", drafted_at=now(), drafted_by=cast.anna, requested_at=now(),
        requested_by=cast.anna, due_at=now(), provenance="health_secret",
    )  # fmt: skip


def test_an_entrusted_note_is_its_authors_alone(cast: Cast) -> None:
    colleague = make_user("kollegin", cast.clinic)
    for kind in ("case", "entrusted"):
        Note.objects.create(
            case=cast.case, organisation=cast.clinic, kind=kind, sealed_id=cast.case.pk
            if kind == "case" else cast.case.vault_ref, provenance="staff", author=cast.anna,
            written_at=now(),
        )  # fmt: skip
    for user, kinds in ((cast.anna, {"case", "entrusted"}), (colleague, {"case"})):
        with asked_by(user):
            assert set(Note.objects.values_list("kind", flat=True)) == kinds


def is_refused(change: object) -> bool:
    try:
        with transaction.atomic():
            change()  # type: ignore[operator]
    except DatabaseError as error:
        return "row-level security" in str(error)
    return False


def test_nobody_writes_over_the_fence(cast: Cast) -> None:
    guest = make_participation(cast.case, cast.office)
    own = make_case(cast.other_clinic, cast.carla)
    with asked_by(cast.carla):
        assert Case.objects.filter(pk=cast.case.pk).update(interpreting=True) == 0
        assert Case.objects.filter(pk=cast.case.pk).delete()[0] == 0
        assert is_refused(lambda: Case.objects.filter(pk=own.pk).update(holder=cast.clinic))
        assert is_refused(lambda: make_case(cast.clinic, cast.carla))
        assert is_refused(lambda: make_participation(cast.case, cast.other_clinic))
        assert is_refused(lambda: _share(cast.case, cast.carla))
        assert is_refused(lambda: make_consent(cast.case, cast.other_clinic, cast.carla))
    with asked_by(cast.bilal):
        assert Case.objects.filter(pk=cast.case.pk).update(touched_at=now()) == 1
        assert is_refused(lambda: Case.objects.filter(pk=cast.case.pk).update(holder=cast.office))
        assert Participation.objects.filter(pk=guest.pk).exists()
    with asked_by(cast.anna):
        assert is_refused(
            lambda: Case.objects.filter(pk=cast.case.pk).update(holder=cast.other_clinic)
        )
        _share(cast.case, cast.anna)


def _share(case: Case, user: User) -> CaseShare:
    return CaseShare.objects.create(
        case=case, user=user, kind="joint", reason="x", granted_by=user, since=now(),
        until=now() + timedelta(days=1), touched_at=case.touched_at,
    )  # fmt: skip
