"""What the catalogue holds for a gap: counts, words, and the address of exactly these offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotsen.places.models import District, Municipality
from offers.matching import candidates
from offers.matching.values import Candidate
from referrals.planning import coverage
from referrals.planning.coverage import Asked, Districts, Supply
from referrals.statistics import boroughs


@dataclass(frozen=True)
class Catalogue:
    """The offers of a city on a day, and which districts belong to a place of the cubes.

    Args:
        places: code of a district or borough → keys of its districts.
        numbered: codes of boroughs that have a number of their own.
    """

    city: str
    on: date
    offers: list[Candidate]
    places: Mapping[str, Districts]
    numbered: frozenset[str]

    def asked(
        self,
        group: str = "",
        phase: str = "",
        place: str = "",
        *,
        dimension: str | None = None,
        language: str = "",
    ) -> Asked:
        return Asked(group, phase, dimension, language, self.places.get(place))

    def supply(self, asked: Asked) -> Supply:
        return coverage.supply(coverage.asked_for(self.offers, asked), self.on)

    def address(self, asked: Asked, place: str = "") -> str:
        """The page of the catalogue with the offers that are asked for.

        A borough without a number of its own has no filter there; its offers are among those of
        the whole city.
        """
        query: dict[str, object] = {
            "need_group": asked.group,
            "language": asked.language,
            "dimension": asked.dimension or "",
        }
        if asked.phase:
            query["age_months"], query["until_months"] = coverage.SPANS[asked.phase]
        if place in self.numbered:
            query["borough"] = f"{self.city}:{place.removeprefix('borough:')}"
        elif place in self.places and place in self.places[place]:
            query["district"] = place
        told = {name: value for name, value in query.items() if value != ""}
        return f"{reverse('offer-list')}?{urlencode(told)}"


def catalogue(city: Municipality, on: date) -> Catalogue:
    """Four queries, however many offers there are."""
    offers = coverage.current(candidates.for_municipality(city.slug), on)
    codes = District.objects.filter(municipality=city).exclude(borough_code="")
    numbered = frozenset(f"borough:{code}" for code in codes.values_list("borough_code", flat=True))
    return Catalogue(city.slug, on, offers, districts_of(city), numbered)


def districts_of(city: Municipality) -> dict[str, Districts]:
    """The districts of each place: a district is its own, a borough has several."""
    together: dict[str, set[str]] = {}
    for district, borough in boroughs.of_city(city).items():
        together.setdefault(borough, set()).add(district)
        together[district] = {district}
    return {code: frozenset(keys) for code, keys in together.items()}


def words(supply: Supply) -> str:
    """ "12 offers: 3 with a place free, 5 with a waiting list (2 to 8 weeks), 4 not known"."""
    if not supply.offers:
        return _("No offer in the catalogue")
    offers = ngettext("%(count)d offer", "%(count)d offers", supply.offers)
    parts = ", ".join(_places(supply))
    return f"{offers % {'count': supply.offers}}: {parts}"


def brief(supply: Supply) -> str:
    """ "12 offers, 3 free": for a cell of a table."""
    if not supply.offers:
        return _("no offer")
    offers = ngettext("%(count)d offer", "%(count)d offers", supply.offers)
    told = offers % {"count": supply.offers}
    return f"{told}, " + _("%(free)s free") % {"free": supply.free} if supply.free else told


def _places(supply: Supply) -> list[str]:
    told = [
        (supply.free, _("%(count)d with a place free")),
        (supply.waiting, _("%(count)d with a waiting list") + _weeks(supply)),
        (supply.full, _("%(count)d full")),
        (supply.unknown, _("%(count)d without word about places")),
    ]
    return [text % {"count": count} for count, text in told if count]


def _weeks(supply: Supply) -> str:
    if supply.weeks is None:
        return ""
    shortest, longest = supply.weeks
    if shortest == longest:
        weeks = ngettext("about %(weeks)d week", "about %(weeks)d weeks", longest)
        return f" ({weeks % {'weeks': longest}})"
    return " " + _("(%(shortest)d to %(longest)d weeks)") % {
        "shortest": shortest, "longest": longest,
    }  # fmt: skip
