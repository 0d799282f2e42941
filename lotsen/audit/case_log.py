"""Who saw a case: one reading for the data protection officer, the navigator and the family.

An event names a case by its pseudonym. A refused access showed nothing, so it names none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from lotsen.audit import people
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.rules import Access, Stay, Telling, told_as, worked_in

MOST_EVENTS = 500  # of one look at a case; a busy house makes that many in some months
COLUMNS = ("at", "actor", "organisation", "deed", "shown", "fields", "reason", "device")


@dataclass(frozen=True)
class Look:
    """One access to the case."""

    access: Access
    place: Stay | None  # house and work; None: the program by itself
    telling: Telling  # what those who asked learn of it


@dataclass(frozen=True)
class CaseLog:
    """The accesses to a case, newest first."""

    looks: list[Look]
    begins_at: datetime | None  # there is more before this moment; None: this is everything
    houses: Mapping[UUID, str]
    people: Mapping[UUID, str]  # names of those who are told by name

    def told(self) -> "CaseLog":
        """Without what is not told at all. A case of which nothing is told is no case."""
        looks = [look for look in self.looks if look.telling is not Telling.NOTHING]
        return replace(self, looks=looks) if looks else CaseLog([], None, {}, {})


def showing(pseudonym: str) -> QuerySet[AccessEvent]:
    """The events that showed this case.

    On PostgreSQL along the index on `shown`. SQLite has no such index: it reads the text of
    each event, and `read` leaves out what only looks alike.
    """
    events = AccessEvent.objects.exclude(deed=Deed.DENIED)
    if connection.vendor == "postgresql":
        return events.filter(shown__contains=[pseudonym])
    return events.filter(shown__icontains=pseudonym)


def read(
    pseudonym: str,
    events: QuerySet[AccessEvent],
    *,
    houses: frozenset[UUID],
    most: int | None = None,
) -> CaseLog:
    """The newest of these events (of `showing`), and as what each is told. Four queries at most.

    Args:
        houses: for whom it is read: their people are told by name (lotsen.audit.rules.told_as),
            and somebody who worked in several houses looked from one of these.
        most: how many events; MOST_EVENTS unless told.
    """
    most = most or MOST_EVENTS
    rows = events.order_by("-at", "-id").values_list(*COLUMNS)[: most + 1]
    found = [Access(*row) for row in rows]
    kept = found[:most]
    stays = people.stays_of(access.actor for access in kept)
    looks = [
        Look(
            access,
            worked_in(access, stays[access.actor], houses),
            told_as(access, stays[access.actor], houses),
        )
        for access in kept
        if pseudonym in access.shown
    ]
    named = {look.access.actor for look in looks if look.telling is Telling.PERSON}
    return CaseLog(
        looks,
        begins_at=kept[-1].at if len(found) > most else None,
        houses=people.houses_named(look.place.house for look in looks if look.place),
        people=people.names_of(named),
    )
