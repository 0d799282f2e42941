"""Codes of a case with the words a family reads beside them: {"code": …, "text": …}."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.access.models import ShareKind
from lotsen.accounts.roles import Role
from lotsen.audit.models import Deed
from offers import labels as offers
from offers.vocabulary import NEEDS
from referrals.cases.rules import Provenance
from referrals.consent import labels as consent
from referrals.emergencies.rules import Reason
from referrals.handovers import labels as handovers
from referrals.identities.likeness import Kind
from referrals.identities.rules import OpeningReason
from referrals.retention.models import RunCause

type Json = dict[str, Any]
type Labels = Mapping[Any, Any]

PROVENANCES: Labels = {
    Provenance.FAMILY: _("The family itself"),
    Provenance.STAFF: _("Observed by staff"),
    Provenance.THIRD_PARTY: _("Somebody else"),
    Provenance.HEALTH_SECRET: _("Passed on by a health professional"),
    Provenance.YOUTH_SERVICE: _("Passed on by a youth service"),
}
ANSWERS: Labels = {"yes": pgettext_lazy("sheet", "yes"), "no": pgettext_lazy("sheet", "no")}
INTERPRETED: Labels = {
    "": _("not interpreted"),
    "service": _("interpreted by a service"),
    "relative": _("interpreted by a relative"),
}
ROLES: Labels = {
    Role.SCREENER: _("Ward staff"),
    Role.NAVIGATOR: _("Navigator"),
    Role.FAMILY_OFFICE: _("Family office"),
    Role.PROVIDER: _("Provider"),
    Role.CHILD_PROTECTION_ADVISER: _("Child protection adviser"),
    Role.CATALOGUE_EDITOR: _("Catalogue"),
    Role.COORDINATOR: _("Coordination"),
    Role.PRIVACY_OFFICER: _("Data protection"),
    Role.ADMINISTRATOR: _("Administration"),
}
DEEDS: Labels = {
    Deed.READ: pgettext_lazy("access", "looked at"),
    Deed.LIST: pgettext_lazy("access", "seen in a list"),
    Deed.SEARCH: pgettext_lazy("access", "found by search"),
    Deed.UNLOCK: pgettext_lazy("access", "sealed text opened"),
    Deed.SEAL: pgettext_lazy("access", "sealed"),
    Deed.EXPORT: pgettext_lazy("access", "handed out as a file"),
    Deed.PRINT: pgettext_lazy("access", "printed"),
    Deed.TRANSMIT: pgettext_lazy("access", "passed on"),
    Deed.SHARE: pgettext_lazy("access", "access changed"),
    Deed.CORRECT: pgettext_lazy("access", "corrected"),
    Deed.ERASE: pgettext_lazy("access", "erased"),
    Deed.KEY: pgettext_lazy("access", "key changed"),
}
WHY: Labels = {
    OpeningReason.WORK: _("work on this case"),
    Reason.COVERING_ABSENCE: _("standing in for a colleague"),
    Reason.FAMILY_CALLED: _("the family called or came"),
    OpeningReason.DATA_RIGHTS: _("the family asked for its rights"),
    OpeningReason.CORRECTION: _("correction"),
    "api": _("by another program of this house"),
    "assign": _("somebody became responsible"),
    "share_ended": pgettext_lazy("access", "access ended"),
    "insiders_only": pgettext_lazy("access", "for those who work on it only"),
    "insiders_lifted": pgettext_lazy("access", "for the whole house again"),
    "withdrawn": _("consent withdrawn"),
    ShareKind.DEPUTY: pgettext_lazy("access", "standing in"),
    ShareKind.JOINT: pgettext_lazy("access", "joint work"),
    ShareKind.EMERGENCY: pgettext_lazy("access", "emergency access"),
    "emergency_reviewed": pgettext_lazy("access", "emergency access reviewed"),
    "deputyship": pgettext_lazy("access", "deputy named"),
    "deputyship_ended": pgettext_lazy("access", "deputyship ended"),
    Kind.NAME_BIRTH: _("by name and date of birth"),
    Kind.PHONE: _("by phone number"),
    Kind.PSEUDONYM: _("by case code"),
    **dict(RunCause.choices),
    "not_stored": _("the family did not want it kept"),
    "renewed": pgettext_lazy("access", "a fresh key"),
}
# Names of fields as events and consents hold them.
FIELDS: Labels = {
    **{category.value: words for category, words in consent.CATEGORIES.items()},
    "birth_date": _("date of birth"),
    "state": _("state"),
    "consents": _("consents"),
    "answers": _("answers on the sheet"),
    "text": _("note"),
    "case": _("note"),
    "contact": _("note on a contact"),
    "message": _("message with a handover"),
    "signature": _("signature"),
    "dispute": _("what the family contests"),
    "restricted": _("restriction"),
    "household": _("household"),
    "child_age_months": _("age of the child"),
    "interpreting": _("interpreting"),
    "matches": _("fitting offers"),
    "handovers": _("handovers"),
    "accesses": _("access log"),
    "rights": _("rights of the family"),
    "wrapped": _("key"),
}


def coded(code: str, labels: Labels | type[Choices]) -> Json:
    """A code and its word; a code without one stands for itself, "" for nothing said."""
    table = dict(labels.choices) if isinstance(labels, type) else labels
    return {"code": code, "text": str(table.get(code, code))}


def all_coded(codes: Iterable[str], labels: Labels | type[Choices]) -> list[Json]:
    """Each of these codes with its word, in the order given."""
    return [coded(code, labels) for code in codes]


def moment(at: datetime | None) -> str | None:
    """A moment as RFC 3339 text, UTC."""
    return at.isoformat() if at else None


def day(on: date | None) -> str | None:
    """A local day (Europe/Berlin) as ISO text."""
    return on.isoformat() if on else None


def need(code: str) -> Json:
    return coded(code, offers.NEEDS if code in NEEDS else {})


def state(code: str) -> Json:
    """The state of a handover."""
    return coded(code, handovers.STATES)
