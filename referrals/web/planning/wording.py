"""Numbers as words: nothing is told more exactly than it was published.

Two rounded numbers that differ by one step of rounding may come from the same truth, so they are
called about equal, and a nought is "0 to 4" wherever it stands.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from referrals.statistics import labels
from referrals.statistics.cube import BASE
from referrals.statistics.figures import Figure
from referrals.web.planning.charts import german
from referrals.web.planning.periods import period_label

UNKNOWN = "–"


def count(value: int | None) -> str:
    """A published count as people read it: 0 is "0 to 4", because zero hides up to four."""
    if value is None:
        return UNKNOWN
    return german(value) if value else _("0 to 4")


def exact(value: int | None) -> str:
    """A number that is no family's, such as births or offers."""
    return UNKNOWN if value is None else german(value)


def of_a_hundred(percent: int | None) -> str:
    """A percentage as a sentence; "" where there may be none."""
    return "" if percent is None else _("That is %(number)s out of 100.") % {"number": percent}


def than_before(figure: Figure, period: str) -> str:
    """How a count compares with the period before; "" where there is none."""
    change = figure.change
    if change is None:
        return ""
    before = _before(period)
    if abs(change) <= BASE:
        return _("About as many as %(before)s.") % {"before": before}
    words = {"number": german(abs(change)), "before": before}
    if change > 0:
        return _("About %(number)s more than %(before)s.") % words
    return _("About %(number)s fewer than %(before)s.") % words


def band_before(figure: Figure, period: str) -> str:
    """How a band of days compares with the period before; "" where there is none."""
    if not figure.previous_detail:
        return ""
    if figure.previous_detail == figure.detail:
        return _("The same as %(before)s.") % {"before": _before(period)}
    band = _("%(before)s: %(band)s.") % {
        "before": _before(period), "band": labels.WAITS[figure.previous_detail],
    }  # fmt: skip
    return band[:1].upper() + band[1:]


def direction(series: Sequence[int | None]) -> str:
    """How a series went from its first to its last value: more, fewer, equal; "" for one value."""
    known = [value for value in series if value is not None]
    if len(known) < 2:
        return ""
    change = known[-1] - known[0]
    if abs(change) <= BASE:
        return "equal"
    return "more" if change > 0 else "fewer"


def leading[Row](rows: Sequence[tuple[Row, int]]) -> list[Row]:
    """Which rows are the most frequent, if that can be said: those within one step of the first.

    Args:
        rows: with their counts, the most frequent first. More than two at the top lead nowhere.
    """
    if not rows or not rows[0][1]:
        return []
    top = [row for row, value in rows if rows[0][1] - value <= BASE]
    return top if len(top) <= 2 else []


def both(names: Sequence[str]) -> str:
    """One name, or two joined."""
    return _(" as well as ").join(names)


def until(periods: Sequence[str]) -> str:
    """A stretch of periods: "1st quarter 2025 to 3rd quarter 2026"."""
    if len(periods) < 2:
        return "".join(map(period_label, periods))
    return _("%(first)s to %(last)s") % {
        "first": period_label(periods[0]), "last": period_label(periods[-1]),
    }  # fmt: skip


def _before(period: str) -> str:
    if "Q" in period:
        return pgettext("comparison", "in the quarter before")
    return pgettext("comparison", "in the year before")
