"""Attacking our own statistics: quarters of made-up cities, protected as a freeze protects them.

For each size and seed a city is drawn, rounded and attacked. Without side knowledge and as each of
its houses every cell is attacked (by adding up; a sample again by linear program, which must say
the same). With true totals and with all true tables by one dimension the linear program attacks a
seeded sample of the true counts from one to four: all of them up to 600 families, `SAMPLES` of
them above. A cell that is itself such a true sum is no riddle. As a control of the attacker the
same families are published as is often done, with counts below five hidden in each table: there
it must find nearly all.

    python -m benchmarks.disclosure [--seeds 20] [--sizes 120,600,3000,20000] [--processes 2]

An error "of one (two) dimensions" is the mean absolute error of the numbers in all tables of the
cubes families and needs by one (two) dimensions, relative to their mean: Σ|published - true| / Σ
true. Ends with 1 if a goal is missed.
"""

import argparse
import os
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations, product
from time import perf_counter, process_time

import numpy as np

from benchmarks import measuring
from referrals.statistics import attacker, disclosure
from referrals.statistics.cube import CIRCUMSTANCES, Key
from tests.referrals.statistics import populations

SAMPLES = ((600, None), (5_000, 60), (None, 4))  # families up to: true counts attacked a seed
TRIES = 10  # as a freeze does
WIDTHS = {"nothing": 4, "own house": 2, "true totals": 1, "true tables": 1}  # at least
ONE_WAY, TWO_WAY, TOTAL, FOUND = 0.02, 0.05, 4, 0.9


@dataclass
class Widths:
    """How far apart the ends of the attacked counts stay: how many of each width."""

    seen: Counter[int] = field(default_factory=Counter)

    def told(self) -> dict[str, object]:
        return {
            "attacked": self.seen.total(),
            "exact": self.seen[0],
            "at_most_one": self.seen[0] + self.seen[1],
            "min_width": min(self.seen, default=None),
        }


@dataclass
class Attack:
    """What one seed gave."""

    families: int
    cells: int
    tries: int
    seconds: dict[str, float]  # of one core, whatever else it does
    widths: dict[str, Widths]
    contradictions: int  # a bound without the truth inside, or adding up that errs
    one_way: float
    two_way: float
    one_way_cases: float
    total: int
    circumstances: float  # mean error of a circumstance, in cases
    ups: dict[int, list[int]]  # remainder by five: went up, all


def attack(families: int, seed: int) -> Attack:
    """Draw, protect and attack one quarter."""
    quarter = populations.draw(families, seed)
    chance = random.Random(f"disclosure {families} {seed}")
    start = process_time()
    shown, tries = _let_through(quarter, chance)
    seconds = {"protect_and_gate": process_time() - start}
    widths: dict[str, Widths] = defaultdict(Widths)
    known = attacker.puzzle(shown, holding=quarter.true)
    true = known.counts(quarter.true)
    start = process_time()
    wrong = _attack_by_adding(known, quarter, widths)
    targets = [int(place) for place in np.flatnonzero((true > 0) & (true <= attacker.SMALL))]
    chance.shuffle(targets)
    sample = targets[: next(k for n, k in SAMPLES if n is None or families <= n)]
    wrong += _adding_errs(known, sample) + _adding_errs_for_houses(known, quarter, chance)
    for level, groups in (
        ("true totals", attacker.totals(shown)),
        ("true tables", attacker.tables(shown)),
    ):
        knowing = known.knowing_sums(groups, quarter.true)
        given = {known.places[group[0]] for group in groups if len(group) == 1}
        for place in (place for place in sample if place not in given):
            low, high = knowing.bounds(place)
            wrong += not low <= true[place] <= high
            widths[level].seen[high - low] += 1
    seconds["attack"] = process_time() - start
    one_way, cases = error(quarter.true, shown, 1)
    return Attack(
        families=families,
        cells=len(true),
        tries=tries,
        seconds=seconds,
        widths=dict(widths),
        contradictions=int(wrong),
        one_way=one_way,
        two_way=error(quarter.true, shown, 2)[0],
        one_way_cases=cases,
        total=max(
            abs(sum(shown[name].values()) - sum(cells.values()))
            for name, cells in quarter.true.items()
            if name != CIRCUMSTANCES
        ),
        circumstances=statistics.fmean(
            abs(shown[CIRCUMSTANCES][key] - count)
            for key, count in quarter.true[CIRCUMSTANCES].items()
        ),
        ups=_ups(quarter.true, shown),
    )


def _let_through(
    quarter: populations.Quarter, chance: random.Random
) -> tuple[dict[str, dict[Key, int]], int]:
    for number in range(1, TRIES + 1):
        shown = disclosure.protect_together(quarter.true, quarter.largest, chance=chance)
        if not attacker.gate(quarter.true, quarter.own, shown):
            return shown, number
    raise RuntimeError("the gate stays closed")


def _attack_by_adding(
    known: attacker.Puzzle, quarter: populations.Quarter, widths: dict[str, Widths]
) -> int:
    """Every cell without side knowledge, and every cell of the others for each house."""
    true, wrong = known.counts(quarter.true), 0
    for level, part in (("nothing", {}), *(("own house", own) for own in quarter.own.values())):
        lows, highs = known.knowing(part).ranges()
        others = true - known.counts(part)
        hunted = (others > 0) & (others <= attacker.SMALL)
        widths[level].seen.update((highs - lows)[hunted].tolist())
        wrong += int(((true < lows) | (true > highs)).sum())
    return wrong


def _adding_errs(known: attacker.Puzzle, places: Iterable[int]) -> int:
    """How many ranges are not what the linear program says."""
    lows, highs = known.ranges()
    return sum(known.bounds(place) != (lows[place], highs[place]) for place in places)


def _adding_errs_for_houses(
    known: attacker.Puzzle, quarter: populations.Quarter, chance: random.Random
) -> int:
    houses = chance.sample(sorted(quarter.own), min(3, len(quarter.own)))
    places = chance.sample(range(len(known.places)), min(3, len(known.places)))
    return sum(_adding_errs(known.knowing(quarter.own[house]), places) for house in houses)


def error(
    true: Mapping[str, Mapping[Key, int]], shown: Mapping[str, Mapping[Key, int]], size: int
) -> tuple[float, float]:
    """The error of all tables by so many dimensions: relative to their volume, and in cases.

    A dimension that has one code only is none.
    """
    off, volume, numbers = 0, 0, 0
    for name, cells in true.items():
        if name == CIRCUMSTANCES or not cells:
            continue
        places = [p for p in range(len(next(iter(cells)))) if len({key[p] for key in cells}) > 1]
        for chosen in combinations(places, size):
            sums: Counter[Key] = Counter()
            errors: Counter[Key] = Counter()
            for key, count in cells.items():
                code = tuple(key[place] for place in chosen)
                sums[code] += count
                errors[code] += shown[name][key] - count
            off += sum(map(abs, errors.values()))
            volume += sums.total()
            numbers += len(sums)
    return off / max(1, volume), off / max(1, numbers)


def _ups(
    true: Mapping[str, Mapping[Key, int]], shown: Mapping[str, Mapping[Key, int]]
) -> dict[int, list[int]]:
    ups: dict[int, list[int]] = {above: [0, 0] for above in range(1, 5)}
    for name, cells in true.items():
        for key, count in cells.items():
            if count % 5:
                ups[count % 5][0] += shown[name][key] > count
                ups[count % 5][1] += 1
    return ups


def hidden_below_five(cells: Mapping[Key, int]) -> attacker.Puzzle:
    """What is known when all tables of a cube are published with each 1 to 4 hidden in each."""
    hidden = [("", key) for key, count in cells.items() if 0 < count <= attacker.SMALL]
    puzzle = attacker.Puzzle(
        places={cell: place for place, cell in enumerate(hidden)},
        lows=np.full(len(hidden), 1),
        highs=np.full(len(hidden), attacker.SMALL),
    )
    rows = []
    dimensions = range(len(next(iter(cells))))
    for chosen in (c for size in dimensions for c in combinations(dimensions, size)):
        sums, open_, parts = Counter[Key](), Counter[Key](), defaultdict[Key, list[Key]](list)
        for key, count in cells.items():
            code = tuple(key[place] for place in chosen)
            sums[code] += count
            if ("", key) in puzzle.places:
                parts[code].append(key)
            else:
                open_[code] += count
        for code, keys in parts.items():
            low, high = (sums[code],) * 2 if sums[code] > attacker.SMALL else (1, attacker.SMALL)
            low, high = low - open_[code], high - open_[code]
            among = puzzle.among([("", key) for key in keys])
            rows.append(attacker.Row(among, puzzle.among(()), low, high))
    return attacker.replace(puzzle, sums=tuple(rows))


def control(seed: int) -> tuple[int, int]:
    """Of 600 families hidden in the usual way: how many counts are found out, of how many."""
    cells = populations.draw(600, seed).by_kind
    puzzle = hidden_below_five(cells)
    found = 0
    for (_, key), place in puzzle.places.items():
        low, high = puzzle.bounds(place)
        if not low <= cells[key] <= high:
            raise RuntimeError("the attacker errs")
        found += low == high
    return found, len(puzzle.places)


def summed(attacks: Sequence[Attack]) -> dict[str, object]:
    """The figures of one size."""
    levels: dict[str, Widths] = defaultdict(Widths)
    ups = {above: [0, 0] for above in range(1, 5)}
    for one in attacks:
        for level, widths in one.widths.items():
            levels[level].seen += widths.seen
        for above, (up, all_) in one.ups.items():
            ups[above] = [ups[above][0] + up, ups[above][1] + all_]
    return {
        "cells": [min(one.cells for one in attacks), max(one.cells for one in attacks)],
        "attacked": {level: levels[level].told() for level in WIDTHS},
        "contradictions": sum(one.contradictions for one in attacks),
        "tries_until_the_gate_opened": dict(Counter(one.tries for one in attacks)),
        "one_way_percent": _mean_and_worst([100 * one.one_way for one in attacks]),
        "one_way_cases": _mean_and_worst([one.one_way_cases for one in attacks]),
        "two_way_percent": _mean_and_worst([100 * one.two_way for one in attacks]),
        "worst_total_error": max(one.total for one in attacks),
        "circumstance_cases": _mean_and_worst([one.circumstances for one in attacks]),
        "went_up_percent": {above: round(100 * up / max(1, n)) for above, (up, n) in ups.items()},
        "seconds": {
            what: _mean_and_worst([one.seconds[what] for one in attacks])
            for what in attacks[0].seconds
        },
    }


def _mean_and_worst(numbers: Sequence[float]) -> dict[str, float]:
    return {"mean": round(statistics.fmean(numbers), 2), "worst": round(max(numbers), 2)}


def missed(attacks: Sequence[Attack], controls: Sequence[tuple[int, int]]) -> list[str]:
    """The goals that were not reached (privacy.md, section 4; goal 15)."""
    goals = {
        "attacker errs": any(one.contradictions for one in attacks),
        "error of one dimension": any(
            one.one_way > ONE_WAY for one in attacks if one.families >= 600
        ),
        "error of two dimensions": any(
            one.two_way > TWO_WAY for one in attacks if one.families >= 3_000
        ),
        "error of a total": any(one.total > TOTAL for one in attacks),
        "control": sum(found for found, _ in controls) < FOUND * sum(n for _, n in controls),
    }
    for level, width in WIDTHS.items():
        goals[f"width, knowing {level}"] = any(
            seen < width for one in attacks for seen in one.widths[level].seen
        )
    return [goal for goal, is_missed in goals.items() if is_missed]


def run(sizes: Sequence[int], seeds: int, *, processes: int = 1) -> tuple[dict[str, object], bool]:
    """All figures, and whether every goal is reached."""
    start, jobs = perf_counter(), list(product(sorted(sizes, reverse=True), range(seeds)))
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            attacks = list(pool.map(attack, *zip(*jobs, strict=True)))
            controls = list(pool.map(control, range(seeds)))
    else:
        attacks = [attack(*job) for job in jobs]
        controls = [control(seed) for seed in range(seeds)]
    failed = missed(attacks, controls)
    found, hidden = (sum(numbers) for numbers in zip(*controls, strict=True))
    return {
        "name": "disclosure",
        "seeds": seeds,
        "seconds": round(perf_counter() - start, 1),
        "sizes": {n: summed([one for one in attacks if one.families == n]) for n in sizes},
        "control": {"hidden": hidden, "found": found, "percent": round(100 * found / hidden, 1)},
        "missed": failed,
        "env": measuring.environment("none"),
    }, not failed


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.disclosure")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--sizes", default="120,600,3000,20000")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    result, reached = run(sizes, options.seeds, processes=options.processes)
    measuring.tell(result)
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
