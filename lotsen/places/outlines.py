"""District outlines from a GeoJSON file without official numbers: joined by name in one city.

A file that cannot be read as a whole changes nothing; one outline that is broken is named by row
and not drawn.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lotsen.importing import (
    Collection,
    Ended,
    RowEnd,
    UnreadableFileError,
    one_line,
    read_collection,
    slug,
)
from lotsen.places.geometry import MOST_POINTS, plane, problem_of
from lotsen.places.models import District, Municipality

PROBLEMS = {
    "not_a_feature": "Der Eintrag ist kein GeoJSON-Objekt mit Namen (properties.name).{found}",
    "district_unknown": "Einen Stadtteil „{name}“ gibt es in {city} nicht.",
    "name_ambiguous": "„{name}“ gibt es in {city} in mehreren Bezirken.",
    "duplicate": "Einen Umriss für „{name}“ enthält die Datei schon.",
    "not_an_area": "Der Umriss von „{name}“ ist keine Fläche (Polygon oder MultiPolygon).",
    "not_a_position": "Der Umriss von „{name}“ enthält eine unlesbare Koordinate.",
    "in_metres": (
        "Der Umriss von „{name}“ ist nicht in Grad angegeben, sondern wohl in Metern (etwa"
        " EPSG:25832). Gebraucht wird WGS 84 (EPSG:4326)."
    ),
    "position_swapped": "Im Umriss von „{name}“ sind Länge und Breite vertauscht.",
    "too_many_points": "Der Umriss von „{name}“ hat mehr als {most} Punkte. Bitte vereinfachen.",
    "position_outside": "Der Umriss von „{name}“ liegt außerhalb Deutschlands.",
    "ring_open": "Der Umriss von „{name}“ ist nicht geschlossen.",
    "ring_crosses_itself": "Der Umriss von „{name}“ überschneidet sich selbst.",
}


# How WGS 84 in degrees is named; GeoJSON of today names no projection at all (RFC 7946).
_DEGREES = ("crs84", "epsg::4326", "epsg:4326", "epsg:6.6:4326", "ogc:1.3:crs84")
_NAMES_SHOWN = 8
_LONGEST_ATTRIBUTION = 160
_ATTRIBUTION = "attribution"  # kept beside the coordinates: who must be named where it is drawn


def read(path: Path) -> Collection:
    """The outlines of a file, if it is fit to be read at all.

    Raises:
        UnreadableFileError: no FeatureCollection, nothing in it, in another projection than
            WGS 84, or not one feature has a name.
    """
    collection = read_collection(path)
    problem = _problem_of_file(collection)
    if problem:
        raise UnreadableFileError(f"„{path.name}“ {problem} Nichts wurde geändert.")
    return collection


def _problem_of_file(collection: Collection) -> str:
    if collection.said.get("type") != "FeatureCollection":
        return "ist keine GeoJSON-Sammlung (FeatureCollection)."
    if not collection.features:
        return "enthält keine Umrisse."
    if projection := _foreign_projection(collection.said.get("crs")):
        return (
            f"ist in einer anderen Projektion gespeichert ({projection}). Gebraucht wird WGS 84"
            " in Grad (EPSG:4326); jedes Kartenprogramm kann so exportieren."
        )
    if not any(_name_of(feature) for feature in collection.features):
        return f"nennt keinen Stadtteil beim Namen (properties.name).{_found(collection.features)}"
    return ""


def _foreign_projection(crs: object) -> str:
    """The projection a file names, if it is not the one of GeoJSON."""
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    named = one_line(name)[:60] if isinstance(name, str) else "unbekannt"
    return "" if named.lower().endswith(_DEGREES) else named


def _found(features: list[object]) -> str:
    """Which properties there are instead of a name."""
    names = dict.fromkeys(
        one_line(str(name))[:30]
        for feature in features
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict)
        for name in feature["properties"]
    )
    return f" Vorhanden: {', '.join(list(names)[:_NAMES_SHOWN])}." if names else ""


def attribution_of(outline: Mapping[str, Any]) -> str:
    """Whom a drawing of this outline must name; "" for nobody."""
    return str(outline.get(_ATTRIBUTION, ""))


def attributed(collection: Collection, given: str | None) -> str:
    """Who is to be named: what was given, else what the file says of itself."""
    said = given or collection.said.get(_ATTRIBUTION)
    readable = said.encode("utf-8", "ignore").decode() if isinstance(said, str) else ""
    return one_line(readable)[:_LONGEST_ATTRIBUTION]


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


def attach(features: list[object], city: Municipality, attribution: str = "") -> list[RowEnd]:
    """Give each named district its outline; every feature ends with a status.

    Args:
        attribution: whom a drawing must name.
    """
    districts: dict[str, list[District]] = {}
    for district in District.objects.filter(municipality=city):
        districts.setdefault(slug(district.name), []).append(district)
    seen: set[str] = set()
    return [
        _attach_one(number, feature, districts, city.name, seen, attribution)
        for number, feature in enumerate(features, start=1)
    ]


def _attach_one(
    number: int,
    feature: object,
    districts: dict[str, list[District]],
    city: str,
    seen: set[str],
    attribution: str,
) -> RowEnd:
    name = _name_of(feature)
    found = districts.get(slug(name), [])
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    problem = _problem(name, found, seen) or problem_of(geometry)
    if problem:
        message = PROBLEMS[problem].format(
            name=name[:60], city=city, most=MOST_POINTS, found=_found([feature])
        )
        return RowEnd(number, Ended.REJECTED, problem, message)
    seen.add(slug(name))
    outline = plane(geometry) | ({_ATTRIBUTION: attribution} if attribution else {})
    return RowEnd(number, _keep(found[0], outline))


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
