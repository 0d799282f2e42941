"""Everything the catalogue knows about one offer, as pairs of term and value."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from offers import labels
from offers.models import Offer

type Facts = list[tuple[str, str]]


def for_whom(offer: Offer) -> Facts:
    """What decides whether an offer fits a family; pairs without a value are left out."""
    return [
        (_("Age"), labels.ages(offer.age_from_months, offer.age_to_months)),
        (_("Wishes"), labels.named_all(labels.NEEDS, offer.needs)),
        (_("Meant for"), labels.named_all(labels.AUDIENCES, offer.audience)),
        (_("Languages"), _languages(offer)),
        (_("Kind of offer"), labels.named(labels.FORMATS, offer.offer_format)),
        (_("Place"), labels.named(labels.SETTINGS, offer.setting)),
        (_("Districts"), where(offer)),
        (_("Access"), labels.named(labels.ACCESS, offer.access)),
        (_("Costs"), _("Free of charge") if offer.cost == "free" else offer.cost),
        (_("Accessible"), _yes_or_no(offer.accessible)),
        (_("Topics"), ", ".join(offer.topics)),
        (_("Whom it is for"), labels.named(labels.DIMENSIONS, offer.dimension)),
        (_("Legal basis"), offer.legal_basis),
    ]


def _languages(offer: Offer) -> str:
    spoken = labels.named_all(labels.LANGUAGES, offer.languages)
    if not offer.interpreting:
        return spoken
    if not spoken:
        return _("with interpreting")
    return _("%(languages)s, others with interpreting") % {"languages": spoken}


def where(offer: Offer) -> str:
    """Its catchment. Reads the prefetched districts: `Offer.objects.for_display()`."""
    if offer.open_to_all_districts:
        return _("All districts of %(city)s") % {"city": offer.municipality}
    return ", ".join(district.name for district in offer.districts.all())


def how_fresh(offer: Offer) -> Facts:
    """When somebody last said that it is right, and until when it is offered."""
    days = [
        (_("Information confirmed on"), offer.checked_on),
        (_("Places stated on"), offer.capacity_as_of),
        (_("Offered until"), offer.valid_until),
    ]
    return [(term, date_format(day, "SHORT_DATE_FORMAT")) for term, day in days if day]


def _yes_or_no(value: bool | None) -> str:  # noqa: FBT001  not known is an answer too
    return {True: _("Yes"), False: _("No"), None: ""}[value]
