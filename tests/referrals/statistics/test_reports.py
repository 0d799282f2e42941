"""What is told of published numbers: sums of cells, percentages from twenty on, fair pairs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.errors import InvalidInput
from lotsen.places.models import Municipality
from referrals.statistics import figures, reports
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Cube, Key
from referrals.statistics.figures import Figure
from referrals.statistics.published import Published
from tests.referrals.statistics import stage

SMALL = {("all", "all", "all", "city"): 40}
FEW_NEEDS = {
    ("contact", "met", "all", "city"): 15,
    ("contact", "unmet", "all", "city"): 10,
    ("health", "met", "all", "city"): 10,
    ("health", "unmet", "all", "city"): 5,
}


def told(
    period: str = "2026Q3",
    *,
    families: Mapping[Key, int] | None = None,
    needs: Mapping[Key, int] | None = None,
    circumstances: Mapping[str, int] | None = None,
    quarters: tuple[str, ...] | None = None,
    city: str = "duesseldorf",
) -> Published:
    """A period as it is read, without a database."""
    named = stage.CIRCUMSTANCE if circumstances is None else circumstances
    return Published(
        municipality=Municipality(slug=city, name=city.title()),
        period=period,
        quarters=quarters or (period,),
        frozen_at=datetime(2026, 10, 15, 3, tzinfo=UTC),
        levels={},
        families=Cube(FAMILIES, stage.family_cells() if families is None else families),
        needs=Cube(NEEDS, stage.need_cells() if needs is None else needs),
        circumstances=Cube(CIRCUMSTANCES, {(code,): count for code, count in named.items()}),
    )


def by_code(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.code: figure for figure in figures}


def test_five_figures_tell_the_whole() -> None:
    figures = by_code(reports.key_figures(told()))

    assert list(figures) == ["wished", "arrived", "first_answer", "came_back", "without_offer"]
    assert (figures["wished"].value, figures["wished"].percent) == (560, 65)  # of 860 asked
    # Of 440 handovers whose end is known, not of those that are still under way.
    assert (figures["arrived"].value, figures["arrived"].of) == (320, 440)
    assert figures["arrived"].percent == 73
    assert (figures["first_answer"].value, figures["first_answer"].of) == (None, 480)
    assert figures["first_answer"].detail == "up_to_7"
    assert (figures["came_back"].value, figures["came_back"].detail) == (
        120,
        "rejected:no_capacity",
    )
    assert (figures["without_offer"].value, figures["without_offer"].of) == (580, 1560)


def test_the_period_before_stands_beside_each_figure() -> None:
    now = told()
    before = told("2026Q2", circumstances={"answered:up_to_2": 60, "rejected:other": 10})
    figures = by_code(reports.key_figures(now, before))

    assert (figures["wished"].previous, figures["wished"].change) == (560, 0)
    assert figures["arrived"].previous_percent == 73
    assert figures["first_answer"].previous_detail == "up_to_2"
    assert figures["came_back"].previous_detail == "rejected:other"


def test_few_families_are_told_as_one_number() -> None:
    few = told(families=SMALL, needs={}, circumstances={})

    assert figures.reached(few) == 40
    assert figures.kept(few) is None
    assert {figure.value for figure in reports.key_figures(few)} == {None}
    assert {figure.percent for figure in reports.funnel(few, births=700)} == {None}
    assert reports.needs_table(few) == []
    assert reports.workload(few, posts=Decimal(2)).per_post is None


def test_a_year_in_which_a_quarter_told_its_total_alone_tells_no_step() -> None:
    year = told("2026", families={**stage.family_cells(), **SMALL})

    assert figures.step(year, "completed") is None
    assert figures.reached(year) == 1040
    assert reports.unmet(replace(year, only_totals=("2026Q1",))) is None


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (10, 20, 50), (10, 15, None), (0, 20, 0), (5, 40, 13), (20, 20, 100), (25, 20, None),
        (None, 40, None), (5, None, None), (65, 100, 65), (1, 200, 1),
    ],
)  # fmt: skip
def test_a_percentage_needs_twenty_and_a_part_that_fits(
    part: int | None, whole: int | None, percent: int | None
) -> None:
    assert figures.percent(part, whole) == percent


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_no_percentage_is_finer_than_one_of_a_hundred(part: int, whole: int) -> None:
    found = figures.percent(part, whole)

    assert (found is None) == (whole < 20 or part > whole)
    assert found is None or abs(found - 100 * part / whole) <= 0.5


def test_zero_is_not_nothing() -> None:
    assert Figure("failed", 0).is_small
    assert not Figure("failed", None).is_small
    assert not Figure("failed", 5).is_small
    assert not Figure("births", 0, exact=True).is_small
    assert Figure("failed", None, previous=5).change is None
    assert Figure("failed", 5, previous=20).change == -15


def test_each_step_is_measured_against_what_it_follows_from() -> None:
    funnel = by_code(reports.funnel(told(), births=1720))

    assert list(funnel) == [
        "births", "screened", "wished", "declined", "requested", "accepted", "arrived",
    ]  # fmt: skip
    assert (funnel["births"].value, funnel["births"].exact) == (1720, True)
    assert (funnel["screened"].value, funnel["screened"].percent) == (860, 50)
    assert (funnel["declined"].value, funnel["declined"].percent) == (220, 26)
    assert (funnel["accepted"].of, funnel["accepted"].percent) == (500, 80)


def test_without_births_there_is_no_screening_rate() -> None:
    funnel = by_code(reports.funnel(told()))

    assert funnel["births"].value is None
    assert funnel["screened"].value == 860
    assert funnel["screened"].percent is None


def test_a_series_is_each_period_beside_the_one_before() -> None:
    half = {key: count // 10 * 5 for key, count in stage.family_cells().items()}
    periods = [told("2026Q2", families=half), told("2026Q3")]

    first, second = reports.series(periods, "talk_wished")

    assert (first.code, first.previous) == ("2026Q2", None)
    assert (second.code, second.value, second.previous) == ("2026Q3", 560, first.value)


YEAR = told("2025", quarters=("2025Q1", "2025Q2", "2025Q3", "2025Q4"))


@pytest.mark.parametrize(
    "other", [YEAR, told("2026Q2", city="koeln"), told("2025", quarters=("2025Q4",))]
)
def test_what_is_not_equally_long_or_of_one_city_is_not_compared(other: Published) -> None:
    now = YEAR if other.period == "2025" and other is not YEAR else told()
    asked = (
        reports.key_figures, reports.funnel, reports.needs_table, reports.languages,
        reports.answered_late,
        lambda now, before: reports.circumstances(now, "rejected", before),
        lambda now, before: reports.waits(now, "answered", before),
        lambda now, before: reports.series([before, now], "completed"),
    )  # fmt: skip
    for ask in asked:
        with pytest.raises(InvalidInput) as refused:
            ask(now, other)
        assert refused.value.code == "periods_not_comparable"


def test_an_unfinished_year_is_not_compared_with_a_whole_one() -> None:
    assert not figures.comparable(told("2026", quarters=("2026Q1", "2026Q2")), YEAR)
    assert figures.comparable(told("2024", quarters=YEAR.quarters), YEAR)


def test_needs_tell_what_was_wished_and_what_was_not_found() -> None:
    rows = reports.needs_table(told(), told("2026Q2", needs=FEW_NEEDS))

    assert [row.code for row in rows[:2]] == ["everyday", "pregnancy_midwife"]
    midwife = rows[1]
    assert (midwife.wishes, midwife.met, midwife.no_offer, midwife.no_place) == (320, 100, 120, 100)
    assert (midwife.unmet, midwife.percent, midwife.previous) == (220, 69, None)
    assert {row.code: row.previous for row in rows}["health"] == 5


def test_without_reasons_a_need_is_met_or_not() -> None:
    contact, health = reports.needs_table(told(needs=FEW_NEEDS))

    assert (contact.wishes, contact.unmet, contact.percent) == (25, 10, 40)
    assert (contact.no_offer, contact.no_place) == (None, None)
    assert (health.wishes, health.percent) == (15, None)
    assert reports.unmet(told(needs=FEW_NEEDS)) == 15


def test_circumstances_are_told_by_kind() -> None:
    languages = reports.languages(told())
    late = reports.answered_late(told(), told("2026Q2"))

    assert [(row.code, row.value) for row in languages] == [("tr", 85), ("ar", 60), ("uk", 45)]
    assert (languages[0].of, languages[0].percent) == (920, 9)
    assert (late.value, late.of, late.percent, late.previous) == (70, 480, 15, 70)
    assert [row.code for row in reports.circumstances(told(), "rejected")] == [
        "no_capacity", "not_responsible", "already_supported",
    ]  # fmt: skip
    assert reports.circumstances(told(), "closed", told("2026Q2"))[0].previous == 280


def test_two_reasons_that_are_as_frequent_are_not_ranked() -> None:
    even = told(circumstances={"rejected:other": 10, "failed:not_reached": 10})
    together = told(circumstances={"rejected:any": 40, "failed:any": 5})

    assert reports.most_frequent_reason(even) == ""
    assert reports.most_frequent_reason(told(circumstances={"rejected:other": 0})) == ""
    assert reports.most_frequent_reason(together) == ""


def test_half_had_waited_no_longer_than_this() -> None:
    waits = reports.waits(told(), "first_contact", told("2026Q2", circumstances={}))

    assert [band.code for band in waits.bands] == list(reports.BANDS)
    assert (waits.total, waits.median, waits.previous_median) == (355, "up_to_7", "")
    assert reports.waits(told(circumstances={"answered:longer": 15}), "answered").median == ""
    assert reports.waits(told(circumstances={"answered:any": 90}), "answered").median == ""


def test_families_for_each_post_stand_beside_the_benchmark() -> None:
    load = reports.workload(told(), posts=Decimal("3.5"), births_a_year=6900)

    assert (load.families, load.per_post) == (920, 265)
    assert load.benchmark_posts == Decimal("3.5")
    assert reports.workload(told(), posts=None).per_post is None
    assert reports.workload(told(), posts=Decimal(0)).per_post is None


@given(
    st.dictionaries(
        st.sampled_from(sorted(stage.family_cells())),
        st.integers(0, 60).map(lambda n: 5 * n),
        min_size=1,
    )
)
def test_every_number_of_families_is_a_multiple_of_five(cells: dict[Key, int]) -> None:
    published = told(families=cells)
    shown = [*reports.key_figures(published), *reports.funnel(published)]

    for figure in shown:
        assert (figure.value or 0) % 5 == 0
        assert (figure.of or 0) % 5 == 0


def test_numbers_are_not_kept_by_anything_else() -> None:
    for asked in ({"by": ("navigator",)}, {"by": ("need",), "where": {"case": ["1"]}}):
        with pytest.raises(InvalidInput) as refused:
            told().needs.table(**asked)
        assert refused.value.code == "dimension_unknown"
