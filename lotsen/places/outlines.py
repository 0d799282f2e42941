"""District outlines from a GeoJSON file without official numbers: joined by name in one city."""

from collections import Counter
from typing import Any

from lotsen.importing import Ended, RowEnd, UnreadableFileError, one_line, slug
from lotsen.places.geometry import plane, problem_of
from lotsen.places.models import District, Municipality

PROBLEMS = {
    "not_a_feature": "Der Eintrag ist kein GeoJSON-Objekt mit Namen (properties.name).",
    "district_unknown": "Einen Stadtteil „{name}“ gibt es in {city} nicht.",
    "name_ambiguous": "„{name}“ gibt es in {city} in mehreren Bezirken.",
    "duplicate": "Einen Umriss für „{name}“ enthält die Datei schon.",
    "not_an_area": "Der Umriss von „{name}“ ist keine Fläche (Polygon oder MultiPolygon).",
    "not_a_position": "Der Umriss von „{name}“ enthält eine unlesbare Koordinate.",
    "position_outside": "Der Umriss von „{name}“ liegt außerhalb Deutschlands.",
    "ring_open": "Der Umriss von „{name}“ ist nicht geschlossen.",
    "ring_crosses_itself": "Der Umriss von „{name}“ überschneidet sich selbst.",
}


def city_of(features: list[object], slug_wanted: str | None) -> Municipality:
    """The city the outlines belong to: the one named, else the one that knows most of the names.

    Raises:
        UnreadableFileError: no such city, or the names do not tell.
    """
    if slug_wanted:
        city = Municipality.objects.filter(slug=slug_wanted).first()
        if city is None:
            raise UnreadableFileError(f"Die Stadt „{slug_wanted}“ ist nicht angelegt.")
        return city
    names = {slug(name) for feature in features if (name := _name_of(feature))}
    known = Counter(
        district.municipality_id
        for district in District.objects.all()
        if slug(district.name) in names
    ).most_common(2)
    if not known or (len(known) == 2 and known[0][1] == known[1][1]):
        raise UnreadableFileError(
            "Zu welcher Stadt die Umrisse gehören, ist nicht zu erkennen. Bitte --city angeben"
            " und zuerst die Stadtteile einlesen. Nichts wurde geändert."
        )
    return Municipality.objects.get(slug=known[0][0])


def attach(features: list[object], city: Municipality) -> list[RowEnd]:
    """Give each named district its outline; every feature ends with a status."""
    districts: dict[str, list[District]] = {}
    for district in District.objects.filter(municipality=city):
        districts.setdefault(slug(district.name), []).append(district)
    seen: set[str] = set()
    return [
        _attach_one(number, feature, districts, city.name, seen)
        for number, feature in enumerate(features, start=1)
    ]


def _attach_one(
    number: int, feature: object, districts: dict[str, list[District]], city: str, seen: set[str]
) -> RowEnd:
    name = _name_of(feature)
    found = districts.get(slug(name), [])
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    problem = _problem(name, found, seen) or problem_of(geometry)
    if problem:
        message = PROBLEMS[problem].format(name=name[:60], city=city)
        return RowEnd(number, Ended.REJECTED, problem, message)
    seen.add(slug(name))
    return RowEnd(number, _keep(found[0], plane(geometry)))


def _problem(name: str, found: list[District], seen: set[str]) -> str | None:
    if not name:
        return "not_a_feature"
    if not found:
        return "district_unknown"
    if len(found) > 1:
        return "name_ambiguous"
    return "duplicate" if slug(name) in seen else None


def _keep(district: District, geometry: dict[str, Any]) -> Ended:
    if district.outline == geometry:
        return Ended.UNCHANGED
    district.outline = geometry
    district.save(update_fields=["outline"])
    return Ended.UPDATED


def _name_of(feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    readable = name.encode("utf-8", "ignore").decode() if isinstance(name, str) else ""
    return one_line(readable)
