"""A reason becomes a short line for the screen: "speaks Arabic", "1.5 km", "Waiting list, 2 weeks".

The lines follow "Fits, because" or stand alone with a sign; they never name a family.
"""

from collections.abc import Callable, Mapping
from typing import cast

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offers import labels
from offers.matching.values import Because, Reason

type Values = Mapping[str, object]


def sentence(reason: Reason) -> str:
    """The line for `reason` in the language of the reader."""
    return WORDING[reason.code](reason.parameters)


def _need(values: Values) -> str:
    return labels.named(labels.NEEDS, cast("str", values["need"]))


def _speaks(values: Values) -> str:
    return _("speaks %(language)s") % {"language": _language(values)}


def _interpreting(values: Values) -> str:
    return _("%(language)s with interpreting") % {"language": _language(values)}


def _language(values: Values) -> str:
    return labels.named(labels.LANGUAGES, cast("str", values["language"]))


def _district(values: Values) -> str:
    if values["district"]:
        return _("for families in %(district)s") % values
    return _("for families in this district")


def _borough(values: Values) -> str:
    if values["district"]:
        return _("for %(district)s and the districts around it") % values
    return _("for the whole borough")


def _outside(values: Values) -> str:
    if values["district"]:
        return _("not for families in %(district)s so far") % values
    return _("not for families in this district so far")


def _distance(values: Values) -> str:
    kilometres = cast("float", values["kilometres"])
    if kilometres < 1:
        return _("close by")
    return _("about %(kilometres)s km") % {"kilometres": number_format(kilometres, 1)}


def _ages(values: Values) -> str:
    return labels.ages(cast("int", values["from_months"]), cast("int", values["to_months"]))


def _from_age(values: Values) -> str:
    return _("only from: %(age)s") % {"age": labels.age(cast("int", values["months"]))}


def _until_age(values: Values) -> str:
    return _("only until: %(age)s") % {"age": labels.age(cast("int", values["months"]))}


def _free(values: Values) -> str:
    return _("Place free, as of %(day)s") % {"day": _day(values["as_of"])}


def _full(values: Values) -> str:
    return _("Full at the moment, as of %(day)s") % {"day": _day(values["as_of"])}


def _expired(values: Values) -> str:
    return _("Ended on %(day)s") % {"day": _day(values["on"])}


def _day(value: object) -> str:
    return date_format(value, "SHORT_DATE_FORMAT")  # type: ignore[arg-type]


def _meant_for(values: Values) -> str:
    audience = cast("tuple[str, ...]", values["audience"])
    return _("Meant for: %(audience)s") % {"audience": labels.named_all(labels.AUDIENCES, audience)}


def _waiting(values: Values) -> str:
    weeks = cast("int | None", values["weeks"])
    if weeks is None:
        return _("Waiting list")
    return ngettext(
        "Waiting list, about %(weeks)d week", "Waiting list, about %(weeks)d weeks", weeks
    ) % {"weeks": weeks}


def _places_old(values: Values) -> str:
    days = cast("int", values["days"])
    return ngettext(
        "Places last stated %(days)d day ago", "Places last stated %(days)d days ago", days
    ) % {"days": days}


def _unconfirmed(values: Values) -> str:
    days = cast("int", values["days"])
    return ngettext(
        "Information not confirmed for %(days)d day",
        "Information not confirmed for %(days)d days",
        days,
    ) % {"days": days}


WORDING: dict[Because, Callable[[Values], str]] = {
    Because.NEED_MET: _need,
    Because.FOR_EVERY_FAMILY: lambda _values: _("For all families"),
    Because.LANGUAGE_SPOKEN: _speaks,
    Because.COMES_HOME: lambda _values: _("comes to the home"),
    Because.ONLINE: lambda _values: _("online"),
    Because.IN_DISTRICT: _district,
    Because.IN_BOROUGH: _borough,
    Because.IN_CITY: lambda _values: _("in the whole city"),
    Because.DISTANCE: _distance,
    Because.AGE_FITS: _ages,
    Because.PLACE_FREE: _free,
    Because.BY_REFERRAL: lambda _values: _("through professionals like you"),
    Because.WITH_INTERPRETING: _interpreting,
    Because.LANGUAGES_UNKNOWN: lambda _values: _("Languages not known, please ask"),
    Because.CATCHMENT_UNKNOWN: lambda _values: _("Not known which districts it serves"),
    Because.DISTRICT_UNKNOWN: lambda _values: _("Only for some districts"),
    Because.MEANT_FOR: _meant_for,
    Because.WAITING_LIST: _waiting,
    Because.PLACES_UNKNOWN: lambda _values: _("Places not known"),
    Because.PLACES_OLD: _places_old,
    Because.UNCONFIRMED: _unconfirmed,
    Because.NEVER_CONFIRMED: lambda _values: _("Information never confirmed"),
    Because.NO_COMMON_NEED: lambda _values: _("for other wishes"),
    Because.TOO_YOUNG: _from_age,
    Because.TOO_OLD: _until_age,
    Because.OUTSIDE_CATCHMENT: _outside,
    Because.OTHER_CITY: lambda _values: _("only for another city"),
    Because.LANGUAGE_NOT_SPOKEN: lambda _values: _("no common language, no interpreting"),
    Because.FULL: _full,
    Because.EXPIRED: _expired,
    Because.NOT_PUBLISHED: lambda _values: _("Information still being checked"),
    Because.WITHDRAWN: lambda _values: _("No longer offered"),
    Because.NO_WAY_IN: lambda _values: _("no way to hand over known yet"),
}
