"""Bringing instruments in and taking them out, as files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lotsen.errors import InvalidMove
from referrals.assessments.instruments import fingerprint
from referrals.assessments.models import Instrument, InstrumentVersion


@transaction.atomic
def publish(questionnaire: Mapping[str, Any], *, at: datetime) -> tuple[InstrumentVersion, bool]:
    """The published version of this content, and whether it is new.

    A published version never changes, because answers refer to it.

    Args:
        questionnaire: without findings (instruments.findings).

    Raises:
        InvalidMove: this version is published with another content.
    """
    instrument, _ = Instrument.objects.select_for_update().get_or_create(
        name=questionnaire["id"], defaults={"title": questionnaire["title"]}
    )
    version, created = InstrumentVersion.objects.get_or_create(
        instrument=instrument,
        version=questionnaire["version"],
        defaults={
            "questionnaire": questionnaire,
            "sha256": fingerprint(questionnaire),
            "published_at": at,
        },
    )
    if version.sha256 != fingerprint(questionnaire):
        raise InvalidMove("version_published", version=version.version)
    return version, created
