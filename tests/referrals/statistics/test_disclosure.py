"""Every cell goes to a neighbouring multiple of five, by a chance that nobody can repeat."""

from collections import Counter, defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benchmarks.disclosure import error
from referrals.statistics import disclosure
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES
from referrals.statistics.disclosure import must_go_up, protect, protect_together
from tests.referrals.statistics import populations
from tests.referrals.statistics.populations import lot

KEYS = list(product("abc", "xyz", "12"))


@some.composite
def cubes(draw: some.DrawFn) -> tuple[dict, dict]:
    """Counts of a cube, and the biggest part of one house in each."""
    counts = draw(some.lists(some.integers(0, 23), min_size=len(KEYS), max_size=len(KEYS)))
    cells = dict(zip(KEYS, counts, strict=True))
    return cells, {key: draw(some.integers(0, count)) for key, count in cells.items()}


@settings(max_examples=25, deadline=None)
@given(cubes(), some.integers())
def test_every_number_is_a_neighbouring_multiple_of_five(
    cube: tuple[dict, dict], seed: int
) -> None:
    cells, largest = cube
    shown = protect(cells, largest, chance=lot(seed))

    assert list(shown) == list(cells)
    for key, count in cells.items():
        assert shown[key] % 5 == 0
        assert abs(shown[key] - count) < 5
        assert count % 5 or shown[key] == count


@settings(max_examples=25, deadline=None)
@given(cubes(), some.integers())
def test_what_one_house_nearly_holds_alone_goes_up(cube: tuple[dict, dict], seed: int) -> None:
    cells, largest = cube
    shown = protect(cells, largest, chance=lot(seed))

    for key, count in cells.items():
        if count % 5 == 4 and largest[key] >= count - 1:
            assert shown[key] == count + 1
        if count % 5 == 3 and largest[key] == count:
            assert shown[key] == count + 2


def test_no_house_gets_closer_than_two_to_the_others_even_if_it_knows_the_rule() -> None:
    """All numbers that may have led to what a house sees, over every count and share."""
    possible: dict[tuple[int, int], set[int]] = {}
    for count in range(30):
        for part, biggest in product(range(count + 1), repeat=2):
            if biggest < max(part, 0) or (part and biggest > count):
                continue
            down = count - count % 5
            ways = {down} if count % 5 == 0 else {down, down + 5}
            if must_go_up(count, biggest):
                ways = {down + 5}
            for shown in ways:
                possible.setdefault((part, shown), set()).add(count - part)

    widths = {seen: max(others) - min(others) for seen, others in possible.items() if seen[1] < 25}

    assert min(widths.values()) >= 2


@settings(max_examples=10, deadline=None)
@given(cubes(), some.integers())
def test_the_order_of_the_cells_says_nothing(cube: tuple[dict, dict], seed: int) -> None:
    cells, largest = cube
    shuffled = list(cells)
    lot(seed).shuffle(shuffled)

    one = protect(cells, largest, chance=lot(7))
    other = protect({key: cells[key] for key in shuffled}, largest, chance=lot(7))

    assert one == other


def test_another_chance_gives_other_directions() -> None:
    """Nearly every cell that has a choice goes both ways, though all sums stay close."""
    quarter = populations.draw(600, 1)
    seen: dict[object, set[int]] = defaultdict(set)
    for seed in range(12):
        shown = protect_together(quarter.true, quarter.largest, chance=lot(seed))
        for name, cells in quarter.true.items():
            for key, count in cells.items():
                if count % 5 and not must_go_up(count, quarter.largest[name].get(key, 0)):
                    seen[name, key].add(shown[name][key])

    assert len(seen) > 40
    assert sum(len(ways) == 2 for ways in seen.values()) > 0.9 * len(seen)


def test_nothing_but_chance_decides_about_a_cell_alone_and_it_is_right_on_average() -> None:
    """Else the direction would say on which side of the middle a number lies."""
    for count in range(6, 10):
        shown = [protect({("a",): count}, {}, chance=lot(seed))["a",] for seed in range(300)]

        assert set(shown) == {5, 10}
        assert abs(sum(shown) / len(shown) - count) < 0.5


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        protect({("a",): -1}, {}, chance=lot(1))


def test_nothing_becomes_nothing() -> None:
    assert protect({}, {}, chance=lot(1)) == {}


@pytest.fixture(scope="module")
def quarter() -> populations.Quarter:
    return populations.draw(600, 1)


@pytest.fixture(scope="module")
def shown(quarter: populations.Quarter) -> dict:
    return protect_together(quarter.true, quarter.largest, chance=lot(1))


def test_what_is_summed_stays_close(quarter: populations.Quarter, shown: dict) -> None:
    coin = lot(1)
    by_lot = {
        name: {
            key: count - count % 5 + 5 * (coin.random() * 5 < count % 5)
            for key, count in cells.items()
        }
        for name, cells in quarter.true.items()
    }

    assert error(quarter.true, shown, 1)[0] <= 0.02
    assert error(quarter.true, by_lot, 1)[0] > 2 * error(quarter.true, shown, 1)[0]
    for name in (FAMILIES, "needs"):
        assert abs(sum(shown[name].values()) - sum(quarter.true[name].values())) < 5


def test_sums_known_to_be_the_same_are_published_the_same() -> None:
    """By whatever chance: left to themselves two sums of one truth differ every other time."""
    quarter = populations.draw(120, 1)
    for seed in range(8):
        shown = protect_together(quarter.true, quarter.largest, chance=lot(seed))
        steps: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for key, count in shown[FAMILIES].items():
            steps[key[0]] += count
        for key, count in shown[CIRCUMSTANCES].items():
            kinds[disclosure.kind_of(key)] += count

        for kind, counted in disclosure.LINKS.items():
            assert kinds[kind] == sum(steps[step] for step in counted), (seed, kind)
