"""Emergency accesses as those see them who review them, and those who work on the case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now

from lotsen.access import permits
from lotsen.access.rights import organisations_where, people_with
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import AccessEvent, Deed
from lotsen.fence.standing import lifted
from referrals.cases.models import Case
from referrals.emergencies.models import EmergencyAccess
from referrals.emergencies.rules import TOLD, may_review

PAGE = 50  # reviews on one page; those that wait come first
CAP = 99


@dataclass(frozen=True)
class Opened:
    """What was done with the case while the access ran, as codes of the access log."""

    deeds: frozenset[str]
    fields: frozenset[str]  # of sealed text that was opened


@dataclass(frozen=True)
class Line:
    """One access as its reviewer sees it. The case is a pseudonym: officers read no cases."""

    access: EmergencyAccess
    pseudonym: str
    until: datetime
    opened: Opened
    may_review: bool


@transaction.atomic
def to_review(viewer: User, *, at: datetime) -> list[Line]:
    """What `viewer` has to review or has seen reviewed, the waiting first. One access event.

    Raises:
        NotPermitted: there is no house whose access log `viewer` may read.
    """
    permits.require_somewhere(viewer, Right.VIEW_AUDIT)
    with lifted("an officer sees pseudonym and end of an access, not the case"):
        rows = list(
            visible_to(viewer)
            .select_related("share", "case", "taken_by", "reviewed_by", "organisation")
            .order_by(F("reviewed_at").desc(nulls_first=True), "-since", "id")[:PAGE]
        )
    found = _opened(rows)
    lines = [_line(row, found[row.pk], viewer) for row in rows]
    record(
        Deed.LIST,
        actor=viewer,
        object_type="emergency",
        shown=sorted({line.pseudonym for line in lines}),
        at=at,
    )
    return lines


def visible_to(viewer: User) -> QuerySet[EmergencyAccess]:
    """The accesses in houses whose access log `viewer` may read."""
    houses = organisations_where(viewer, Right.VIEW_AUDIT)
    return EmergencyAccess.objects.filter(organisation__in=houses)


def waiting_count(viewer: User) -> int | str:
    """How many wait for a review of `viewer`, at most "99+". One query."""
    waiting = visible_to(viewer).filter(reviewed_at=None).exclude(taken_by=viewer)
    count = waiting[: CAP + 1].count()
    return count if count <= CAP else f"{CAP}+"


def of_case(case: Case) -> Sequence[EmergencyAccess]:
    """Who let themselves in lately, for those who work on the case. Latest first."""
    lately = case.emergencies.filter(since__gt=now() - TOLD)
    return list(lately.select_related("taken_by", "share").order_by("-since", "id"))


def left_alone(viewer: User) -> list[str]:
    """Pseudonyms of open cases for insiders only whose responsible person no longer works there.

    Nobody in the house knows of them: the officer names one to whom shall take it over, who then
    reaches it by an emergency access.
    """
    found: list[str] = []
    for house in organisations_where(viewer, Right.VIEW_AUDIT):
        working = list(people_with(Right.VIEW_IDENTITY, house).values_list("pk", flat=True))
        with lifted("an officer learns the pseudonym of a case nobody can reach any more"):
            alone = Case.objects.filter(holder=house, insiders_only=True, state="open")
            found += alone.exclude(assigned_to__in=working).values_list("pseudonym", flat=True)
    return sorted(found)


def _line(row: EmergencyAccess, opened: Opened, viewer: User) -> Line:
    waits = row.reviewed_at is None
    return Line(
        access=row,
        pseudonym=row.case.pseudonym,
        until=row.share.until,
        opened=opened,
        may_review=waits and may_review(viewer.pk, taken_by=row.taken_by_id),
    )


def _opened(rows: Iterable[EmergencyAccess]) -> dict[UUID, Opened]:
    """What the access log says of each, in one query."""
    rows = list(rows)
    events = list(_events(rows)) if rows else []
    return {row.pk: _of(row, events) for row in rows}


def _events(rows: Sequence[EmergencyAccess]) -> QuerySet[AccessEvent]:
    spans = (Q(actor=row.taken_by_id, at__gte=row.since, at__lt=row.share.until) for row in rows)
    return AccessEvent.objects.filter(reduce(or_, spans)).exclude(deed=Deed.DENIED)


def _of(row: EmergencyAccess, events: Iterable[AccessEvent]) -> Opened:
    own = [
        event
        for event in events
        if event.actor_id == row.taken_by_id
        and row.since <= event.at < row.share.until
        and row.case.pseudonym in event.shown
    ]
    opened = (event.fields for event in own if event.deed == Deed.UNLOCK)
    return Opened(
        deeds=frozenset(event.deed for event in own),
        fields=frozenset(name for fields in opened for name in fields),
    )
