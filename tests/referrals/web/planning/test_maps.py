"""A city as a drawing of a few kilobytes in which neighbours keep their common border."""

import gzip
import json
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.web.planning import maps
from tests.shared_data import shared_file

type Ring = list[list[float]]
WIGGLES = [0.0, 0.0006, -0.0004, 0.0009, 0.0002, -0.0007, 0.0011, -0.0001, 0.0]


def _area(*rings: Ring) -> dict[str, object]:
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _border(x: float) -> Ring:
    """A wriggling line from south to north."""
    return [[x + wiggle, 51.2 + 0.01 * step] for step, wiggle in enumerate(WIGGLES)]


def _strips(number: int) -> dict[str, dict[str, object]]:
    """Neighbours from west to east, each beside the next."""
    borders = [_border(6.7 + 0.03 * place) for place in range(number + 1)]
    return {
        f"d{place}": _area([*west, *reversed(east), west[0]])
        for place, (west, east) in enumerate(pairwise(borders))
    }


def _points(path: str) -> list[list[tuple[int, int]]]:
    """The rings of a path, in whole units."""
    rings = []
    for ring in path.split("z")[:-1]:
        steps = [(int(x), int(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", ring)]
        points = [steps[0]]
        for across, down in steps[1:]:
            points.append((points[-1][0] + across, points[-1][1] + down))
        rings.append(points)
    return rings


def _edges(drawn: maps.Drawing) -> Counter[frozenset[tuple[int, int]]]:
    return Counter(
        frozenset(pair)
        for shape in drawn.shapes.values()
        for ring in _points(shape.path)
        for pair in pairwise([*ring, ring[0]])
    )


@pytest.mark.parametrize("number", [2, 3, 5])
def test_neighbours_keep_their_common_border(number: int) -> None:
    drawn = maps.drawing(_strips(number))
    assert drawn is not None
    shared = [edge for edge, times in _edges(drawn).items() if times == 2]
    assert len(shared) >= 2 * (number - 1)  # it is simplified, not straightened
    assert max(_edges(drawn).values()) == 2


def test_where_three_meet_all_keep_the_corner() -> None:
    """On a straight border only the corner tells the two in the east apart."""
    west = [[6.7, 51.2], [6.8, 51.2], [6.8, 51.24], [6.8, 51.28], [6.7, 51.28], [6.7, 51.2]]
    south = [[6.8, 51.2], [6.9, 51.2], [6.9, 51.24], [6.8, 51.24], [6.8, 51.2]]
    north = [[6.8, 51.24], [6.9, 51.24], [6.9, 51.28], [6.8, 51.28], [6.8, 51.24]]
    drawn = maps.drawing({"west": _area(west), "south": _area(south), "north": _area(north)})
    assert drawn is not None
    edges = _edges(drawn)
    assert sum(times == 2 for times in edges.values()) == 3
    assert len(_points(drawn.shapes["west"].path)[0]) == 5


def test_the_order_and_direction_of_a_ring_change_nothing_of_its_border() -> None:
    strips = _strips(2)
    ring: Ring = strips["d1"]["coordinates"][0][0]  # type: ignore[index]
    turned = [*ring[3:-1], *ring[:4]]
    other = maps.drawing({**strips, "d1": _area(turned[::-1])})
    drawn = maps.drawing(strips)
    assert drawn is not None
    assert other is not None
    assert set(_edges(drawn)) == set(_edges(other))


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(6.6, 6.9), st.floats(51.1, 51.3)).map(list), min_size=3, max_size=12
    )
)
def test_any_outline_can_be_drawn(ring: Ring) -> None:
    drawn = maps.drawing({"a": _area([*ring, ring[0]])})
    assert drawn is not None
    left, top = drawn.shapes["a"].anchor
    assert -1 <= left <= maps.MAP_WIDTH + 1
    assert -1 <= top <= drawn.height + 1
    for points in _points(drawn.shapes["a"].path):
        assert all(0 <= x <= maps.MAP_WIDTH and 0 <= y <= drawn.height for x, y in points)


def test_an_island_a_hole_and_a_speck_are_drawn() -> None:
    square = [[6.7, 51.2], [6.8, 51.2], [6.8, 51.3], [6.7, 51.3], [6.7, 51.2]]
    hole = [[6.72, 51.22], [6.74, 51.22], [6.74, 51.24], [6.72, 51.22]]
    speck = [[6.9, 51.25], [6.90001, 51.25], [6.90001, 51.25001], [6.9, 51.25]]
    drawn = maps.drawing(
        {
            "a": {"type": "MultiPolygon", "coordinates": [[square, hole], [speck]]},
            "b": _area(speck),
        }
    )
    assert drawn is not None
    assert len(_points(drawn.shapes["a"].path)) == 2
    assert drawn.shapes["b"].path.startswith("M")
    assert maps.drawing({}) is None


def test_names_beside_the_map_do_not_overlap_and_lead_to_their_area() -> None:
    drawn = maps.drawing(_strips(5))
    assert drawn is not None
    found = maps.labels(drawn, [(f"d{n}", f"D{n}") for n in range(5)] + [("elsewhere", "?")])
    assert [label.text for label in found] == [f"D{n}" for n in range(5)]
    heights = sorted(label.y for label in found)
    assert all(low + maps.LINE <= high + 0.1 for low, high in pairwise(heights))
    for number, label in enumerate(found):
        anchor = drawn.shapes[f"d{number}"].anchor
        assert label.line.startswith(f"M{anchor[0]:g} {anchor[1]:g}L")


@pytest.mark.shared_data
def test_a_real_city_weighs_a_few_kilobytes() -> None:
    found = json.loads(shared_file("districts/duesseldorf_stadtteile.geojson").read_text("utf-8"))
    drawn = maps.drawing({one["properties"]["name"]: one["geometry"] for one in found["features"]})
    assert drawn is not None
    assert len(drawn.shapes) == 50
    paths = "".join(shape.path for shape in drawn.shapes.values()).encode()
    assert len(gzip.compress(paths)) < 4_000
    edges = _edges(drawn)
    assert sum(times == 2 for times in edges.values()) > len(edges) / 2
