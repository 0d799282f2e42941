"""For which houses an access is told, and what a look at many of them adds up to. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

# A pseudonym as lotsen.pseudonyms writes it; whatever else an event names is no case.
_PSEUDONYM = re.compile(r"[2-9B-DF-HJ-NP-TV-Z]{4}(-[2-9B-DF-HJ-NP-TV-Z]{4}){2}")
_OPENS = "unlock"
_SHOWS_NOTHING = "denied"


@dataclass(frozen=True)
class Stay:
    """Somebody worked in a house, from `since` until before `until` (None: still does)."""

    house: UUID
    since: datetime
    until: datetime | None
    role: str = ""


@dataclass(frozen=True)
class Access:
    """One access event, without its key."""

    at: datetime
    actor: UUID | None  # None: nobody, the program by itself or somebody not signed in
    organisation: UUID | None
    deed: str
    shown: Sequence[str]
    fields: Sequence[str]
    reason: str
    device: UUID | None


def is_told(access: Access, stays: Iterable[Stay], responsible_for: frozenset[UUID]) -> bool:
    """Whether whoever is responsible for these houses learns of this access.

    An account is theirs while it worked in one of their houses. Of somebody who at that moment
    worked for another one too, they learn only what the event itself gives to a house of theirs.
    """
    then = {stay.house for stay in stays if _covers(stay, access.at)}
    if not then & responsible_for:
        return False
    return then <= responsible_for or access.organisation in responsible_for


class Telling(Enum):
    """How much of an access to a case somebody learns."""

    PERSON = auto()  # who it was
    HOUSE = auto()  # house and kind of work, as the family learns of everybody (ECJ C-579/21)
    NOTHING = auto()


def told_as(access: Access, stays: Iterable[Stay], responsible_for: frozenset[UUID]) -> Telling:
    """What whoever is responsible for these houses learns of an access to a case.

    Of their own people everything. Of others only what the event itself gives to a house of
    theirs, because it holds the case, and that without a name.
    """
    if is_told(access, stays, responsible_for):
        return Telling.PERSON
    return Telling.HOUSE if access.organisation in responsible_for else Telling.NOTHING


def worked_in(access: Access, stays: Iterable[Stay], preferred: frozenset[UUID]) -> Stay | None:
    """The house and the work from which somebody looked; of several one that is preferred.

    Whoever worked nowhere at that moment (an account that was closed meanwhile) is placed where
    they ever worked. None: nobody looked, or an account that never had a place.
    """
    known = [*stays]
    then = [stay for stay in known if _covers(stay, access.at)] or known
    return next((stay for stay in then if stay.house in preferred), then[0] if then else None)


def is_case(name: str) -> bool:
    """Whether what an event names is the pseudonym of a case."""
    return _PSEUDONYM.fullmatch(name) is not None


@dataclass
class Seen:
    """What was done with one case, or (pseudonym "") without any case.

    An event that showed several cases counts its fields for each of them: rather too much.
    """

    pseudonym: str
    first: datetime
    last: datetime
    times: int = 0
    deeds: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)  # fields of sealed text that was opened
    fields: set[str] = field(default_factory=set)  # all others that an event names
    reasons: set[str] = field(default_factory=set)
    actors: set[UUID] = field(default_factory=set)
    devices: set[UUID] = field(default_factory=set)


def by_case(accesses: Iterable[Access]) -> list[Seen]:
    """One entry for each case that was shown; opened ones come first, without a case last.

    A refused access showed nothing, so it names no case. What was tried by nobody who was signed
    in stands apart.
    """
    groups: dict[tuple[str, bool], Seen] = {}
    for access in accesses:
        for pseudonym in _cases_of(access) or ("",):
            key = pseudonym, access.actor is None
            seen = groups.setdefault(key, Seen(pseudonym, access.at, access.at))
            _add(seen, access)
    return sorted(groups.values(), key=_opened_first)


def _covers(stay: Stay, at: datetime) -> bool:
    return stay.since <= at and (stay.until is None or at < stay.until)


def _cases_of(access: Access) -> list[str]:
    if access.deed == _SHOWS_NOTHING:
        return []
    return [name for name in dict.fromkeys(access.shown) if is_case(name)]


def _opened_first(seen: Seen) -> tuple[bool, bool, str]:
    return not seen.pseudonym, not seen.opened, seen.pseudonym


def _add(seen: Seen, access: Access) -> None:
    seen.first, seen.last = min(seen.first, access.at), max(seen.last, access.at)
    seen.times += 1
    seen.deeds.add(access.deed)
    named = seen.opened if access.deed == _OPENS else seen.fields
    named.update(access.fields)
    if access.actor:
        seen.actors.add(access.actor)
    if access.reason:
        seen.reasons.add(access.reason)
    if access.device:
        seen.devices.add(access.device)
