"""Assessments through the API, and the instruments there are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from rest_framework import mixins, serializers

from lotsen.accounts.areas import Area
from lotsen.accounts.models import User
from lotsen.errors import InvalidInput
from lotsen.rest.endpoints import EndpointSet
from offers.vocabulary import NEEDS, RESOURCES
from referrals.assessments import actions
from referrals.assessments.models import Assessment, InstrumentVersion, TalkWish
from referrals.cases.models import Case
from referrals.cases.rules import Provenance

LONGEST = 200  # signs of a name or code; nothing in the database is longer
ANSWERS = [(code, code) for code in ("yes", "no", "not_asked")]


class AssessmentInput(serializers.Serializer[Any]):
    """One finished pass through an instrument."""

    instrument = serializers.CharField(max_length=LONGEST)
    version = serializers.CharField(max_length=LONGEST)
    answers = serializers.DictField(child=serializers.ChoiceField(ANSWERS), default=dict)
    needs = serializers.MultipleChoiceField(choices=[(code, code) for code in NEEDS], default=set)
    resources = serializers.MultipleChoiceField(
        choices=[(code, code) for code in RESOURCES], default=set
    )
    talk_wish = serializers.ChoiceField(TalkWish.choices)


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    instrument = serializers.CharField(source="version.instrument.name", read_only=True)
    version = serializers.CharField(source="version.version", read_only=True)
    answers = serializers.DictField(child=serializers.CharField(), read_only=True)
    needs = serializers.ListField(child=serializers.CharField(), read_only=True)
    resources = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Assessment
        fields = [
            "id", "instrument", "version", "answers", "needs", "resources", "talk_wish",
            "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


@transaction.atomic
def record_assessment(
    case: Case, values: Mapping[str, Any], *, actor: User, at: datetime
) -> Assessment:
    """Start, answer, name the wishes and finish, or nothing at all.

    Raises:
        InvalidInput: there is no such version of the instrument.
    """
    version = (
        InstrumentVersion.objects.select_related("instrument")
        .filter(instrument__name=values["instrument"], version=values["version"])
        .first()
    )
    if version is None:
        raise InvalidInput("instrument_unknown", field="instrument")
    sheet = actions.start(case, version=version, provenance=Provenance.FAMILY, actor=actor, at=at)
    sheet = actions.answer(sheet, answers=values["answers"], actor=actor, at=at)
    sheet = actions.record_needs(
        sheet,
        needs=sorted(values["needs"]),
        resources=sorted(values["resources"]),
        talk_wish=values["talk_wish"],
        actor=actor,
        at=at,
    )
    return actions.finish(sheet, actor=actor, at=at)


class InstrumentSerializer(serializers.ModelSerializer[InstrumentVersion]):
    instrument = serializers.CharField(source="instrument.name", read_only=True)
    title = serializers.CharField(source="instrument.title", read_only=True)
    questionnaire = serializers.DictField(read_only=True, help_text="FHIR R4 Questionnaire")

    class Meta:
        model = InstrumentVersion
        fields = ["instrument", "title", "version", "published_at", "sha256", "questionnaire"]
        read_only_fields = fields


class InstrumentEndpoints(mixins.ListModelMixin, EndpointSet[InstrumentVersion]):
    """Published versions of instruments; they never change."""

    area = Area.BASICS
    serializer_class = InstrumentSerializer
    queryset = InstrumentVersion.objects.select_related("instrument").annotate(
        instrument_name=F("instrument__name")
    )
    ordered_by = ("instrument_name", "version", "pk")
