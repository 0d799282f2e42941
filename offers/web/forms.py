"""The filters as drawn beside the list, and the form in which places are stated."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.places.models import District
from lotsen.web.forms import ChipRadios
from offers import labels
from offers.actions import MAX_WAITING_WEEKS
from offers.models import Provider
from offers.search import OfferFilter
from offers.vocabulary import Capacity


class CatalogueFilter(OfferFilter):
    """The same filters with lists to choose places and providers from. Two queries."""

    ASKED_FIRST = ("need", "age_months", "language", "district", "capacity")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts, boroughs = _places()
        self.fields["district"].widget = forms.Select(choices=[("", _("Any")), *districts])
        self.fields["borough"].widget = forms.Select(choices=[("", _("Any")), *boroughs])
        self.fields["provider"].widget = forms.Select(choices=[("", _("Any")), *_providers()])

    @property
    def first_fields(self) -> list[BoundField]:
        return [self[name] for name in self.ASKED_FIRST]

    @property
    def further_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name not in (*self.ASKED_FIRST, "q")]

    @property
    def further_matter(self) -> bool:
        """Whether one of the further fields is in use or has something to say."""
        return any(field.data or field.errors for field in self.further_fields)

    @property
    def chosen(self) -> list[str]:
        """The filters that are set, as one reads them. Only for a valid form."""
        return [self._read(name, value) for name, value in self.set_filters.items()]

    def _read(self, name: str, value: Any) -> str:
        if name == "age_months":
            return labels.age(value)
        if name == "until_months":
            return gettext("up to %(age)s") % {"age": labels.age(value)}
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices)[value])  # type: ignore[arg-type]
        return str(value)


type _ByCity = list[tuple[str, list[tuple[str, str]]]]


def _places() -> tuple[_ByCity, _ByCity]:
    """Districts and boroughs by city, because names repeat across cities. One query."""
    districts: dict[str, list[tuple[str, str]]] = {}
    boroughs: dict[str, dict[str, str]] = {}
    rows = District.objects.order_by("municipality__name", "name").values_list(
        "key", "name", "municipality__name", "municipality", "borough_code", "borough"
    )
    for key, name, city, slug, code, borough in rows:
        districts.setdefault(city, []).append((key, name))
        if code:
            boroughs.setdefault(city, {})[f"{slug}:{code}"] = borough or code
    return list(districts.items()), [
        (city, sorted(found.items())) for city, found in boroughs.items()
    ]


def _providers() -> list[tuple[str, str]]:
    return list(Provider.objects.order_by("name").values_list("slug", "name"))


class CapacityForm(forms.Form):
    """How many places there are, today."""

    capacity = forms.ChoiceField(
        label=_("How is it with places today?"),
        choices=list(labels.CAPACITY.items()),
        widget=ChipRadios,
        error_messages={"required": _("Choose how it is with places.")},
    )
    waiting_weeks = forms.IntegerField(
        label=_("Waiting time in weeks"),
        help_text=_("For a waiting list, as far as it can be said."),
        min_value=0,
        max_value=MAX_WAITING_WEEKS,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Give the waiting time in whole weeks, for example 3."),
            "min_value": _("Give the waiting time in weeks, from 0 to 104."),
            "max_value": _("Give the waiting time in weeks, from 0 to 104."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """A waiting time is kept for a waiting list only; elsewhere it says nothing."""
        given = super().clean() or {}
        if given.get("capacity") != Capacity.WAITING_LIST:
            given["waiting_weeks"] = None
        return given
