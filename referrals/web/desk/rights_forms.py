"""Forms for what a family asks for by right: short, and each with one button."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import Organisation
from lotsen.errors import InvalidInput
from lotsen.places.models import District
from lotsen.pseudonyms import read_pseudonym
from lotsen.refusals import sentence
from lotsen.web.forms import ChipRadios, Choices, DateInput
from offers.labels import LANGUAGES
from referrals.cases.actions import OLDEST, YOUNGEST
from referrals.cases.models import Case, Household
from referrals.notes.rules import LONGEST
from referrals.rights.models import (
    DisputedPart,
    IdentityCheck,
    RefusalReason,
    RequestKind,
    RestrictionReason,
)


class _IdentityForm(forms.Form):
    """How it was made sure who asks, and when."""

    identity_check = forms.ChoiceField(
        label=_("How do you know that it is the family itself?"),
        choices=IdentityCheck.choices,
        widget=ChipRadios,
        error_messages={"required": _("Choose how you know that it is the family itself.")},
    )
    received_on = forms.DateField(
        label=_("Day of the request"),
        widget=DateInput(),
        error_messages={
            "required": _("Enter the day of the request."),
            "invalid": _("Enter a day, for example 24.11.2026."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = localdate

    def facts(self) -> tuple[str, date]:
        return self.cleaned_data["identity_check"], self.cleaned_data["received_on"]


class RequestForm(_IdentityForm):
    """What the family asks for."""

    kind = forms.ChoiceField(
        label=_("What does the family ask for?"),
        choices=RequestKind.choices,
        widget=ChipRadios,
        error_messages={"required": _("Choose what the family asks for.")},
    )
    field_order = ("kind", "identity_check", "received_on")


class CodeForm(_IdentityForm):
    """A case code under which nothing can be found."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("House that answers"),
        error_messages={"required": _("Choose the house you are working for.")},
    )
    pseudonym = forms.CharField(
        label=_("Case code"),
        help_text=_("As it stands on the sheet of the family, for example 7K4M-QX2T-9RHV."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the case code.")},
    )
    field_order = ("organisation", "pseudonym", "identity_check", "received_on")

    def __init__(self, *args: Any, houses: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        house.queryset = Organisation.objects.filter(pk__in=[house.pk for house in houses])
        if len(houses) == 1:
            house.initial, house.widget = houses[0].pk, forms.HiddenInput()

    def clean_pseudonym(self) -> str:
        try:
            return read_pseudonym(self.cleaned_data["pseudonym"])
        except InvalidInput as refusal:
            raise forms.ValidationError(sentence(refusal)) from None


class DisputeForm(forms.Form):
    """What the family says is not true."""

    part = forms.ChoiceField(
        label=_("What does the family contest?"),
        choices=DisputedPart.choices,
        widget=ChipRadios,
        error_messages={"required": _("Choose what the family contests.")},
    )
    words = forms.CharField(
        label=_("In the family's own words"),
        help_text=_("Is sealed at once. Only those who work on this case read it."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class RestrictForm(forms.Form):
    """Why the case is stored and no longer used."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=RestrictionReason.choices,
        widget=Choices,
        error_messages={"required": _("Choose why the case is restricted.")},
    )


class RefuseForm(forms.Form):
    """Why the family does not get what it asked for."""

    reason = forms.ChoiceField(
        label=_("Why not?"),
        choices=RefusalReason.choices,
        widget=Choices,
        error_messages={"required": _("Choose why the family does not get it.")},
    )


class CorrectionForm(forms.Form):
    """The coarse facts, as they stand; what is changed is put right."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=list(LANGUAGES.items()),
        error_messages={"required": _("Choose the language the family speaks best.")},
    )
    interpreting = forms.BooleanField(label=_("Please with an interpreter"), required=False)
    household = forms.ChoiceField(label=_("Household"), choices=Household.choices)
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=_("Lives in"),
        error_messages={"required": _("Choose the district the family lives in.")},
    )
    child_age_months = forms.IntegerField(
        label=_("Age of the child in months, today"),
        help_text=_("Below zero in pregnancy: −1 is one month before the birth."),
        min_value=YOUNGEST,
        max_value=OLDEST,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        standing = {
            "language": case.language,
            "interpreting": case.interpreting,
            "household": case.household,
            "district": case.district_id,
            "child_age_months": case.age_on(localdate()),
        }
        super().__init__(*args, **{"initial": standing, **kwargs})
        district = cast("forms.ModelChoiceField[District]", self.fields["district"])
        district.queryset = District.objects.filter(municipality=case.holder.municipality_id)

    def corrections(self) -> dict[str, Any]:
        """What was changed; an age that was left as it is today stays counted as it was."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
