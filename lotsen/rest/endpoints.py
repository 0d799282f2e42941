"""What every endpoint is made of: who asks, pages of results, the description of filters."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.timezone import now
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from lotsen.access.reach import Page
from lotsen.accounts.areas import Area
from lotsen.accounts.models import User
from lotsen.errors import InvalidInput
from lotsen.paging import keyset
from lotsen.refusals import sentence
from lotsen.rest import repeats

PAGE_SIZE = 50


class KeysetPagination(BasePagination):
    """Pages by the last row seen: `{"results": …, "next": url, "previous": url}`, no total."""

    page: Page[Any]

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Asks the view for its page: a union of branches has no queryset to be sliced.

        Raises:
            ValidationError: the mark in `after` was not given by this list.
        """
        self.request = request
        after = request.query_params.get("after") or None
        try:
            self.page = cast("EndpointSet[Any]", view).page(queryset, after=after, size=PAGE_SIZE)
        except InvalidInput as refusal:
            raise exceptions.ValidationError({refusal.field: [sentence(refusal)]}) from refusal
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "results": data,
                "next": self._address(self.page.next),
                "previous": self._address(self.page.previous),
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": address,
                "previous": address,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:  # noqa: ARG002
        return [
            {
                "name": "after",
                "in": "query",
                "required": False,
                "description": "The mark of a page, as in `next` and `previous`.",
                "schema": {"type": "string"},
            }
        ]

    def _address(self, mark: str | None) -> str | None:
        address = remove_query_param(self.request.build_absolute_uri(), "after")
        return replace_query_param(address, "after", mark) if mark else None


class EndpointSet[Row: Model](GenericViewSet[Row]):
    """Endpoints about one kind of thing. Reads start at `visible_to(self.actor)`."""

    pagination_class = KeysetPagination
    area: Area  # what a token must carry to get this far; a subclass names it
    ordered_by: tuple[str, ...] = ("pk",)  # never empty, the last one unique
    newest_first = False  # ascending otherwise

    @property
    def actor(self) -> User:
        """Who asks. Only signed-in people get this far."""
        return cast("User", self.request.user)

    def page(self, rows: QuerySet[Row], *, after: str | None, size: int) -> Page[Row]:
        """One page of `rows`; lists that are unions answer from their own walk instead."""
        return keyset(
            rows, by=self.ordered_by, after=after, size=size, newest_first=self.newest_first
        )

    def checked[Data: BaseSerializer[Any]](self, serializer: Data) -> Mapping[str, Any]:
        """The values of a serializer that has been given data.

        Raises:
            ValidationError: one of them does not fit; it names the field.
        """
        serializer.is_valid(raise_exception=True)
        return cast("Mapping[str, Any]", serializer.validated_data)

    def once(self, do: Callable[[], Model]) -> UUID:
        """The id of what `do` makes; a request sent again under its key finds the first one.

        Raises:
            InvalidInput: the key is unreadable, or was used with another request.
        """
        return repeats.once(self.request, lambda: do().pk, actor=self.actor, at=now())


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API description names our tokens."""

    target_class = "lotsen.rest.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {"type": "http", "scheme": "bearer"}


def query(name: str, description: str, kind: object = OpenApiTypes.STR) -> OpenApiParameter:
    """A filter, for the API description."""
    return OpenApiParameter(
        name, cast("Any", kind), OpenApiParameter.QUERY, description=description
    )
