"""Outlines of districts as a drawing of a few kilobytes. Pure: GeoJSON geometry in, SVG paths out.

Neighbours keep their common border: all outlines are put on one grid, and what lies between two
corners where borders meet is simplified once, alike for both sides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from referrals.web.planning.charts import spread

MAP_WIDTH, MAP_HEIGHT = 430, 620  # at most, in units of the drawing
LABELS_WIDTH = 220  # beside it, for the names of the largest
LINE = 30  # units between two labels
TOLERANCE = 1.2  # units a border may be off; the drawing is about as wide as the screen shows it

type Point = tuple[int, int]
type Ring = tuple[Point, ...]
type Outline = Mapping[str, Any]  # a sound GeoJSON MultiPolygon, longitude and latitude


@dataclass(frozen=True)
class Shape:
    """One area: its SVG path, and a point inside from which a line leads to its label."""

    path: str
    anchor: tuple[float, float]
    area: float


@dataclass(frozen=True)
class Drawing:
    """All areas on one sheet; `width` leaves room for labels beside the map."""

    width: int
    height: int
    shapes: Mapping[str, Shape]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


@dataclass(frozen=True)
class Label:
    """A name beside the map and the line that leads to its area."""

    text: str
    x: float
    y: float
    line: str


def drawing(outlines: Mapping[str, Outline]) -> Drawing | None:
    """The areas by key, north up; None where there is no outline at all."""
    rings = {
        key: [ring for polygon in outline["coordinates"] for ring in polygon]
        for key, outline in outlines.items()
    }
    positions = [position for each in rings.values() for ring in each for position in ring]
    if not positions:
        return None
    scale = _scale(positions)
    on_grid = {key: [_on_grid(ring, scale) for ring in each] for key, each in rings.items()}
    corners = _corners(ring for each in on_grid.values() for ring in each)
    shapes = {key: _shape(each, corners) for key, each in on_grid.items()}
    return Drawing(MAP_WIDTH + LABELS_WIDTH, scale.height, shapes)


def labels(drawn: Drawing, named: Sequence[tuple[str, str]]) -> list[Label]:
    """Labels beside the map for areas (key, text), in the order of the map, not overlapping."""
    known = [(drawn.shapes[key].anchor, text) for key, text in named if key in drawn.shapes]
    heights = spread([anchor[1] for anchor, _text in known], LINE, LINE / 2, drawn.height - 8)
    left = MAP_WIDTH + 12
    return [
        Label(text, left + 8, y + 7, f"M{anchor[0]:g} {anchor[1]:g}L{left} {y:g}")
        for (anchor, text), y in zip(known, heights, strict=True)
    ]


@dataclass(frozen=True)
class _Scale:
    west: float
    north: float
    across: float  # units per degree of longitude
    down: float  # units per degree of latitude
    height: int


def _scale(positions: Sequence[Sequence[float]]) -> _Scale:
    """True to shape in the middle of the map; a city is small enough for that."""
    west, east = min(p[0] for p in positions), max(p[0] for p in positions)
    south, north = min(p[1] for p in positions), max(p[1] for p in positions)
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow or 1e-9, north - south or 1e-9
    unit = min(MAP_WIDTH / wide, MAP_HEIGHT / high)
    return _Scale(west, north, unit * narrow, unit, max(round(high * unit), LINE * 8))


def _on_grid(ring: Sequence[Sequence[float]], scale: _Scale) -> Ring:
    """The ring in whole units, without points that fall together; open: the end is not repeated."""
    points: list[Point] = []
    for position in ring:
        point = (
            round((position[0] - scale.west) * scale.across),
            round((scale.north - position[1]) * scale.down),
        )
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return tuple(points)


def _corners(rings: Iterable[Ring]) -> frozenset[Point]:
    """Where borders meet or part: points with more or fewer than two different neighbours."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in _edges(ring):
            beside[a].add(b)
            beside[b].add(a)
    return frozenset(point for point, others in beside.items() if len(others) != 2)


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return pairwise((*ring, ring[0])) if ring else ()


def _shape(rings: Sequence[Ring], corners: frozenset[Point]) -> Shape:
    simple = [_simplified(ring, corners) for ring in rings]
    kept = [ring for ring in simple if len(ring) > 2] or simple[:1]
    largest = max(kept, key=lambda ring: abs(_area(ring)))
    return Shape("".join(map(_path, kept)), _inside(largest), abs(_area(largest)))


def _simplified(ring: Ring, corners: frozenset[Point]) -> Ring:
    """The ring with fewer points; between two corners the same ones, whoever asks."""
    if len(ring) < 4:
        return ring
    first = next((place for place, point in enumerate(ring) if point in corners), None)
    if first is None:  # an island: begun where every ring of these points would begin
        first = ring.index(min(ring))
    turned = (*ring[first:], *ring[:first], ring[first])
    kept: list[Point] = []
    begin = 0
    for place in range(1, len(turned)):
        if turned[place] in corners or place == len(turned) - 1:
            kept += _arc(turned[begin : place + 1])[:-1]
            begin = place
    return tuple(kept)


def _arc(points: Sequence[Point]) -> Ring:
    """An arc simplified in one direction, so that both neighbours keep the same points."""
    there = tuple(points)
    back = there[::-1]
    return _fewer(there) if there <= back else _fewer(back)[::-1]


@lru_cache(maxsize=4096)
def _fewer(arc: Ring) -> Ring:
    """Ramer, Douglas and Peucker: a point stays if the line without it were off too far."""
    if len(arc) < 3:
        return arc
    offs = [_off(point, arc[0], arc[-1]) for point in arc[1:-1]]
    most = max(offs)
    if most <= TOLERANCE:
        return arc[0], arc[-1]
    place = offs.index(most) + 1
    return (*_fewer(arc[: place + 1])[:-1], *_fewer(arc[place:]))


def _off(point: Point, a: Point, b: Point) -> float:
    """How far a point lies from the line through a and b; from a, where these are one."""
    length = hypot(b[0] - a[0], b[1] - a[1])
    if not length:
        return hypot(point[0] - a[0], point[1] - a[1])
    across = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return abs(across) / length


def _path(ring: Ring) -> str:
    """Relative steps: short numbers make a small page."""
    steps = "".join(f"l{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}{steps}z"


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(ring)) / 2


def _inside(ring: Ring) -> tuple[float, float]:
    """The middle of the widest stretch of the ring at its middle height: always inside."""
    heights = sorted({y for _x, y in ring})
    middle = (heights[0] + heights[-1]) / 2 + 0.5
    crossings = sorted(
        a[0] + (middle - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for a, b in _edges(ring)
        if (a[1] > middle) != (b[1] > middle)
    )
    stretches = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not stretches:
        return float(ring[0][0]), float(ring[0][1])
    left, right = max(stretches, key=lambda pair: pair[1] - pair[0])
    return round((left + right) / 2, 1), round(middle, 1)
