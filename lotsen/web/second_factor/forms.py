"""What is typed about a second factor, and what a browser sends about a passkey."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """Six digits of the app; at the sign-in a recovery code does as well."""

    code = forms.CharField(
        label=_("Code"),
        error_messages={"required": _("Enter the code.")},
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = hint


class SecretForm(forms.Form):
    """Who is there: a password, or a code."""

    secret = forms.CharField(
        label=_("Your password, or a code of your app"),
        error_messages={"required": _("Enter your password or a code.")},
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasskeyForm(forms.Form):
    """A passkey the browser shows: no field to type in."""

    credential = forms.CharField(
        max_length=20_000,
        error_messages={"required": _("The passkey did not arrive. Please try again.")},
        widget=forms.HiddenInput,
    )


class NewPasskeyForm(PasskeyForm):
    """A passkey the browser has made, and what its owner calls it."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you recognise it later, for example “work phone”."),
        error_messages={"required": _("Give the passkey a name.")},
        max_length=40,
    )
    field_order = ("name", "credential")
