"""The form of a year of births: one field for each clinic and month that is over."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.accounts.models import Organisation
from lotsen.errors import InvalidInput
from lotsen.places.models import Municipality
from lotsen.refusals import sentence
from referrals.planning import rules
from referrals.planning.births import Cell, stand_out, table_of

type Key = tuple[UUID, date]


class BirthsForm(forms.Form):
    """Only what was changed is entered; an emptied field takes its number back.

    What stands out among the months around it is asked about before it is kept.
    """

    confirm = forms.BooleanField(
        label=gettext_lazy("The numbers that stand out are right"), required=False
    )

    def __init__(
        self, data: Any = None, *, municipality: Municipality, year: int, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self._municipality = municipality
        self._table = table_of(municipality, year)
        self._keys: dict[str, Key] = {}
        for cell in self._cells():
            if cell.over:
                self._add(cell)
        self.order_fields([*self._keys, "confirm"])

    @property
    def sites(self) -> list[Organisation]:
        return [cell.site for cell in self._table[0]]

    @property
    def rows(self) -> list[tuple[date, list[tuple[Cell, BoundField | None]]]]:
        """Each month with its cells; a month that is not over has no field."""
        return [
            (
                row[0].month if row else date.min,
                [(cell, self[_name(cell)] if cell.over else None) for cell in row],
            )
            for row in self._table
            if row
        ]

    @property
    def totals(self) -> list[tuple[str, int | None]]:
        """By clinic: the sum of what is stored, None while a month that is over is missing."""
        columns = zip(*self._table, strict=True)
        return [
            (
                column[0].site.short_name,
                None
                if any(cell.is_missing for cell in column)
                else sum(cell.births or 0 for cell in column),
            )
            for column in columns
        ]

    @property
    def asks_to_confirm(self) -> bool:
        """Whether a stored number stands out, or one of those just sent."""
        stored = any(cell.stands_out for cell in self._cells())
        return stored or (self.is_bound and bool(self._standing_out))

    @property
    def changes(self) -> dict[Key, int | None]:
        return {
            self._keys[name]: self.cleaned_data[name]
            for name in self.changed_data
            if name in self._keys and name in self.cleaned_data
        }

    @property
    def confirmed(self) -> dict[Key, int]:
        """What stands out and was looked at: of the changes and of what was stored before."""
        if not self.cleaned_data.get("confirm"):
            return {}
        changes = self.changes
        stored = {
            (cell.site.pk, cell.month): cell.births
            for cell in self._cells()
            if cell.stands_out and cell.births is not None
        }
        sent = {key: changes[key] for key in self._standing_out}
        return {key: births for key, births in (stored | sent).items() if births is not None}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, (_house, month) in self._keys.items():
            text = str(cleaned.get(name) or "").strip()
            try:
                cleaned[name] = rules.read_births(text) if text else None
            except InvalidInput as refusal:
                del cleaned[name]
                self.add_error(name, f"{self._named(name, month)}: {sentence(refusal)}")
        self._standing_out = stand_out(self._municipality, self.changes)
        if self._standing_out and not cleaned.get("confirm"):
            self._ask()
        return cleaned

    _standing_out: "list[Key]" = []

    def _ask(self) -> None:
        names = {key: name for name, key in self._keys.items()}
        for key in self._standing_out:
            name = names[key]
            self.add_error(
                name,
                _("%(cell)s: %(births)s births stand out among the months around. Please check; "
                  "if the number is right, tick so below.")
                % {"cell": self._named(name, key[1]), "births": self.data.get(name)},
            )  # fmt: skip

    def _named(self, name: str, month: date) -> str:
        return f"{self.fields[name].label}, {date_format(month, 'F Y')}"

    def _add(self, cell: Cell) -> None:
        label = f"{cell.site.short_name}, {date_format(cell.month, 'F Y')}"
        name = _name(cell)
        self._keys[name] = (cell.site.pk, cell.month)
        self.fields[name] = forms.CharField(
            label=cell.site.short_name,
            required=False,
            max_length=6,
            initial="" if cell.births is None else str(cell.births),
            show_hidden_initial=True,
            error_messages={
                "max_length": _("%(cell)s: this number is too long.") % {"cell": label}
            },
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "size": 5,
                    "aria-label": label,
                    "class": "births__input",
                }
            ),
        )

    def _cells(self) -> Iterator[Cell]:
        for row in self._table:
            yield from row


def _name(cell: Cell) -> str:
    return f"b_{cell.site.pk.hex}_{cell.month:%Y%m}"
