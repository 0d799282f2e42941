"""The catalogue as an API: read only. It changes by import and by those who answer for an offer."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.accounts.areas import Area
from lotsen.rest.endpoints import EndpointSet, query
from offers import search
from offers.models import Offer, OfferQuerySet, Provider
from offers.search import OfferFilter

FILTERS = [
    query("q", "Words that all occur in name, description, provider or wishes."),
    query("need", "Code of a need."),
    query("need_group", "Code of a group of needs."),
    query("age_months", "Age of the child in months, −9 to −1 in pregnancy.", OpenApiTypes.INT),
    query("until_months", "With age_months: any age from there to here.", OpenApiTypes.INT),
    query("language", "BCP 47 tag of a language spoken there."),
    query("district", "Key of a district served, or its name where only one is called so."),
    query("borough", "City and code of a borough served, as duesseldorf:03."),
    query("dimension", "Code of a prevention dimension."),
    query("setting", "Code of a setting."),
    query("offer_format", "Code of a format."),
    query("provider", "Short name or id of a provider."),
    query("capacity", "Code of what is known about places."),
]


class ProviderSerializer(serializers.ModelSerializer[Provider]):
    class Meta:
        model = Provider
        fields = ["id", "slug", "name", "carrier", "website"]
        read_only_fields = fields


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer as stored; lists are lists of codes."""

    provider = ProviderSerializer(read_only=True)
    districts = serializers.SlugRelatedField[Offer](slug_field="key", many=True, read_only=True)
    topics = serializers.ListField(child=serializers.CharField(), read_only=True)
    needs = serializers.ListField(child=serializers.CharField(), read_only=True)
    audience = serializers.ListField(child=serializers.CharField(), read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Offer
        fields = [
            "id", "name", "summary", "summary_plain", "provider", "municipality", "dimension",
            "topics", "needs", "age_from_months", "age_to_months", "audience", "setting",
            "offer_format", "languages", "interpreting", "accessible", "cost", "districts",
            "open_to_all_districts", "access", "capacity", "waiting_weeks", "capacity_as_of",
            "street", "postal_code", "town", "latitude", "longitude", "opening_hours",
            "public_phone", "public_email", "website", "handover_phone", "recipient",
            "legal_basis", "valid_until", "checked_on", "status",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema_view(list=extend_schema(parameters=FILTERS))
class OfferEndpoints(mixins.ListModelMixin, mixins.RetrieveModelMixin, EndpointSet[Offer]):
    """Offers of the catalogue, by name."""

    area = Area.OFFERS
    serializer_class = OfferSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> OfferQuerySet:
        return Offer.objects.visible_to(self.actor).for_display()

    def filter_queryset(self, queryset: OfferQuerySet) -> OfferQuerySet:  # type: ignore[override]
        """
        Raises:
            ValidationError: a filter cannot be read, or there is no filter of this name.
        """
        if self.action != "list":
            return queryset
        form = OfferFilter(self.request.query_params)
        unknown = set(self.request.query_params) - {*form.fields, "after"}
        if unknown:
            raise ValidationError({name: ["No such filter."] for name in sorted(unknown)})
        if not form.is_valid():
            errors = form.errors.items()
            raise ValidationError({name: [str(text) for text in texts] for name, texts in errors})
        return form.narrow(queryset)

    def page(self, rows: Any, *, after: str | None, size: int) -> Any:
        return search.page(rows, after=after, size=size)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Offers that every filter lets through, by name."""
        return super().list(request, *args, **kwargs)
