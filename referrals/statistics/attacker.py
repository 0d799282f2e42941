"""The attacker: what could be worked out from published numbers. Pure.

Unknowns are the true cells of all cubes of a period together. What is known of them: each
published number with the published rule (0 says 0 to 4, r says r-4 to r+4), the sums that are the
same in two cubes, and what the attacker knows beside it: nothing, true totals, true tables by one
dimension, or one's own part of every cell. A cell is found out when only one number remains.

**What needs no linear program.** Every published sum is a sum of published cells, so it says
nothing that its cells do not say. Without true sums, cells are tied by links (`disclosure.LINKS`)
and ceilings (below) alone. Links tie sums of disjoint cells in a tree, so what follows for each sum
and then for each cell follows by adding up; ceilings bind from one side, so all of them can be
used at once (`Puzzle.ranges`, exact). tests/referrals/statistics/test_attacker.py compares this
with the linear program. With true sums beside it the rows cross, and only the linear program
answers (`Puzzle.bounds`).

**Links and ceilings.** Links are certain by counting: a kind of circumstance and the steps it tells
more about. Ceilings: a family has a need once, so in each life phase and district (as far as both
cubes tell these alike) no need is told more often than families were asked; and no more needs
lack an offer than reasons for it are told. A correction in a later quarter can break either; each
is used where it holds, for who believes in one that does not hold is misled.

**Gate.** At each freeze, for every cell and every house: the rule was kept, the truth is inside,
nobody without side knowledge gets closer than four, no house gets closer than two to what the
others have, and no true table by one dimension would give a cell away by itself. Only the full
proof (benchmarks.disclosure) tries all true sums at once, on made-up cities.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from referrals.statistics.cube import BASE, CIRCUMSTANCES, FAMILIES, NEEDS, Key
from referrals.statistics.disclosure import LINKS, Cell, kind_of

type Cubes = Mapping[str, Mapping[Key, int]]
type Places = np.ndarray[Any, np.dtype[np.intp]]
type Numbers = np.ndarray[Any, np.dtype[np.int64]]
type Marks = np.ndarray[Any, np.dtype[np.bool_]]

SMALL = BASE - 1  # a true count from one to four is what must not be found out
WIDE, WIDE_OF_OTHERS = 4, 2
_NEARLY = 1e-6  # what a linear program may be off
_ASKED = frozenset({"talk_open", "talk_declined", "talk_wished"})


@dataclass(frozen=True)
class Row:
    """What is known of a sum: `low` ≤ Σ plus − Σ minus ≤ `high`."""

    plus: Places
    minus: Places
    low: float
    high: float


@dataclass(frozen=True)
class Ceiling:
    """Sums, none of which is more than the sum of `over`."""

    sums: tuple[Places, ...]
    over: Places


@dataclass(frozen=True)
class Puzzle:
    """What an attacker has: a range for each cell, and what ties cells together.

    Args:
        places: the number of each unknown.
        lows, highs: its range by what is published of it alone.
        groups: cells whose sums are tied, by name.
        links: a group, and those that have the same sum together.
        sums: known beside it.
    """

    places: dict[Cell, int]
    lows: Numbers
    highs: Numbers
    groups: Mapping[str, Places] = field(default_factory=dict)
    links: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    sums: tuple[Row, ...] = ()

    def knowing(self, own: Cubes) -> "Puzzle":
        """The same for a house that knows its own part of every cell."""
        return replace(self, lows=np.maximum(self.lows, self.counts(own)))

    def knowing_sums(self, groups: Iterable[Sequence[Cell]], true: Cubes) -> "Puzzle":
        """The same for somebody who knows these true sums. A sum of one cell is no riddle."""
        rows = []
        for group in groups:
            if len(group) > 1:
                total = sum(true[name][key] for name, key in group)
                rows.append(Row(self.among(group), self.among(()), total, total))
        return replace(self, sums=(*self.sums, *rows))

    def among(self, cells: Iterable[Cell]) -> Places:
        return np.array([self.places[cell] for cell in cells], dtype=np.intp)

    def counts(self, cubes: Cubes) -> Numbers:
        """These numbers in the order of the unknowns; missing: 0."""
        found = np.zeros(len(self.places), dtype=np.int64)
        for name, cells in cubes.items():
            for key, count in cells.items():
                found[self.places[name, key]] = count
        return found

    def ranges(self) -> tuple[Numbers, Numbers]:
        """The lowest and highest each cell can be, by links and ceilings; exact without `sums`."""
        lows, highs = self.lows.copy(), self.highs.copy()
        for name, (least, most) in self._spans().items():
            self._narrow(self.groups[name], least, most, lows, highs)
        for ceiling in self.ceilings:
            most = int(self.highs[ceiling.over].sum())
            least = max(int(self.lows[told].sum()) for told in ceiling.sums)
            self._narrow(ceiling.over, least, most, lows, highs)
            for told in ceiling.sums:
                self._narrow(told, 0, most, lows, highs)
        return lows, highs

    def _spans(self) -> dict[str, tuple[int, int]]:
        """From where to where the sum of each group can go; links may follow from each other."""
        spans = {
            name: (int(self.lows[cells].sum()), int(self.highs[cells].sum()))
            for name, cells in self.groups.items()
        }
        for _ in self.links:
            for told, counted in self.links:
                _fit(spans, told, counted)
        return spans

    def _narrow(self, cells: Places, least: int, most: int, lows: Numbers, highs: Numbers) -> None:
        """What each cell of a sum can be if the sum is from `least` to `most`."""
        of_others = self.lows[cells].sum() - self.lows[cells]
        highs[cells] = np.minimum(highs[cells], most - of_others)
        of_others = self.highs[cells].sum() - self.highs[cells]
        lows[cells] = np.maximum(lows[cells], least - of_others)

    def bounds(self, place: int) -> tuple[int, int]:
        """The lowest and highest an unknown can be, by everything that is known.

        Raises:
            ValueError: what is known contradicts itself.
        """
        low, high = self._end(place, 1), self._end(place, -1)
        if high - low <= 1:  # whole numbers may leave less than the linear program does
            low, high = self._end(place, 1, whole=True), self._end(place, -1, whole=True)
        return low, high

    def _end(self, place: int, sign: int, *, whole: bool = False) -> int:
        aim = np.zeros(len(self.places))
        aim[place] = sign
        answer = milp(
            aim,
            integrality=np.full(len(aim), int(whole)),
            bounds=Bounds(self.lows, self.highs),
            constraints=self._constraints,
        )
        if answer.x is None:
            raise ValueError("what is known contradicts itself")
        end = sign * answer.fun
        return int(np.ceil(end - _NEARLY) if sign > 0 else np.floor(end + _NEARLY))

    def _row(self, told: str, counted: Sequence[str]) -> Row:
        return Row(self.groups[told], np.concatenate([self.groups[name] for name in counted]), 0, 0)

    @cached_property
    def _constraints(self) -> list[Any]:
        rows = [self._row(told, counted) for told, counted in self.links]
        rows += [
            Row(told, ceiling.over, -np.inf, 0)
            for ceiling in self.ceilings
            for told in ceiling.sums
        ]
        rows += self.sums
        if not rows:
            return []
        columns = np.concatenate([np.concatenate([row.plus, row.minus]) for row in rows])
        signs = np.concatenate([_signs(row) for row in rows])
        numbers = np.repeat(range(len(rows)), [len(row.plus) + len(row.minus) for row in rows])
        matrix = csr_array((signs, (numbers, columns)), shape=(len(rows), len(self.places)))
        return [LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])]


def puzzle(shown: Cubes, *, holding: Cubes | None = None) -> Puzzle:
    """What everybody can know: the published cells, their rule, links and ceilings.

    Args:
        holding: true numbers; links and ceilings that do not hold in them are left out, for they
            would mislead the attacker.
    """
    cells = [(name, key) for name, cube in shown.items() for key in cube]
    published = np.array([shown[name][key] for name, key in cells], dtype=np.int64)
    free = Puzzle(
        places={cell: place for place, cell in enumerate(cells)},
        lows=np.maximum(published - SMALL, 0),
        highs=published + SMALL,
    )
    tied = _tied(shown)
    groups = {name: free.among(group) for name, group in tied.items()}
    links = [
        (told, tuple(map(_step, steps)))
        for told, steps in LINKS.items()
        if told in tied and all(_step(step) in tied for step in steps)
    ]
    found = replace(free, groups=groups, links=tuple(links), ceilings=_ceilings(free, shown))
    return found if holding is None else _holding(found, found.counts(holding))


def totals(shown: Cubes) -> list[list[Cell]]:
    """The cells of each cube: whose true sum somebody may know from elsewhere."""
    return [[(name, key) for key in cells] for name, cells in shown.items() if cells]


def tables(shown: Cubes) -> list[list[Cell]]:
    """The cells of each number in a table by one dimension; of a cube of one: by kind."""
    groups: dict[tuple[str, int, str], list[Cell]] = defaultdict(list)
    for name, cells in shown.items():
        for key in cells:
            for place, code in enumerate(key if len(key) > 1 else (kind_of(key),)):
                groups[name, place, code].append((name, key))
    return list(groups.values())


def gate(true: Cubes, own: Mapping[str, Cubes], shown: Cubes) -> list[str]:
    """What would be disclosed, as codes "what:cube"; none: it may be published.

    Codes: cells_differ, rule_broken, truth_outside, too_narrow (without side knowledge),
    too_narrow_for_a_house, table_gives_away.

    Args:
        own: what each house knows of itself, by cube; cells without it are left out.
    """
    broken = {f"cells_differ:{name}" for name in {*true, *shown} if not _alike(name, true, shown)}
    if broken:
        return sorted(broken)
    attacked = puzzle(shown, holding=true)
    counts = attacked.counts(true)
    names = np.array([name for name, _ in attacked.places])

    def accuse(what: str, guilty: Marks) -> None:
        broken.update(f"{what}:{name}" for name in np.unique(names[guilty]))

    accuse("rule_broken", ~_is_rounded(counts, attacked.counts(shown)))
    lows, highs = attacked.ranges()
    accuse("truth_outside", (counts < lows) | (counts > highs))
    accuse("too_narrow", (highs - lows < WIDE) & (counts <= SMALL))
    for part in own.values():
        lows, highs = attacked.knowing(part).ranges()
        others = counts - attacked.counts(part)
        accuse("truth_outside", (counts < lows) | (counts > highs))
        accuse("too_narrow_for_a_house", (highs - lows < WIDE_OF_OTHERS) & (others <= SMALL))
    for group in tables(shown):
        cells = attacked.among(group)
        if len(cells) > 1 and _gives_away(attacked, cells, int(counts[cells].sum())):
            broken.add(f"table_gives_away:{group[0][0]}")
    return sorted(broken)


def _signs(row: Row) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.concatenate([np.ones(len(row.plus)), -np.ones(len(row.minus))])


def _alike(name: str, true: Cubes, shown: Cubes) -> bool:
    return true.get(name, {}).keys() == shown.get(name, {}).keys()


def _is_rounded(counts: Numbers, shown: Numbers) -> Marks:
    """Whether each number shown is a neighbouring multiple of five of the true one."""
    near = np.abs(shown - counts) < BASE
    rounded: Marks = near & (shown % BASE == 0) & ((counts % BASE > 0) | (shown == counts))
    return rounded


def _gives_away(attacked: Puzzle, cells: Places, total: int) -> bool:
    """Whether a true sum leaves but one number for each of its cells; nobody is in an empty one."""
    spare = total - int(attacked.lows[cells].sum()), int(attacked.highs[cells].sum()) - total
    return total > 0 and min(spare) == 0


def _fit(spans: dict[str, tuple[int, int]], told: str, counted: Sequence[str]) -> None:
    """Narrow what each side of a link can be by the other."""
    least, most = (sum(spans[name][end] for name in counted) for end in (0, 1))
    low, high = spans[told] = max(spans[told][0], least), min(spans[told][1], most)
    for name in counted:
        one, other = spans[name]
        spans[name] = max(one, low - (most - other)), min(other, high - (least - one))


def _step(code: str) -> str:
    return f"step {code}"


def _tied(shown: Cubes) -> dict[str, list[Cell]]:
    """The cells of each kind of circumstance and of each step that a link speaks of."""
    steps = {step for linked in LINKS.values() for step in linked}
    groups: dict[str, list[Cell]] = defaultdict(list)
    for key in shown.get(CIRCUMSTANCES, {}):
        if kind_of(key) in LINKS:
            groups[kind_of(key)].append((CIRCUMSTANCES, key))
    for key in shown.get(FAMILIES, {}):
        if key[0] in steps:
            groups[_step(key[0])].append((FAMILIES, key))
    return dict(groups)


def _holding(attacked: Puzzle, true: Numbers) -> Puzzle:
    """Without the links and ceilings that these true numbers break."""
    sums = {name: int(true[cells].sum()) for name, cells in attacked.groups.items()}
    return replace(
        attacked,
        links=tuple(
            (told, counted)
            for told, counted in attacked.links
            if sums[told] == sum(sums[name] for name in counted)
        ),
        ceilings=tuple(
            ceiling
            for ceiling in attacked.ceilings
            if all(true[told].sum() <= true[ceiling.over].sum() for told in ceiling.sums)
        ),
    )


def _ceilings(free: Puzzle, shown: Cubes) -> tuple[Ceiling, ...]:
    found = [*_of_needs(shown)]
    without = [(NEEDS, key) for key in shown.get(NEEDS, {}) if key[1] == "no_offer"]
    reasons = [
        (CIRCUMSTANCES, key) for key in shown.get(CIRCUMSTANCES, {}) if kind_of(key) == "gap_reason"
    ]
    if without and reasons:
        found.append(([without], reasons))
    return tuple(
        Ceiling(tuple(free.among(told) for told in sums), free.among(over)) for sums, over in found
    )


def _of_needs(shown: Cubes) -> list[tuple[list[list[Cell]], list[Cell]]]:
    """For each life phase and district: the cells of each need, and of the families asked."""
    families, needs = shown.get(FAMILIES, {}), shown.get(NEEDS, {})
    if not any(key[0] in _ASKED for key in families):
        return []
    shared = [
        place
        for place in (2, 3)  # life phase and district stand third and fourth in both
        if {key[place] for key in families} == {key[place] for key in needs}
    ]
    over: dict[Key, list[Cell]] = defaultdict(list)
    under: dict[Key, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for key in families:
        if key[0] in _ASKED:
            over[tuple(key[place] for place in shared)].append((FAMILIES, key))
    for key in needs:
        under[tuple(key[place] for place in shared)][key[0]].append((NEEDS, key))
    return [(list(sums.values()), over[where]) for where, sums in under.items()]
