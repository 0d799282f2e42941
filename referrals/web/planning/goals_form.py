"""The form of a goal: what, by when, and two links for each level of the chain of effects."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.web.forms import DateInput
from referrals.planning.actions import GoalFacts, StepFacts, steps_of
from referrals.planning.figures import FIGURES
from referrals.planning.models import Goal, Level
from referrals.web.planning.plans import NO_FAMILY

LINKS = 2  # for each level: enough to think in, few enough to keep in mind
QUESTIONS: dict[str, Promise] = {
    Level.INPUT: gettext_lazy("People, money, rooms, agreements."),
    Level.OUTPUT: gettext_lazy("What happens then, how often, and for how many families?"),
    Level.OUTCOME: gettext_lazy("What is different for families afterwards?"),
    Level.IMPACT: gettext_lazy("What becomes better in the city in the long run?"),
}


class GoalForm(forms.Form):
    """A goal with its chain of effects; a link without text is left out."""

    title = forms.CharField(
        label=gettext_lazy("Goal"),
        max_length=160,
        help_text=NO_FAMILY,
        error_messages={"required": gettext_lazy("Say in one sentence what is to be reached.")},
    )
    due_on = forms.DateField(
        label=gettext_lazy("To be reached by"),
        error_messages={"required": gettext_lazy("Enter the day by which it is to be reached.")},
        widget=DateInput,
    )
    why = forms.CharField(
        label=gettext_lazy("Why, and on whose decision"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, goal: Goal | None = None, **kwargs: Any) -> None:
        if goal:
            kwargs["initial"] = {"title": goal.title, "due_on": goal.due_on, "why": goal.why}
        super().__init__(*args, **kwargs)
        kept = {level: [] for level in Level.values}  # type: dict[str, list[Any]]
        for step in steps_of(goal) if goal else ():
            kept[step.level].append(step)
        for level in Level.values:
            for number in range(max(LINKS, len(kept[level]))):
                rows = kept[level]
                self._add(level, number, rows[number] if number < len(rows) else None)

    def _add(self, level: str, number: int, step: Any) -> None:
        begin = f"{level}_{number}"
        self.fields[f"{begin}_text"] = forms.CharField(
            label=_("In words"), max_length=300, required=False,
            initial=step.text if step else "",
        )  # fmt: skip
        self.fields[f"{begin}_figure"] = forms.ChoiceField(
            label=_("Measured by"), required=False, choices=figure_choices,
            initial=step.figure if step else "",
        )  # fmt: skip
        self.fields[f"{begin}_target"] = forms.IntegerField(
            label=_("Target"), required=False, min_value=0, initial=step.target if step else None,
            error_messages={"invalid": _("Enter the target as a whole number.")},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for begin in self._links():
            text, figure = cleaned.get(f"{begin}_text"), cleaned.get(f"{begin}_figure")
            target = cleaned.get(f"{begin}_target")
            if (figure or target is not None) and not text:
                self.add_error(f"{begin}_text", _("Say in words what this number stands for."))
            if target is not None and not figure:
                self.add_error(f"{begin}_figure", _("Choose the figure this target belongs to."))
            if figure in FIGURES and (target or 0) > FIGURES[figure].most:
                told = _("This target is too large: at most %(most)s.")
                self.add_error(f"{begin}_target", told % {"most": FIGURES[figure].most})
        return cleaned

    def facts(self) -> GoalFacts:
        values = self.cleaned_data
        steps = tuple(
            StepFacts(
                level=begin.rpartition("_")[0],
                text=values[f"{begin}_text"],
                figure=values[f"{begin}_figure"],
                target=values[f"{begin}_target"],
            )
            for begin in self._links()
            if values[f"{begin}_text"]
        )
        return GoalFacts(values["title"], values["due_on"], values["why"], steps)

    @property
    def levels(self) -> list[tuple[str, str, Promise, list[list[BoundField]]]]:
        """Code, label, question and the fields of each level, in the order of the chain."""
        return [
            (
                level.value,
                str(level.label),
                QUESTIONS[level],
                [
                    [self[f"{begin}_{part}"] for part in ("text", "figure", "target")]
                    for begin in self._links()
                    if begin.startswith(f"{level.value}_")
                ],
            )
            for level in Level
        ]

    def _links(self) -> Iterator[str]:
        for name in list(self.fields):
            if name.endswith("_text"):
                yield name.removesuffix("_text")


def figure_choices() -> list[tuple[str, str]]:
    """Every figure with what it is counted in."""
    return [("", _("In words only"))] + [
        (code, f"{figure.label} ({figure.unit_label})") for code, figure in FIGURES.items()
    ]
