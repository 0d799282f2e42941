"""Handovers: two boxes and the verbs of the state table. There is no PATCH on a state."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.access import permits
from lotsen.access.reach import Page
from lotsen.accounts.areas import Area
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.rest.endpoints import EndpointSet, query
from lotsen.rest.repeats import REPEATABLE
from offers.models import Offer
from referrals.api.assessments import LONGEST
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.handovers import actions, boxes, feedback, glimpse
from referrals.handovers.models import Handover, HandoverQuerySet
from referrals.handovers.moving import require_side
from referrals.handovers.rules import Move, State, overdue
from referrals.handovers.verbs import VERBS
from referrals.rights import marks
from referrals.rights.models import DisputedPart

_BOXES: Mapping[str, Callable[..., Page[Any]]] = {"inbox": boxes.inbox, "sent": boxes.sent}


class HandoverInput(serializers.Serializer[Any]):
    """The recipient follows from the offer, the details from the consent."""

    consent = serializers.UUIDField()
    offer = serializers.UUIDField()


class HandoverSerializer(serializers.Serializer[Any]):
    """A handover as the one who asks may know it.

    A recipient reads no more of the family than the glimpse; a sender no more of the course than
    the family agreed to.
    """

    id = serializers.UUIDField()
    pseudonym = serializers.CharField()
    state = serializers.CharField(help_text='FHIR Task code; "ended" where no more may be told')
    offer = serializers.UUIDField()
    sender = serializers.CharField()
    recipient = serializers.CharField()
    need_groups = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    district = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())
    requested_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    reason = serializers.CharField()
    outcome = serializers.CharField()
    disputed = serializers.ListField(
        child=serializers.ChoiceField(DisputedPart.choices),
        help_text="parts the family contests (§ 84 SGB X): use and pass on with this mark only",
    )

    def to_representation(self, instance: Handover) -> dict[str, Any]:
        reader: User | None = self.context.get("reader")
        seen = told(instance, _contested(instance), reader=reader, at=now())
        return super().to_representation(seen)


def _contested(handover: Handover) -> list[str]:
    """The contested parts of its case: lists bring them along, a single handover asks."""
    listed = getattr(handover, "contested_shown", None)
    if listed is not None:
        return marks.parts_in(listed)
    return marks.contested(handover.case_id)


class ReasonInput(serializers.Serializer[Any]):
    """What a move asks for; which codes are known is the state table's to say."""

    reason = serializers.CharField(required=False, max_length=LONGEST)
    outcome = serializers.CharField(required=False, max_length=LONGEST)
    resume_on = serializers.DateField(required=False)


def told(
    handover: Handover, contested: Sequence[str], *, reader: User | None, at: datetime
) -> dict[str, object]:
    """One handover for `reader`; None is the sender that has just asked.

    Args:
        contested: parts of the case the family contests.
    """
    receives = reader is not None and permits.allows(
        reader, Right.VIEW_CASES, handover.recipient_id
    )
    course = feedback.for_sender(handover, at=at)
    seen = glimpse.of(handover)
    return {
        "id": handover.pk,
        "pseudonym": seen.pseudonym,
        "state": handover.state if receives else course.state,
        "offer": handover.offer_id,
        "sender": handover.sender.slug,
        "recipient": handover.recipient.slug,
        "need_groups": seen.need_groups,
        "language": seen.language,
        "district": seen.district,
        "categories": handover.categories,
        "requested_at": handover.requested_at,
        "due_at": handover.due_at,
        "overdue": overdue(State(handover.state), handover.due_at, at),
        "reason": handover.reason if receives else course.reason,
        "outcome": handover.outcome if receives else course.outcome,
        "disputed": marks.of_handover(handover, contested, released=(), received=receives),
    }


@transaction.atomic
def request_handover(
    case: Case, values: Mapping[str, Any], *, actor: User, at: datetime
) -> Handover:
    """Draft, rest it on the consent and request: all or nothing."""
    consent = get_object_or_404(Consent.objects.filter(case=case), pk=values["consent"])
    offer = get_object_or_404(Offer.objects.published(), pk=values["offer"])
    handover = actions.draft(case, offer=offer, categories=consent.categories, actor=actor, at=at)
    handover = actions.attach_consent(handover, consent=consent, actor=actor, at=at)
    return actions.request(handover, actor=actor, at=at)


class HandoverEndpoints(mixins.RetrieveModelMixin, EndpointSet[Handover]):
    """Handovers your houses sent or received."""

    area = Area.CASES
    serializer_class = HandoverSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> HandoverQuerySet:
        return Handover.objects.visible_to(self.actor).with_parties()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "reader": self.actor}

    def page(self, rows: Any, *, after: str | None, size: int) -> Page[Any]:  # noqa: ARG002
        box = _BOXES[self.request.query_params.get("box", "inbox")]
        return box(self.actor, after=after, size=size)

    @extend_schema(parameters=[query("box", "inbox (received, the default) or sent")])
    def list(self, request: Request) -> Response:
        """One box: received, the earliest deadline first; or sent, the latest first."""
        if request.query_params.get("box", "inbox") not in _BOXES:
            raise ValidationError({"box": ["inbox or sent"]})
        keys = [row.pk for row in self.paginate_queryset(Handover.objects.none()) or []]
        marked = self.get_queryset().annotate(contested_shown=marks.parts_of_handover())
        rows = marked.in_bulk(keys)
        shown = [rows[key] for key in keys if key in rows]
        self._note(Deed.LIST, shown)
        seen = self.get_serializer(shown, many=True)
        return self.get_paginated_response(seen.data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002
        """One handover. The recipient's first look is kept as a fact."""
        handover = self.get_object()
        if permits.allows(self.actor, Right.VIEW_CASES, handover.recipient_id):
            actions.mark_seen(handover, actor=self.actor, at=now())
        self._note(Deed.READ, [handover])
        return Response(self.get_serializer(handover).data)

    def _move(self, move: Move) -> Response:
        handover = self.get_object()
        require_side(handover, move, self.actor)
        values = self.checked(ReasonInput(data=self.request.data))
        facts = _due_for(move, values)
        self.once(lambda: VERBS[move](handover, **facts, actor=self.actor, at=now()))
        handover = self.get_object()
        self._note(Deed.READ, [handover])
        return Response(self.get_serializer(handover).data)

    def _note(self, deed: Deed, shown: Sequence[Handover]) -> None:
        names = [handover.case.pseudonym for handover in shown]
        events.record(deed, actor=self.actor, object_type="handover", shown=names, reason="api")


def _due_for(move: Move, values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a move: a reason or outcome where one is due, a day where it waits."""
    if move is Move.COMPLETE:
        return {"outcome": values.get("outcome", "")}
    if move is Move.HOLD:
        return {"reason": values.get("reason", ""), "resume_on": values.get("resume_on")}
    if move in {Move.DECLINE, Move.FAIL, Move.CANCEL}:
        return {"reason": values.get("reason", "")}
    return {}


def _verb(move: Move) -> Any:
    """One endpoint per move of the table, so that none can be forgotten."""

    def verb(self: HandoverEndpoints, request: Request, **_: str) -> Response:  # noqa: ARG001
        return self._move(move)

    verb.__name__ = move.value
    verb.__doc__ = f"Move: {move.value}."
    described = extend_schema(  # around the action, which would drop it
        request=ReasonInput, responses=HandoverSerializer, parameters=[REPEATABLE]
    )
    return described(action(detail=True, methods=["post"], url_path=move.value)(verb))


for _move_ in VERBS:
    if _move_ is Move.MARK_ERROR:
        continue  # a mistake is marked on the page, by a person who looks at it
    setattr(HandoverEndpoints, _move_.value, _verb(_move_))
