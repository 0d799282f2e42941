from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.pseudonyms import read_pseudonym
from lotsen.vault.models import CaseKey, SealedText
from referrals.assessments import actions as assessments
from referrals.assessments.models import Assessment
from referrals.cases.models import Case
from referrals.facts.models import Delta
from referrals.intake import actions
from referrals.intake.rules import WAY_BACK
from referrals.matching import actions as matching
from referrals.notes import actions as notes
from tests.builders import (
    NOON,
    make_assessment,
    make_consent,
    make_district,
    make_instrument,
    make_participation,
    make_user,
)
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def sina(cast: Cast) -> User:
    return make_user("sina", cast.clinic, Role.SCREENER)


def open_case(actor: User, house: Organisation, **fields: Any) -> Case:
    family: dict[str, Any] = {
        "district": make_district(),
        "language": "ar",
        "child_age_months": 0,
        "household": "two_parents",
    }
    return actions.open_case(actor=actor, organisation=house, at=NOON, **(family | fields))


def begun(case: Case, actor: User) -> Assessment:
    return assessments.start(
        case, version=make_instrument(), provenance="family", actor=actor, at=NOON
    )


def counted() -> dict[str, int]:
    totals: dict[str, int] = {}
    for kind, value in Delta.objects.values_list("kind", "value"):
        totals[kind] = totals.get(kind, 0) + value
    return {kind: total for kind, total in totals.items() if total}


def _left() -> dict[tuple[str, ...], int]:
    """Counts by all their facts that did not come to nothing, but for those of "not stored"."""
    sums: Counter[tuple[str, ...]] = Counter()
    for *facts, value in Delta.objects.exclude(kind="not_stored").values_list(
        "kind", "code", "period", "life_phase", "district", "house", "value"
    ):
        sums[tuple(map(str, facts))] += value
    return {facts: value for facts, value in sums.items() if value}


def test_a_case_opens_under_a_readable_random_pseudonym(cast: Cast) -> None:
    case = open_case(cast.anna, cast.clinic)

    assert read_pseudonym(case.pseudonym) == case.pseudonym
    assert case.stored_with_consent is False
    assert not CaseKey.objects.exists()


def test_a_district_may_be_given_by_its_key(cast: Cast) -> None:
    assert open_case(cast.anna, cast.clinic, district="duesseldorf-bilk").district.name == "Bilk"


def test_an_unknown_district_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        open_case(cast.anna, cast.clinic, district="atlantis")

    assert (refusal.value.code, refusal.value.field) == ("district_unknown", "district")
    assert Case.objects.count() == 1


def test_a_taken_pseudonym_is_drawn_again(cast: Cast) -> None:
    drawn = iter([cast.case.pseudonym, "2345-6789-BCDF"])
    case = open_case(cast.anna, cast.clinic, draw=lambda: next(drawn))

    assert case.pseudonym == "2345-6789-BCDF"
    assert counted() == {"case_opened": 1}


def test_without_a_free_pseudonym_nothing_is_opened(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        open_case(cast.anna, cast.clinic, draw=lambda: cast.case.pseudonym)

    assert refusal.value.code == "no_free_pseudonym"
    assert counted() == {}


def test_a_screener_finds_the_own_intake_for_a_week_and_no_other_case(
    cast: Cast, sina: User
) -> None:
    case = open_case(sina, cast.clinic)
    assert list(Case.objects.visible_to(sina)) == [case]

    with time_machine.travel(NOON + WAY_BACK):
        assert not Case.objects.visible_to(sina).exists()


def test_a_navigator_needs_no_share_for_an_own_case(cast: Cast) -> None:
    assert not open_case(cast.anna, cast.clinic).shares.exists()


@pytest.mark.parametrize("name", ["bilal", "carla", "dora"])
def test_nobody_opens_a_case_in_a_foreign_house(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        open_case(getattr(cast, name), cast.clinic)


@pytest.mark.parametrize("form", ["paper", "tap"])
def test_with_the_familys_yes_the_case_is_kept_and_how_is_noted(cast: Cast, form: str) -> None:
    sheet = begun(open_case(cast.anna, cast.clinic), cast.anna)
    case = actions.finish_intake(sheet, keep=True, form=form, actor=cast.anna, at=NOON)

    assert case is not None
    case.refresh_from_db()
    assert (case.stored_with_consent, case.storage_form) == (True, form)
    sheet.refresh_from_db()
    assert sheet.finished_at == NOON


@pytest.mark.parametrize("form", ["", "shouted"])
def test_keeping_without_saying_how_the_family_agreed_changes_nothing(
    cast: Cast, form: str
) -> None:
    sheet = begun(open_case(cast.anna, cast.clinic), cast.anna)
    with pytest.raises(InvalidInput) as refusal:
        actions.finish_intake(sheet, keep=True, form=form, actor=cast.anna, at=NOON)

    assert refusal.value.code == "storage_form_missing"
    sheet.refresh_from_db()
    assert sheet.finished_at is None


def test_a_yes_given_before_holds_for_the_next_sheet(cast: Cast) -> None:
    sheet = begun(cast.case, cast.anna)

    assert actions.finish_intake(sheet, keep=True, actor=cast.anna, at=NOON) == cast.case


def test_without_the_familys_yes_only_a_count_remains(cast: Cast) -> None:
    case = open_case(cast.anna, cast.clinic)
    sheet = begun(case, cast.anna)
    assessments.record_needs(
        sheet, needs=["overload"], resources=[], talk_wish="yes", actor=cast.anna, at=NOON
    )
    matching.note_gap(case, need="overload", reason="full", actor=cast.anna, at=NOON)
    matching.suggest(case, actor=cast.anna, at=NOON)
    notes.write(
        case,
        organisation=cast.clinic,
        kind="case",
        text="Rückruf erbeten",
        provenance="family",
        actor=cast.anna,
        at=NOON,
    )

    assert actions.finish_intake(sheet, keep=False, actor=cast.anna, at=NOON) is None

    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Assessment.objects.exists()
    assert not SealedText.objects.exists()
    assert not CaseKey.objects.exists()
    assert counted() == {"not_stored": 1}
    assert AccessEvent.objects.get(deed=Deed.ERASE).shown == [case.pseudonym]


def test_a_kept_case_is_not_reduced_to_a_count(cast: Cast) -> None:
    sheet = begun(cast.case, cast.anna)
    with pytest.raises(InvalidMove) as refusal:
        actions.finish_intake(sheet, keep=False, actor=cast.anna, at=NOON)

    assert refusal.value.code == "case_kept"
    assert Case.objects.filter(pk=cast.case.pk).exists()


@pytest.mark.parametrize("resting", ["consent", "participation"])
def test_what_something_rests_on_is_not_reduced_to_a_count(cast: Cast, resting: str) -> None:
    case = open_case(cast.anna, cast.clinic)
    if resting == "consent":
        make_consent(case, cast.office, cast.anna)
    else:
        make_participation(case, cast.office, origin=uuid4())

    with pytest.raises(InvalidMove) as refusal:
        actions.no_need(case, reason="info_only", actor=cast.anna, at=NOON)

    assert refusal.value.code == "case_in_use"


def test_whatever_was_counted_of_a_family_not_kept_is_taken_back(cast: Cast) -> None:
    case = open_case(cast.anna, cast.clinic, interpreting=True)
    sheet = begun(case, cast.anna)
    for need in ("overload", "single_parent", "finances"):
        matching.note_gap(case, need=need, reason="full", actor=cast.anna, at=NOON)
    assessments.record_needs(
        sheet, needs=["overload", "finances"], resources=[], talk_wish="no", actor=cast.anna,
        at=NOON,
    )  # fmt: skip
    assessments.finish(sheet, actor=cast.anna, at=NOON)
    matching.note_gap(case, need="housing", reason="too_far", actor=cast.anna, at=NOON)
    assert len(counted()) == 7

    actions.no_need(case, reason="info_only", actor=cast.anna, at=NOON + timedelta(days=90))

    assert counted() == {"not_stored": 1}
    assert Delta.objects.get(kind="not_stored").period == "2026Q1"
    assert not _left()


def test_the_short_way_leaves_one_count_with_its_reason(cast: Cast, sina: User) -> None:
    case = open_case(sina, cast.clinic)

    assert actions.no_need(case, reason="contact_declined", actor=sina, at=NOON) is None

    assert not Case.objects.filter(pk=case.pk).exists()
    assert counted() == {"not_stored": 1}
    assert Delta.objects.get(kind="not_stored").code == "contact_declined"


def test_the_short_way_keeps_a_closed_case_if_the_family_agrees(cast: Cast, sina: User) -> None:
    case = open_case(sina, cast.clinic)
    closed = actions.no_need(case, reason="info_only", keep=True, form="paper", actor=sina, at=NOON)

    assert closed is not None
    assert (closed.state, closed.closure_reason) == ("closed", "info_only")
    assert closed.stored_with_consent is True


def test_a_long_reason_is_no_short_way(cast: Cast) -> None:
    case = open_case(cast.anna, cast.clinic)
    with pytest.raises(InvalidInput) as refusal:
        actions.no_need(case, reason="handover_accepted", actor=cast.anna, at=NOON)

    assert refusal.value.code == "reason_unknown"


def test_a_screener_does_not_erase_a_colleagues_intake(cast: Cast, sina: User) -> None:
    case = open_case(cast.anna, cast.clinic)

    with pytest.raises(NotPermitted):
        actions.no_need(case, reason="info_only", actor=sina, at=NOON)
    with pytest.raises(NotPermitted):
        actions.finish_intake(begun(case, cast.anna), keep=False, actor=sina, at=NOON)

    assert Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("name", ["bilal", "carla", "dora"])
def test_outsiders_end_no_intake(cast: Cast, name: str) -> None:
    case = open_case(cast.anna, cast.clinic)
    sheet = begun(case, cast.anna)
    for attempt in (
        lambda actor: actions.no_need(case, reason="info_only", actor=actor, at=NOON),
        lambda actor: actions.finish_intake(sheet, keep=True, form="tap", actor=actor, at=NOON),
        lambda actor: actions.finish_intake(sheet, keep=False, actor=actor, at=NOON),
    ):
        with pytest.raises(NotPermitted):
            attempt(getattr(cast, name))


def test_an_intake_ends_once(cast: Cast) -> None:
    sheet = begun(open_case(cast.anna, cast.clinic), cast.anna)
    actions.finish_intake(sheet, keep=True, form="tap", actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove) as refusal:
        actions.finish_intake(sheet, keep=True, form="tap", actor=cast.anna, at=NOON)

    assert refusal.value.code == "assessment_finished"
    assert counted() == {"case_opened": 1, "assessed": 1}


def test_a_finished_sheet_elsewhere_does_not_stop_the_short_way(cast: Cast) -> None:
    case = open_case(cast.anna, cast.clinic)
    make_assessment(case, cast.anna, finished_at=NOON + timedelta(minutes=1))

    assert actions.no_need(case, reason="info_only", actor=cast.anna, at=NOON) is None
