"""The attacker finds nothing where we protect, and nearly all where small counts are hidden."""

import numpy as np
import pytest

from benchmarks import disclosure as proof
from referrals.statistics import attacker
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS
from referrals.statistics.disclosure import protect_together
from tests.referrals.statistics import populations
from tests.referrals.statistics.populations import lot

STEP = ("completed", "all", "all", "city")


@pytest.fixture(scope="module")
def quarter() -> populations.Quarter:
    return populations.draw(300, 4)


@pytest.fixture(scope="module")
def shown(quarter: populations.Quarter) -> dict:
    return protect_together(quarter.true, quarter.largest, chance=lot(4))


@pytest.fixture(scope="module")
def known(quarter: populations.Quarter, shown: dict) -> attacker.Puzzle:
    return attacker.puzzle(shown, holding=quarter.true)


def targets(true: np.ndarray, number: int) -> list[int]:
    places = np.flatnonzero((true > 0) & (true < 5)).tolist()
    return lot(1).sample(places, number)


def test_without_side_knowledge_every_small_count_stays_four_wide(
    quarter: populations.Quarter, known: attacker.Puzzle
) -> None:
    true = known.counts(quarter.true)
    lows, highs = known.ranges()

    assert ((lows <= true) & (true <= highs)).all()
    assert (highs - lows)[true <= 4].min() == 4


def test_no_house_gets_closer_than_two_to_what_the_others_have(
    quarter: populations.Quarter, known: attacker.Puzzle
) -> None:
    true = known.counts(quarter.true)
    for part in quarter.own.values():
        lows, highs = known.knowing(part).ranges()

        assert ((lows <= true) & (true <= highs)).all()
        assert (highs - lows).min() >= 2


@pytest.mark.parametrize("sums", [attacker.totals, attacker.tables])
def test_who_knows_true_sums_finds_no_small_count(
    sums, quarter: populations.Quarter, shown: dict, known: attacker.Puzzle
) -> None:
    true = known.counts(quarter.true)
    knowing = known.knowing_sums(sums(shown), quarter.true)

    for place in targets(true, 15):
        low, high = knowing.bounds(place)
        assert low <= true[place] <= high
        assert high > low


def test_adding_up_says_what_the_linear_program_says(
    quarter: populations.Quarter, known: attacker.Puzzle
) -> None:
    """Also where all published sums are told to the program: they say nothing new."""
    published = [
        attacker.Row(cells, known.among(()), int(lows), int(highs))
        for cells in map(known.among, attacker.tables(quarter.true))
        for lows, highs in [(known.lows[cells].sum(), known.highs[cells].sum())]
    ]
    with_sums = attacker.replace(known, sums=tuple(published))
    for part in ({}, *list(quarter.own.values())[:2]):
        lows, highs = known.knowing(part).ranges()
        for place in targets(known.counts(quarter.true), 6):
            assert with_sums.knowing(part).bounds(place) == (lows[place], highs[place])


def test_a_link_that_binds_is_used_by_both_ways_alike() -> None:
    """Eight reasons of one rejection each, all rounded up, beside a step that went down to 5."""
    told = {(f"rejected:{code}",): 5 for code in "abcdefgh"}
    step = {("rejected", "all", "all", "city"): 5, ("accepted", "all", "all", "city"): 5}
    bands = {("answered:up_to_2",): 20, ("answered:longer",): 0}
    known = attacker.puzzle({FAMILIES: step, CIRCUMSTANCES: told | bands})
    lows, highs = known.ranges()

    found = [known.bounds(place) for place in range(len(known.places))]

    assert found == list(zip(lows.tolist(), highs.tolist(), strict=True))
    assert found[known.places[CIRCUMSTANCES, ("rejected:a",)]] == (1, 2)
    assert found[known.places[CIRCUMSTANCES, ("answered:up_to_2",)]] == (16, 18)


def test_a_ceiling_that_binds_is_used_by_both_ways_alike() -> None:
    """At most 27 families were asked, and 21 or more have one need: nobody else is left over."""
    steps = ("talk_open", "talk_declined", "talk_wished")
    families = {(step, "all", "all", "city"): 5 for step in steps}
    needs = {("housing", "met", "all", "city"): 15, ("housing", "no_offer", "all", "city"): 15}
    known = attacker.puzzle(
        {FAMILIES: families, NEEDS: needs, CIRCUMSTANCES: {("gap_reason:none_near",): 10}}
    )
    lows, highs = known.ranges()

    found = [known.bounds(place) for place in range(len(known.places))]

    assert found == list(zip(lows.tolist(), highs.tolist(), strict=True))
    assert found[known.places[NEEDS, ("housing", "no_offer", "all", "city")]] == (11, 14)
    assert found[known.places[FAMILIES, (steps[0], "all", "all", "city")]] == (4, 9)


def test_whole_numbers_tell_more_than_the_linear_program_and_are_asked() -> None:
    """Of three, no two of which may be one, the program lets each be a half."""
    cells = {("", (name,)): place for place, name in enumerate("xabcdef")}
    puzzle = attacker.Puzzle(cells, np.zeros(7), np.ones(7))
    none = np.array([], dtype=int)
    pairs = [(1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6)]
    rows = [attacker.Row(np.array(pair), none, -np.inf, 1) for pair in pairs]
    rows.append(attacker.Row(np.arange(1, 7), np.array([0]), 2, 2))

    assert attacker.replace(puzzle, sums=tuple(rows)).bounds(0) == (0, 0)


def test_what_contradicts_itself_is_an_error_and_no_answer() -> None:
    puzzle = attacker.Puzzle({("", ("a",)): 0}, np.zeros(1), np.ones(1))
    row = attacker.Row(np.array([0]), np.array([], dtype=int), 5, 5)

    with pytest.raises(ValueError, match="contradicts"):
        attacker.replace(puzzle, sums=(row,)).bounds(0)


def test_hiding_counts_below_five_hides_nothing() -> None:
    """The control: an attacker that finds nothing here would prove nothing elsewhere."""
    found, hidden = proof.control(0)

    assert hidden > 50
    assert found >= 0.9 * hidden


def test_the_gate_opens_for_what_was_protected(quarter: populations.Quarter, shown: dict) -> None:
    assert attacker.gate(quarter.true, quarter.own, shown) == []


@pytest.mark.parametrize(
    ("true", "own", "shown", "code"),
    [
        (7, 0, 7, "rule_broken"),
        (7, 0, 15, "rule_broken"),
        (5, 0, 10, "rule_broken"),
        (4, 3, 0, "too_narrow_for_a_house"),
        (14, 13, 10, "too_narrow_for_a_house"),
        (9, 9, 5, "too_narrow_for_a_house"),
    ],
)
def test_the_gate_stays_closed(true: int, own: int, shown: int, code: str) -> None:
    answer = attacker.gate(
        {FAMILIES: {STEP: true}}, {"anna": {FAMILIES: {STEP: own}}}, {FAMILIES: {STEP: shown}}
    )

    assert f"{code}:{FAMILIES}" in answer


def test_the_gate_stays_closed_for_a_cell_too_many_or_too_few() -> None:
    assert attacker.gate({FAMILIES: {STEP: 7}}, {}, {FAMILIES: {}}) == ["cells_differ:families"]
    assert attacker.gate({}, {}, {FAMILIES: {STEP: 5}}) == ["cells_differ:families"]


def test_the_gate_stays_closed_where_a_link_gives_a_reason_away() -> None:
    reasons = {(f"rejected:{code}",): 1 for code in "abcdefgh"}
    step = {("rejected", "all", "all", "city"): 8}
    rounded = dict.fromkeys(reasons, 5)

    answer = attacker.gate(
        {FAMILIES: step, CIRCUMSTANCES: reasons},
        {},
        {FAMILIES: dict.fromkeys(step, 5), CIRCUMSTANCES: rounded},
    )

    assert "too_narrow:circumstances" in answer


def test_the_gate_stays_closed_where_a_true_table_would_give_a_cell_away() -> None:
    """One family alone in a table, shown as five: who knows the one knows where."""
    cells = {("failed", "all", "all", place): 0 for place in "abc"}
    cells["failed", "all", "all", "a"] = 1
    rounded = dict.fromkeys(cells, 0) | {("failed", "all", "all", "a"): 5}

    assert attacker.gate({FAMILIES: cells}, {}, {FAMILIES: rounded}) == [
        "table_gives_away:families"
    ]


def test_a_link_that_a_correction_broke_misleads_nobody() -> None:
    reasons, step = {("rejected:a",): 9}, {("rejected", "all", "all", "city"): 1}
    shown = {
        FAMILIES: dict.fromkeys(step, 0),
        CIRCUMSTANCES: dict.fromkeys(reasons, 10),
    }

    assert attacker.gate({FAMILIES: step, CIRCUMSTANCES: reasons}, {}, shown) == []
