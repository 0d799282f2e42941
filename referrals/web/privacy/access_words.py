"""The codes of the access log as words: what was done, which details, why.

The same words as in the access report of a family, and what an officer sees besides.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.roles import Right
from lotsen.audit.models import Deed
from lotsen.web.wording import ROLE_NAMES
from referrals.consent.rules import Category
from referrals.documents import words
from referrals.notes.models import NoteKind
from referrals.web.phrases import Phrase

DEEDS: Mapping[str, Phrase] = {
    Deed.UNLOCK: words.DEEDS[Deed.UNLOCK],  # first: what whoever looks for damage asks for
    **words.DEEDS,
    Deed.DENIED: pgettext_lazy("access", "refused"),
    Deed.LOGIN: pgettext_lazy("access", "signed in"),
    Deed.LOGOUT: pgettext_lazy("access", "signed out"),
}
FIELDS: Mapping[str, Phrase] = {
    **words.FIELDS,
    "talk_wish": words.FIELDS[Category.WISH],
    "consent": words.FIELDS["consents"],
    "handover": words.FIELDS["handovers"],
    NoteKind.ENTRUSTED: NoteKind.ENTRUSTED.label,
}
REASONS: Mapping[str, Phrase] = {
    **words.WHY,
    "login_failed": _("signing in failed"),
    "emergency_reviewed": _("emergency access reviewed"),
    # What administrators did: a role was given, or one of these (lotsen.membership)
    **{role.value: name for role, name in ROLE_NAMES.items()},
    "invited_anew": pgettext_lazy("access", "new invitation link"),
    "access_anew": pgettext_lazy("access", "access of the account set anew"),
    "sessions_ended": pgettext_lazy("access", "signed out everywhere"),
    "account_closed": pgettext_lazy("access", "account closed"),
    "house_closed": pgettext_lazy("access", "house closed"),
    **dict.fromkeys(map(str, Right), pgettext_lazy("access", "right is missing")),
}


def deeds(codes: Iterable[str]) -> str:
    return _listed(codes, DEEDS)


def fields(codes: Iterable[str]) -> str:
    return _listed(codes, FIELDS)


def reasons(codes: Iterable[str]) -> str:
    return _listed(codes, REASONS)


def _listed(codes: Iterable[str], named: Mapping[str, Phrase]) -> str:
    """Known codes in the order of the words, then what has no word yet, as it is."""
    found = set(codes)
    known = dict.fromkeys(str(named[code]) for code in named if code in found)
    return ", ".join([*known, *sorted(found - named.keys())])
