"""Periods of statistics: calendar quarters, and years made of four of them. Pure."""

import re
from datetime import date, timedelta

from lotsen.errors import InvalidInput

LAG = timedelta(days=14)  # after the end, for what is written down late (privacy.md, section 4)
_QUARTER = re.compile(r"(?P<year>20\d\d)Q(?P<number>[1-4])", re.ASCII)
_YEAR = re.compile(r"20\d\d", re.ASCII)


def checked_quarter(text: str) -> str:
    """`text`, if it names a quarter ("2026Q3").

    Raises:
        InvalidInput: it names none.
    """
    if not _QUARTER.fullmatch(text):
        raise InvalidInput("period_unreadable", field="period", value=text[:20])
    return text


def last_day(quarter: str) -> date:
    """The last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return after - timedelta(days=1)


def first_day(quarter: str) -> date:
    return date(int(quarter[:4]), int(quarter[5]) * 3 - 2, 1)


def may_be_frozen(quarter: str, today: date) -> bool:
    """Whether the quarter is over and the fourteen days for what comes late have passed."""
    return today >= opens_for_freezing(quarter)


def opens_for_freezing(quarter: str) -> date:
    """The first day on which a quarter may be frozen."""
    return last_day(quarter) + LAG + timedelta(days=1)


def quarters_of(period: str) -> tuple[str, ...]:
    """The quarters a period is made of: itself, or the four of a year ("2026").

    Raises:
        InvalidInput: it names neither.
    """
    if _YEAR.fullmatch(period):
        return tuple(f"{period}Q{number}" for number in range(1, 5))
    return (checked_quarter(period),)


def before(period: str) -> str:
    """The period before this one, of the same length."""
    if _YEAR.fullmatch(period):
        return str(int(period) - 1)
    year, number = int(period[:4]), int(period[5])
    return f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4"


def after(quarter: str) -> str:
    """The quarter after this one."""
    year, number = int(quarter[:4]), int(quarter[5])
    return f"{year}Q{number + 1}" if number < 4 else f"{year + 1}Q1"
