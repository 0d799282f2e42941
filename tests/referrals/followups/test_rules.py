"""Days, for every day there is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from referrals.followups.rules import (
    LOOK_AGAIN_WEEKS,
    look_again_on,
    on_a_working_day,
    working_days_after,
)

DAYS = st.dates(date(2020, 1, 1), date(2045, 1, 1))


@given(DAYS)
def test_nothing_is_planned_for_a_weekend(day: date) -> None:
    for planned in (
        on_a_working_day(day),
        working_days_after(day, 1),
        look_again_on(day),
    ):
        assert planned.weekday() < 5
        assert planned >= day


@given(DAYS, st.integers(1, 60))
def test_working_days_are_counted_and_weekends_are_not(day: date, days: int) -> None:
    end = working_days_after(day, days)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]

    assert sum(one.weekday() < 5 for one in passed) == days


@given(DAYS)
def test_a_working_day_stays_itself_and_a_weekend_becomes_monday(day: date) -> None:
    moved = on_a_working_day(day)

    assert moved == day if day.weekday() < 5 else (moved.weekday() == 0 and (moved - day).days < 3)


def test_what_waits_is_looked_at_after_four_weeks() -> None:
    assert LOOK_AGAIN_WEEKS == 4
    assert look_again_on(date(2026, 3, 2)) == date(2026, 3, 30)
