"""Working days, and when to look again. Pure: no clock.

Working days are Monday to Friday. Public holidays differ between the Länder and are not known
here: a date on a holiday is met a day late, never lost.
"""

from datetime import date, timedelta

# To look whether help has arrived, or whether waiting still makes sense. Source: docs/domain.md,
# four weeks as a proposal, because no readable text names a binding moment.
LOOK_AGAIN_WEEKS = 4

_SATURDAY = 5


def on_a_working_day(day: date) -> date:
    """`day`, or the Monday after it if it falls on a weekend."""
    past_friday = day.weekday() - _SATURDAY
    return day + timedelta(days=2 - past_friday) if past_friday >= 0 else day


def working_days_after(day: date, days: int) -> date:
    """The working day that comes `days` working days after `day`; from a weekend, Monday is 1.

    Args:
        days: at least 1; a smaller number counts as 1, so nothing is due before it began.
    """
    for _ in range(max(days, 1)):
        day = on_a_working_day(day + timedelta(days=1))
    return day


def look_again_on(day: date) -> date:
    """When to look again at something that waits."""
    return on_a_working_day(day + timedelta(weeks=LOOK_AGAIN_WEEKS))
