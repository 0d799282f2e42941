"""What a number of planning may be, and what follows from it. Pure.

Sources: docs/domain.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from lotsen.errors import InvalidInput

# GMK 12./13.06.2024, TOP 5.3: 0.5 full-time posts for each 1,000 births of a year.
POSTS_PER_1000_BIRTHS = Decimal("0.5")
MOST_BIRTHS = 1000  # of one site in one month: about twice the largest clinics of the country
MOST_POSTS = Decimal(100)
EARLIEST_YEAR = 2000
# A month stands out when it is more than twice or less than half of what the house usually has
# in the year around it, and not by a handful alone.
_FACTOR, _HANDFUL, _COMPARED = 2, 20, 3
ROUNDING = 5  # two published counts so near each other may be the same true number

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jän jänner", "feb februar february",
            "mär märz mrz maer maerz mar march",
            "apr april", "mai may", "jun juni june", "jul juli july", "aug august",
            "sep sept september", "okt oktober oct october", "nov november",
            "dez dezember dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?", re.ASCII)
_GERMAN = re.compile(
    r"(?:(?P<day>\d{1,2})\.)?(?P<month>\d{1,2})\s?[./]\s?(?P<year>\d{4})", re.ASCII
)
_IN_WORDS = re.compile(r"(?P<name>[^\W\d_]+)\.?[\s/-]*(?P<year>[0-9]{4}|[0-9]{2})")
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_DECIMAL = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d{1,10})(?:,\d{1,4})?", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"-?\d{1,10}(?:\.\d{1,4})?", re.ASCII)


def read_month(text: str) -> date:
    """The first day of the month somebody wrote: "2026-01", "01.2026", "Jan 26", "Januar 2026".

    A whole day is read where it is the first of the month: so a spreadsheet keeps "January 2026".

    Raises:
        InvalidInput: it names no month, or only a spreadsheet could tell which.
    """
    written = " ".join(text.split()).lower()
    found = _YEAR_FIRST.fullmatch(written) or _GERMAN.fullmatch(written)
    if found:
        return _month(text, int(found["year"]), int(found["month"]), found["day"])
    if (named := _IN_WORDS.fullmatch(written)) and named["name"] in _MONTHS:
        return _month(text, int(named["year"]) % 2000 + 2000, _MONTHS[named["name"]], None)
    raise InvalidInput("month_unreadable", field="month", value=text[:20])


def _month(text: str, year: int, month: int, day: str | None) -> date:
    if not 1 <= month <= 12 or not EARLIEST_YEAR <= year < 2100 or int(day or 1) != 1:
        raise InvalidInput("month_unreadable", field="month", value=text[:20])
    return date(year, month, 1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def require_over(month: date, today: date) -> None:
    """Return silently if all births of the month are known: it has ended.

    Raises:
        InvalidInput: it runs or is still to come.
    """
    if month_after(month) > today:
        raise InvalidInput("month_not_over", field="month", value=f"{month:%m.%Y}")


def read_births(text: str) -> int:
    """How many births somebody wrote.

    Raises:
        InvalidInput: it is no whole number, or no house has so many in a month.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise InvalidInput("births_unreadable", field="births", value=text[:20], most=MOST_BIRTHS)
    return checked_births(int(text))


def checked_births(births: int) -> int:
    if not 0 <= births <= MOST_BIRTHS:
        raise InvalidInput("births_unreadable", field="births", value=births, most=MOST_BIRTHS)
    return births


def read_value(text: str) -> Decimal:
    """A figure as it is written in Germany ("1.234,5") or by machines ("1234.5").

    Raises:
        InvalidInput: it is neither. "1.234" alone could be both and is not guessed.
    """
    written = text.strip()
    unclear = re.fullmatch(r"-?\d{1,3}\.\d{3}", written, re.ASCII)
    if _PLAIN_DECIMAL.fullmatch(written) and not unclear:
        return Decimal(written)
    if _DECIMAL.fullmatch(written) and not unclear:
        return Decimal(written.replace(".", "").replace(",", "."))
    raise InvalidInput("figure_unreadable", field="value", value=text[:20])


def stands_out(month: date, births: Mapping[date, int]) -> bool:
    """Whether this month of a house is so unlike the year around it that it may be mistyped.

    Nothing is said where fewer than three other months can be compared with.
    """
    around = [
        other
        for day, other in births.items()
        if day != month and abs((day.year - month.year) * 12 + day.month - month.month) <= 12
    ]
    if len(around) < _COMPARED:
        return False
    usual = median(around)
    here = births[month]
    differs = here > usual * _FACTOR or here * _FACTOR < usual
    return differs and abs(here - usual) > _HANDFUL


def gaps(months: Iterable[date]) -> list[date]:
    """The months that are missing between the first and the last."""
    known = sorted(set(months))
    missing, day = [], known[0] if known else date.max
    while known and day < known[-1]:
        if day not in known:
            missing.append(day)
        day = month_after(day)
    return missing


def recommended_posts(births_of_a_year: int) -> Decimal:
    """Full-time posts the conference of health ministers recommends for so many births a year."""
    posts = POSTS_PER_1000_BIRTHS * births_of_a_year / 1000
    return posts.quantize(Decimal("0.01"), ROUND_HALF_UP)


def average_posts(steps: Sequence[tuple[date, Decimal]], first: date, last: date) -> Decimal | None:
    """The full-time posts of a house in a period, day by day; None if it says nothing of its
    first day.

    Args:
        steps: since when, and how many; in the order of days.
    """
    before = [posts for since, posts in steps if since <= first]
    if not before:
        return None
    total, posts, day = Decimal(0), before[-1], first
    for since, following in steps:
        if first < since <= last:
            total, posts, day = total + posts * (since - day).days, following, since
    total += posts * ((last - day).days + 1)
    return total / ((last - first).days + 1)


# States of a measure and where each leads: every state has an exit.
MEASURE_MOVES: Mapping[str, tuple[str, ...]] = {
    "planned": ("running", "dropped"),
    "running": ("done", "dropped"),
    "done": ("running",),
    "dropped": ("planned",),
}
GOAL_MOVES: Mapping[str, tuple[str, ...]] = {
    "open": ("reached", "dropped"),
    "reached": ("open",),
    "dropped": ("open",),
}


def verdict(baseline: int | None, latest: int | None) -> str:
    """What may be said of a gap since a measure was taken: a code, as careful as the numbers are.

    Published counts are multiples of five beside the true ones: a difference of five says nothing.
    """
    if baseline is None:
        return "no_baseline"
    if latest is None:
        return "nothing_since"
    if abs(latest - baseline) <= ROUNDING:
        return "within_rounding"
    if latest > baseline:
        return "wider"
    return "nearly_closed" if latest == 0 else "narrower"
