"""How forms look and how a refusal finds its field. Pages stay short because this is here.

Every Django form of the project is drawn by `FieldRenderer` (settings.FORM_RENDERER):
`{{ form }}` or `{{ form.phone.as_field_group }}` gives label, hint, error and input in KERN's
look; components/error_summary.html lists the same errors above the heading.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.accounts.http import UserRequest
from lotsen.errors import InvalidInput
from lotsen.refusals import sentence

_LOOK = {
    "checkbox": "kern-form-check__checkbox",
    "radio": "kern-form-check__radio",
    "select": "kern-form-input__select",
}
_INPUT = "kern-form-input__input"


class Field(BoundField):
    """A bound field whose input carries KERN's classes."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            classes = [widget.attrs.get("class", ""), *self._look(widget)]
            built["class"] = " ".join(filter(None, classes))
        return built

    def _look(self, widget: forms.Widget) -> list[str]:
        kind = getattr(widget, "input_type", "text")
        look = _LOOK.get(kind, _INPUT)
        return [look, f"{look}--error"] if self.errors else [look]


class FieldRenderer(TemplatesSetting):
    """Draws forms and fields with our components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = Field


class Chips(forms.CheckboxSelectMultiple):
    """Several of many, small: tap what fits."""

    template_name = "components/widget_chips.html"


class ChipRadios(forms.RadioSelect):
    """One of few, small."""

    template_name = "components/widget_chips.html"


class _WithHints:
    """Options may carry a line of explanation: `Choices(hints={"yes": _("here on the ward")})`."""

    template_name = "components/widget_choices.html"

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        option["hint"] = self.hints.get(str(value), "")
        return option


class Choices(_WithHints, forms.RadioSelect):  # type: ignore[misc]
    """One of few, large, each with an explanation."""


class ChoiceChecks(_WithHints, forms.CheckboxSelectMultiple):  # type: ignore[misc]
    """Several of few, large, each with an explanation."""


class DateInput(forms.DateInput):
    """A day, typed as 23.11.2026 or 2026-11-23; the browser's calendar helps where it can."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": f"{_INPUT}--date"} | (attrs or {}), format="%Y-%m-%d")


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """What an action refuses about a value is shown at its field; nothing of it is kept.

    Use it around the action, then ask the form again:

        if form.is_valid():
            with refusals_on(form):
                actions.plan(…)
            if form.is_valid():
                return redirect(…)

    Other refusals (not permitted, no consent) go on to the middleware and its page.
    """
    try:
        with transaction.atomic():
            yield
    except InvalidInput as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, sentence(refusal))


class OwnPasswordForm(forms.Form):
    """A change of one's own access: whoever sends it types their password once more.

    Who signs in by the municipal service alone has none to type.
    """

    why: Any = ""  # what the password is asked for
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        error_messages={"required": gettext_lazy("Enter your password.")},
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: UserRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = request.user
        self.order_fields([name for name in self.fields if name != "password"])
        self.fields["password"].help_text = self.why
        if not self._user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Please enter it again."))
        return password


def ask_for_new_password(form: forms.BaseForm) -> None:
    """Django's two fields for a new password, with our words."""
    first, second = form.fields["new_password1"], form.fields["new_password2"]
    first.label, second.label = gettext_lazy("New password"), gettext_lazy("New password again")
    first.help_text = gettext_lazy(
        "At least 12 characters. Four words in a row are easy to remember and hard to guess."
    )
    second.help_text = ""
    first.error_messages["required"] = gettext_lazy("Choose a password.")
    second.error_messages["required"] = gettext_lazy("Enter the new password once more.")
