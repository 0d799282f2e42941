"""What goes into a report: sections of the overview, and up to three tables of one's own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.web.forms import Chips
from referrals.web.planning.free_tables import DIMENSIONS, MEASURES, Wanted

PARTS, CHOSEN = "teile", "gewaehlt"  # the words of the address; `gewaehlt`: somebody has chosen
TABLES = (1, 2, 3)

SECTIONS: Mapping[str, str | Promise] = {
    "sentences": gettext_lazy("Five sentences"),
    "course": gettext_lazy("Course by quarter"),
    "needs": gettext_lazy("Wishes"),
    "way": gettext_lazy("From birth to help"),
    "languages": gettext_lazy("Interpreting"),
    "waits": gettext_lazy("Waiting times"),
    "returns": gettext_lazy("Handovers that came back"),
    "workload": gettext_lazy("Births and posts"),
    "catalogue": gettext_lazy("The catalogue"),
}


class ReportForm(forms.Form):
    """Read from the address, so that a report can be made again, and shared, by its link."""

    teile = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"),
        choices=list(SECTIONS.items()),
        required=False,
        widget=Chips(attrs={"quiet": True}),
    )

    def __init__(self, data: QueryDict) -> None:
        given: Any = data if CHOSEN in data or PARTS in data else {PARTS: list(SECTIONS)}
        super().__init__(given)
        measures = [("", _("No table")), *measures_by_kind()]
        by = [("", _("Please choose")), *DIMENSIONS.items()]
        beside = [("", _("Nothing more")), *DIMENSIONS.items()]
        for number in TABLES:
            for name, label, choices in (
                ("was", _("What is counted"), measures),
                ("zeilen", _("Rows"), by),
                ("spalten", _("Columns"), beside),
            ):
                self.fields[f"{name}{number}"] = forms.ChoiceField(
                    label=label, choices=choices, required=False
                )

    def tables(self) -> list[list[forms.BoundField]]:
        """The fields of each table, for the page."""
        return [[self[f"{name}{n}"] for name in ("was", "zeilen", "spalten")] for n in TABLES]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in TABLES:
            if wanted := self._wanted(number):
                self._check(number, wanted)
        return cleaned

    def wanted(self) -> list[Wanted]:
        """The tables asked for, once the form is valid."""
        return [wanted for number in TABLES if (wanted := self._wanted(number))]

    def _wanted(self, number: int) -> Wanted | None:
        said = [self.cleaned_data.get(f"{name}{number}", "") for name in ("was", "zeilen")]
        if not said[0]:
            return None
        return Wanted(said[0], said[1], self.cleaned_data.get(f"spalten{number}", ""))

    def _check(self, number: int, wanted: Wanted) -> None:
        if not wanted.rows:
            self.add_error(f"zeilen{number}", _("Choose what the rows of this table are."))
        elif not wanted.is_possible:
            self.add_error(
                f"zeilen{number}",
                _("“%(measure)s” is not told by this. Choose other rows or columns.")
                % {"measure": MEASURES[wanted.measure].label},
            )
        elif wanted.rows == wanted.columns:
            self.add_error(f"spalten{number}", _("Rows and columns are the same. Choose another."))


def measures_by_kind() -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """The measures under what they are counted in."""
    titles = {
        "families": _("Families and handovers"),
        "needs": _("Wishes"),
        "circumstances": _("Circumstances"),
    }
    for cube, title in titles.items():
        yield title, [(code, str(m.label)) for code, m in MEASURES.items() if m.cube == cube]
