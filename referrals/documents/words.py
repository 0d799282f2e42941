"""Codes of a case with the words a family reads beside them: {"code": …, "text": …}."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.roles import Role
from lotsen.audit.models import Deed
from offers import labels as offers
from offers.vocabulary import NEEDS
from referrals.cases.rules import Provenance
from referrals.consent import labels as consent
from referrals.handovers import labels as handovers
from referrals.identities.rules import OpeningReason

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
    OpeningReason.COVERING: _("standing in for a colleague"),
    OpeningReason.FAMILY_CALLED: _("the family called or came"),
    OpeningReason.DATA_RIGHTS: _("the family asked for its rights"),
    OpeningReason.CORRECTION: _("correction"),
    "api": _("by another program of this house"),
    "assign": _("somebody became responsible"),
    "withdrawn": _("consent withdrawn"),
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
