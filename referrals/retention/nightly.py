"""What the night does for a city: carry out what was approved or is overdue, plan what came due."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localdate

from lotsen.places.models import Municipality
from referrals.retention.actions import not_planned, plan_for_the_night
from referrals.retention.models import ErasureItem, ErasureRun, RunCause, RunState
from referrals.retention.rules import past_grace
from referrals.retention.running import Report, Tally, carry_out, goes_now

_UNAPPROVED_WISH = Q(cause=RunCause.FAMILY, state=RunState.PLANNED)


@dataclass
class Night:
    """What was done, or would be, and what waits for a second approval afterwards."""

    report: Report = field(default_factory=Report)
    waiting: Tally = field(default_factory=Counter)


def work(municipality: Municipality, *, at: datetime) -> Night:
    """Plan what came due, then carry out what may go. Doing it twice changes nothing."""
    plan_for_the_night(municipality, at=at)
    night = Night()
    for run in _may_go(municipality):
        night.report.add(carry_out(run, at=at))
    night.waiting = _waiting(municipality)
    return night


def foresee(municipality: Municipality, *, at: datetime) -> Night:
    """What `work` would do at this moment. Changes nothing."""
    night = Night()
    for run in _may_go(municipality):
        for item in run.items.all():
            _foretell(night, item, goes_now(item, run, at))
    for run in _wishes(municipality):
        night.waiting.update((item.organisation_id, item.kind) for item in run.items.all())
    for due in not_planned(municipality, at):
        goes = past_grace(due.due_on, localdate(at))
        (night.report.erased if goes else night.waiting)[due.organisation, due.kind] += 1
    return night


def _foretell(night: Night, item: ErasureItem, goes: bool | None) -> None:  # noqa: FBT001  the answer of goes_now
    tally = {True: night.report.erased, False: night.report.left_out, None: night.waiting}[goes]
    tally[item.organisation_id, item.kind] += 1


def _may_go(municipality: Municipality) -> list[ErasureRun]:
    """Runs that may go as a whole or in part, the oldest first."""
    waiting = ErasureRun.objects.waiting().filter(municipality=municipality)
    return list(waiting.exclude(_UNAPPROVED_WISH).order_by("planned_at", "id"))


def _wishes(municipality: Municipality) -> list[ErasureRun]:
    """A family's wish goes with its second approval only, however long it waits."""
    return list(ErasureRun.objects.filter(_UNAPPROVED_WISH, municipality=municipality))


def _waiting(municipality: Municipality) -> Tally:
    items = ErasureItem.objects.filter(
        run__municipality=municipality, run__state__in=[RunState.PLANNED, RunState.APPROVED]
    )
    return Counter(items.values_list("organisation", "kind"))
