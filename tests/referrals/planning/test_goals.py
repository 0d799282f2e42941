"""Goals: a chain of effects, each link measured by what was published."""

from datetime import date, timedelta

import pytest
import time_machine

from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.planning import actions, figures, rules
from referrals.planning.actions import GoalFacts, StepFacts
from referrals.planning.figures import FIGURES, Standing, standing
from referrals.planning.models import Goal, GoalState
from tests.conftest import Cast
from tests.referrals.planning.stage import AT, elsewhere, enter_year
from tests.referrals.statistics.stage import publish

STEPS = (
    StepFacts("impact", "Familien in Bilk fühlen sich begleitet."),
    StepFacts("output", "Gespräche auf jeder Station", "screening_rate", 90),
    StepFacts("input", "Eine Stelle mehr in der Nordklinik", "posts_rate", 100),
    StepFacts("outcome", "Mehr Hilfen kommen an", "arrived_percent", 80),
)
FACTS = GoalFacts("Jede Familie wird gefragt", date(2027, 12, 31), "Beschluss 14/2026", STEPS)


def _goal(cast: Cast, facts: GoalFacts = FACTS) -> Goal:
    return actions.set_goal(cast.clinic.municipality, facts, actor=cast.dora, at=AT)


def test_a_goal_is_thought_through_from_input_to_impact(cast: Cast) -> None:
    goal = _goal(cast)
    levels = [step.level for step in actions.steps_of(goal)]
    assert levels == ["input", "output", "outcome", "impact"]
    assert goal.state == GoalState.OPEN


def test_a_change_keeps_the_links_and_drops_what_is_left_out(cast: Cast) -> None:
    goal = _goal(cast)
    kept = {step.pk for step in goal.steps.all()}
    facts = GoalFacts("Jede zweite", date(2020, 1, 1), steps=STEPS[1:3])
    changed = actions.change_goal(goal, facts, actor=cast.dora, at=AT)
    assert changed.title == "Jede zweite"
    assert {step.pk for step in changed.steps.all()} < kept
    assert [step.level for step in actions.steps_of(changed)] == ["input", "output"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (StepFacts("output", "x", "born_on_a_sunday"), "choice_unknown"),
        (StepFacts("elsewhere", "x"), "choice_unknown"),
        (StepFacts("output", "x", "", 5), "target_without_figure"),
        (StepFacts("output", "x", "screening_rate", 1001), "target_out_of_range"),
        (StepFacts("output", "x", "screening_rate", -1), "target_out_of_range"),
    ],
)
def test_a_link_that_does_not_fit_is_refused_with_the_whole_goal(
    cast: Cast, step: StepFacts, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _goal(cast, GoalFacts("x", date(2027, 1, 1), steps=(STEPS[0], step)))
    assert refusal.value.code == code
    assert not Goal.objects.exists()


def test_a_goal_lies_ahead(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _goal(cast, GoalFacts("x", AT.date() - timedelta(days=1)))
    assert refusal.value.code == "date_has_passed"


def test_a_goal_ends_and_can_be_opened_again(cast: Cast) -> None:
    goal = actions.move_goal(_goal(cast), "reached", actor=cast.dora, at=AT)
    assert goal.ended_at == AT
    with pytest.raises(InvalidMove):
        actions.move_goal(goal, "dropped", actor=cast.dora, at=AT)
    with pytest.raises(InvalidMove) as refusal:
        actions.change_goal(goal, FACTS, actor=cast.dora, at=AT)
    assert refusal.value.code == "goal_ended"
    assert actions.move_goal(goal, "open", actor=cast.dora, at=AT).ended_at is None


def test_every_state_has_an_exit() -> None:
    for moves in (rules.GOAL_MOVES, rules.MEASURE_MOVES):
        assert all(moves[state] for state in moves)
        assert {state for exits in moves.values() for state in exits} == set(moves)


def test_only_who_plans_for_the_city_sets_changes_and_sees_goals(cast: Cast) -> None:
    _clinic, emil = elsewhere()
    goal = _goal(cast)
    for user in (emil, cast.anna):
        with pytest.raises(NotPermitted):
            actions.set_goal(cast.clinic.municipality, FACTS, actor=user, at=AT)
        with pytest.raises(NotPermitted):
            actions.change_goal(goal, FACTS, actor=user, at=AT)
        with pytest.raises(NotPermitted):
            actions.move_goal(goal, "reached", actor=user, at=AT)
        assert not Goal.objects.visible_to(user).exists()


def test_every_figure_reads_a_quarter_or_says_nothing(cast: Cast) -> None:
    """With nothing known: None. With a plausible quarter: a number, small enough to be one."""
    city = cast.clinic.municipality
    publish(city, "2026Q2", families={("all", "all", "all", "city"): 40}, needs={},
            circumstances={})  # fmt: skip
    publish(city, "2026Q3")
    enter_year(cast, births=600)
    actions.set_posts(cast.clinic, since=date(2026, 1, 1), posts=1, actor=cast.dora, at=AT)
    small, large = figures.quarters(city, cast.dora)
    for figure in FIGURES.values():
        if figure.code == "posts_rate":
            continue  # of births and posts, not of families
        assert figure.read(small) is None, figure.code
        value = figure.read(large)
        if figure.today:
            assert value is None  # no quarter tells it, only today
            with time_machine.travel("2026-03-20"):
                assert figure.today(city) == 100
        else:
            assert value is not None, figure.code
            assert 0 <= value <= figure.most


def test_the_screening_rate_is_told_of_a_whole_quarter_only(cast: Cast) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q3")
    (told,) = figures.quarters(city, cast.dora)
    assert figures.value_of("screening_rate", told) is None
    enter_year(cast, births=200)
    screened = figures.value_of("screened", told)
    assert screened == 860
    assert figures.value_of("screening_rate", told) == round(860 * 100 / 1200)
    month = {(cast.clinic.pk, date(2026, 9, 1)): None}
    actions.enter_births(city, month, actor=cast.dora, at=AT)
    assert figures.value_of("screening_rate", told) is None


def test_a_target_is_reached_from_below_or_from_above() -> None:
    arrived, late = FIGURES["arrived"], FIGURES["answers_late"]
    assert standing(arrived, 300, 300) == Standing.REACHED
    assert standing(arrived, 295, 300) == Standing.NEAR
    assert standing(arrived, 290, 300) == Standing.NOT_YET
    assert standing(arrived, None, 300) == Standing.NOT_MEASURABLE
    assert standing(late, 10, 12) == Standing.REACHED
    assert standing(late, 13, 12) == Standing.NOT_YET
    assert standing(FIGURES["unmet_total"], 105, 100) == Standing.NEAR


def test_whoever_may_not_read_statistics_measures_nothing(cast: Cast) -> None:
    _clinic, emil = elsewhere()
    publish(cast.clinic.municipality, "2026Q3")
    assert figures.quarters(cast.clinic.municipality, emil) == []
    assert figures.quarters(cast.clinic.municipality, cast.anna) == []
