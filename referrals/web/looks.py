"""Accesses to one case as lines of a table: for the officer and for whoever works on the case."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lotsen.audit.case_log import CaseLog, Look
from lotsen.audit.models import Deed
from lotsen.audit.rules import Telling
from lotsen.devices import device_name
from referrals.documents.accesses import emergencies_of, is_emergency
from referrals.documents.words import ROLES
from referrals.web.phrases import Phrase
from referrals.web.privacy import access_words


@dataclass(frozen=True)
class Line:
    """One access in words. Without a name where only house and role are told."""

    at: datetime
    person: str
    house: str
    role: Phrase
    deed: str
    fields: str
    reason: str
    device: str
    opened: bool  # sealed text was on the screen
    emergency: bool


def lines_of(log: CaseLog, pseudonym: str) -> list[Line]:
    """The accesses to this case, newest first. One query."""
    emergencies = emergencies_of(pseudonym)
    return [_line(look, log, emergency=is_emergency(look, emergencies)) for look in log.looks]


def _line(look: Look, log: CaseLog, *, emergency: bool) -> Line:
    access, place = look.access, look.place
    by_name = look.telling is Telling.PERSON
    return Line(
        at=access.at,
        person=log.people.get(access.actor, "") if by_name and access.actor else "",
        house=log.houses[place.house] if place else _("automatic"),
        role=ROLES.get(place.role, "") if place else "",
        deed=access_words.deeds([access.deed]),
        fields=access_words.fields(access.fields),
        reason=access_words.reasons(filter(None, [access.reason])),
        device=device_name(access.device) if by_name and access.device else "",
        opened=access.deed == Deed.UNLOCK,
        emergency=emergency,
    )
