from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.rights.rules import due_on, overdue, told_parts

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
PARTS = st.sets(st.sampled_from(["language", "needs", "household", "age", "outcome", "notes"]))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 3, 2), date(2026, 4, 2)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),  # leap year
        (date(2028, 1, 29), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 2, 28), date(2026, 3, 28)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_an_answer_is_due_on_the_same_day_of_the_next_month(received: date, due: date) -> None:
    assert due_on(received) == due


@given(DAYS)
def test_a_month_is_28_to_31_days_and_never_skips_a_month(received: date) -> None:
    due = due_on(received)

    assert timedelta(28) <= due - received <= timedelta(31)
    assert (due.year * 12 + due.month) - (received.year * 12 + received.month) == 1


@given(DAYS)
def test_who_asks_later_is_never_answered_earlier(received: date) -> None:
    assert due_on(received) <= due_on(received + timedelta(1))


def test_the_last_day_is_still_in_time_and_an_answer_ends_it() -> None:
    due = date(2026, 4, 2)

    assert not overdue(due, is_open=True, on=due)
    assert overdue(due, is_open=True, on=due + timedelta(1))
    assert not overdue(due, is_open=False, on=due + timedelta(400))


@given(PARTS)
def test_the_holder_learns_of_every_mark(parts: set[str]) -> None:
    assert told_parts(parts, (), is_holder=True) == sorted(parts)


@given(PARTS)
def test_a_mark_goes_with_its_data_only(parts: set[str]) -> None:
    told = told_parts(parts, {"language"}, is_holder=False)

    assert set(told) <= {"language"}
    assert ("language" in told) == ("language" in parts)


@given(PARTS)
def test_what_never_leaves_the_house_leaves_no_mark_either(parts: set[str]) -> None:
    everything = {"language", "district", "needs", "resources", "wish", "note"}

    told = told_parts(parts, everything, is_holder=False, with_outcome=True)

    assert not {"household", "age", "indicators"} & set(told)
    assert ("outcome" in told) == ("outcome" in parts)
