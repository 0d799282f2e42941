"""Counting. Every step of the work leaves one coarse delta that leads back to nobody."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation
from referrals.facts.models import Delta
from referrals.facts.rules import Kind, life_phase, quarter

NO_HOUSE = UUID(int=0)  # what no house has done: the voice of a family


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
    value: int = 1,
) -> None:
    """Count one step: quarter, house, life phase and district, and nothing else.

    Append-only. What turns out not to have happened is taken back with `value=-1`.

    Args:
        code: need group, reason or outcome; never an id.
        at: decides the quarter by its local day (Europe/Berlin).
        organisation: whose step it was, if not the holder's.
    """
    day = localdate(at)
    house = organisation or case.holder
    Delta.objects.create(
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
