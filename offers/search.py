"""Finding offers: one set of filters for the page and the API.

A filter that cannot be read is an error at that filter, never silently left out: somebody who
asks for Arabic must not be shown everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lotsen.access.reach import Page
from lotsen.errors import InvalidInput
from lotsen.paging import keyset
from lotsen.places.finding import district_named
from lotsen.places.models import District
from lotsen.refusals import sentence
from offers import labels
from offers.models import Offer, OfferQuerySet, Provider, holds
from offers.vocabulary import NEEDS

PAGE_SIZE = 20
LABELS_FROM_LETTERS = 4  # shorter words ("in", "mit") stand in too many labels
YOUNGEST_MONTHS, OLDEST_MONTHS = -9, 324  # conception to the 27th birthday


def _choice(words: Mapping[str, labels.Label], label: labels.Label) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", _("Any")), *words.items()],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the values listed.")},
    )


class DistrictField(forms.CharField):
    """A district by its key, or by its name where only one district is called so."""

    def clean(self, value: Any) -> District | None:
        """
        Raises:
            ValidationError: there is no such district, or several.
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            return district_named(text)
        except InvalidInput as refusal:
            raise ValidationError(sentence(refusal)) from refusal


@dataclass(frozen=True)
class Borough:
    """A part of a city with several districts."""

    city: str
    code: str
    name: str

    def __str__(self) -> str:
        return self.name


class BoroughField(forms.CharField):
    """A borough by its city and its code, as "duesseldorf:03"."""

    def clean(self, value: Any) -> Borough | None:
        """
        Raises:
            ValidationError: there is no such borough.
        """
        text = super().clean(value)
        if not text:
            return None
        city, _colon, code = text.partition(":")
        served = District.objects.filter(municipality=city, borough_code=code) if code else None
        district = served.first() if served is not None else None
        if district is None:
            raise ValidationError(_("There is no such borough. Choose one from the list."))
        return Borough(city, code, district.borough or code)


class ProviderField(forms.CharField):
    """A provider by its short name in addresses or by its id."""

    def clean(self, value: Any) -> Provider | None:
        """
        Raises:
            ValidationError: there is no such provider.
        """
        text = super().clean(value)
        if not text:
            return None
        found = Provider.objects.filter(Q(slug=text) | Q(pk=_uuid_or_none(text))).first()
        if found is None:
            raise ValidationError(_("There is no such provider. Choose one from the list."))
        return found


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class OfferFilter(forms.Form):
    """What can be asked of the catalogue. Field names are those of the address and the API."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    need = _choice(labels.NEEDS, _("Wish"))
    need_group = _choice(labels.NEED_GROUPS, _("Group of wishes"))
    age_months = forms.IntegerField(
        label=_("Age of the child in months"),
        help_text=_("In pregnancy −9 to −1, at birth 0."),
        min_value=YOUNGEST_MONTHS,
        max_value=OLDEST_MONTHS,
        required=False,
        widget=forms.TextInput,  # a number field throws away what it cannot read
        error_messages={
            "invalid": _("Give the age in whole months, for example 3."),
            "min_value": _("Give an age from −9 (pregnancy) to 324 months."),
            "max_value": _("Give an age from −9 (pregnancy) to 324 months."),
        },
    )
    until_months = forms.IntegerField(
        label=_("… up to this age in months"),
        help_text=_("With an age above: offers for any age from there to here."),
        min_value=YOUNGEST_MONTHS,
        max_value=OLDEST_MONTHS,
        required=False,
        widget=forms.TextInput,
        error_messages={
            "invalid": _("Give the age in whole months, for example 3."),
            "min_value": _("Give an age from −9 (pregnancy) to 324 months."),
            "max_value": _("Give an age from −9 (pregnancy) to 324 months."),
        },
    )
    language = _choice(labels.LANGUAGES, _("Language"))
    district = DistrictField(label=_("District"), max_length=100, required=False)
    borough = BoroughField(label=_("Borough"), max_length=100, required=False)
    offer_format = _choice(labels.FORMATS, _("Kind of offer"))
    setting = _choice(labels.SETTINGS, _("Place"))
    capacity = _choice(labels.CAPACITY, _("Places"))
    dimension = _choice(labels.DIMENSIONS, _("Whom it is for"))
    provider = ProviderField(label=_("Provider"), max_length=120, required=False)

    def narrow(self, offers: OfferQuerySet) -> OfferQuerySet:
        """The offers every filter lets through. Only for a valid form."""
        asked = self.cleaned_data
        for word in asked["q"].split():
            offers = offers.reading("needs").filter(_mentions(word))
        for column in ("dimension", "setting", "offer_format", "capacity", "provider"):
            if asked[column]:
                offers = offers.filter(**{column: asked[column]})
        for column, code in (("needs", asked["need"]), ("languages", asked["language"])):
            if code:
                offers = offers.listing(column, code)
        if asked["need_group"]:
            offers = offers.reading("needs").filter(_meets(asked["need_group"]))
        offers = _near(offers, asked["district"], asked["borough"])
        return _aged(offers, asked["age_months"], asked["until_months"])

    @property
    def set_filters(self) -> dict[str, Any]:
        """The filters that ask for something, the search words apart. Only for a valid form."""
        read = self.cleaned_data.items()
        return {name: value for name, value in read if name != "q" and value not in (None, "")}


def page(offers: OfferQuerySet, *, after: str | None, size: int = PAGE_SIZE) -> Page[Offer]:
    """One page of `offers` by name."""
    return keyset(
        offers.annotate(sort_name=Lower("name")), by=("sort_name", "id"), after=after, size=size
    )


def _serves(city: str, **which: Any) -> Q:
    whole_city = Q(open_to_all_districts=True, municipality=city)
    districts = District.objects.filter(municipality=city, **which).values("pk")
    listed = Offer.districts.through.objects.filter(district__in=districts).values("offer")
    return whole_city | Q(pk__in=listed)


def _near(
    offers: OfferQuerySet, district: District | None, borough: Borough | None
) -> OfferQuerySet:
    if district:
        offers = offers.filter(_serves(district.municipality_id, pk=district.pk))
    if borough:
        offers = offers.filter(_serves(borough.city, borough_code=borough.code))
    return offers


def _meets(group: str) -> Q:
    """Offers for one of the wishes of a group."""
    wishes = Q()
    for need in NEEDS:
        if NEEDS[need] == group:
            wishes |= holds("needs", need)
    return wishes


def _aged(offers: OfferQuerySet, first: int | None, last: int | None) -> OfferQuerySet:
    """Offers for a child of this age, or of any age from `first` to `last`."""
    if first is None and last is None:
        return offers
    youngest = YOUNGEST_MONTHS if first is None else first
    oldest = youngest if last is None else last
    return offers.filter(age_from_months__lte=oldest, age_to_months__gte=youngest)


def _mentions(word: str) -> Q:
    """Offers with `word` in what one reads about them, the labels of their needs included.

    Spelled three ways because SQLite ignores case for ASCII letters only.
    """
    mentions = Q()
    for spelling in {word, word.lower(), word.capitalize()}:
        for column in ("name", "summary", "summary_plain", "provider__name"):
            mentions |= Q(**{f"{column}__icontains": spelling})
    for code, label in labels.NEEDS.items():
        if len(word) >= LABELS_FROM_LETTERS and word.casefold() in str(label).casefold():
            mentions |= holds("needs", code)
    return mentions
