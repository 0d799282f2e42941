"""A year is the sum of its quarters, also if they are told at different levels."""

import pytest
from pytest_django import DjangoAssertNumQueries

from lotsen.errors import InvalidInput, Refusal
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Cube, Key
from referrals.statistics.models import Release
from referrals.statistics.published import periods, published, summed
from tests.builders import make_city, make_district
from tests.conftest import Cast
from tests.referrals.statistics.stage import publish, publish_year

BILK, NORTH = "duesseldorf-bilk", "borough:04"
FINE = {
    FAMILIES: {"step": "each", "house_kind": "kind", "life_phase": "fine", "district": "district"},
    NEEDS: {"need": "each", "answer": "reasons", "life_phase": "fine", "district": "district"},
    CIRCUMSTANCES: {"circumstance": "each"},
}
COARSE = {
    FAMILIES: {"step": "each", "house_kind": "all", "life_phase": "four", "district": "borough"},
    NEEDS: {"need": "each", "answer": "unmet", "life_phase": "all", "district": "borough"},
    CIRCUMSTANCES: {"circumstance": "kinds"},
}
TOTAL = {
    FAMILIES: {"step": "all", "house_kind": "all", "life_phase": "all", "district": "city"},
    NEEDS: {"need": "none", "answer": "unmet", "life_phase": "all", "district": "city"},
    CIRCUMSTANCES: {"circumstance": "none"},
}


def fine(period: str, **cells: dict[Key, int]) -> Release:
    usual: dict[str, dict[Key, int]] = {
        "families": {
            ("requested", "clinic", "newborn", BILK): 20,
            ("requested", "clinic", "infant", BILK): 10,
            ("unassessed", "other", "newborn", "outside"): 5,
        },
        "needs": {
            ("child", "met", "newborn", BILK): 15,
            ("child", "no_offer", "newborn", BILK): 5,
            ("child", "no_place", "toddler", BILK): 10,
        },
        "circumstances": {("rejected:other",): 5, ("rejected:no_capacity",): 10},
    }
    return publish(make_city(), period, levels=FINE, **(usual | cells))


def coarse(period: str) -> Release:
    return publish(
        make_city(),
        period,
        levels=COARSE,
        families={("requested", "all", "first_year", "borough:03"): 40},
        needs={("child", "unmet", "all", "borough:03"): 20},
        circumstances={("rejected:any",): 25},
    )


def few(period: str) -> Release:
    total: dict[Key, int] = {("all", "all", "all", "city"): 45}
    return publish(make_city(), period, levels=TOTAL, families=total, needs={}, circumstances={})


def cells(cube: Cube) -> dict[Key, int]:
    return {key: count for key, count in cube.cells.items() if count}


def test_quarters_at_different_levels_are_added_at_the_coarser_one(cast: Cast) -> None:
    fine("2026Q1")
    coarse("2026Q2")
    year = published(make_city(), "2026", cast.dora)

    assert year.quarters == ("2026Q1", "2026Q2")
    assert year.levels == COARSE
    assert cells(year.families) == {
        ("requested", "all", "first_year", "borough:03"): 70,
        ("unassessed", "all", "first_year", "outside"): 5,
    }
    assert cells(year.needs) == {
        ("child", "met", "all", "borough:03"): 15,
        ("child", "unmet", "all", "borough:03"): 35,
    }
    assert cells(year.circumstances) == {("rejected:any",): 40}


def test_quarters_at_the_same_level_are_added_as_they_are(cast: Cast) -> None:
    fine("2026Q1")
    fine("2026Q2")
    year = published(make_city(), "2026", cast.dora)

    assert year.levels == FINE
    assert year.families.total(life_phase="newborn") == 50


def test_a_quarter_with_too_few_families_takes_no_detail_from_the_others(cast: Cast) -> None:
    fine("2026Q1")
    few("2026Q2")
    year = published(make_city(), "2026", cast.dora)

    assert (year.only_totals, year.levels) == (("2026Q2",), FINE)
    assert year.families.total(step="requested") == 30
    assert year.families.total(step="all") == 45
    assert year.needs.total() == 30


def test_a_year_of_small_quarters_tells_how_many_families_there_were(cast: Cast) -> None:
    few("2026Q1")
    few("2026Q2")
    year = published(make_city(), "2026", cast.dora)

    assert cells(year.families) == {("all", "all", "all", "city"): 90}
    assert (year.levels, year.needs.cells) == (TOTAL, {})


def test_a_kind_of_house_told_in_one_quarter_only_counts_as_other(cast: Cast) -> None:
    fine("2026Q1")
    both = {("requested", kind, "newborn", BILK): 10 for kind in ("clinic", "outreach")}
    fine("2026Q2", families=both)
    year = published(make_city(), "2026", cast.dora)

    assert year.families.table(["house_kind"]) == {("clinic",): 40, ("other",): 15}


def test_where_no_kind_of_house_is_told_in_both_none_is_told(cast: Cast) -> None:
    for number, kind in enumerate(("clinic", "outreach"), 1):
        fine(f"2026Q{number}", families={("requested", kind, "newborn", BILK): 10})
    year = published(make_city(), "2026", cast.dora)

    assert year.levels[FAMILIES]["house_kind"] == "all"
    assert year.families.table(["house_kind"]) == {("all",): 20}


def test_adding_up_a_year_costs_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fine("2026Q1")
    coarse("2026Q2")
    make_district("Oberkassel", "041")
    releases = list(Release.objects.select_related("municipality"))
    first = summed("2026", releases)

    with django_assert_num_queries(1):  # boroughs, once
        assert summed("2026", releases) == first


def test_what_is_read_of_a_release_is_read_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fine("2026Q1")
    first = published(make_city(), "2026Q1", cast.dora)

    with django_assert_num_queries(1):
        assert published(first.municipality, "2026Q1", cast.dora) == first


def test_the_sum_of_the_quarters_is_the_year(cast: Cast) -> None:
    quarters = publish_year(make_city())
    year = published(make_city(), "2026", cast.dora)

    for name in (FAMILIES, NEEDS, CIRCUMSTANCES):
        parts = [summed(release.period, [release]).cube(name).total() for release in quarters]
        assert year.cube(name).total() == sum(parts) > 0
    assert periods(make_city(), cast.dora)[:2] == ["2026Q4", "2026Q3"]
    assert "2026" in periods(make_city(), cast.dora)


@pytest.mark.parametrize("name", ["anna", "bilal", "carla"])
def test_only_who_coordinates_reads_it(cast: Cast, name: str) -> None:
    fine("2026Q1")
    with pytest.raises(Refusal, match="nothing_published"):
        published(make_city(), "2026Q1", getattr(cast, name))
    assert periods(make_city(), getattr(cast, name)) == []


@pytest.mark.parametrize("period", ["2026Q5", "26", "", "2026-03", "2026Q1,2026Q2"])
def test_a_period_is_a_quarter_or_a_year(cast: Cast, period: str) -> None:
    with pytest.raises(InvalidInput, match="period_unreadable"):
        published(make_city(), period, cast.dora)
