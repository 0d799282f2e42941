"""Charts as geometry: numbers become places on a drawing, and a text that tells all of them. Pure.

A drawing is never the only way to a number: each chart carries `text`, which names every value.
Series differ in pattern and mark as well as in colour. What stands on a drawing is written beside
what it names, and no two of these labels overlap.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960, 300
LINE_HEIGHT = 20  # what a label needs, in units of the drawing
_CHARACTER = 8.8  # how wide a character of a bold label is on average at most, at 14 units
_TOP, _BOTTOM, _LEFT = 16, 34, 62
_MARK = 5.0
SERIES = 5  # more lines than this nobody can tell apart
LEVELS = 5

type Shown = Callable[[int], str]


def german(value: int) -> str:
    """A whole number as it is written here: 1.204."""
    return f"{value:,}".replace(",", ".")


def nice_step(top: int, most: int = 5) -> int:
    """The distance of the lines of an axis: 5, 10, 20, 25, 50 …, at most `most` of them."""
    scale = 1
    while True:
        for step in (5, 10, 20, 25):
            if step * scale * most >= top:
                return step * scale
        scale *= 10


def spread(wished: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to the wished ones as can be, at least `gap` apart, between low and high.

    The order stays. Where they need more room than there is, they keep the gap and go beyond high.
    """
    order = sorted(range(len(wished)), key=lambda number: (wished[number], number))
    blocks: list[tuple[float, int]] = []  # mean and size, of places less their due distance
    for rank, number in enumerate(order):
        mean, size = wished[number] - rank * gap, 1
        while blocks and blocks[-1][0] >= mean:
            other, others = blocks.pop()
            mean, size = (mean * size + other * others) / (size + others), size + others
        blocks.append((mean, size))
    last = max(low, high - (len(order) - 1) * gap)
    flat = [min(max(mean, low), last) for mean, size in blocks for _ in range(size)]
    placed = [0.0] * len(wished)
    for rank, number in enumerate(order):
        placed[number] = round(flat[rank] + rank * gap, 1)
    return placed


@dataclass(frozen=True)
class Series:
    """One line: a name, and a value for each column; None where there is none."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is written there; "" where there is no room for it."""

    at: float
    text: str


@dataclass(frozen=True)
class Drawn:
    """A drawn line: `runs` of points (a missing value parts them), marks, and its label."""

    number: int  # 1 to 5: colour, pattern and mark
    name: str
    points: tuple[tuple[float, float], ...]
    runs: tuple[str, ...]
    marks: tuple[str, ...]
    label: str
    label_x: float
    label_y: float
    lead: str  # from the last mark to the label, where the label had to move away; else ""


@dataclass(frozen=True)
class Line:
    """A line chart on a drawing of `width` by `height`."""

    width: int
    height: int
    left: float
    right: float
    base: float
    ticks: tuple[Tick, ...]  # of the upright axis
    columns: tuple[Tick, ...]
    lines: tuple[Drawn, ...]
    names: tuple[str, ...]  # of the columns
    series: tuple[Series, ...]
    text: str


def line(
    columns: Sequence[str],
    series: Sequence[Series],
    *,
    shown: Shown = german,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Line:
    """Lines over columns; the axis begins at nought.

    Args:
        shown: how a value is written, for example a nought as "0 to 4".

    Raises:
        ValueError: more than five series, or one with more or fewer values than columns.
    """
    if len(series) > SERIES or any(len(one.values) != len(columns) for one in series):
        raise ValueError("a line chart has one value for each column, and five lines at most")
    labels = [_end_label(one, shown) for one in series]
    right = width - 24 - _wide(max(labels, key=len, default=""))
    base = height - _BOTTOM
    top = max((value or 0 for one in series for value in one.values), default=0)
    step = nice_step(top)
    highest = max(step, math.ceil(top / step) * step)
    places = _columns(len(columns), right)

    def y(value: int) -> float:
        return round(base - (base - _TOP) * value / highest, 1)

    ends = [y(_last(one.values) or 0) for one in series]
    label_ys = spread(ends, LINE_HEIGHT, _TOP, base)
    return Line(
        width=width,
        height=height,
        left=_LEFT,
        right=right,
        base=base,
        ticks=tuple(Tick(y(value), german(value)) for value in range(0, highest + 1, step)),
        columns=_written(columns, places),
        lines=tuple(
            _drawn(number, one, places, y, (label, right, label_y))
            for number, (one, label, label_y) in enumerate(
                zip(series, labels, label_ys, strict=True), start=1
            )
        ),
        names=tuple(columns),
        series=tuple(series),
        text=_series_text(columns, series, shown),
    )


def resized(chart: Line, *, width: int, height: int, shown: Shown = german) -> Line:
    """The same lines on a drawing of another size, for paper or a slide."""
    return line(chart.names, chart.series, shown=shown, width=width, height=height)


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in per cent of the whole drawing."""

    number: int  # 1 to 5: colour and pattern
    at: float
    width: float
    name: str
    value: int
    shown: str


@dataclass(frozen=True)
class Bar:
    name: str
    parts: tuple[Part, ...]
    total: int
    shown: str


@dataclass(frozen=True)
class Bars:
    """Lying bars, each of one or more parts; lengths in per cent of the longest."""

    keys: tuple[tuple[int, str], ...]  # tone and name of each part
    bars: tuple[Bar, ...]
    text: str

    @property
    def with_parts(self) -> bool:
        return len(self.keys) > 1


def bars(rows: Iterable[tuple[str, int]], *, shown: Shown = german, top: int | None = None) -> Bars:
    """A bar for each row, in the order given; `top` is the value of a full length."""
    return stacked(("",), [(name, (value,)) for name, value in rows], shown=shown, top=top)


def stacked(
    names: Sequence[str],
    rows: Iterable[tuple[str, Sequence[int]]],
    *,
    shown: Shown = german,
    top: int | None = None,
    tones: Sequence[int] = (1, 2, 3, 4, 5),
) -> Bars:
    """Bars of parts that add up, named by `names`.

    Args:
        tones: colour and pattern of each part: 1 plain, 2 done, 3 missing, 4 other, 5 in between.

    Raises:
        ValueError: more than five parts, or a row with more or fewer of them than names.
    """
    rows = list(rows)
    if len(names) > SERIES or any(len(values) != len(names) for _, values in rows):
        raise ValueError("a bar has one value for each part, and five parts at most")
    longest = max([top or 0, 1, *(sum(values) for _, values in rows)])
    keys = tuple(zip(tones, names, strict=False))
    drawn = tuple(_bar(name, keys, values, shown, longest) for name, values in rows)
    return Bars(keys, drawn, _bars_text(drawn))


def spans_of(values: Iterable[int], base: int = 5) -> list[tuple[int, int]]:
    """At most five spans of multiples of `base`, of equal width, that hold all values above 0."""
    top = max(values, default=0)
    if top <= 0:
        return []
    width = base * math.ceil(top / base / LEVELS)
    number = math.ceil(top / width)
    return [(part * width + base, part * width + width) for part in range(number)]


def level_of(value: int | None, spans: Sequence[tuple[int, int]]) -> int:
    """In which of the spans a value lies, counted from 1; 0 for a nought or no value."""
    return next((level for level, (_, high) in enumerate(spans, 1) if value and value <= high), 0)


def _wide(text: str) -> float:
    return round(len(text) * _CHARACTER, 1)


def _last(values: Sequence[int | None]) -> int | None:
    return next((value for value in reversed(values) if value is not None), None)


def _end_label(one: Series, shown: Shown) -> str:
    last = _last(one.values)
    return one.name if last is None else f"{shown(last)} {one.name}"


def _columns(number: int, right: float) -> list[float]:
    """Where columns stand: the first a little in, the last at the end."""
    first, last = _LEFT + 24.0, right - 12.0
    if number < 2:
        return [round((first + last) / 2, 1)] * number
    return [round(first + (last - first) * place / (number - 1), 1) for place in range(number)]


def _written(texts: Sequence[str], places: Sequence[float]) -> tuple[Tick, ...]:
    """Names of columns: the last always, before it as many as have room."""
    ticks: list[Tick] = []
    free = math.inf
    for text, at in zip(reversed(texts), reversed(places), strict=True):
        half = _wide(text) / 2
        fits = at + half + 6 <= free
        ticks.append(Tick(at, text if fits else ""))
        free = at - half if fits else free
    return tuple(reversed(ticks))


def _drawn(
    number: int,
    one: Series,
    places: Sequence[float],
    y: Callable[[int], float],
    label: tuple[str, float, float],
) -> Drawn:
    pairs = [
        None if value is None else (at, y(value))
        for at, value in zip(places, one.values, strict=True)
    ]
    points = tuple(pair for pair in pairs if pair)
    text, right, label_y = label
    end = points[-1] if points else None
    moved = end is not None and (abs(end[1] - label_y) > 6 or end[0] < right - 20)
    return Drawn(
        number=number,
        name=one.name,
        points=points,
        runs=tuple(_runs(pairs)),
        marks=tuple(mark(number, *point) for point in points),
        label=text,
        label_x=right + 16,
        label_y=label_y,
        lead=f"M{end[0] + 7:.1f} {end[1]:.1f}L{right + 12:.1f} {label_y:.1f}"
        if end and moved
        else "",
    )


def _lead(end: tuple[float, float], right: float, label_y: float) -> str:
    return f"M{end[0] + 7:.1f} {end[1]:.1f}L{right + 12:.1f} {label_y:.1f}"


def _runs(pairs: Sequence[tuple[float, float] | None]) -> Iterable[str]:
    run: list[str] = []
    for pair in [*pairs, None]:
        if pair:
            run.append(f"{pair[0]},{pair[1]}")
        elif run:
            yield " ".join(run)
            run = []


def mark(number: int, x: float, y: float) -> str:
    """The sign of a series as a path: disc, square, triangle, diamond, upturned triangle."""
    r = _MARK
    dx, dy, path = {
        1: (-r, 0, f"a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"),
        2: (-r, -r, f"h{2 * r}v{2 * r}h{-2 * r}z"),
        3: (0, -r - 1, f"l{r + 1} {2 * r + 1}h{-2 * r - 2}z"),
        4: (0, -r - 2, f"l{r + 2} {r + 2}l{-r - 2} {r + 2}l{-r - 2} {-r - 2}z"),
        5: (0, r + 1, f"l{r + 1} {-2 * r - 1}h{-2 * r - 2}z"),
    }[number]
    return f"M{x + dx:.1f} {y + dy:.1f}{path}"


def _bar(
    name: str,
    keys: Sequence[tuple[int, str]],
    values: Sequence[int],
    shown: Shown,
    longest: int,
) -> Bar:
    parts, so_far = [], 0
    for (tone, part), value in zip(keys, values, strict=True):
        at, width = round(100 * so_far / longest, 2), round(100 * value / longest, 2)
        parts.append(Part(tone, at, width, part, value, shown(value)))
        so_far += value
    return Bar(name, tuple(parts), so_far, shown(so_far))


def _in_words(value: int | None, shown: Shown, nothing: str) -> str:
    return nothing if value is None else shown(value)


def _series_text(columns: Sequence[str], series: Sequence[Series], shown: Shown) -> str:
    return "; ".join(
        f"{one.name}: "
        + ", ".join(
            f"{column} {_in_words(value, shown, '–')}"
            for column, value in zip(columns, one.values, strict=True)
        )
        for one in series
    )


def _bars_text(drawn: Sequence[Bar]) -> str:
    return "; ".join(
        f"{bar.name}: " + ", ".join(f"{part.name} {part.shown}".strip() for part in bar.parts)
        for bar in drawn
    )
