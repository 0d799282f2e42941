"""Measures taken on a gap, and what the published numbers say of the gap since."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.access.permits import require_somewhere
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality
from lotsen.web.forms import DateInput, refusals_on
from referrals.planning import actions, rules
from referrals.planning.actions import MeasureFacts
from referrals.planning.effects import (
    QUARTERS,
    WHOLE,
    Effect,
    Gap,
    effect_in,
    effect_of,
    unmet_in,
)
from referrals.planning.figures import quarters
from referrals.planning.models import Goal, GoalState, Measure, MeasureState
from referrals.statistics import labels
from referrals.statistics.published import Published
from referrals.statistics.rules import last_day
from referrals.web.planning import wording
from referrals.web.planning.gaps import NEED, PHASE, PLACE
from referrals.web.planning.periods import Chosen, chosen, period_label
from referrals.web.planning.plans import NO_FAMILY, in_city, link, plan_frame, to_plan

# Dimension of the needs cube, the word of the address, and what "all" is called.
DIMENSIONS: tuple[tuple[str, str, Promise], ...] = (
    ("need", NEED, gettext_lazy("All wishes")),
    ("life_phase", PHASE, gettext_lazy("All ages")),
    ("district", PLACE, gettext_lazy("The whole city")),
)
MOVES: dict[tuple[str, str], Promise] = {
    ("planned", "running"): gettext_lazy("It has begun"),
    ("planned", "dropped"): gettext_lazy("Give the measure up"),
    ("running", "done"): gettext_lazy("It is done"),
    ("running", "dropped"): gettext_lazy("Give the measure up"),
    ("done", "running"): gettext_lazy("It goes on"),
    ("dropped", "planned"): gettext_lazy("Plan it again"),
}
_READ_OR_SEND = ["GET", "HEAD", "POST"]


class GoalField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A goal by its title."""

    def label_from_instance(self, goal: Goal) -> str:
        return goal.title


class MeasureForm(forms.Form):
    """What is done, by whom and from when."""

    title = forms.CharField(
        label=gettext_lazy("Measure"),
        max_length=160,
        help_text=NO_FAMILY,
        error_messages={"required": gettext_lazy("Say in one sentence what is done.")},
    )
    what = forms.CharField(
        label=gettext_lazy("More about it"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    responsible = forms.CharField(
        label=gettext_lazy("Who looks after it"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("A house or a body, for example “AG Frühe Hilfen”."),
    )
    begins_on = forms.DateField(
        label=gettext_lazy("Begins on"),
        error_messages={"required": gettext_lazy("Enter the day on which it begins.")},
        widget=DateInput,
    )
    goal = GoalField(
        queryset=Goal.objects.none(),
        label=gettext_lazy("Serves the goal"),
        required=False,
        empty_label=gettext_lazy("no goal"),
    )

    def __init__(self, *args: Any, choice: Chosen, request: UserRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["goal"]
        assert isinstance(field, GoalField)  # noqa: S101  for the type alone
        mine = Goal.objects.visible_to(request.user).filter(municipality=choice.municipality)
        kept = self.initial.get("goal")
        field.queryset = mine.filter(Q(state=GoalState.OPEN) | Q(pk__in=[kept.pk] if kept else []))

    def facts(self) -> MeasureFacts:
        values = self.cleaned_data
        return MeasureFacts(
            values["title"], values["begins_on"], values["what"], values["responsible"],
            values["goal"],
        )  # fmt: skip


class NewMeasureForm(MeasureForm):
    """The same with the gap it is taken on, in the codes of the latest published quarter."""

    need = forms.ChoiceField(label=gettext_lazy("Wish"))
    life_phase = forms.ChoiceField(label=gettext_lazy("Phase of life"))
    district = forms.ChoiceField(label=gettext_lazy("Place"))

    def __init__(self, *args: Any, told: Published | None, choice: Chosen, **kwargs: Any) -> None:
        super().__init__(*args, choice=choice, **kwargs)
        for dimension, _address, everything in DIMENSIONS:
            field = self.fields[dimension]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type alone
            field.choices = [(WHOLE[dimension], everything), *_codes(told, dimension)]
        self.order_fields(["need", "life_phase", "district"])

    @property
    def gap(self) -> Gap:
        values = self.cleaned_data
        return Gap(values["need"], values["life_phase"], values["district"]).whole()


@require_safe
def measures(request: UserRequest) -> HttpResponse:
    """All measures of the city: those that run first."""
    choice = chosen(request)
    found = (
        Measure.objects.visible_to(request.user)
        .filter(municipality=choice.municipality)
        .select_related("municipality", "goal")
        .order_by("begins_on", "id")
    )
    told = quarters(choice.municipality, request.user, most=QUARTERS)
    lines = [
        (measure, gap_name(measure), effect, sentence(effect))
        for measure in found
        for effect in [effect_in(measure, told)]
    ]
    context = {
        **plan_frame(choice, "measures", request.user),
        "groups": [
            (state.label, group)
            for state in (
                MeasureState.RUNNING, MeasureState.PLANNED, MeasureState.DONE,
                MeasureState.DROPPED,
            )
            if (group := [line for line in lines if line[0].state == state])
        ],
        "new_url": link("measure-new", choice),
    }  # fmt: skip
    return render(request, "planning/measures.html", context)


@require_safe
def measure(request: UserRequest, pk: UUID) -> HttpResponse:
    """One measure: the gap when it was taken, and every published quarter since."""
    found = _measure(request, pk)
    choice = in_city(request, found.municipality)
    effect = effect_of(found, request.user)
    context = {
        **plan_frame(choice, "measures", request.user),
        "measure": found,
        "gap": gap_name(found),
        "sentence": sentence(effect),
        "verdict": effect.verdict,
        "too_early": _is_too_early(found, effect),
        "points": _points(effect),
        "moves": [(state, MOVES[found.state, state]) for state in rules.MEASURE_MOVES[found.state]],
        "back": link("measures", choice),
    }
    return render(request, "planning/measure.html", context)


@require_http_methods(_READ_OR_SEND)
def new(request: UserRequest) -> HttpResponse:
    """A measure is taken on a gap, usually the one looked at before.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    choice = to_plan(request)
    told = next(iter(quarters(choice.municipality, request.user, most=1)), None)
    form = NewMeasureForm(
        request.POST if request.method == "POST" else None,
        told=told,
        choice=choice,
        request=request,
        initial={"begins_on": localdate(), **_asked(request)},
    )
    if form.is_valid():
        with refusals_on(form):
            made = actions.take_measure(
                choice.municipality, form.facts(), gap=form.gap, actor=request.user,
                at=now(),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("The measure is taken."))
            return redirect("measure", made.pk)
    context = {"period": period_label(told.period) if told else "", "size": _size(told, form)}
    return _form_page(request, choice, form, link("measures", choice), **context)


@require_http_methods(_READ_OR_SEND)
def change(request: UserRequest, pk: UUID) -> HttpResponse:
    """What is done, by whom and from when; the gap stays.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    found = _measure(request, pk)
    choice = in_city(request, found.municipality)
    actions.require_planning(request.user, found.municipality)
    form = MeasureForm(
        request.POST if request.method == "POST" else None,
        choice=choice,
        request=request,
        initial={
            "title": found.title, "what": found.what, "responsible": found.responsible,
            "begins_on": found.begins_on, "goal": found.goal,
        },
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            actions.change_measure(found, form.facts(), actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Changed."))
            return redirect("measure", pk)
    back = link("measure", choice, pk)
    return _form_page(request, choice, form, back, measure=found, gap=gap_name(found))


@require_POST
def move(request: UserRequest, pk: UUID) -> HttpResponse:
    """A measure begins, ends, is given up or goes on."""
    found = _measure(request, pk)
    actions.move_measure(found, request.POST.get("state", ""), actor=request.user, at=now())
    messages.success(request, _("Changed."))
    return redirect("measure", pk)


def gap_name(measure: Measure) -> str:
    """The gap in words: "Language and rights · First year of life · the whole city"."""
    codes = {"need": measure.need, "life_phase": measure.life_phase, "district": measure.district}
    return " · ".join(
        _word(dimension, codes[dimension], measure.municipality)
        if codes[dimension]
        else str(everything)
        for dimension, _address, everything in DIMENSIONS
    )


def _word(dimension: str, code: str, municipality: Municipality) -> str:
    """A code in words; a place that was renamed since stands for itself."""
    if dimension == "district":
        return str(labels.places(municipality).get(code, code))
    return str(labels.word(dimension, code))


def sentence(effect: Effect) -> str:
    """Whether the gap closed, as carefully as rounded numbers allow; never why it did."""
    latest = effect.latest
    words = {
        "period": period_label(latest.period) if latest else "",
        "change": wording.exact(effect.change),
    }
    told = {
        "no_baseline": _("When this was taken no number was published; nothing can be compared."),
        "nothing_since": _("No quarter that can be compared has been published since."),
        "within_rounding": _(
            "%(period)s: the difference lies within rounding. Whether the gap has changed cannot "
            "be told."
        ),
        "narrower": _("%(period)s: about %(change)s fewer than when it was taken."),
        "nearly_closed": _("%(period)s: 0 to 4. The gap is as good as closed."),
        "wider": _("%(period)s: about %(change)s more than when it was taken."),
    }
    return told[effect.verdict] % words


def _is_too_early(measure: Measure, effect: Effect) -> bool:
    """Whether the latest quarter ended before the measure began: it cannot have worked yet."""
    return effect.latest is not None and last_day(effect.latest.period) < measure.begins_on


def _points(effect: Effect) -> list[tuple[str, str, bool]]:
    """Period, value in words, whether it is the baseline."""
    first = [(effect.baseline, True)] if effect.baseline else []
    return [
        (
            period_label(point.period),
            wording.count(point.unmet)
            if point.unmet is not None
            else _("published more coarsely, cannot be compared"),
            is_baseline,
        )
        for point, is_baseline in [*first, *((each, False) for each in effect.later)]
    ]


def _form_page(
    request: UserRequest, choice: Chosen, form: MeasureForm, back: str, **more: object
) -> HttpResponse:
    context = {
        **plan_frame(choice, "measures", request.user), "form": form, "back": back, **more,
    }  # fmt: skip
    return render(
        request, "planning/measure_form.html", context, status=422 if form.errors else 200
    )


def _measure(request: UserRequest, pk: UUID) -> Measure:
    require_somewhere(request.user, Right.VIEW_STATISTICS)
    found = Measure.objects.visible_to(request.user).select_related("municipality", "goal")
    return get_object_or_404(found, pk=pk)


def _asked(request: UserRequest) -> dict[str, str]:
    """The gap the address names; what the latest quarter does not know is no choice."""
    return {
        dimension: request.GET.get(word, "") or WHOLE[dimension]
        for dimension, word, _all in DIMENSIONS
    }


def _codes(told: Published | None, dimension: str) -> list[tuple[str, str]]:
    if told is None or not told.needs.cells:
        return []
    return [
        (code, _word(dimension, code, told.municipality))
        for code in told.needs.codes(dimension)
        if code != WHOLE[dimension]
    ]


def _size(told: Published | None, form: NewMeasureForm) -> str:
    """How large the gap the address names is, for the form; "" where it is not told."""
    if told is None:
        return ""
    asked = [str(form.initial.get(dimension, "")) for dimension, _address, _all in DIMENSIONS]
    unmet = unmet_in(told, Gap(*asked).whole())
    return "" if unmet is None else wording.count(unmet)
