"""Measures: taken on a published gap, and whether it closed as far as rounded numbers tell."""

from datetime import date

import pytest

from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.planning import actions, rules
from referrals.planning.actions import GoalFacts, MeasureFacts
from referrals.planning.effects import Gap, effect_of, unmet_in
from referrals.planning.figures import quarters
from referrals.planning.models import Measure
from tests.builders import make_city
from tests.conftest import Cast
from tests.referrals.planning.stage import AT, elsewhere
from tests.referrals.statistics.stage import SOUTH, publish

FACTS = MeasureFacts("Sprachmittlung am Nachmittag", date(2026, 12, 1), "Zwei Stunden mehr")
LANGUAGE = Gap(need="language_rights")


def _measure(cast: Cast, gap: Gap = LANGUAGE) -> Measure:
    city = cast.clinic.municipality
    return actions.take_measure(city, FACTS, gap=gap, actor=cast.dora, at=AT)


def test_the_published_gap_of_that_moment_is_kept(cast: Cast) -> None:
    publish(cast.clinic.municipality, "2026Q2", times=2)
    publish(cast.clinic.municipality, "2026Q3")
    measure = _measure(cast)
    assert (measure.baseline_period, measure.baseline) == ("2026Q3", 120)


def test_a_gap_of_one_phase_and_place_is_a_part_of_it(cast: Cast) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    (told,) = quarters(cast.clinic.municipality, cast.dora)
    part = unmet_in(told, Gap("language_rights", "first_year", SOUTH))
    whole = unmet_in(told, LANGUAGE)
    assert part is not None
    assert whole is not None
    assert 0 < part < whole
    assert unmet_in(told, Gap()) == 580


@pytest.mark.parametrize(
    "gap",
    [Gap("sleep"), Gap(life_phase="retirement"), Gap(district="krefeld-uerdingen"),
     Gap("language_rights", "newborn")],
)  # fmt: skip
def test_a_gap_the_latest_quarter_does_not_know_is_refused(cast: Cast, gap: Gap) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    with pytest.raises(InvalidInput) as refusal:
        _measure(cast, gap)
    assert refusal.value.code == "gap_unknown"
    assert not Measure.objects.exists()


def test_before_anything_is_published_a_measure_has_no_baseline(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        _measure(cast)
    measure = _measure(cast, Gap())
    assert (measure.baseline_period, measure.baseline) == ("", None)
    publish(cast.clinic.municipality, "2026Q3")
    effect = effect_of(measure, cast.dora)
    assert effect.verdict == "no_baseline"
    assert [point.unmet for point in effect.later] == [580]


def test_later_quarters_stand_beside_the_baseline(cast: Cast) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q3")
    measure = _measure(cast)
    assert effect_of(measure, cast.dora).verdict == "nothing_since"
    publish(city, "2026Q4", times=0.5)
    publish(city, "2027Q1", times=0.25)
    effect = effect_of(measure, cast.dora)
    assert [point.period for point in effect.later] == ["2026Q4", "2027Q1"]
    assert effect.verdict == "narrower"
    assert effect.baseline is not None
    assert effect.latest is not None
    assert effect.change == 120 - (effect.latest.unmet or 0)


def test_a_quarter_told_more_coarsely_is_not_compared(cast: Cast) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q3")
    measure = _measure(cast, Gap("language_rights", "first_year"))
    coarse = {("language_rights", answer, "all", "city"): 50 for answer in ("met", "unmet")}
    publish(city, "2026Q4", needs=coarse)
    fine = {
        ("language_rights", answer, phase, "city"): count
        for answer, phase, count in (
            ("met", "newborn", 50), ("no_offer", "newborn", 10), ("no_place", "infant", 5),
            ("no_place", "toddler", 100),
        )
    }  # fmt: skip
    publish(city, "2027Q1", needs=fine)
    assert [point.unmet for point in effect_of(measure, cast.dora).later] == [None, 15]


def test_all_of_a_city_is_compared_whatever_the_level(cast: Cast) -> None:
    city = cast.clinic.municipality
    coarse = {("language_rights", answer, "all", "city"): 50 for answer in ("met", "unmet")}
    publish(city, "2026Q3", needs=coarse)
    gap = Gap("language_rights", "all", "city").whole()
    assert gap == LANGUAGE
    measure = _measure(cast, gap)
    publish(city, "2026Q4")
    assert [point.unmet for point in effect_of(measure, cast.dora).later] == [120]


@pytest.mark.parametrize(
    ("baseline", "latest", "said"),
    [
        (None, 10, "no_baseline"),
        (40, None, "nothing_since"),
        (40, 40, "within_rounding"),
        (40, 35, "within_rounding"),
        (40, 45, "within_rounding"),
        (5, 0, "within_rounding"),
        (40, 30, "narrower"),
        (40, 0, "nearly_closed"),
        (40, 50, "wider"),
        (0, 10, "wider"),
    ],
)
def test_what_is_said_is_as_careful_as_the_numbers(
    baseline: int | None, latest: int | None, said: str
) -> None:
    assert rules.verdict(baseline, latest) == said


def test_a_measure_begins_ends_and_begins_again(cast: Cast) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    measure = _measure(cast)
    for state in ("running", "done", "running", "dropped", "planned"):
        measure = actions.move_measure(measure, state, actor=cast.dora, at=AT)
    assert measure.state == "planned"
    for state in ("done", "planned", "nowhere"):
        with pytest.raises(InvalidMove):
            actions.move_measure(measure, state, actor=cast.dora, at=AT)


def test_a_change_leaves_the_gap_as_it_was(cast: Cast) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    measure = _measure(cast)
    publish(cast.clinic.municipality, "2026Q4", times=3)
    changed = actions.change_measure(
        measure, MeasureFacts("Anders", date(2027, 1, 1)), actor=cast.dora, at=AT
    )
    assert (changed.title, changed.what, changed.baseline) == ("Anders", "", 120)


def test_a_measure_serves_no_goal_of_another_city(cast: Cast) -> None:
    _clinic, emil = elsewhere()
    goal = actions.set_goal(
        make_city("krefeld"), GoalFacts("Dort", date(2027, 1, 1)), actor=emil, at=AT
    )
    publish(cast.clinic.municipality, "2026Q3")
    with pytest.raises(InvalidInput) as refusal:
        actions.take_measure(
            cast.clinic.municipality,
            MeasureFacts("Hier", date(2026, 12, 1), goal=goal),
            gap=LANGUAGE, actor=cast.dora, at=AT,
        )  # fmt: skip
    assert refusal.value.code == "choice_unknown"


def test_only_who_plans_for_the_city_takes_changes_and_sees_measures(cast: Cast) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    _clinic, emil = elsewhere()
    measure = _measure(cast)
    for user in (emil, cast.anna):
        with pytest.raises(NotPermitted):
            actions.take_measure(cast.clinic.municipality, FACTS, gap=LANGUAGE, actor=user, at=AT)
        with pytest.raises(NotPermitted):
            actions.change_measure(measure, FACTS, actor=user, at=AT)
        with pytest.raises(NotPermitted):
            actions.move_measure(measure, "running", actor=user, at=AT)
        assert not Measure.objects.visible_to(user).exists()
        assert effect_of(measure, user).later == []
