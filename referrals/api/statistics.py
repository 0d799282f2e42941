"""What was published, as an API: frozen quarters, their years, and sums of their cells."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.access import permits
from lotsen.access.rights import municipalities_where
from lotsen.accounts.areas import Area
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality
from lotsen.rest.endpoints import EndpointSet, query
from referrals.statistics.cube import DIMENSIONS
from referrals.statistics.models import Release, ReleaseQuerySet
from referrals.statistics.published import Published, periods, published

BY, CUBE, CITY = "by", "cube", "municipality"
DEFAULT = "step"
_ALL_DIMENSIONS = list(dict.fromkeys(name for names in DIMENSIONS.values() for name in names))


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    levels = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        read_only=True,
        help_text="how finely each dimension is told, by cube",
    )

    class Meta:
        model = Release
        fields = ["period", "municipality", "frozen_at", "sha256", "levels"]
        read_only_fields = fields


class CountSerializer(serializers.Serializer[Any]):
    """The codes of the dimensions that were asked for, and the count of families or wishes."""

    step = serializers.CharField(required=False)
    house_kind = serializers.CharField(required=False)
    life_phase = serializers.CharField(required=False)
    district = serializers.CharField(required=False)
    need = serializers.CharField(required=False)
    answer = serializers.CharField(required=False)
    circumstance = serializers.CharField(required=False)
    count = serializers.IntegerField(help_text="a multiple of five; 0 means 0 to 4")


class NumbersSerializer(serializers.Serializer[Any]):
    period = serializers.CharField()
    municipality = serializers.CharField()
    quarters = serializers.ListField(child=serializers.CharField())
    frozen_at = serializers.DateTimeField()
    cube = serializers.ChoiceField(choices=list(DIMENSIONS))
    by = serializers.ListField(child=serializers.CharField())
    results = CountSerializer(many=True)


class StatisticsEndpoints(EndpointSet[Release]):
    """Published numbers of the cities in which you may read statistics."""

    area = Area.STATISTICS
    serializer_class = ReleaseSerializer
    ordered_by = ("period", "id")
    newest_first = True
    lookup_field = "period"

    def get_queryset(self) -> ReleaseQuerySet:
        """
        Raises:
            NotPermitted: there is no city whose statistics the user may read.
        """
        permits.require_somewhere(self.actor, Right.VIEW_STATISTICS)
        return Release.objects.visible_to(self.actor)

    @extend_schema(responses=ReleaseSerializer(many=True))
    @action(detail=False)
    def releases(self, request: Request) -> Response:
        """Frozen quarters, the newest first; a year is the sum of its four."""
        releases = self.get_queryset()
        _require_known(request, "after")
        rows = self.paginate_queryset(releases)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(
        parameters=[
            query(BY, f"Dimensions, by comma: {', '.join(_ALL_DIMENSIONS)}. `{DEFAULT}` if none."),
            query(CUBE, f"{', '.join(DIMENSIONS)}; only needed where `by` leaves it open."),
            query(CITY, "Short name of the city, for those who read the statistics of several."),
        ],
        responses=NumbersSerializer,
    )
    def retrieve(self, request: Request, period: str) -> Response:
        """The published numbers of a quarter (2026Q3) or year (2026), by some dimensions.

        Each count is a sum of frozen cells and a multiple of five; 0 means 0 to 4.
        """
        city = self._city()
        _require_known(request, BY, CUBE, CITY)
        by = _dimensions(request.query_params)
        cube = _cube_of(by, request.query_params.get(CUBE))
        if period not in periods(city, self.actor):
            raise Http404
        return Response(_told(published(city, period, self.actor), cube, by))

    def _city(self) -> Municipality:
        """
        Raises:
            NotPermitted: there is no city whose statistics the user may read.
            Http404: the one that is asked for is not among them.
        """
        permits.require_somewhere(self.actor, Right.VIEW_STATISTICS)
        cities = municipalities_where(self.actor, Right.VIEW_STATISTICS)
        wanted = self.request.query_params.get(CITY)
        for city in cities:
            if wanted in {None, city.pk}:
                return city
        raise Http404


def _told(numbers: Published, cube: str, by: Sequence[str]) -> dict[str, object]:
    table = numbers.cube(cube).table(by)
    return {
        "period": numbers.period,
        "municipality": numbers.municipality.pk,
        "quarters": numbers.quarters,
        "frozen_at": numbers.frozen_at,
        "cube": cube,
        "by": by,
        "results": [
            {**dict(zip(by, key, strict=True)), "count": count}
            for key, count in sorted(table.items())
        ],
    }


def _require_known(request: Request, *names: str) -> None:
    """
    Raises:
        ValidationError: a parameter that is not read here, such as a day or a person.
    """
    unknown = set(request.query_params) - set(names)
    if unknown:
        raise ValidationError({name: ["There is no such filter."] for name in sorted(unknown)})


def _dimensions(asked: Mapping[str, str]) -> list[str]:
    """
    Raises:
        ValidationError: one of them is unknown, or named twice.
    """
    by = asked.get(BY, DEFAULT).split(",")
    if len(set(by)) < len(by) or not set(by) <= set(_ALL_DIMENSIONS):
        raise ValidationError({BY: [f"Each once, of: {', '.join(_ALL_DIMENSIONS)}."]})
    return by


def _cube_of(by: Sequence[str], wanted: str | None) -> str:
    """The cube that has all these dimensions: the wanted one, or the first of them.

    Raises:
        ValidationError: there is no such cube, or it has other dimensions.
    """
    having = [name for name, dimensions in DIMENSIONS.items() if set(by) <= set(dimensions)]
    if wanted is not None and wanted not in DIMENSIONS:
        raise ValidationError({CUBE: [f"One of: {', '.join(DIMENSIONS)}."]})
    if not having or (wanted is not None and wanted not in having):
        raise ValidationError({BY: ["No cube has all of these dimensions."]})
    return wanted or having[0]
