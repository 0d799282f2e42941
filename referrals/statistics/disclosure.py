"""Controlled rounding: what is counted becomes what may be published. Pure.

Every cell becomes a neighbouring multiple of five: up or down, never further. Zero stays zero and a
multiple of five stays, so a published 0 says "0 to 4" and a published r says "r-4 to r+4". Which
way a cell goes is secret chance, bent so that totals, tables by one and by two dimensions, and the
sums that are known to be equal in two cubes stay close to the truth.

**Cells that must go up.** A house knows its own part `a` of a cell. Of a cell published as `r` it
learns that the others have between max(r-4, a) - a and r + 4 - a. This becomes narrow at the upper
end alone: with a = r + 3 the others have 0 or 1, with a = r + 4 none. So a cell never goes down to
a multiple `r` if one house holds r + 3 or more of it. This holds for whoever knows this rule, too:
it looks at the largest part, whatever the others have, so every remaining number stays possible
and the range of the others is at least two wide. (The narrower rule "four above the multiple, and
one house has all but one" would tell that house, by a cell that did go down, that it is not so.)

The search ends warm: the last rounds draw by lot among directions that are about equally close, so
that no direction follows from the numbers. A cell alone goes up with about the chance that keeps
it right on average. Whoever calls brings a `chance` that nobody can repeat and keeps no trace.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from referrals.statistics.cube import BASE, CIRCUMSTANCES, FAMILIES, Key

type Cell = tuple[str, Key]  # cube and key of a cell

# Sums that are the same by counting: a kind of circumstance and the steps it tells more about.
# (A correction in a later quarter can break one; then it binds nobody.)
LINKS: dict[str, tuple[str, ...]] = {
    "rejected": ("rejected",),
    "completed": ("completed",),
    "failed": ("failed",),
    "answered": ("accepted", "rejected"),
}
# Sums of steps that reports speak of (referrals.statistics.reports): kept close like a step.
_WORDS: dict[str, frozenset[str]] = {
    "kept": frozenset({"unassessed", "talk_open", "talk_declined", "talk_wished"}),
    "screened": frozenset({"talk_open", "talk_declined", "talk_wished"}),
}
_HOUSE = 3  # what one house may hold above the multiple a cell goes down to: less than this
_WEIGHTS = {0: 20.0, 1: 4.0, 2: 1.0}  # of a squared error, by the dimensions of its table
_LINK = 40.0
# At the last temperature of 1 a cell that nothing else pulls at goes up with odds 1:4, 2:3, 3:2,
# 4:1 for one to four above its lower multiple, within a hundredth: right on average.
_ALONE = math.log(4) / 15
_HOT, _WARM = 400.0, 8
_TURNS, _FEWEST, _MOST = 150_000, 40, 200  # about a second; rounds of cooling


def protect(
    cells: Mapping[Key, int], largest: Mapping[Key, int], *, chance: Random
) -> dict[Key, int]:
    """One cube, every cell rounded to a neighbouring multiple of five (see above).

    Args:
        largest: biggest count of one house in the cell; missing: 0.
        chance: secret; another one gives other directions.

    Raises:
        ValueError: a count is negative.
    """
    return protect_together({"": cells}, {"": largest}, chance=chance)[""]


def protect_together(
    cubes: Mapping[str, Mapping[Key, int]],
    largest: Mapping[str, Mapping[Key, int]],
    *,
    chance: Random,
) -> dict[str, dict[Key, int]]:
    """All cubes of a period at once, so that sums known to be equal stay equal (`LINKS`).

    Where both sides of a link are published with the same sum, knowing the link tells nothing: any
    cell can take either end of its range and another cell makes up for it
    (referrals.statistics.attacker checks it).

    Raises:
        ValueError: a count is negative.
    """
    search = _Search()
    for name, cells in cubes.items():
        held = largest.get(name, {})
        for key in sorted(cells):
            search.add((name, key), cells[key], held.get(key, 0))
    for name, cells in cubes.items():
        for weight, keys in _kept_close(sorted(cells)):
            search.keep([(name, key) for key in keys], [], weight)
    for told, counted in linked(cubes):
        search.keep(told, counted, _LINK)
    search.run(chance)
    return {
        name: {key: search.published[search.places[name, key]] for key in cells}
        for name, cells in cubes.items()
    }


def must_go_up(count: int, largest: int) -> bool:
    """Whether going down would tell the house that holds most of a cell about the others."""
    return count % BASE > 0 and largest >= count - count % BASE + _HOUSE


def kind_of(key: Key) -> str:
    """The kind of a circumstance: "rejected" of "rejected:no_capacity"."""
    return key[0].partition(":")[0]


def linked(cubes: Mapping[str, Mapping[Key, int]]) -> list[tuple[list[Cell], list[Cell]]]:
    """For each link its cells on both sides, of those links that have cells on both."""
    links = []
    for kind, steps in LINKS.items():
        told = [
            (CIRCUMSTANCES, key) for key in cubes.get(CIRCUMSTANCES, {}) if kind_of(key) == kind
        ]
        counted = [(FAMILIES, key) for key in sorted(cubes.get(FAMILIES, {})) if key[0] in steps]
        if told and counted:
            links.append((told, counted))
    return links


def _kept_close(cells: Iterable[Key]) -> list[tuple[float, list[Key]]]:
    """The sums by no, one and two dimensions with their weights; of one dimension: by kind.

    A sum of one cell is that cell: kept close, it would always go to the nearest multiple.
    """
    sums: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key in cells:
        for name in _sums_of(key):
            sums[name].append(key)
    weights: dict[tuple[Key, ...], float] = {}
    for name, keys in sums.items():
        weight = _WEIGHTS[(len(name) + 1) // 2]
        if len(keys) > 1:
            weights[tuple(keys)] = max(weight, weights.get(tuple(keys), 0))
    return [(weight, list(keys)) for keys, weight in weights.items()]


def _sums_of(key: Key) -> list[tuple[object, ...]]:
    """The names of the sums a cell is in: place and code, of none, one or two dimensions."""
    if len(key) == 1:
        return [(0, kind_of(key))]
    parts = [(place, code) for place, code in enumerate(key)]
    words = [(0, word) for word, steps in _WORDS.items() if key[0] in steps]
    pairs = [*combinations(parts, 2), *((word, part) for word in words for part in parts[1:])]
    return [(), *parts, *words, *((*one, *other) for one, other in pairs)]


@dataclass
class _Search:
    """Directions of the cells that have a choice, and how far each kept sum is off.

    Args:
        places: the number of each cell.
        published: what it is rounded to at this moment.
        above: how far it is over its lower multiple.
        up: whether it went up.
        free: the cells that may go both ways.
        touches: for each cell the sums it is in, with its sign there.
        errors: of each sum, published minus true.
        weights: what its squared error costs.
        members: the free cells of each sum.
    """

    places: dict[Cell, int] = field(default_factory=dict)
    published: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    up: list[bool] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    touches: list[list[tuple[int, int]]] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)

    def add(self, cell: Cell, count: int, largest: int) -> None:
        if count < 0:
            raise ValueError("a count is never negative")
        place, above, up = len(self.places), count % BASE, must_go_up(count, largest)
        self.places[cell] = place
        self.published.append(count - above + BASE * up)
        self.above.append(above)
        self.up.append(up)
        self.touches.append([])
        if above and not up:
            self.free.append(place)

    def keep(self, plus: list[Cell], minus: list[Cell], weight: float) -> None:
        """Keep the published sum of `plus` less `minus` close to the true one."""
        number, error, free = len(self.errors), 0, []
        for sign, side in ((1, plus), (-1, minus)):
            for cell in side:
                place = self.places[cell]
                self.touches[place].append((number, sign))
                error += sign * (BASE * self.up[place] - self.above[place])
                if self.above[place] and not self.up[place]:
                    free.append(place)
        self.errors.append(error)
        self.weights.append(weight)
        self.members.append(free)

    def run(self, chance: Random) -> None:
        """Start by lot, cool down, stay warm for some rounds."""
        chance = Random(chance.getrandbits(256))  # noqa: S311 - as secret as its start, but quick
        for place in self.free:
            if chance.random() * BASE < self.above[place]:
                self._turn(place)
        rounds = min(_MOST, max(_FEWEST, _TURNS // max(1, len(self.free))))
        for round_ in range(rounds + _WARM):
            temperature = max(1.0, _HOT ** (1 - round_ / rounds))
            for place in self.free:
                self._consider(place, temperature, chance)

    def _consider(self, place: int, temperature: float, chance: Random) -> None:
        """Turn a cell, or swap it with one of a sum it is in, if it is closer or by lot."""
        other = self._partner(place, chance)
        cost = self._cost(place)
        if other is not None:
            self._turn(place)
            cost += self._cost(other)
        if cost <= 0 or chance.random() < math.exp(-cost / temperature):
            self._turn(place if other is None else other)
        elif other is not None:
            self._turn(place)

    def _partner(self, place: int, chance: Random) -> int | None:
        """By lot: none, or a free cell of a sum of this one that went the other way."""
        touches = self.touches[place]
        drawn = int(chance.random() * 2 * len(touches))
        if drawn >= len(touches):
            return None
        among = self.members[touches[drawn][0]]
        other = among[int(chance.random() * len(among))]
        return other if self.up[other] != self.up[place] else None

    def _cost(self, place: int) -> float:
        """What turning a cell adds to the weighted squares of all errors."""
        step = -BASE if self.up[place] else BASE
        away = BASE - 2 * self.above[place]
        cost = _ALONE * BASE * (-away if self.up[place] else away)
        for number, sign in self.touches[place]:
            cost += self.weights[number] * step * (2 * sign * self.errors[number] + step)
        return cost

    def _turn(self, place: int) -> None:
        step = -BASE if self.up[place] else BASE
        self.up[place] = not self.up[place]
        self.published[place] += step
        for number, sign in self.touches[place]:
            self.errors[number] += sign * step
