"""Days and deadlines as a person would say them. The moment of speaking is passed in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


@dataclass(frozen=True)
class Deadline:
    """When an answer is due: `words` for the eye, `moment` for machines."""

    moment: datetime
    words: str
    is_over: bool


def deadline(moment: datetime | None, *, now: datetime) -> Deadline | None:
    """The deadline in words: "today, 12:00", "tomorrow, 12:00", "Mon, 24.11., 12:00"; late
    ones tell since when."""
    if moment is None:
        return None
    is_over = moment < now
    return Deadline(moment, _since(moment, now) if is_over else _until(moment, now), is_over)


def day(on: date, *, today: date) -> str:
    """A day in words, relative only where nobody has to count."""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return near.get((on - today).days) or _short(on)


def due_day(on: date, *, today: date) -> str:
    """When something is due, in words; what is late tells since when."""
    if on < today:
        days = (today - on).days
        late = ngettext("late by %(count)d day", "late by %(count)d days", days)
        return late % {"count": days}
    return day(on, today=today)


def child_age(months: int) -> str:
    """A child's age in words; negative months count down to the birth."""
    if months < 0:
        return _("pregnancy")
    if months == 0:
        return _("under one month")
    if months < 24:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = months // 12
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def _until(moment: datetime, now: datetime) -> str:
    clock = {"time": date_format(localtime(moment), "H:i")}
    days = (localtime(moment).date() - localtime(now).date()).days
    if days == 0:
        return _("today, %(time)s") % clock
    if days == 1:
        return _("tomorrow, %(time)s") % clock
    return f"{_short(localtime(moment).date())}, {clock['time']}"


def _since(moment: datetime, now: datetime) -> str:
    days = (localtime(now).date() - localtime(moment).date()).days
    if days == 0:
        return _("since %(time)s") % {"time": date_format(localtime(moment), "H:i")}
    if days == 1:
        return _("since yesterday")
    return ngettext("for %(count)d day", "for %(count)d days", days) % {"count": days}


def _short(on: date) -> str:
    return date_format(on, pgettext("day without year", "D, j M"))
