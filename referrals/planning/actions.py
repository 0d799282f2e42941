"""What people of the network enter and decide: births, posts, goals, measures. No family.

Everything here needs the right to plan in one of the houses of the city.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access.rights import municipalities_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.places.models import Municipality
from referrals.planning import rules
from referrals.planning.births import sites_of
from referrals.planning.effects import Gap, unmet_in
from referrals.planning.figures import FIGURES, quarters
from referrals.planning.models import (
    Goal,
    GoalState,
    GoalStep,
    Level,
    Measure,
    MeasureState,
    SiteMonth,
    Staffing,
)

PLANNED_AHEAD = timedelta(days=366)  # posts may be entered so long before they begin


def may_plan(user: User, municipality: Municipality) -> bool:
    """Whether `user` plans for this city, from whichever of its houses."""
    return municipalities_where(user, Right.PLAN).filter(pk=municipality.pk).exists()


def require_planning(user: User, municipality: Municipality) -> None:
    """Return silently if `user` plans for this city.

    Raises:
        NotPermitted: otherwise.
    """
    if not may_plan(user, municipality):
        raise NotPermitted(right=Right.PLAN.value)


# Births and posts


@transaction.atomic
def enter_births(
    municipality: Municipality,
    changes: Mapping[tuple[UUID, date], int | None],
    *,
    confirmed: Collection[tuple[UUID, date]] = (),
    actor: User,
    at: datetime,
) -> int:
    """All of it or nothing: births by house and month; None takes a number back.

    Args:
        confirmed: months whose number stands out and was looked at; what stands out and is not
            among them gives no rate until somebody has.

    Returns:
        how many months were entered, changed or taken back.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidInput: a house that is no maternity clinic of this city, a month that is not over,
            or a number no house has.
    """
    require_planning(actor, municipality)
    return write_births(municipality, changes, confirmed=confirmed, by=actor, at=at)


def write_births(
    municipality: Municipality,
    changes: Mapping[tuple[UUID, date], int | None],
    *,
    confirmed: Collection[tuple[UUID, date]] = (),
    by: User | None,
    at: datetime,
) -> int:
    """The rules and the writing of `enter_births`, for the operator's file too (`by` None)."""
    sites = {site.pk for site in sites_of(municipality)}
    for (house, month), births in changes.items():
        if house not in sites:
            raise InvalidInput("site_unknown", field="site")
        if month.day != 1:
            raise InvalidInput("month_unreadable", field="month", value=str(month))
        rules.require_over(month, localdate(at))
        if births is not None:
            rules.checked_births(births)
    rows = {
        (row.organisation_id, row.month): row
        for row in SiteMonth.objects.select_for_update().filter(
            municipality=municipality, month__in={month for _house, month in changes}
        )
    }
    written = 0
    for key, births in changes.items():
        row = rows.get(key) or SiteMonth(
            municipality=municipality, organisation_id=key[0], month=key[1]
        )
        written += _write_month(row, births, is_confirmed=key in confirmed, by=by, at=at)
    return written


def _write_month(
    row: SiteMonth, births: int | None, *, is_confirmed: bool, by: User | None, at: datetime
) -> bool:
    stored = row.pk is not None
    if births is None:
        if stored:
            row.delete()
        return stored
    if stored and (row.births, row.confirmed) == (births, is_confirmed or row.confirmed):
        return False
    row.births, row.confirmed, row.entered_by, row.entered_at = births, is_confirmed, by, at
    row.save()
    return True


@transaction.atomic
def set_posts(
    house: Organisation, *, since: date, posts: Decimal | None, actor: User, at: datetime
) -> Staffing | None:
    """From `since` on the house has so many full-time posts of navigators; None takes a row back.

    Raises:
        NotPermitted: `actor` does not plan for the city of the house.
        InvalidInput: nobody has so many posts, or the day is too far away.
    """
    require_planning(actor, house.municipality)
    found = Staffing.objects.select_for_update().filter(organisation=house, since=since).first()
    if posts is None:
        if found:
            found.delete()
        return None
    if not 0 <= posts <= rules.MOST_POSTS:
        raise InvalidInput("posts_out_of_range", field="posts", most=int(rules.MOST_POSTS))
    if not since.year >= rules.EARLIEST_YEAR or since > localdate(at) + PLANNED_AHEAD:
        raise InvalidInput("day_too_far", field="since")
    row = found or Staffing(municipality=house.municipality, organisation=house, since=since)
    row.full_time_posts, row.entered_by, row.entered_at = posts, actor, at
    row.save()
    return row


# Goals


@dataclass(frozen=True)
class StepFacts:
    """One link of a chain of effects; `figure` and `target` where a number tells it."""

    level: str
    text: str
    figure: str = ""
    target: int | None = None


@dataclass(frozen=True)
class GoalFacts:
    title: str
    due_on: date
    why: str = ""
    steps: Sequence[StepFacts] = ()


@transaction.atomic
def set_goal(municipality: Municipality, facts: GoalFacts, *, actor: User, at: datetime) -> Goal:
    """The network wants to reach something by a day.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidInput: the day has passed, or a step does not fit.
    """
    require_planning(actor, municipality)
    if facts.due_on < localdate(at):
        raise InvalidInput("date_has_passed", field="due_on")
    goal = Goal(municipality=municipality, created_by=actor, created_at=at)
    return _write_goal(goal, facts, at)


@transaction.atomic
def change_goal(goal: Goal, facts: GoalFacts, *, actor: User, at: datetime) -> Goal:
    """What is wanted, by when and how it would be seen; the day may have passed by now.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidMove: the goal has ended.
        InvalidInput: a step does not fit.
    """
    require_planning(actor, goal.municipality)
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    require_open(goal)
    return _write_goal(goal, facts, at)


def require_open(goal: Goal) -> None:
    """
    Raises:
        InvalidMove: the goal has ended.
    """
    if goal.state != GoalState.OPEN:
        raise InvalidMove("goal_ended")


def _write_goal(goal: Goal, facts: GoalFacts, at: datetime) -> Goal:
    for step in facts.steps:
        _require_fitting(step)
    goal.title, goal.why, goal.due_on, goal.changed_at = facts.title, facts.why, facts.due_on, at
    goal.save()
    kept = list(steps_of(goal))
    for number, step in enumerate(facts.steps):
        row = kept[number] if number < len(kept) else GoalStep(goal=goal)
        row.level, row.text = step.level, step.text
        row.figure, row.target = step.figure, step.target
        row.save()
    for surplus in kept[len(facts.steps) :]:
        surplus.delete()
    return goal


def steps_of(goal: Goal) -> list[GoalStep]:
    """The links in the order of the chain: input, output, outcome, impact."""
    order = {level: number for number, level in enumerate(Level.values)}
    return sorted(goal.steps.all(), key=lambda step: (order[step.level], str(step.pk)))


def _require_fitting(step: StepFacts) -> None:
    figure = FIGURES.get(step.figure)
    if step.level not in Level.values or (step.figure and figure is None):
        raise InvalidInput("choice_unknown", field="figure")
    if step.target is None:
        return
    if figure is None:
        raise InvalidInput("target_without_figure", field="target")
    if not 0 <= step.target <= figure.most:
        raise InvalidInput("target_out_of_range", field="target", most=figure.most)


@transaction.atomic
def move_goal(goal: Goal, state: str, *, actor: User, at: datetime) -> Goal:
    """A goal ends reached or given up, and can be opened again.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidMove: no such step from where it stands.
    """
    require_planning(actor, goal.municipality)
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    if state not in rules.GOAL_MOVES[goal.state]:
        raise InvalidMove
    goal.state, goal.changed_at = state, at
    goal.ended_at = None if state == GoalState.OPEN else at
    goal.save()
    return goal


# Measures


@dataclass(frozen=True)
class MeasureFacts:
    title: str
    begins_on: date
    what: str = ""
    responsible: str = ""
    goal: Goal | None = None


@transaction.atomic
def take_measure(
    municipality: Municipality, facts: MeasureFacts, *, gap: Gap, actor: User, at: datetime
) -> Measure:
    """Something is done about a gap; how large the latest published quarter shows it is kept.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidInput: the latest quarter knows no such gap, or the goal is another city's.
    """
    require_planning(actor, municipality)
    measure = Measure(municipality=municipality, created_by=actor, created_at=at)
    measure.need, measure.life_phase, measure.district = gap.need, gap.life_phase, gap.district
    for latest in quarters(municipality, actor, most=1):
        measure.baseline = unmet_in(latest, gap)
        measure.baseline_period = "" if measure.baseline is None else latest.period
    if measure.baseline is None and gap != Gap():
        raise InvalidInput("gap_unknown", field="need")
    return _write_measure(measure, facts, at)


@transaction.atomic
def change_measure(measure: Measure, facts: MeasureFacts, *, actor: User, at: datetime) -> Measure:
    """What is done, by whom and from when. The gap and its size then stay as they were.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidInput: the goal is another city's.
    """
    require_planning(actor, measure.municipality)
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    return _write_measure(measure, facts, at)


def _write_measure(measure: Measure, facts: MeasureFacts, at: datetime) -> Measure:
    if facts.goal and facts.goal.municipality_id != measure.municipality_id:
        raise InvalidInput("choice_unknown", field="goal")
    if not rules.EARLIEST_YEAR <= facts.begins_on.year <= localdate(at).year + 10:
        raise InvalidInput("day_too_far", field="begins_on")
    measure.title, measure.what, measure.goal = facts.title, facts.what, facts.goal
    measure.responsible, measure.begins_on = facts.responsible, facts.begins_on
    measure.changed_at = at
    measure.save()
    return measure


@transaction.atomic
def move_measure(measure: Measure, state: str, *, actor: User, at: datetime) -> Measure:
    """A measure begins, ends or is given up; each state leads on.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        InvalidMove: no such step from where it stands.
    """
    require_planning(actor, measure.municipality)
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    if state not in rules.MEASURE_MOVES[measure.state]:
        raise InvalidMove
    measure.state, measure.changed_at = MeasureState(state), at
    measure.save()
    return measure
