"""Consent through the API: given for one named house, taken back at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.accounts.areas import Area
from lotsen.accounts.models import Organisation, User
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput
from lotsen.rest.endpoints import EndpointSet
from lotsen.rest.repeats import REPEATABLE
from referrals.api.assessments import LONGEST
from referrals.cases.models import Case
from referrals.consent import actions
from referrals.consent.models import Consent, ConsentForm, ConsentQuerySet, ConsentText
from referrals.consent.rules import Category, Purpose
from referrals.endings.actions import withdraw_consent


class ConsentInput(serializers.Serializer[Any]):
    """What a family agreed to."""

    recipient = serializers.CharField(
        allow_null=True,
        max_length=LONGEST,
        help_text="id or short name of the house; null for the own house only",
    )
    purposes = serializers.MultipleChoiceField(choices=[(p.value, p.value) for p in Purpose])
    categories = serializers.MultipleChoiceField(
        choices=[(c.value, c.value) for c in Category], default=set
    )
    text_version = serializers.CharField(max_length=LONGEST)
    language = serializers.CharField(
        max_length=LONGEST, help_text="BCP 47, of the text the family read or heard"
    )
    form = serializers.ChoiceField(ConsentForm.choices)
    signature = serializers.CharField(
        required=False,
        max_length=50_000,
        help_text="typed name or drawn path, sealed at once; without it you keep it yourself",
    )


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    recipient = serializers.SlugRelatedField[Consent](slug_field="slug", read_only=True)
    text_version = serializers.CharField(source="text.version", read_only=True)
    purposes = serializers.ListField(child=serializers.CharField(), read_only=True)
    categories = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Consent
        fields = [
            "id", "recipient", "purposes", "categories", "text_version", "language", "form",
            "given_at", "valid_until", "withdrawn_at",
        ]  # fmt: skip
        read_only_fields = fields


def record_consent(case: Case, values: Mapping[str, Any], *, actor: User, at: datetime) -> Consent:
    """
    Raises:
        InvalidInput: there is no such house, or no released text of this version and language.
    """
    return actions.give(
        case,
        recipient=_house(values["recipient"]),
        purposes=sorted(values["purposes"]),
        categories=sorted(values["categories"]),
        text=_text(values["text_version"], values["language"], case.holder.legal_regime),
        language=values["language"],
        form=values["form"],
        signature_text=values.get("signature"),
        signature_kept_elsewhere="signature" not in values,
        actor=actor,
        at=at,
    )


def _house(named: str | None) -> Organisation | None:
    if named is None:
        return None
    houses = Organisation.objects.filter(is_active=True)
    for house in houses.filter(slug=named):
        return house
    for house in houses:
        if str(house.pk) == named:
            return house
    raise InvalidInput("recipient_unknown", field="recipient")


def _text(version: str, language: str, regime: str) -> ConsentText:
    """The text of the house's own law where there is one, else the general one."""
    texts = ConsentText.objects.filter(
        version=version, language=language, legal_regime__in=["", regime]
    )
    found = texts.order_by("-legal_regime").first()
    if found is None:
        raise InvalidInput("consent_text_unknown", field="text_version")
    return found


class ConsentEndpoints(EndpointSet[Consent]):
    """Taking consent back."""

    area = Area.CASES
    serializer_class = ConsentSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> ConsentQuerySet:
        return Consent.objects.visible_to(self.actor).with_parties()

    @extend_schema(request=None, responses=ConsentSerializer, parameters=[REPEATABLE])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_: str) -> Response:  # noqa: ARG002
        """The family takes it back: from the next request on nobody reads by it."""
        consent = self.get_object()
        self.once(lambda: withdraw_consent(consent, actor=self.actor, at=now()))
        consent = self.get_object()
        events.record(
            Deed.READ,
            actor=self.actor,
            object_type="consent",
            shown=[consent.case.pseudonym],
            fields=("consents",),
            reason="api",
        )
        return Response(ConsentSerializer(consent).data)
