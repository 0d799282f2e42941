"""What a handover is counted as, and that a mistake is taken back where it was counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from referrals.facts.models import Delta
from referrals.followups.actions import record_contact
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from tests.builders import NOON, make_assessment
from tests.conftest import Cast
from tests.referrals.handovers.stage import TOMORROW, at_state, counted


def test_a_mistake_found_in_another_quarter_is_taken_back_where_it_counted(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload", "finances"])
    handover = at_state(cast, State.IN_PROGRESS)
    record_contact(
        cast.case, handover=handover, organisation=cast.office, channel="phone", result="reached",
        actor=cast.bilal, at=TOMORROW,
    )  # fmt: skip

    actions.mark_error(handover, actor=cast.anna, at=NOON + timedelta(days=120))

    assert counted("period", "life_phase", "district", "recipient") == {}


@pytest.mark.parametrize(
    ("days", "band", "late"), [(0, "up_to_2", 0), (7, "up_to_7", 1), (20, "longer", 1)]
)
def test_an_answer_counts_how_long_it_took(cast: Cast, days: int, band: str, late: int) -> None:
    handover = at_state(cast, State.REQUESTED)
    actions.accept(handover, actor=cast.bilal, at=NOON + timedelta(days=days))

    assert Delta.objects.get(kind="answered").code == band
    assert Delta.objects.filter(kind="answered_late").count() == late


def test_both_houses_know_of_a_step_and_nobody_else(cast: Cast) -> None:
    handover = at_state(cast, State.REQUESTED)
    actions.accept(handover, actor=cast.bilal, at=TOMORROW)

    rows = Delta.objects.filter(kind__in=["handover_requested", "handover_accepted", "answered"])
    assert set(rows.values_list("house", "recipient")) == {(cast.clinic.pk, cast.office.pk)}
    assert rows.count() == 3


def test_what_found_no_place_counts_once_for_the_needs_the_offer_is_for(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload", "finances"])  # finances: not of it
    refused = [_refused(cast, reason="no_capacity") for _ in range(2)]
    _refused(cast, reason="not_responsible")
    assert counted("period")[("no_place", "everyday", "2026Q1")] == 1

    actions.mark_error(refused[0], actor=cast.anna, at=NOON)
    assert ("no_place", "everyday") in counted()
    actions.mark_error(refused[1], actor=cast.anna, at=NOON)
    assert ("no_place", "everyday") not in counted()


def test_waiting_counts_with_its_reason(cast: Cast) -> None:
    at_state(cast, State.ON_HOLD)

    assert Delta.objects.get(kind="waiting").code == "waiting_list"


def _refused(cast: Cast, *, reason: str) -> Handover:
    handover = at_state(cast, State.REQUESTED)
    return actions.decline(handover, reason=reason, actor=cast.bilal, at=NOON)


def test_who_refuses_counts_the_needs_it_may_not_read(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    """On PostgreSQL the sheet is behind the second fence for a house that was only asked."""
    make_assessment(cast.case, cast.anna, needs=["overload"])
    handover = at_state(cast, State.REQUESTED)

    answer = signed_in("bilal").post(
        f"/uebergabe/{handover.pk}/nicht-moeglich/", {"reason": "no_capacity"}
    )

    assert answer.status_code == 302
    assert Delta.objects.get(kind="no_place").code == "everyday"
