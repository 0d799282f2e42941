"""Counting. Every step of the work leaves one coarse delta that leads back to nobody."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation
from referrals.facts.models import Delta
from referrals.facts.rules import NO_HOUSE, Kind, life_phase, quarter


class Counted(Protocol):
    """The little of a case that a delta is made from."""

    @property
    def holder(self) -> Organisation: ...

    @property
    def district_id(self) -> str: ...

    def age_on(self, day: date) -> int: ...


def note(
    kind: Kind,
    *,
    case: Counted,
    code: str = "",
    at: datetime,
    organisation: Organisation | None = None,
    recipient: UUID = NO_HOUSE,
    value: int = 1,
) -> None:
    """Count one step: quarter, house, life phase and district, and nothing else.

    Append-only. What turns out not to have happened is taken back with `value=-1`.

    Args:
        code: need group, reason or outcome; never an id.
        at: decides the quarter by its local day (Europe/Berlin).
        organisation: whose step it was, if not the holder's.
        recipient: of a handover: the house that knows this step as well.
    """
    row = _delta(kind, code, case, organisation or case.holder, at, value)
    row.recipient = recipient
    row.save()


def note_all(
    steps: Iterable[tuple[Kind, str]],
    *,
    case: Counted,
    at: datetime,
    recipient: UUID = NO_HOUSE,
    value: int = 1,
) -> None:
    """Count several steps of one moment, each with its code or ""; as for `note`."""
    rows = [_delta(kind, code, case, case.holder, at, value) for kind, code in steps]
    for row in rows:
        row.recipient = recipient
    Delta.objects.bulk_create(rows)  # unlogged: the model is not watched


def _delta(
    kind: Kind, code: str, case: Counted, house: Organisation, at: datetime, value: int
) -> Delta:
    day = localdate(at)
    return Delta(
        period=quarter(day),
        municipality=case.holder.municipality_id,
        kind=kind,
        house=house.pk,
        organisation_group=house.kind,
        life_phase=life_phase(case.age_on(day)),
        district=case.district_id,
        code=code,
        value=value,
    )


def note_voice(municipality: str, code: str, *, at: datetime) -> None:
    """Count one answer of a family that nobody knows: quarter and city, and nothing else.

    Args:
        municipality: slug of the city the family tells about.
        code: "<question>-<answer>" (referrals.facts.rules.VOICES).
    """
    Delta.objects.create(
        period=quarter(localdate(at)),
        municipality=municipality,
        kind=Kind.FAMILY_VOICE,
        house=NO_HOUSE,
        code=code,
    )
