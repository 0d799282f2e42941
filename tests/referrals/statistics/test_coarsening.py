"""Levels, ladders and what a fine cell becomes in a coarser cube."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.facts.rules import LifePhase
from referrals.statistics import coarsening
from referrals.statistics.coarsening import FOUR, LADDERS, LEVELS, STEPS, TOTAL, common, recode
from referrals.statistics.cube import CIRCUMSTANCES, DIMENSIONS, FAMILIES, NEEDS, Key

BOROUGHS = {"d-bilk": "borough:03", "d-hafen": "borough:03", "d-oberkassel": "borough:04"}
FINEST = {name: levels[0] for name, levels in LEVELS.items()}


def levels_of(cube: str, **coarser: str) -> dict[str, str]:
    return {name: coarser.get(name, FINEST[name]) for name in DIMENSIONS[cube]}


@pytest.mark.parametrize("cube", LADDERS)
def test_each_rung_of_a_ladder_names_a_level_of_each_dimension(cube: str) -> None:
    for rung in LADDERS[cube]:
        assert list(rung) == list(DIMENSIONS[cube])
        assert all(level in LEVELS[name] for name, level in rung.items())
    assert len({tuple(rung.values()) for rung in LADDERS[cube]}) == len(LADDERS[cube])


@pytest.mark.parametrize("cube", LADDERS)
def test_no_rung_is_finer_in_everything_than_one_before_it(cube: str) -> None:
    for earlier, later in combinations(LADDERS[cube], 2):
        finer = [LEVELS[n].index(later[n]) <= LEVELS[n].index(earlier[n]) for n in later]
        assert not all(finer), (earlier, later)


def test_every_life_phase_has_a_coarser_one_in_the_order_of_a_life() -> None:
    assert list(FOUR) == list(LifePhase)
    assert coarsening.life_phases("four") == (
        "pregnancy", "first_year", "until_school", "school_on",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cube", "key", "coarser", "expected"),
    [
        (FAMILIES, ("requested", "clinic", "newborn", "d-bilk"), {"district": "borough"},
         ("requested", "clinic", "newborn", "borough:03")),
        (FAMILIES, ("requested", "clinic", "newborn", "elsewhere"), {"district": "borough"},
         ("requested", "clinic", "newborn", "outside")),
        (FAMILIES, ("requested", "clinic", "newborn", "elsewhere"), {},
         ("requested", "clinic", "newborn", "outside")),
        (FAMILIES, ("requested", "clinic", "newborn", "outside"), {"district": "city"},
         ("requested", "clinic", "newborn", "city")),
        (FAMILIES, ("requested", "clinic", "first_year", "borough:04"),
         {"life_phase": "all", "district": "borough", "house_kind": "all"},
         ("requested", "all", "all", "borough:04")),
        (FAMILIES, ("requested", "clinic", "newborn", "d-bilk"), {"step": "all"}, None),
        (FAMILIES, ("not_kept", "clinic", "newborn", "d-bilk"), {"step": "all"},
         ("all", "all", "all", "city")),
        (FAMILIES, ("all", "all", "all", "city"), {}, ("all", "all", "all", "city")),
        (NEEDS, ("child", "no_place", "toddler", "d-bilk"),
         {"answer": "unmet", "life_phase": "four", "district": "district"},
         ("child", "unmet", "until_school", "d-bilk")),
        (NEEDS, ("child", "met", "all", "city"),
         {"answer": "unmet", "life_phase": "all", "district": "city"},
         ("child", "met", "all", "city")),
        (NEEDS, ("child", "met", "all", "city"), {"need": "none"}, None),
        (CIRCUMSTANCES, ("rejected:other",), {"circumstance": "kinds"}, ("rejected:any",)),
        (CIRCUMSTANCES, ("rejected:other",), {"circumstance": "none"}, None),
    ],
)  # fmt: skip
def test_a_cell_becomes_part_of_a_coarser_one(
    cube: str, key: Key, coarser: dict[str, str], expected: Key | None
) -> None:
    assert recode(cube, key, levels_of(cube, **coarser), boroughs=BOROUGHS) == expected


fine_keys = st.tuples(
    st.sampled_from(STEPS),
    st.sampled_from(["clinic", "outreach", "provider"]),
    st.sampled_from(list(LifePhase)),
    st.sampled_from([*BOROUGHS, "elsewhere"]),
)
rungs = st.sampled_from(LADDERS[FAMILIES])


@given(cells=st.dictionaries(fine_keys, st.integers(1, 50), max_size=30), one=rungs, two=rungs)
def test_coarser_in_two_steps_is_coarser_in_one(
    cells: dict[Key, int], one: dict[str, str], two: dict[str, str]
) -> None:
    """What two releases have in common can be reached from each of them."""
    together = common([one, two])

    def coarser(table: dict[Key, int], levels: dict[str, str]) -> dict[Key, int]:
        sums: Counter[Key] = Counter()
        for key, count in table.items():
            new = recode(FAMILIES, key, levels, boroughs=BOROUGHS)
            if new is not None:
                sums[new] += count
        return dict(sums)

    assert coarser(coarser(cells, one), together) == coarser(cells, together)


@pytest.mark.parametrize(
    ("houses", "told"),
    [
        ({"clinic": 4, "outreach": 1, "provider": 2}, {"clinic"}),
        ({"clinic": 4, "outreach": 1}, None),  # the one would be alone in "other"
        ({"clinic": 4}, {"clinic"}),
        ({"clinic": 2, "outreach": 2}, None),
        ({"clinic": 3, "outreach": 3}, {"clinic", "outreach"}),
        ({}, None),
    ],
)
def test_a_kind_of_house_is_told_from_three_houses_on(
    houses: dict[str, int], told: set[str] | None
) -> None:
    assert coarsening.kinds_told(houses) == told


@pytest.mark.parametrize(
    ("counts", "is_diverse"),
    [
        ({}, True),
        ({("child", "met"): 19}, False),
        ({("child", "met"): 20}, True),  # large enough to stand for itself
        ({("child", "met"): 9, ("health", "met"): 1}, False),
        ({("child", "met"): 8, ("health", "met"): 2}, True),
        ({("child", "met"): 5, ("child", "no_offer"): 5}, False),
    ],
)
def test_no_small_group_has_nearly_one_need_alone(
    counts: dict[tuple[str, str], int], is_diverse: bool
) -> None:
    cells = {(*key, "newborn", "city"): count for key, count in counts.items()}
    cells |= {("child", "met", "toddler", "city"): 30, ("health", "met", "toddler", "city"): 30}

    assert coarsening.is_diverse(cells) is is_diverse


def test_the_coarsest_tells_how_many_families_there_were() -> None:
    assert tuple(TOTAL.values()) == ("all", "all", "all", "city")
