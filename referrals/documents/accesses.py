"""Who saw what of a case, and why: by house and kind of work, without names (ECJ C-579/21)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from lotsen.accounts.models import Membership
from lotsen.audit.models import AccessEvent, Deed
from referrals.documents.words import DEEDS, FIELDS, ROLES, WHY, Json, all_coded, coded, moment


class Stay(NamedTuple):
    """Somebody worked in a house, from `since` until before `until` (None: still does)."""

    house: UUID
    name: str
    role: str
    since: datetime
    until: datetime | None


def accesses(pseudonym: str, *, houses: Iterable[UUID], since: datetime | None) -> list[Json]:
    """Every event that showed this case, the oldest first; a refused access showed nothing.

    The events name a case by its pseudonym in a list; as text that is the same on every database.

    Args:
        houses: of the case; who works in several houses looked from one of these.
        since: nothing can have been seen before; None to look everywhere.
    """
    events = AccessEvent.objects.filter(shown__icontains=pseudonym).exclude(deed=Deed.DENIED)
    if since is not None:
        events = events.filter(at__gte=since)
    rows = [event for event in events.order_by("at", "id") if pseudonym in event.shown]
    stays = _stays({event.actor_id for event in rows if event.actor_id})
    preferred = set(houses)
    return [_access(event, _where(event, stays, preferred)) for event in rows]


def _access(event: AccessEvent, stay: Stay | None) -> Json:
    return {
        "at": moment(event.at),
        "house": stay.name if stay else _("automatic"),
        "role": coded(stay.role, ROLES) if stay else coded("", {}),
        "what": coded(event.deed, DEEDS),
        "fields": all_coded(event.fields, FIELDS),
        "why": coded(event.reason, WHY),
    }


def _stays(actors: set[UUID]) -> dict[UUID, list[Stay]]:
    stays: dict[UUID, list[Stay]] = {}
    rows = Membership.objects.filter(user__in=actors).select_related("organisation")
    for row in rows.order_by("since"):
        stay = Stay(row.organisation_id, row.organisation.name, row.role, row.since, row.until)
        stays.setdefault(row.user_id, []).append(stay)
    return stays


def _where(event: AccessEvent, stays: dict[UUID, list[Stay]], preferred: set[UUID]) -> Stay | None:
    """The house and role somebody worked in at that moment, of several one of this case."""
    if event.actor_id is None:
        return None
    known = stays.get(event.actor_id, [])
    then = [stay for stay in known if _covers(stay, event.at)] or known
    return next((stay for stay in then if stay.house in preferred), then[0] if then else None)


def _covers(stay: Stay, at: datetime) -> bool:
    return stay.since <= at and (stay.until is None or at < stay.until)
