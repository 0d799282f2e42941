"""What the recipient is to learn, and how the family is reached. Nothing is ticked beforehand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.web.forms import ChipRadios, ChoiceChecks
from referrals.consent.rules import IDENTITY, Category

LABELS: Mapping[Category, str | Promise] = {
    Category.NAME: pgettext_lazy("of a person", "Name"),
    Category.PHONE: _("Phone number"),
    Category.SAFE_CONTACT: _("Safe way to get in touch"),
    Category.LANGUAGE: _("Language"),
    Category.DISTRICT: _("District"),
    Category.NEEDS: _("Wishes of the family"),
    Category.RESOURCES: _("What is going well"),
    Category.WISH: _("Wish for a talk"),
    Category.NOTE: _("A short message from you"),
}
INTERPRETED = [
    ("", _("Nobody")),
    ("service", _("An interpreting service")),
    ("relative", _("A relative")),
]
_LEFT_OUT = _("Enter it below, or leave it out above.")


class PrepareForm(forms.Form):
    """Categories and contact data of one handover.

    Args:
        filled: identity fields the vault holds already; they need not be typed again.
        hints: what each category would show, in the family's case.
    """

    categories = forms.MultipleChoiceField(
        label=_("What may the service learn?"),
        choices=[(code.value, label) for code, label in LABELS.items()],
        error_messages={"required": _("Choose what the service may learn, at least one thing.")},
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), required=False, max_length=200
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    safe_contact = forms.CharField(
        label=_("Safe way to get in touch"),
        help_text=_(
            "When and how nobody else listens in, for example: mornings only, no messages."
        ),
        required=False,
        max_length=200,
    )
    interpreted = forms.ChoiceField(
        label=_("Who interprets?"), choices=INTERPRETED, required=False, widget=ChipRadios()
    )

    def __init__(
        self,
        *args: Any,
        filled: frozenset[Category] = frozenset(),
        hints: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filled = filled
        categories = self.fields["categories"]
        categories.widget = ChoiceChecks(hints=hints, choices=categories.widget.choices)
        for field in IDENTITY:
            self.fields[field].widget.attrs["autocomplete"] = "off"

    @property
    def identity(self) -> dict[str, Any]:
        """Name, phone and safe contact as typed, for the vault."""
        return {field.value: self.cleaned_data.get(field.value, "") for field in IDENTITY}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        typed = {field for field in IDENTITY if facts.get(field.value)}
        known = typed or self.filled  # what is typed replaces what was there
        ticked = set(facts.get("categories", []))
        for field in IDENTITY:
            if field in ticked and field not in known:
                self.add_error(field.value, _LEFT_OUT)
        return facts
