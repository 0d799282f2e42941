"""Is this outline an area? Pure: GeoJSON geometry in, a problem code or None out.

Outlines come from elsewhere: a broken one must be named by row, not drawn.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

type Point = tuple[float, float]
type Segment = tuple[Point, Point]

LONGITUDES, LATITUDES = (5.0, 16.0), (47.0, 56.0)  # Germany, WGS 84 degrees, generous
LARGEST_DEGREE = 360
FARTHEST = 1e8  # metres: more than any projection of Germany has
MOST_POINTS = 20_000  # of one outline; the most of a real one known to us is about 5,000


def problem_of(geometry: object) -> str | None:
    """Why `geometry` is no sound Polygon or MultiPolygon in Germany; None: it is one."""
    polygons = _polygons(geometry)
    if polygons is None:
        return "not_an_area"
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings or not all(polygons):
        return "not_an_area"
    if sum(len(ring) for ring in rings if isinstance(ring, list)) > MOST_POINTS:
        return "too_many_points"
    return next((problem for ring in rings if (problem := _problem_of_ring(ring))), None)


def contains(outline: dict[str, Any], longitude: float, latitude: float) -> bool:
    """Whether a sound MultiPolygon covers the place: a line to the east leaves it once more than
    it enters."""
    crossings: int = sum(
        (a[1] > latitude) != (b[1] > latitude)
        and longitude < a[0] + (latitude - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for polygon in outline["coordinates"]
        for ring in polygon
        for a, b in pairwise(ring)
    )
    return crossings % 2 == 1


def plane(geometry: dict[str, Any]) -> dict[str, Any]:
    """A sound geometry with longitude and latitude alone: no heights, no foreign members."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [[list(position[:2]) for position in ring] for ring in polygon] for polygon in polygons
        ],
    }


def _polygons(geometry: object) -> list[list[object]] | None:
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(
        str(geometry.get("type"))
    )
    if not isinstance(polygons, list) or not all(isinstance(part, list) for part in polygons):
        return None
    return polygons


def _problem_of_ring(ring: object) -> str | None:
    points = _points(ring)
    if points is None:
        return "not_a_position"
    if len(points) < 4 or points[0] != points[-1]:
        return "ring_open"
    if problem := _problem_of_place(points):
        return problem
    if _crosses_itself(points) or _area(points) == 0:
        return "ring_crosses_itself"
    return None


def _problem_of_place(points: Sequence[Point]) -> str | None:
    """Where a ring is not in Germany: why that may be."""
    if all(_in_germany(point) for point in points):
        return None
    if any(abs(number) > LARGEST_DEGREE for point in points for number in point):
        return "in_metres"
    swapped = all(_in_germany((latitude, longitude)) for longitude, latitude in points)
    return "position_swapped" if swapped else "position_outside"


def _points(ring: object) -> list[Point] | None:
    if not isinstance(ring, list):
        return None
    points = [_point(position) for position in ring]
    return None if None in points else [point for point in points if point]


def _point(position: object) -> Point | None:
    if not isinstance(position, list) or len(position) < 2:
        return None
    longitude, latitude = position[:2]
    if not all(type(number) in {int, float} and abs(number) <= FARTHEST for number in position[:2]):
        return None  # not a number, or the NaN and Infinity that Python's JSON lets through
    return float(longitude), float(latitude)


def _in_germany(point: Point) -> bool:
    return LONGITUDES[0] <= point[0] <= LONGITUDES[1] and LATITUDES[0] <= point[1] <= LATITUDES[1]


def _area(points: Sequence[Point]) -> float:
    """Signed area by the shoelace formula, square degrees."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2


def _crosses_itself(points: Sequence[Point]) -> bool:
    """Whether two edges cross, or a corner other than the closing one is visited twice."""
    if len(set(points[:-1])) != len(points) - 1:
        return True
    edges = sorted(pairwise(points), key=lambda edge: min(edge[0][0], edge[1][0]))
    running: list[Segment] = []
    for edge in edges:  # swept from west to east: only edges still reaching here can cross
        west = min(edge[0][0], edge[1][0])
        running = [other for other in running if max(other[0][0], other[1][0]) >= west]
        if any(_cross(edge, other) for other in running):
            return True
        running.append(edge)
    return False


def _cross(one: Segment, other: Segment) -> bool:
    """Whether the insides of two edges meet in one point."""
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
