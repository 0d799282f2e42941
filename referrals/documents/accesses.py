"""Who saw what of a case, and why, for the family: by house and kind of work, without names
(ECJ C-579/21). The log itself is read in lotsen.audit.case_log, as for everybody who asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lotsen.access.models import ShareKind
from lotsen.audit import case_log
from lotsen.audit.case_log import CaseLog, Look
from lotsen.fence.standing import lifted
from referrals.documents.words import DEEDS, FIELDS, ROLES, WHY, Json, all_coded, coded, moment
from referrals.emergencies.models import EmergencyAccess

# A report tells everything there is. Where a case was on top of a list for years, it is cut off
# here and says so.
MOST_EVENTS = 20_000


@dataclass(frozen=True)
class Emergency:
    """Somebody let themselves in, from `since` until before `until`."""

    taken_by: UUID
    since: datetime
    until: datetime

    def covers(self, look: Look) -> bool:
        is_theirs = look.access.actor == self.taken_by
        return is_theirs and self.since <= look.access.at < self.until


def accesses(
    pseudonym: str, *, houses: Iterable[UUID], since: datetime | None
) -> tuple[list[Json], datetime | None]:
    """Every event that showed this case, the oldest first, and from when on that is complete.

    Args:
        houses: of the case; who works in several houses looked from one of these.
        since: nothing can have been seen before; None to look everywhere.
    """
    events = case_log.showing(pseudonym)
    if since is not None:
        events = events.filter(at__gte=since)
    log = case_log.read(pseudonym, events, houses=frozenset(houses), most=MOST_EVENTS)
    emergencies = emergencies_of(pseudonym)
    rows = [_access(look, log, emergencies) for look in reversed(log.looks)]
    return rows, log.begins_at


def emergencies_of(pseudonym: str) -> list[Emergency]:
    """When somebody had emergency access to this case; none once the case is erased."""
    rows = EmergencyAccess.objects.filter(case__pseudonym=pseudonym)
    columns = rows.values_list("taken_by", "since", "share__until")
    with lifted("an officer is told of the case by its pseudonym and sees no row of it"):
        return [Emergency(*row) for row in columns]


def is_emergency(look: Look, emergencies: Sequence[Emergency]) -> bool:
    """Whether this access was part of an emergency access, or let somebody in by one."""
    if look.access.reason == ShareKind.EMERGENCY:
        return True
    return any(emergency.covers(look) for emergency in emergencies)


def _access(look: Look, log: CaseLog, emergencies: Sequence[Emergency]) -> Json:
    place, access = look.place, look.access
    return {
        "at": moment(access.at),
        "house": log.houses[place.house] if place else _("automatic"),
        "role": coded(place.role, ROLES) if place else coded("", {}),
        "what": coded(access.deed, DEEDS),
        "fields": all_coded(access.fields, FIELDS),
        "why": coded(access.reason, WHY),
        "emergency": is_emergency(look, emergencies),
    }
