"""Goals of the network: the chain of effects, and how far the published numbers have come."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.access.permits import require_somewhere
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.web.forms import refusals_on
from referrals.planning import actions, rules
from referrals.planning.figures import FIGURES, PlanFigure, Standing, Unit, quarters, standing
from referrals.planning.models import Goal, GoalState, GoalStep, Level
from referrals.statistics.published import Published
from referrals.web.planning import wording
from referrals.web.planning.goals_form import GoalForm
from referrals.web.planning.periods import Chosen, chosen, period_label, short_label
from referrals.web.planning.plans import in_city, link, plan_frame, to_plan

STANDINGS: dict[str, Promise] = {
    Standing.NOT_MEASURABLE: gettext_lazy("not measurable yet"),
    Standing.REACHED: gettext_lazy("reached"),
    Standing.NEAR: gettext_lazy("within rounding of the target"),
    Standing.NOT_YET: gettext_lazy("not reached yet"),
}
MOVES: dict[str, Promise] = {
    GoalState.REACHED: gettext_lazy("Goal is reached"),
    GoalState.DROPPED: gettext_lazy("Give the goal up"),
    GoalState.OPEN: gettext_lazy("Open the goal again"),
}
_READ_OR_SEND = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class StepLine:
    """One link of the chain and what the published numbers say of it.

    Args:
        values: by period, the oldest first, in words.
        latest: of the newest published quarter, or of today.
    """

    step: GoalStep
    figure: PlanFigure | None
    standing: str
    latest: str = ""
    when: str = ""
    target: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def standing_label(self) -> Promise:
        return STANDINGS[self.standing]

    @property
    def tone(self) -> str:
        return "good" if self.standing == Standing.REACHED else ""


@require_safe
def goals(request: UserRequest) -> HttpResponse:
    """All goals of the city, those that run first, with how many of their targets are reached."""
    choice = chosen(request)
    told = quarters(choice.municipality, request.user)
    lines = [
        (goal, link_lines, _reached(link_lines))
        for goal in _of(request.user, choice)
        for link_lines in [_lines(goal, told)]
    ]
    context = {
        **plan_frame(choice, "goals", request.user),
        "open": [line for line in lines if line[0].state == GoalState.OPEN],
        "ended": [line for line in lines if line[0].state != GoalState.OPEN],
        "new_url": link("goal-new", choice),
    }
    return render(request, "planning/goals.html", context)


@require_safe
def goal(request: UserRequest, pk: UUID) -> HttpResponse:
    """One goal: its chain of effects, its targets beside what was published, its measures."""
    found = _goal(request, pk)
    choice = in_city(request, found.municipality)
    lines = _lines(found, quarters(found.municipality, request.user))
    context = {
        **plan_frame(choice, "goals", request.user),
        "goal": found,
        "levels": [
            (level.label, [line for line in lines if line.step.level == level.value])
            for level in Level
        ],
        "measures": found.measures.order_by("begins_on", "id"),
        "moves": [(state, MOVES[state]) for state in rules.GOAL_MOVES[found.state]],
        "back": link("goals", choice),
    }
    return render(request, "planning/goal.html", context)


@require_http_methods(_READ_OR_SEND)
def new(request: UserRequest) -> HttpResponse:
    """A goal is set.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    choice = to_plan(request)
    form = GoalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = actions.set_goal(choice.municipality, form.facts(), actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("The goal is set."))
            return redirect("goal", made.pk)
    return _form_page(request, choice, form, link("goals", choice), None)


@require_http_methods(_READ_OR_SEND)
def change(request: UserRequest, pk: UUID) -> HttpResponse:
    """A goal that runs is changed.

    Raises:
        NotPermitted: one may not plan for the city.
        InvalidMove: the goal has ended.
    """
    found = _goal(request, pk)
    choice = in_city(request, found.municipality)
    actions.require_planning(request.user, found.municipality)
    actions.require_open(found)
    form = GoalForm(request.POST if request.method == "POST" else None, goal=found)
    if form.is_valid():
        with refusals_on(form):
            actions.change_goal(found, form.facts(), actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Changed."))
            return redirect("goal", pk)
    return _form_page(request, choice, form, link("goal", choice, pk), found)


@require_POST
def move(request: UserRequest, pk: UUID) -> HttpResponse:
    """A goal ends, or is opened again."""
    found = _goal(request, pk)
    actions.move_goal(found, request.POST.get("state", ""), actor=request.user, at=now())
    messages.success(request, _("Changed."))
    return redirect("goal", pk)


def _form_page(
    request: UserRequest, choice: Chosen, form: GoalForm, back: str, found: Goal | None
) -> HttpResponse:
    context = {
        **plan_frame(choice, "goals", request.user), "form": form, "back": back, "goal": found,
    }  # fmt: skip
    return render(request, "planning/goal_form.html", context, status=422 if form.errors else 200)


def _of(user: User, choice: Chosen) -> QuerySet[Goal]:
    found = Goal.objects.visible_to(user).filter(municipality=choice.municipality)
    return found.prefetch_related("steps").order_by("due_on", "id")


def _goal(request: UserRequest, pk: UUID) -> Goal:
    require_somewhere(request.user, Right.VIEW_STATISTICS)
    found = Goal.objects.visible_to(request.user).select_related("municipality")
    return get_object_or_404(found.prefetch_related("steps"), pk=pk)


def _lines(found: Goal, told: list[Published]) -> list[StepLine]:
    return [_line(found, step, told) for step in actions.steps_of(found)]


def _line(found: Goal, step: GoalStep, told: list[Published]) -> StepLine:
    figure = FIGURES.get(step.figure)
    if figure is None:
        return StepLine(step, None, "")
    if figure.today:
        values, latest = [], figure.today(found.municipality)
        when = _("today")
    else:
        values = [(each.period, figure.read(each)) for each in told]
        latest = values[-1][1] if values else None
        when = period_label(values[-1][0]) if values else ""
    return StepLine(
        step=step,
        figure=figure,
        standing=standing(figure, latest, step.target),
        latest=_said(figure, latest),
        when=when,
        target="" if step.target is None else _target(figure, step.target),
        values=tuple((short_label(period), _said(figure, value)) for period, value in values),
    )


def _reached(lines: list[StepLine]) -> tuple[int, int]:
    """How many of the targets are reached, and how many there are."""
    measured = [line for line in lines if line.target]
    return sum(line.standing == Standing.REACHED for line in measured), len(measured)


def _said(figure: PlanFigure, value: int | None) -> str:
    if value is None:
        return wording.UNKNOWN
    return f"{value} %" if figure.unit == Unit.PERCENT else wording.count(value)


_AT_LEAST, _AT_MOST = (
    pgettext_lazy("target", "at least %(value)s"),
    pgettext_lazy("target", "at most %(value)s"),
)


def _target(figure: PlanFigure, target: int) -> str:
    value = f"{target} %" if figure.unit == Unit.PERCENT else wording.exact(target)
    return str(_AT_LEAST if figure.more else _AT_MOST) % {"value": value}
