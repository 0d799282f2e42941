"""The map of a city in five shades, drawn on the server from the outlines of its districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lotsen.places.models import District, Municipality
from lotsen.places.outlines import attribution_of
from referrals.planning.coverage import Districts
from referrals.planning.gaps import Place
from referrals.statistics.labels import Label
from referrals.web.planning import maps
from referrals.web.planning.charts import german
from referrals.web.planning.gap_words import lacking

LABELLED = 4  # how many of the largest have their name beside the map


@dataclass(frozen=True)
class Area:
    """A district as drawn: its path, its shade, and what the pointer is told."""

    path: str
    level: int
    title: str


@dataclass(frozen=True)
class Map:
    """Inputs of planning/map.html."""

    view_box: str
    areas: list[Area]
    labels: list[maps.Label]
    alternative: str
    without_outline: list[str]  # names: these stand in the list alone
    attributions: list[str]


def draw(
    city: Municipality,
    districts_of: Mapping[str, Districts],
    shades: Sequence[tuple[Place, int]],
    names: Mapping[str, Label],
) -> Map | None:
    """The districts in the shade of their place, a borough's all alike.

    Args:
        districts_of: code of a place → keys of its districts.
        shades: each place with its level, the largest gap first.

    Returns: None where no district of the city has an outline.
    """
    districts = {one.key: one for one in District.objects.filter(municipality=city)}
    outlined = {key: one.outline for key, one in districts.items() if one.outline}
    drawn = maps.drawing(outlined)
    if drawn is None:
        return None
    of = {key: shade for shade in shades for key in districts_of.get(shade[0].code, ())}
    areas = [
        Area(
            path=drawn.shapes[key].path,
            level=of[key][1] if key in of else 0,
            title=_title(districts[key], of, names),
        )
        for key in sorted(outlined)
    ]
    largest = [place for place, level in shades if level][:LABELLED]
    return Map(
        view_box=drawn.view_box,
        areas=areas,
        labels=_labels(drawn, largest, districts_of, names),
        alternative=_alternative(city, largest, names),
        without_outline=sorted(one.name for key, one in districts.items() if key not in outlined),
        attributions=sorted({name for one in outlined.values() if (name := attribution_of(one))}),
    )


def _title(
    district: District, of: Mapping[str, tuple[Place, int]], names: Mapping[str, Label]
) -> str:
    if district.key not in of:
        return _("%(name)s: no number of its own") % {"name": district.name}
    place = of[district.key][0]
    own = place.code == district.key
    name = district.name if own else f"{district.name} ({names[place.code]})"
    return f"{name}: {lacking(place.missing)}"


def _labels(
    drawn: maps.Drawing,
    largest: list[Place],
    districts_of: Mapping[str, Districts],
    names: Mapping[str, Label],
) -> list[maps.Label]:
    """Names of the largest; a borough's line leads to the largest of its districts."""
    named = []
    for place in largest:
        keys = [key for key in sorted(districts_of.get(place.code, ())) if key in drawn.shapes]
        if keys:
            key = max(keys, key=lambda key: drawn.shapes[key].area)
            named.append((key, f"{names[place.code]}: {german(place.missing)}"))
    return maps.labels(drawn, named)


def _alternative(city: Municipality, largest: list[Place], names: Mapping[str, Label]) -> str:
    told = ", ".join(f"{names[place.code]} {german(place.missing)}" for place in largest)
    words = {"city": city.name, "told": told}
    if not largest:
        return _("Map of %(city)s. No place stands out. All values stand in the list.") % words
    return _("Map of %(city)s. Most is missing in: %(told)s. All values stand in the list.") % words
