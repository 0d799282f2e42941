"""From tallies to true counts: every family in one cell of each layer, each house by itself."""

from datetime import UTC, date, datetime

import pytest

from lotsen.accounts.models import Organisation
from referrals.facts import folding
from referrals.facts.actions import note_voice
from referrals.facts.rules import Kind, LifePhase
from referrals.statistics.coarsening import LADDERS, MOST_CELLS, STEPS
from referrals.statistics.counting import TOLD, Quarter
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS
from tests.builders import make_city, make_district
from tests.referrals.statistics.counted import QUARTER, count, count_quarter, make_houses

COARSE = {
    FAMILIES: {"step": "each", "house_kind": "all", "life_phase": "all", "district": "city"},
    NEEDS: {"need": "each", "answer": "reasons", "life_phase": "all", "district": "city"},
    CIRCUMSTANCES: {"circumstance": "each"},
}


@pytest.fixture
def houses(db: None) -> list[Organisation]:
    return make_houses()


def counted() -> Quarter:
    while folding.fold(today=date(2026, 11, 22)):
        pass
    return Quarter(make_city(), QUARTER)


def steps() -> dict[str, int]:
    base = counted().base(COARSE)
    return {key[0]: count for key, count in base.true[FAMILIES].items() if count}


def test_every_family_is_in_exactly_one_step_of_its_layer(houses: list[Organisation]) -> None:
    house = houses[0]
    for kind, times in (
        (Kind.CASE_OPENED, 10), (Kind.NOT_STORED, 2), (Kind.ASSESSED, 7), (Kind.TALK_WISHED, 4),
        (Kind.TALK_DECLINED, 2),
    ):  # fmt: skip
        count(house, kind, times)

    assert steps() == {
        "not_kept": 2, "unassessed": 3, "talk_open": 1, "talk_declined": 2, "talk_wished": 4,
    }  # fmt: skip
    assert counted().families == 12


def test_what_was_taken_back_in_a_later_quarter_makes_nothing_less_than_zero(
    houses: list[Organisation],
) -> None:
    count(houses[0], Kind.ASSESSED, 3)  # their opening was frozen with the quarter before
    count(houses[0], Kind.TALK_DECLINED, 1)
    count(houses[0], Kind.CASE_OPENED, -2)

    assert steps() == {"talk_open": 2, "talk_declined": 1}
    assert counted().families == 0


def test_a_need_is_met_or_its_gap_says_why(houses: list[Organisation]) -> None:
    for kind, times in ((Kind.NEED, 9), (Kind.GAP, 2), (Kind.NO_PLACE, 3)):
        count(houses[0], kind, times, code="child")
    count(houses[1], Kind.GAP, 4, code="health")  # its need was counted a quarter ago

    cells = counted().base(COARSE).true[NEEDS]
    told = {key[:2]: count for key, count in cells.items() if count}
    assert told == {
        ("child", "met"): 4, ("child", "no_offer"): 2, ("child", "no_place"): 3,
        ("health", "no_offer"): 4,
    }  # fmt: skip
    unmet = {**COARSE, NEEDS: {**COARSE[NEEDS], "answer": "unmet"}}
    assert counted().base(unmet).true[NEEDS]["child", "unmet", "all", "city"] == 5


def test_each_house_by_itself_comes_to_the_whole(houses: list[Organisation]) -> None:
    count_quarter(90)
    base = counted().base(COARSE)

    for name, cells in base.true.items():
        for key, whole in cells.items():
            parts = [cubes[name].get(key, 0) for cubes in base.own.values()]
            assert sum(parts) == whole
            assert base.largest[name].get(key, 0) == max(parts)


def test_a_house_also_knows_the_handovers_that_came_to_it(houses: list[Organisation]) -> None:
    clinic, other, _, office = houses
    count(clinic, Kind.HANDOVER_REQUESTED, 3, recipient=office.pk)
    count(other, Kind.HANDOVER_REQUESTED, 2, recipient=office.pk)
    count(other, Kind.HANDOVER_REQUESTED, 1, recipient=clinic.pk)
    count(office, Kind.HANDOVER_REQUESTED, 1, recipient=office.pk)  # within the house: once

    base = counted().base(COARSE)
    requested = ("requested", "all", "all", "city")
    assert base.true[FAMILIES][requested] == 7
    known = {house: cubes[FAMILIES].get(requested, 0) for house, cubes in base.own.items()}
    assert known == {str(clinic.pk): 4, str(other.pk): 3, str(office.pk): 6}
    assert base.largest[FAMILIES][requested] == 6


def test_what_no_house_did_is_known_to_none(houses: list[Organisation]) -> None:
    count(houses[0], Kind.CASE_OPENED, 3)
    count(houses[1], Kind.CASE_OPENED, 3)
    note_voice(make_city().pk, "asked-yes", at=datetime(2026, 8, 3, 12, tzinfo=UTC))

    base = counted().base(COARSE)
    assert base.true[CIRCUMSTANCES][("voice:asked-yes",)] == 1
    assert not any(cubes[CIRCUMSTANCES] for cubes in base.own.values())


def test_every_code_has_a_cell_also_where_nothing_was_counted(houses: list[Organisation]) -> None:
    count(houses[0], Kind.CASE_OPENED)
    true = counted().base(COARSE).true

    assert len(true[FAMILIES]) == len(STEPS)
    assert len(true[NEEDS]) == 8 * 3
    assert len(true[CIRCUMSTANCES]) == sum(len(codes) for _, codes in TOLD.values())


def test_circumstances_are_counted_by_kind_and_code(houses: list[Organisation]) -> None:
    count(houses[0], Kind.ANSWERED_LATE, 3)
    count(houses[0], Kind.HANDOVER_REJECTED, 2, code="no_capacity")
    count(houses[0], Kind.FAMILY_VOICE, 2, code="help-yes", district="", life_phase="")
    count(houses[0], Kind.GAP_REASON, -1, code="full")

    told = {key[0]: n for key, n in counted().base(COARSE).true[CIRCUMSTANCES].items() if n}
    assert told == {"answered_late:yes": 3, "rejected:no_capacity": 2, "voice:help-yes": 2}


def test_who_lives_in_another_city_is_outside(houses: list[Organisation]) -> None:
    make_district("Mitte", "001", city=make_city("dortmund", "Dortmund", "05913000"))
    count(houses[0], Kind.CASE_OPENED, 4, district="dortmund-mitte")
    count(houses[0], Kind.CASE_OPENED, 3, district="duesseldorf-oberkassel")
    levels = {**COARSE, FAMILIES: {**COARSE[FAMILIES], "district": "borough"}}

    cells = counted().base(levels).true[FAMILIES]
    told = {key[3]: number for key, number in cells.items() if key[0] == "unassessed"}
    assert told == {"borough:03": 0, "borough:04": 3, "outside": 4}


@pytest.mark.parametrize("families", [50, 130, 400, 1_500])
def test_no_cube_has_more_cells_than_half_as_many_families(
    houses: list[Organisation], families: int
) -> None:
    for number, phase in enumerate(LifePhase):
        for code in ("child", "health", "everyday"):
            count(houses[number % 4], Kind.NEED, 30, code=code, life_phase=phase)
    count(houses[0], Kind.CASE_OPENED, families)
    quarter = counted()

    assert quarter.families == families
    for cube, ladder in LADDERS.items():
        first, *_, last = quarter.rungs(cube)
        assert len(quarter.grid(cube, first)) <= families / 2
        assert last == ladder[-1]
        sizes = [len(quarter.grid(cube, levels)) for levels in quarter.rungs(cube)]
        assert sizes == sorted(sizes, reverse=True)


def test_however_many_families_a_cube_stays_readable(houses: list[Organisation]) -> None:
    for number in range(60):
        make_district(f"Ort{number}", f"9{number:02}")
    count(houses[0], Kind.CASE_OPENED, 30_000)
    quarter = counted()

    for cube in LADDERS:
        assert len(quarter.grid(cube, quarter.rungs(cube)[0])) <= MOST_CELLS


def test_a_lone_house_of_its_kind_is_not_told_by_its_kind(houses: list[Organisation]) -> None:
    for house in houses:
        count(house, Kind.CASE_OPENED, 5_000)  # three clinics, one office
    assert counted().kinds is None
    assert {levels["house_kind"] for levels in counted().rungs(FAMILIES)} == {"all"}


def test_three_houses_of_a_kind_are_told(houses: list[Organisation]) -> None:
    for house in houses[:3]:
        count(house, Kind.CASE_OPENED, 5_000)
    assert counted().rungs(FAMILIES)[0]["house_kind"] == "kind"


def test_a_group_with_one_need_alone_is_told_coarser(houses: list[Organisation]) -> None:
    count(houses[0], Kind.CASE_OPENED, 30_000)
    for phase in LifePhase:
        for district in ("duesseldorf-bilk", "duesseldorf-oberkassel"):
            for code in ("child", "health"):
                count(houses[0], Kind.NEED, 40, code=code, life_phase=phase, district=district)
    assert counted().rungs(NEEDS)[0]["district"] == "district"

    count(houses[0], Kind.NEED, -39, code="child", district="duesseldorf-oberkassel")
    count(houses[0], Kind.NEED, -40, code="health", district="duesseldorf-oberkassel")
    assert counted().rungs(NEEDS)[0] == LADDERS[NEEDS][1]  # newborns with infants
