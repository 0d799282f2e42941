"""Reading the access log: what an account saw, what was shown on a device, who saw a case.

For whoever holds VIEW_AUDIT on a house, and for the people of such houses alone
(lotsen.audit.rules.is_told). Each look is itself an access. Pseudonyms only: who stands behind
one is not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lotsen.access import permits
from lotsen.accounts.models import Membership, User
from lotsen.accounts.roles import Right
from lotsen.audit import case_log, people
from lotsen.audit.case_log import COLUMNS, CaseLog
from lotsen.audit.events import record
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.rules import Access, Seen, by_case, is_case, is_told
from lotsen.devices import device_name
from lotsen.errors import NotPermitted

OBJECT_TYPE = "access_event"
# One look reads so many events at most: about half a year of one person's busy days. A report
# that stops there says until when it is complete.
MOST_EVENTS = 20_000


@dataclass(frozen=True)
class Report:
    """What was found in a period, by case."""

    seen: list[Seen]  # what names no case has the pseudonym "" and comes last
    names: Mapping[UUID, str]  # display names of the accounts
    complete_until: datetime | None  # None: to the end of the period
    leaves_out: bool  # something of other houses is not told


def accounts_visible_to(viewer: User) -> QuerySet[User]:
    """Who works or worked in a house whose access log `viewer` may read, by name.

    Raises:
        NotPermitted: there is no such house.
    """
    return User.objects.filter(pk__in=_people_of(viewer)).order_by("display_name", "id")


def require_reader(viewer: User) -> None:
    """Return silently if `viewer` may read the access log of any house.

    Raises:
        NotPermitted: otherwise.
    """
    _houses_of(viewer)


@transaction.atomic
def of_account(
    account: User, *, since: datetime, until: datetime, deed: Deed, actor: User, at: datetime
) -> Report:
    """What `account` saw from `since` until before `until`; one access event is written.

    Args:
        deed: LIST for a page, EXPORT for a file.

    Raises:
        NotPermitted: `actor` reads no access log, or `account` never worked in a house of it.
    """
    if not accounts_visible_to(actor).filter(pk=account.pk).exists():
        raise NotPermitted(right=Right.VIEW_AUDIT.value)
    events = AccessEvent.objects.filter(actor=account)
    report = _report(events, since, until, actor)
    _note(str(account.pk), report, deed=deed, actor=actor, at=at)
    return report


@transaction.atomic
def of_device(
    numbers: tuple[UUID, UUID],
    *,
    since: datetime,
    until: datetime,
    deed: Deed,
    actor: User,
    at: datetime,
) -> Report:
    """What was shown on the device with the first to last of `numbers`; like `of_account`.

    Raises:
        NotPermitted: `actor` reads no access log.
    """
    seen = AccessEvent.objects.filter(device__range=numbers).values_list("device", flat=True)
    devices = list(seen.distinct())  # one, but for a rare chance: its events are one index walk
    whose = Q(actor__isnull=False)
    if AccessEvent.objects.filter(device__in=devices, actor__in=_people_of(actor)).exists():
        whose |= Q(deed=Deed.DENIED)  # tries to sign in, by nobody knows whom: on a device of ours
    report = _report(AccessEvent.objects.filter(whose, device__in=devices), since, until, actor)
    _note(device_name(numbers[0]), report, deed=deed, actor=actor, at=at)
    return report


@transaction.atomic
def of_case(
    pseudonym: str, *, since: datetime, until: datetime, deed: Deed, actor: User, at: datetime
) -> CaseLog:
    """Who saw this case from `since` until before `until`; one access event is written.

    A case of which `actor` is told nothing is answered like one that does not exist, and the
    event names none: nothing was shown.

    Raises:
        NotPermitted: `actor` reads no access log.
    """
    houses = _houses_of(actor)
    ours = Q(actor__in=_people_of(actor)) | Q(organisation__in=houses)
    events = case_log.showing(pseudonym).filter(ours, at__gte=since, at__lt=until)
    log = case_log.read(pseudonym, events, houses=houses).told()
    shown = [pseudonym] if log.looks else []
    record(deed, actor=actor, object_type=OBJECT_TYPE, shown=shown, count=len(log.looks), at=at)
    return log


def told_to(viewer: User) -> QuerySet[AccessEvent]:
    """The events `viewer` is told of: `lotsen.audit.rules.is_told`, said in SQL for long lists.

    Raises:
        NotPermitted: `viewer` reads no access log.
    """
    houses = _houses_of(viewer)
    then = Membership.objects.filter(
        Q(until=None) | Q(until__gt=OuterRef("at")),
        user=OuterRef("actor"),
        since__lte=OuterRef("at"),
    )
    elsewhere = Exists(then.exclude(organisation__in=houses))
    return AccessEvent.objects.filter(
        ~elsewhere | Q(organisation__in=houses), Exists(then.filter(organisation__in=houses))
    )


def note_page(found: list[AccessEvent], *, actor: User, at: datetime) -> None:
    """The access event of a page of events: the cases that they name."""
    cases = dict.fromkeys(name for event in found for name in event.shown if is_case(name))
    record(Deed.LIST, actor=actor, object_type=OBJECT_TYPE, shown=cases, count=len(found), at=at)


def _people_of(viewer: User) -> QuerySet[Membership]:
    """Accounts that work or worked in a house whose access log `viewer` may read."""
    members = Membership.objects.filter(organisation__in=_houses_of(viewer))
    return members.values("user")  # type: ignore[return-value]


def _houses_of(viewer: User) -> frozenset[UUID]:
    return frozenset(permits.require_somewhere(viewer, Right.VIEW_AUDIT))


def _report(
    events: QuerySet[AccessEvent], since: datetime, until: datetime, viewer: User
) -> Report:
    houses = _houses_of(viewer)
    found, complete_until = _walk(events.filter(at__gte=since, at__lt=until))
    stays = people.stays_of(access.actor for access in found)
    told = [
        access
        for access in found
        if access.actor is None or is_told(access, stays[access.actor], houses)
    ]
    return Report(
        seen=by_case(told),
        names=people.names_of(access.actor for access in told),
        complete_until=complete_until,
        leaves_out=len(told) < len(found),
    )


def _walk(events: QuerySet[AccessEvent]) -> tuple[list[Access], datetime | None]:
    """The events in order of time, and the moment where the reading had to stop."""
    rows = events.order_by("at", "id").values_list(*COLUMNS)[: MOST_EVENTS + 1]
    found = [Access(*row) for row in rows]
    if len(found) <= MOST_EVENTS:
        return found, None
    stop = found[-1].at
    return [access for access in found if access.at < stop], stop


def _note(whose: str, report: Report, *, deed: Deed, actor: User, at: datetime) -> None:
    """The access event of this look: whose accesses, and the cases that were named."""
    cases = [seen.pseudonym for seen in report.seen if seen.pseudonym]
    record(deed, actor=actor, object_type=OBJECT_TYPE, shown=[whose, *cases], at=at)
