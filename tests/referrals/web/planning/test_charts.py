"""Geometry of charts: what must hold for every set of numbers. No database."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.web.planning import charts
from referrals.web.planning.charts import LINE_HEIGHT, Series

FIVES = st.integers(0, 4000).map(lambda number: 5 * number)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzäöü ", min_size=1, max_size=25)
COLUMNS = st.integers(1, 12)


@st.composite
def line_charts(draw: st.DrawFn) -> tuple[list[str], list[Series]]:
    columns = [f"{number}/26" for number in range(draw(COLUMNS))]
    values = st.lists(FIVES | st.none(), min_size=len(columns), max_size=len(columns))
    series = st.builds(Series, NAMES, values)
    return columns, draw(st.lists(series, min_size=1, max_size=5))


@given(line_charts())
def test_no_two_labels_of_lines_overlap(chart: tuple[list[str], list[Series]]) -> None:
    drawn = charts.line(*chart)
    labels = sorted(line.label_y for line in drawn.lines)
    assert all(below - above >= LINE_HEIGHT - 0.2 for above, below in pairwise(labels))
    assert all(0 < place <= drawn.base for place in labels)


@given(line_charts())
def test_a_larger_number_is_never_drawn_lower(chart: tuple[list[str], list[Series]]) -> None:
    columns, series = chart
    drawn = charts.line(columns, series)
    told = sorted(
        (value, y)
        for one, line in zip(series, drawn.lines, strict=True)
        for value, (_x, y) in zip(
            [v for v in one.values if v is not None], line.points, strict=True
        )
    )
    assert all(first[1] >= second[1] - 0.05 for first, second in pairwise(told))


def _known(one: Series) -> list[int]:
    return [value for value in one.values if value is not None]


@given(line_charts())
def test_the_text_of_a_line_chart_tells_every_value(
    chart: tuple[list[str], list[Series]],
) -> None:
    columns, series = chart
    drawn = charts.line(columns, series)
    for one in series:
        for column, value in zip(columns, one.values, strict=True):
            assert f"{column} {'–' if value is None else charts.german(value)}" in drawn.text


@given(line_charts())
def test_all_of_a_line_chart_lies_on_its_drawing(chart: tuple[list[str], list[Series]]) -> None:
    drawn = charts.line(*chart)
    for line in drawn.lines:
        assert all(0 <= x <= drawn.right and 0 <= y <= drawn.base for x, y in line.points)
        assert line.label_x + len(line.label) * 8.8 <= drawn.width or drawn.right < 200


@given(st.lists(st.floats(0, 300), max_size=8))
def test_labels_stay_in_order_and_near(wished: list[float]) -> None:
    placed = charts.spread(wished, 20, 0, 300)
    order = sorted(range(len(wished)), key=lambda number: (wished[number], number))
    assert all(placed[b] - placed[a] >= 19.8 for a, b in pairwise(order))
    if all(b - a >= 20 for a, b in pairwise(sorted(wished))):
        assert all(math.isclose(p, w, abs_tol=0.1) for p, w in zip(placed, wished, strict=True))


@pytest.mark.parametrize(
    ("top", "step"), [(0, 5), (25, 5), (30, 10), (60, 20), (125, 25), (560, 200), (2450, 500)]
)
def test_axes_have_even_steps(top: int, step: int) -> None:
    assert charts.nice_step(top) == step


@given(st.integers(0, 100_000))
def test_an_axis_has_five_steps_at_most_and_reaches_the_top(top: int) -> None:
    step = charts.nice_step(top)
    assert step % 5 == 0
    assert step * 5 >= top


@given(st.lists(st.tuples(NAMES, st.tuples(FIVES, FIVES, FIVES)), max_size=9))
def test_parts_of_a_bar_lie_side_by_side_and_are_all_told(
    rows: list[tuple[str, tuple[int, ...]]],
) -> None:
    drawn = charts.stacked(("met", "no offer", "no place"), rows)
    for bar, (_name, values) in zip(drawn.bars, rows, strict=True):
        for part, following in pairwise(bar.parts):
            assert math.isclose(part.at + part.width, following.at, abs_tol=0.02)
        assert bar.parts[-1].at + bar.parts[-1].width <= 100.02
        assert [part.value for part in bar.parts] == list(values)
        assert all(f"{part.name} {part.shown}" in drawn.text for part in bar.parts)


@given(st.lists(FIVES, max_size=40))
def test_a_darker_field_never_has_fewer(values: list[int]) -> None:
    spans = charts.spans_of(values)
    levels = [charts.level_of(value, spans) for value in sorted(values)]
    assert levels == sorted(levels)
    assert all(
        (level == 0) == (value == 0) for level, value in zip(levels, sorted(values), strict=True)
    )
    assert len(spans) <= 5
    assert all(above[1] + 5 == below[0] for above, below in pairwise(spans))


def test_a_missing_value_parts_the_line() -> None:
    drawn = charts.line(["1", "2", "3", "4"], [Series("x", [5, None, 10, 15])])
    (line,) = drawn.lines
    assert len(line.runs) == 2
    assert len(line.marks) == 3


def test_more_lines_than_anybody_can_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="five lines"):
        charts.line(["1"], [Series(str(number), [5]) for number in range(6)])
    with pytest.raises(ValueError, match="five parts"):
        charts.stacked("abcdef", [("x", (5,) * 6)])


def test_numbers_are_written_as_here() -> None:
    assert [charts.german(number) for number in (0, 999, 1204, 1234567)] == [
        "0", "999", "1.204", "1.234.567",
    ]  # fmt: skip
