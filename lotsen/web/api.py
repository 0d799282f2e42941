"""What every client of the API asks first: districts, houses, and the description of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework import mixins, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from lotsen.accounts.areas import Area
from lotsen.accounts.models import Organisation
from lotsen.places.models import District
from lotsen.rest.endpoints import EndpointSet
from lotsen.web.audit_api import AuditEndpoints


class DistrictSerializer(serializers.ModelSerializer[District]):
    class Meta:
        model = District
        fields = ["key", "name", "municipality", "borough_code", "borough"]
        read_only_fields = fields


class DistrictEndpoints(mixins.ListModelMixin, EndpointSet[District]):
    """Districts families can live in, by key."""

    area = Area.BASICS
    serializer_class = DistrictSerializer
    queryset = District.objects.all()
    ordered_by = ("key",)


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "short_name", "kind", "municipality", "answer_within_days"]
        read_only_fields = fields


class OrganisationEndpoints(mixins.ListModelMixin, EndpointSet[Organisation]):
    """Houses that take part, by name. Says nothing about who works there."""

    area = Area.BASICS
    serializer_class = OrganisationSerializer
    queryset = Organisation.objects.filter(is_active=True)
    ordered_by = ("name", "id")


class Description(SpectacularAPIView):
    """This API, as OpenAPI."""

    area = Area.BASICS


router = SimpleRouter(use_regex_path=False)
router.register("districts", DistrictEndpoints, basename="api-district")
router.register("audit", AuditEndpoints, basename="api-audit")
router.register("organisations", OrganisationEndpoints, basename="api-organisation")

urlpatterns = [
    *router.urls,
    path(
        "schema/",
        Description.as_view(permission_classes=[IsAuthenticated]),
        name="api-schema",
    ),
]
