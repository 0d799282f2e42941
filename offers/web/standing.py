"""What the catalogue says about places and how old that is, as one line each."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offers import labels
from offers.matching.rules import INFORMATION_BELIEVED_DAYS, PLACES_BELIEVED_DAYS
from offers.models import Offer
from offers.vocabulary import Capacity

_ICONS = {Capacity.FREE: "full", Capacity.WAITING_LIST: "half"}  # else an empty ring


@dataclass(frozen=True)
class Line:
    """Inputs of components/state.html."""

    text: str
    icon: str
    tone: str = ""


def places(offer: Offer, on: date) -> Line:
    """Free, waiting list, full or not known; a claim older than 90 days is not repeated."""
    if offer.capacity == Capacity.UNKNOWN or offer.capacity_as_of is None:
        return Line(labels.named(labels.CAPACITY, Capacity.UNKNOWN), "ring")
    days = (on - offer.capacity_as_of).days
    if days > PLACES_BELIEVED_DAYS:
        text = ngettext(
            "Places last stated %(days)d day ago", "Places last stated %(days)d days ago", days
        )
        return Line(text % {"days": days}, "ring")
    tone = "good" if offer.capacity == Capacity.FREE else ""
    return Line(_stated(offer), _ICONS.get(Capacity(offer.capacity), "ring"), tone)


def _stated(offer: Offer) -> str:
    weeks = offer.waiting_weeks
    if offer.capacity != Capacity.WAITING_LIST or weeks is None:
        return labels.named(labels.CAPACITY, offer.capacity)
    text = ngettext(
        "Waiting list, about %(weeks)d week", "Waiting list, about %(weeks)d weeks", weeks
    )
    return text % {"weeks": weeks}


def freshness(offer: Offer, on: date) -> Line:
    """When the information was last confirmed; a warning after 180 days, or if it never was."""
    if offer.checked_on is None:
        return Line(_("Information never confirmed"), "alert", "warn")
    days = (on - offer.checked_on).days
    if days > INFORMATION_BELIEVED_DAYS:
        text = ngettext(
            "Information not confirmed for %(days)d day",
            "Information not confirmed for %(days)d days",
            days,
        )
        return Line(text % {"days": days}, "alert", "warn")
    day = date_format(offer.checked_on, "SHORT_DATE_FORMAT")
    return Line(_("As of %(day)s") % {"day": day}, "check")
