"""The state table, walked completely, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.errors import InvalidInput, InvalidMove
from referrals.handovers.rules import (
    ENDED,
    ENDED_STATES,
    MOVES,
    OPEN_STATES,
    OUTCOMES,
    REASONS,
    RELEASED_STATES,
    SIDES,
    Move,
    Side,
    State,
    after,
    answer_by,
    checked_outcome,
    checked_reason,
    groups_of,
    overdue,
    seen_without_feedback,
)

# Written a second time on purpose: the table may not change by accident.
ARROWS = {
    "draft": "request>requested cancel>cancelled mark_error>entered-in-error",
    "requested": "accept>accepted decline>rejected cancel>cancelled mark_error>entered-in-error",
    "accepted": (
        "start>in-progress hold>on-hold complete>completed fail>failed cancel>cancelled"
        " mark_error>entered-in-error"
    ),
    "in-progress": (
        "hold>on-hold complete>completed fail>failed cancel>cancelled mark_error>entered-in-error"
    ),
    "on-hold": (
        "resume>in-progress complete>completed fail>failed cancel>cancelled"
        " mark_error>entered-in-error"
    ),
    "rejected": "mark_error>entered-in-error",
    "completed": "mark_error>entered-in-error",
    "failed": "mark_error>entered-in-error",
    "cancelled": "mark_error>entered-in-error",
    "entered-in-error": "",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_every_state_and_move_does_exactly_what_the_table_says(state: State, move: Move) -> None:
    arrows = dict(arrow.split(">") for arrow in ARROWS[state].split())
    if move in arrows:
        assert after(state, move) == arrows[move]
    else:
        with pytest.raises(InvalidMove):
            after(state, move)


@pytest.mark.parametrize("state", [s for s in State if s not in ENDED_STATES])
def test_every_state_that_is_no_end_leads_to_an_end(state: State) -> None:
    reached, before = {state}, set[State]()
    while reached != before:
        before = set(reached)
        reached |= {target for (source, _), target in MOVES.items() if source in reached}
    assert reached & {State.COMPLETED, State.CANCELLED, State.REJECTED}


def test_every_state_is_either_draft_open_or_ended() -> None:
    parts = [{State.DRAFT}, set(OPEN_STATES), set(ENDED_STATES)]
    assert set.union(*parts) == set(State)
    assert sum(map(len, parts)) == len(State)
    assert set(RELEASED_STATES) < set(OPEN_STATES)


def test_every_move_belongs_to_a_side() -> None:
    assert set(SIDES) == set(Move)
    assert {move for move, side in SIDES.items() if side is Side.BOTH} == {Move.CANCEL}
    assert SIDES[Move.REQUEST] is SIDES[Move.MARK_ERROR] is Side.SENDER


@pytest.mark.parametrize("move", Move)
def test_a_reason_is_due_exactly_where_the_table_lists_reasons(move: Move) -> None:
    allowed = REASONS.get(move, ())
    for reason in allowed:
        assert checked_reason(move, reason) == reason
    for wrong in ["nonsense", *([""] if allowed else ["other"])]:
        with pytest.raises(InvalidInput):
            checked_reason(move, wrong)


@pytest.mark.parametrize("move", Move)
def test_an_outcome_is_due_exactly_on_completing(move: Move) -> None:
    if move is Move.COMPLETE:
        assert [checked_outcome(move, outcome) for outcome in OUTCOMES] == list(OUTCOMES)
    for wrong in ["nonsense", "" if move is Move.COMPLETE else "taken_up"]:
        with pytest.raises(InvalidInput):
            checked_outcome(move, wrong)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 40))
def test_an_answer_is_never_due_on_a_weekend_and_never_early(day: date, days: int) -> None:
    due = answer_by(day, days)

    assert due.weekday() < 5
    assert (due.hour, due.minute) == (12, 0)
    between = [day + timedelta(days=n) for n in range(1, (due.date() - day).days + 1)]
    assert sum(d.weekday() < 5 for d in between) == max(days, 1)


@pytest.mark.parametrize(
    ("requested_on", "due"),
    [
        (date(2026, 3, 2), datetime(2026, 3, 4, 11, tzinfo=UTC)),  # Monday → Wednesday
        (date(2026, 3, 5), datetime(2026, 3, 9, 11, tzinfo=UTC)),  # Thursday → Monday
        (date(2026, 3, 27), datetime(2026, 3, 31, 10, tzinfo=UTC)),  # over the clock change
        (date(2026, 3, 7), datetime(2026, 3, 10, 11, tzinfo=UTC)),  # Saturday → Tuesday
    ],
)
def test_two_working_days_end_at_noon_in_berlin(requested_on: date, due: datetime) -> None:
    assert answer_by(requested_on, 2) == due


def test_late_is_only_what_nobody_has_answered() -> None:
    due = datetime(2026, 3, 4, 11, tzinfo=UTC)
    assert overdue(State.REQUESTED, due, due + timedelta(seconds=1))
    assert not overdue(State.REQUESTED, due, due)
    assert not overdue(State.ACCEPTED, due, due + timedelta(days=9))
    assert not overdue(State.DRAFT, None, due)


def test_groups_come_once_in_order_and_unknown_needs_are_left_out() -> None:
    table = {"crying_sleep": "child", "bonding": "child", "overload": "everyday"}
    assert groups_of(["overload", "bonding", "crying_sleep", "made_up"], table) == [
        "child",
        "everyday",
    ]


def test_without_feedback_success_and_failure_look_the_same() -> None:
    assert seen_without_feedback(State.COMPLETED, "") == (ENDED, "")
    assert seen_without_feedback(State.FAILED, "family_declined") == (ENDED, "")


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.ON_HOLD])
def test_without_feedback_what_happens_after_accepting_stays_accepted(state: State) -> None:
    assert seen_without_feedback(state, "family_asked_to_wait") == (State.ACCEPTED, "")


@pytest.mark.parametrize(
    ("reason", "seen"),
    [("no_capacity", "no_capacity"), ("already_supported", ""), ("requirements_not_met", "")],
)
def test_without_feedback_a_refusal_shows_only_reasons_of_the_house(reason: str, seen: str) -> None:
    assert seen_without_feedback(State.REJECTED, reason) == (State.REJECTED, seen)
