from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lotsen.access.models import ShareKind
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.pseudonyms import new_pseudonym
from referrals.cases import actions
from referrals.cases.insiders import has_running_share, is_insider
from referrals.cases.models import Case, CaseState, ClosureReason, Participation
from referrals.cases.rules import LONGEST_SHARE, Provenance, ShareReason
from referrals.facts.models import Delta
from tests.builders import NOON, make_case, make_district, make_participation, make_user
from tests.conftest import Cast

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def create(holder: Organisation, actor: User, **fields: Any) -> Case:
    family = {
        "district": make_district(),
        "language": "ar",
        "child_age_months": -2,
        "household": "two_parents",
        "route": "staff",
    }
    return actions.create(
        pseudonym=new_pseudonym(), holder=holder, actor=actor, at=NOON, **(family | fields)
    )


def share(case: Case, user: User, actor: User, **fields: Any) -> Any:
    terms = {"kind": ShareKind.DEPUTY, "reason": ShareReason.ABSENCE}
    until = fields.pop("until", NOON + timedelta(days=3))
    return actions.share(case, user=user, until=until, actor=actor, at=NOON, **(terms | fields))


def begin(case: Case, house: Organisation, **fields: Any) -> Participation:
    terms = {"categories": ["needs", "name"], "provenance": Provenance.HEALTH_SECRET}
    return actions.begin_participation(case, house, origin=uuid4(), at=NOON, **(terms | fields))


def test_a_new_case_belongs_to_its_house_and_counts_once(cast: Cast) -> None:
    case = create(cast.clinic, cast.anna)

    assert (case.holder, case.assigned_to, case.state) == (cast.clinic, cast.anna, "open")
    assert (case.aged_on, case.touched_at) == (NOON.date(), NOON)
    assert list(Delta.objects.values_list("kind", "life_phase")) == [("case_opened", "pregnancy")]


def test_a_family_that_needs_an_interpreter_is_counted_by_its_language(cast: Cast) -> None:
    create(cast.clinic, cast.anna, language="ti", interpreting=True)

    assert sorted(Delta.objects.values_list("kind", "code")) == [
        ("case_opened", ""),
        ("interpreting", "ti"),
    ]


def test_a_screeners_case_waits_for_somebody_to_take_it_over(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)

    assert create(cast.clinic, sina).assigned_to is None


@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_nobody_opens_a_case_in_a_foreign_house(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        create(cast.clinic, getattr(cast, name))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"language": "tlh"}, "language_unknown"),
        ({"household": "castle"}, "household_unknown"),
        ({"route": "rumour"}, "route_unknown"),
        ({"child_age_months": -10}, "age_out_of_range"),
        ({"child_age_months": 217}, "age_out_of_range"),
    ],
)
def test_what_the_vocabulary_does_not_know_is_refused_and_counts_nothing(
    cast: Cast, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create(cast.clinic, cast.anna, **wrong)

    assert (refusal.value.code, refusal.value.field) == (code, next(iter(wrong)))
    assert not Delta.objects.exists()


def test_touching_copies_the_moment_to_participations_and_shares(cast: Cast) -> None:
    part = begin(cast.case, cast.office)
    given = share(cast.case, make_user("ada", cast.clinic), cast.anna)

    actions.touch(cast.case, at=LATER)

    for copy in (part, given, Case.objects.get(pk=cast.case.pk)):
        copy.refresh_from_db()
        assert copy.touched_at == LATER
    assert cast.case.touched_at == LATER


def test_touching_with_an_older_moment_moves_nothing_back(cast: Cast) -> None:
    actions.touch(cast.case, at=NOON - timedelta(days=1))

    assert Case.objects.get(pk=cast.case.pk).touched_at == NOON


def test_assigning_makes_an_insider_and_leaves_a_trace(cast: Cast) -> None:
    ada = make_user("ada", cast.clinic)
    case = actions.assign(cast.case, to=ada, actor=cast.anna, at=LATER)

    assert is_insider(case, ada)
    assert not is_insider(case, cast.anna)
    assert case.touched_at == LATER
    assert AccessEvent.objects.get(deed=Deed.SHARE).shown == [case.pseudonym]


@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_a_case_is_not_assigned_out_of_its_house(cast: Cast, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.assign(cast.case, to=getattr(cast, name), actor=cast.anna, at=NOON)

    assert refusal.value.code == "assignee_elsewhere"


def test_a_screener_is_not_assigned(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)

    with pytest.raises(InvalidInput):
        actions.assign(cast.case, to=sina, actor=cast.anna, at=NOON)


@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_outsiders_learn_nothing_not_even_whether_the_case_is_closed(cast: Cast, name: str) -> None:
    stranger = getattr(cast, name)
    closed = make_case(
        cast.clinic, cast.anna, state="closed", closed_at=NOON, closure_reason="other"
    )
    for case in (cast.case, closed):
        for attempt in (
            lambda case=case: actions.assign(case, to=stranger, actor=stranger, at=NOON),
            lambda case=case: share(case, stranger, stranger),
            lambda case=case: actions.close(case, reason="other", actor=stranger, at=NOON),
        ):
            with pytest.raises(NotPermitted) as refusal:
                attempt()
            assert refusal.value.code == "not_permitted"


def test_a_deputy_is_an_insider_until_the_share_ends(cast: Cast) -> None:
    ada = make_user("ada", cast.clinic)
    assert not is_insider(cast.case, ada)
    share(cast.case, ada, cast.anna, until=NOON + timedelta(days=1))
    assert is_insider(cast.case, ada)

    with time_machine.travel(NOON + timedelta(days=1)):
        assert not is_insider(cast.case, ada)


def test_a_way_back_opens_the_case_but_not_the_identity(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)
    actions.keep_way_back(cast.case, until=NOON + timedelta(days=7), actor=sina, at=NOON)

    assert has_running_share(cast.case, sina)
    assert cast.case in Case.objects.visible_to(sina)
    assert not is_insider(cast.case, sina)


def test_a_case_is_not_shared_with_a_house_that_takes_no_part(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        share(cast.case, cast.carla, cast.anna)

    assert refusal.value.code == "share_outside_house"
    assert cast.case not in Case.objects.visible_to(cast.carla)


def test_a_case_may_be_shared_with_somebody_of_a_house_that_takes_part(cast: Cast) -> None:
    begin(cast.case, cast.office)

    assert share(cast.case, cast.bilal, cast.anna, kind=ShareKind.JOINT).user == cast.bilal


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1), LONGEST_SHARE * 2])
def test_a_share_ends_neither_at_once_nor_after_three_months(cast: Cast, length: timedelta) -> None:
    with pytest.raises(InvalidInput) as refusal:
        share(cast.case, make_user("ada", cast.clinic), cast.anna, until=NOON + length)

    assert refusal.value.code == "share_end_out_of_range"


def test_a_way_back_cannot_be_given_to_others(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        share(cast.case, make_user("ada", cast.clinic), cast.anna, kind=ShareKind.OWN)

    assert refusal.value.code == "share_kind_unknown"


def test_taking_part_shows_the_case_and_the_holder_stays(cast: Cast) -> None:
    begin(cast.case, cast.office)

    case = Case.objects.visible_to(cast.bilal).get()
    assert (case, case.holder) == (cast.case, cast.clinic)
    assert cast.case not in Case.objects.visible_to(cast.carla)


def test_the_newest_participation_of_a_house_decides(cast: Cast) -> None:
    first = begin(cast.case, cast.office)
    second = begin(cast.case, cast.office, categories=["needs"])

    first.refresh_from_db()
    assert first.until == NOON
    assert Participation.objects.running_for([cast.office.pk]).get() == second


def test_a_participation_ends_with_its_consents_last_day_by_itself(cast: Cast) -> None:
    begin(cast.case, cast.office, expires_on=NOON.date())
    assert cast.case in Case.objects.visible_to(cast.bilal)

    with time_machine.travel(NOON + timedelta(days=1)):
        assert cast.case not in Case.objects.visible_to(cast.bilal)


def test_ending_a_participation_takes_the_case_away(cast: Cast) -> None:
    begin(cast.case, cast.office)
    actions.end_participation(cast.case, cast.office, at=LATER)
    actions.end_participation(cast.case, cast.office, at=LATER)

    assert cast.case not in Case.objects.visible_to(cast.bilal)
    assert Participation.objects.get().until == LATER


def test_closing_says_why_ends_participations_and_counts(cast: Cast) -> None:
    begin(cast.case, cast.office)
    case = actions.close(cast.case, reason=ClosureReason.HELP_ARRIVED, actor=cast.anna, at=LATER)

    assert (case.state, case.closed_at, case.closure_reason) == (
        CaseState.CLOSED,
        LATER,
        "handover_accepted",
    )
    assert not Participation.objects.filter(until=None).exists()
    assert list(Delta.objects.values_list("kind", "code")) == [("case_closed", "handover_accepted")]


def test_closing_without_a_reason_or_with_an_invented_one_is_refused(cast: Cast) -> None:
    for reason in ("", "bored"):
        with pytest.raises(InvalidInput) as refusal:
            actions.close(cast.case, reason=reason, actor=cast.anna, at=NOON)
        assert refusal.value.code == "reason_unknown"


def test_a_screener_does_not_close_cases(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)

    with pytest.raises(NotPermitted):
        actions.close(cast.case, reason="other", actor=sina, at=NOON)


def test_a_closed_case_does_not_move(cast: Cast) -> None:
    stale = Case.objects.get(pk=cast.case.pk)
    actions.close(cast.case, reason="other", actor=cast.anna, at=NOON)

    for attempt in (
        lambda: actions.close(stale, reason="moved_away", actor=cast.anna, at=LATER),
        lambda: actions.assign(stale, to=cast.anna, actor=cast.anna, at=LATER),
        lambda: share(stale, make_user("ada", cast.clinic), cast.anna),
    ):
        with pytest.raises(InvalidMove) as refusal:
            attempt()
        assert refusal.value.code == "case_closed"
    assert Case.objects.get(pk=cast.case.pk).closure_reason == "other"


def test_the_database_keeps_one_running_participation_per_house(cast: Cast) -> None:
    make_participation(cast.case, cast.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_participation(cast.case, cast.office)


def test_refusals_name_no_case_and_no_person(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.close(cast.case, reason="other", actor=cast.carla, at=NOON)

    told = f"{refusal.value} {refusal.value.parameters}"
    assert cast.case.pseudonym not in told
    assert "carla" not in told
