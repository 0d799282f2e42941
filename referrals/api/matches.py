"""Fitting offers of a case as the API tells them: codes for machines, sentences for people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rest_framework import serializers

from lotsen.accounts.models import User
from offers.matching.rules import Reason
from offers.matching.wording import sentence
from referrals.cases.models import Case
from referrals.matching import actions


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class MatchSerializer(serializers.Serializer[Any]):
    offer = serializers.UUIDField()
    name = serializers.CharField()
    reasons = ReasonSerializer(many=True)
    uncertain = ReasonSerializer(many=True)


class ExcludedSerializer(serializers.Serializer[Any]):
    offer = serializers.UUIDField()
    name = serializers.CharField()
    why_not = ReasonSerializer(many=True)


class MatchesSerializer(serializers.Serializer[Any]):
    """Every published offer of the city, once: it fits, or it says why not."""

    results = MatchSerializer(many=True)
    excluded = ExcludedSerializer(many=True)


def matches_of(case: Case, *, actor: User, at: datetime) -> dict[str, object]:
    """The matches of a case; that they were shown is recorded."""
    found = actions.suggest(case, actor=actor, at=at)
    return {
        "results": [
            {
                "offer": match.candidate.id,
                "name": match.candidate.name,
                "reasons": _told(match.reasons),
                "uncertain": _told(match.uncertain),
            }
            for match in found.matches
        ],
        "excluded": [
            {
                "offer": left_out.candidate.id,
                "name": left_out.candidate.name,
                "why_not": _told(left_out.why_not),
            }
            for left_out in found.excluded
        ],
    }


def _told(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"code": reason.code, "text": sentence(reason)} for reason in reasons]
