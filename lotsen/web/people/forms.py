"""What administrators enter. A form offers only what its user may give; actions ask again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import LegalRegime, Organisation, OrganisationKind, Profession, User
from lotsen.accounts.roles import Role
from lotsen.membership.actions import HouseFacts, PersonFacts
from lotsen.membership.rules import ANSWER_DAYS
from lotsen.places.models import District, Municipality
from lotsen.web.forms import Chips, ChoiceChecks, ask_for_new_password
from lotsen.web.people.words import ROLE_HINTS, ROLES

_LANGUAGES = (("de", "Deutsch"), ("en", "English"))
_OFF = {"autocomplete": "off", "spellcheck": "false"}
_NAME_OFF = _OFF | {"autocapitalize": "none"}


def _text(label: Any, *, missing: Any, longest: int, hint: Any = "", **more: Any) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs=_OFF),
        **more,
    )


class _PersonFields(forms.Form):
    """Who somebody is. Facts of an account, never its rights."""

    name = _text(_("Name"), missing=_("Enter the name."), longest=80)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Enter the e-mail address."),
            "invalid": _("Enter an address such as name@house.example."),
        },
        widget=forms.EmailInput(attrs=_NAME_OFF),
    )
    profession = forms.ChoiceField(
        label=_("Profession"),
        choices=Profession.choices,
        initial=Profession.OTHER,
        help_text=_(
            "Stored because section 4 KKG gives doctors, midwives and social workers other duties "
            "and powers than others when a child may be in danger."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the pages"), choices=_LANGUAGES, initial=settings.LANGUAGE_CODE
    )

    def facts(self) -> PersonFacts:
        values = self.cleaned_data
        return PersonFacts(
            name=values["name"],
            email=values["email"],
            profession=values["profession"],
            language=values["language"],
        )


class PersonForm(_PersonFields):
    """Changing what an account says of its person."""

    @classmethod
    def of(cls, user: User, data: Any) -> "PersonForm":
        facts = {
            "name": user.display_name,
            "email": user.email,
            "profession": user.profession,
            "language": user.language,
        }
        return cls(data, initial=facts)


class RolesForm(forms.Form):
    """Which roles in which of one's own houses."""

    house = forms.ChoiceField(label=_("House"), error_messages={"required": _("Choose the house.")})
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=ROLES,
        error_messages={"required": _("Choose at least one role.")},
        widget=ChoiceChecks(hints={role.value: hint for role, hint in ROLE_HINTS.items()}),
    )

    def __init__(self, *args: Any, houses: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._houses = {str(house.pk): house for house in houses}
        asked = [(str(house.pk), house.name) for house in houses]
        nothing = [] if len(asked) == 1 else [("", _("Please choose"))]
        self.fields["house"].choices = [*nothing, *asked]  # type: ignore[attr-defined]

    @property
    def house_chosen(self) -> Organisation:
        return self._houses[self.cleaned_data["house"]]

    @property
    def roles_chosen(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class InviteForm(RolesForm, _PersonFields):
    """Everything about somebody new, on one page."""

    username = _text(
        _("User name"),
        missing="",
        longest=60,
        hint=_("Leave it empty and it is made of the name: anna.kroeger."),
        required=False,
    )
    field_order = ("name", "email", "username", "house", "roles", "profession", "language")


class IncludeForm(RolesForm):
    """Somebody who has an account already, known by the exact address."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Exactly the address of the account. People of other houses are not listed."),
        error_messages={
            "required": _("Enter the e-mail address."),
            "invalid": _("Enter an address such as name@house.example."),
        },
        widget=forms.EmailInput(attrs=_NAME_OFF),
    )
    field_order = ("email", "house", "roles")


class HouseForm(forms.Form):
    """What a house says of itself."""

    city = forms.ChoiceField(label=_("City"))
    name = _text(_("Name of the house"), missing=_("Enter the name of the house."), longest=160)
    short_name = _text(
        _("Short name"),
        missing="",
        longest=40,
        hint=_("For lists. Leave it empty to take the name."),
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=OrganisationKind.choices,
        help_text=_(
            "Clinics and practices are bound by section 203 StGB: what they pass on stays marked."
        ),
    )
    legal_regime = forms.ChoiceField(
        label=_("Data protection law"),
        choices=LegalRegime.choices,
        help_text=_("Decides which consent text families are shown."),
    )
    answer_days = forms.IntegerField(
        label=_("Days to answer a handover"),
        initial=2,
        min_value=ANSWER_DAYS[0],
        max_value=ANSWER_DAYS[1],
        error_messages={
            "required": _("Enter the number of days."),
            "invalid": _("Enter a whole number of days, such as 30."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    districts = forms.MultipleChoiceField(
        label=_("Districts served"), required=False, widget=Chips(attrs={"quiet": True})
    )

    def __init__(
        self, *args: Any, cities: Sequence[Municipality], house: Organisation | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._cities = {city.pk: city for city in cities}
        self._districts = {
            district.pk: district for district in District.objects.filter(municipality__in=cities)
        }
        names = [(pk, district.name) for pk, district in self._districts.items()]
        self.fields["districts"].choices = names  # type: ignore[attr-defined]
        if house is not None or len(self._cities) == 1:
            del self.fields["city"]
        else:
            self.fields["city"].choices = [(c.pk, c.name) for c in cities]  # type: ignore[attr-defined]
        self.initial = {**self.initial, **self._known(house)}

    def facts(self) -> HouseFacts:
        values = self.cleaned_data
        return HouseFacts(
            name=values["name"],
            short_name=values["short_name"],
            kind=values["kind"],
            legal_regime=values["legal_regime"],
            answer_days=values["answer_days"],
            districts=self._chosen(values["districts"]),
        )

    @property
    def city_chosen(self) -> Municipality:
        return self._cities[self.cleaned_data.get("city") or next(iter(self._cities))]

    def _chosen(self, keys: Iterable[str]) -> list[District]:
        """Those of the house's city; one page may show districts of several."""
        city = self.city_chosen.pk
        return [d for key in keys if (d := self._districts[key]).municipality_id == city]

    def _known(self, house: Organisation | None) -> dict[str, object]:
        if house is None:  # most serve their whole city
            return {"districts": list(self._districts) if len(self._cities) == 1 else []}
        return {
            "name": house.name,
            "short_name": house.short_name,
            "kind": house.kind,
            "legal_regime": house.legal_regime,
            "answer_days": house.answer_within_days,
            "districts": list(house.districts_served.values_list("pk", flat=True)),
        }


class ChoosePasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Django's own checks, our words: as on /konto/kennwort/."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_new_password(self)
