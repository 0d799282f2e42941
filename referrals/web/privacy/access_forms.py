"""What to look for in the access log: account, device or case, and from when until when."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone, localdate, localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.accounts.models import User
from lotsen.audit import reading
from lotsen.devices import numbers_named
from lotsen.errors import InvalidInput
from lotsen.pseudonyms import read_pseudonym
from lotsen.refusals import sentence

_FIRST_LOOK = timedelta(days=7)
_TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M"]


class MomentInput(forms.DateTimeInput):
    """Day and time of day; the browser's calendar helps where it can."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PeriodForm(forms.Form):
    """From a moment until before another one."""

    since = forms.DateTimeField(
        label=gettext_lazy("From"),
        input_formats=_TYPED,
        widget=MomentInput,
        error_messages={
            "required": gettext_lazy("Enter when the period begins."),
            "invalid": gettext_lazy("Enter day and time like 21.11.2026 14:30."),
        },
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        input_formats=_TYPED,
        widget=MomentInput,
        error_messages={
            "required": gettext_lazy("Enter when the period ends."),
            "invalid": gettext_lazy("Enter day and time like 21.11.2026 14:30."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial=_last_days())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "since" in values and "until" in values and values["until"] <= values["since"]:
            self.add_error("until", _("The period must end after it begins."))
        return values


class _AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, account: User) -> str:
        return f"{account.display_name} ({account.username})"


class AccountForm(PeriodForm):
    """Whose accesses; only accounts the person asking is responsible for can be chosen."""

    account = _AccountField(
        User.objects.none(),
        label=gettext_lazy("Account"),
        empty_label=gettext_lazy("Please choose"),
        error_messages={
            "required": gettext_lazy("Choose an account."),
            "invalid_choice": gettext_lazy("Choose an account from the list."),
        },
    )
    field_order = ("account", "since", "until")

    def __init__(self, data: Any = None, *, viewer: User) -> None:
        super().__init__(data)
        choice = self.fields["account"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  for the type checker
        choice.queryset = reading.accounts_visible_to(viewer)


class DeviceForm(PeriodForm):
    """Which device, by the name on its sticker."""

    device = forms.CharField(
        label=gettext_lazy("Device"),
        help_text=gettext_lazy("Eight characters, as on the sticker or on the account page."),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the name of the device.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("device", "since", "until")

    def clean_device(self) -> tuple[UUID, UUID]:
        try:
            return numbers_named(self.cleaned_data["device"])
        except InvalidInput as refusal:
            raise ValidationError(sentence(refusal)) from None


class CaseForm(PeriodForm):
    """Which case, by the code that stands on papers and that families name."""

    pseudonym = forms.CharField(
        label=gettext_lazy("Case code"),
        help_text=gettext_lazy(
            "For example 7K4M-QX2T-9RHV. Capitals, spaces and dashes do not matter."
        ),
        max_length=40,
        error_messages={"required": gettext_lazy("Please enter the case code.")},
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = ("pseudonym", "since", "until")

    def clean_pseudonym(self) -> str:
        try:
            return read_pseudonym(self.cleaned_data["pseudonym"])
        except InvalidInput as refusal:
            raise ValidationError(sentence(refusal)) from None


def _last_days() -> dict[str, datetime]:
    """Until the next full minute, from midnight a week ago."""
    moment = localtime(now())
    midnight = datetime.combine(localdate(moment) - _FIRST_LOOK, time(), get_current_timezone())
    return {
        "since": midnight,
        "until": moment.replace(second=0, microsecond=0) + timedelta(minutes=1),
    }
