"""What a navigator says about a family before the first question: coarse, and quickly tapped."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.models import Organisation
from lotsen.places.models import District
from lotsen.web.forms import ChipRadios
from offers.labels import LANGUAGES, LANGUAGES_OWN, age
from referrals.cases.models import AccessRoute, Household

OTHER = "other"  # the chip that opens the full list beside the usual answers
FULL_TERM_MONTHS = 9  # ages before birth count −9 … −1 (referrals.cases.rules.age_on)

# Said when it is read: these lists are made before anybody's language is known.
_age = lazy(age, str)

AGE_CHIPS = [
    ("0", pgettext_lazy("age of a child", "Newborn")),
    *((str(months), _age(months)) for months in (1, 2, 3)),
    (OTHER, _("Pregnancy or older")),
]
OTHER_AGES = [
    ("", _("Please choose")),
    (
        _("Pregnancy"),
        [
            (str(month - FULL_TERM_MONTHS - 1), format_lazy(_("Month {number}"), number=month))
            for month in range(1, FULL_TERM_MONTHS + 1)
        ],
    ),
    (pgettext_lazy("age of a child", "Months"), [(str(n), _age(n)) for n in range(4, 12)]),
    (
        pgettext_lazy("age of a child", "Years"),
        [(str(12 * n), _age(12 * n)) for n in range(1, 18)],
    ),
]
OTHER_LANGUAGES = [
    ("", _("Please choose")),
    *((code, format_lazy("{} · {}", own, LANGUAGES[code])) for code, own in LANGUAGES_OWN.items()),
]


class NewIntakeForm(forms.Form):
    """Chips for what is usual; where a chip says "other", the list beside it decides.

    `cleaned_data` holds district, language, child_age_months, household, interpreting, route and
    organisation, as referrals.intake.actions.open_case asks for them.
    """

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        error_messages={"required": _("Choose the house you are working for.")},
    )
    language_chip = forms.CharField(required=False)
    language = forms.ChoiceField(choices=OTHER_LANGUAGES, required=False)
    interpreting = forms.BooleanField(required=False)
    postal_code = forms.CharField(required=False)  # only suggests districts
    district_chip = forms.CharField(required=False)
    district = forms.ModelChoiceField(District.objects.none(), required=False)
    age_chip = forms.ChoiceField(
        choices=AGE_CHIPS, required=False, initial="0", widget=ChipRadios()
    )
    age = forms.ChoiceField(choices=OTHER_AGES, required=False)
    household = forms.ChoiceField(choices=Household, required=False, widget=ChipRadios())
    route = forms.ChoiceField(choices=AccessRoute, required=False, widget=ChipRadios())

    def __init__(self, *args: Any, houses: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = {house.municipality_id for house in houses}
        self.districts = District.objects.filter(municipality__in=cities)
        house = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        house.queryset = Organisation.objects.filter(pk__in=[house.pk for house in houses])
        district = cast("forms.ModelChoiceField[District]", self.fields["district"])
        district.queryset = self.districts

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        self._clean_language(facts)
        self._clean_district(facts)
        self._clean_age(facts)
        facts["household"] = facts.get("household") or Household.UNKNOWN
        facts["route"] = facts.get("route") or AccessRoute.SCREENING
        return facts

    def _clean_district(self, facts: dict[str, Any]) -> None:
        chip = facts.get("district_chip")
        if chip and chip != OTHER:
            facts["district"] = self.districts.filter(pk=chip).first()
        if not facts.get("district") and "district" not in self.errors:
            self.add_error("district", _("Choose the district the family lives in."))

    def _clean_language(self, facts: dict[str, Any]) -> None:
        chip = facts.get("language_chip")
        if chip in LANGUAGES_OWN:
            facts["language"] = chip
        if not facts.get("language") and "language" not in self.errors:
            self.add_error("language", _("Choose the language the family speaks best."))

    def _clean_age(self, facts: dict[str, Any]) -> None:
        chip = facts.get("age_chip")
        months = facts.get("age") if chip in ("", OTHER) else chip
        if months:
            facts["child_age_months"] = int(months)
        elif "age" not in self.errors and "age_chip" not in self.errors:
            self.add_error("age", _("Choose the child's age or the month of pregnancy."))
