"""The access log as an API, for the data protection officer: who did what with which cases.

Pseudonyms only, and of the people of the officer's own houses alone; each page is itself an event.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.accounts.areas import Area
from lotsen.audit import case_log, people, reading
from lotsen.audit.models import AccessEvent, Deed
from lotsen.devices import device_name
from lotsen.errors import InvalidInput
from lotsen.pseudonyms import read_pseudonym
from lotsen.refusals import sentence
from lotsen.rest.endpoints import EndpointSet, query

FILTERS = [
    query("actor", "Id of the account.", OpenApiTypes.UUID),
    query("deed", f"Code of what was done: {', '.join(Deed.values)}."),
    query("case", "Pseudonym of a case that was shown."),
    query("since", "From this moment on.", OpenApiTypes.DATETIME),
    query("until", "Before this moment.", OpenApiTypes.DATETIME),
]


class EventSerializer(serializers.Serializer[Any]):
    """One access event. It names what was shown and which fields, never a value."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(help_text="id of the account")
    actor_name = serializers.CharField()
    organisation = serializers.UUIDField(
        allow_null=True, help_text="the house it is attributed to, where there is one"
    )
    deed = serializers.ChoiceField(Deed.choices)
    object_type = serializers.CharField()
    shown = serializers.ListField(
        child=serializers.CharField(), help_text="pseudonyms of cases, or ids of other things"
    )
    fields_shown = serializers.ListField(child=serializers.CharField(), help_text="names of fields")
    reason = serializers.CharField(allow_blank=True, help_text="a code")
    count = serializers.IntegerField(help_text="how many, where not each is named")
    device = serializers.CharField(allow_blank=True, help_text="as on its sticker")
    request_id = serializers.CharField(allow_blank=True)


class _Filter(serializers.Serializer[Any]):
    actor = serializers.UUIDField(required=False)
    deed = serializers.ChoiceField(Deed.choices, required=False)
    case = serializers.CharField(required=False, max_length=40)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)

    def validate_case(self, typed: str) -> str:
        try:
            return read_pseudonym(typed)
        except InvalidInput as refusal:
            raise ValidationError(sentence(refusal)) from refusal


class AuditEndpoints(EndpointSet[AccessEvent]):
    """Access events of the people of your houses, newest first."""

    area = Area.AUDIT
    serializer_class = EventSerializer
    ordered_by = ("at", "id")
    newest_first = True

    @extend_schema(parameters=FILTERS, responses=EventSerializer(many=True))
    def list(self, request: Request) -> Response:  # noqa: ARG002
        """Access events of the people of your houses, newest first. For data protection officers.

        Each page is written to the access log itself, with the cases that it names. What people
        did while they also worked for other houses is told only where the event is attributed to
        a house of yours.
        """
        events: list[AccessEvent] = self.paginate_queryset(self._asked()) or []
        reading.note_page(events, actor=self.actor, at=now())
        names = people.names_of(event.actor_id for event in events)
        told = [_represented(event, names) for event in events]
        return self.get_paginated_response(EventSerializer(told, many=True).data)

    def _asked(self) -> QuerySet[AccessEvent]:
        """
        Raises:
            NotPermitted: there is no house whose access log the user may read.
            ValidationError: a filter cannot be read, or there is no filter of this name.
        """
        told = reading.told_to(self.actor)
        filters = _Filter(data=self.request.query_params)
        unknown = set(self.request.query_params) - {*filters.fields, "after"}
        if unknown:
            raise ValidationError({key: ["There is no such filter."] for key in sorted(unknown)})
        values = self.checked(filters)
        if "case" in values:
            told &= case_log.showing(values["case"])
        names = {"actor": "actor", "deed": "deed", "since": "at__gte", "until": "at__lt"}
        return told.filter(**{names[key]: values[key] for key in names if key in values})


def _represented(event: AccessEvent, names: Mapping[UUID, str]) -> dict[str, object]:
    actor = event.actor_id
    assert actor is not None  # noqa: S101  for the type checker: nobody works nowhere
    return {
        "id": event.id,
        "at": event.at,
        "actor": actor,
        "actor_name": names[actor],
        "organisation": event.organisation,
        "deed": event.deed,
        "object_type": event.object_type,
        "shown": event.shown,
        "fields_shown": event.fields,
        "reason": event.reason,
        "count": event.count,
        "device": device_name(event.device) if event.device else "",
        "request_id": event.request_id,
    }
