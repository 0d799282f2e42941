"""The table of rights over addresses: what each of the cast is answered.

Columns: nobody, Anna (holds the case), Bilal (asked, has not accepted), Carla (elsewhere), Dora
(counts; every role that sees no case fares like her, even in Anna's own house).
302 for nobody is the way to the sign-in page; 404 means "does not exist, or not for you".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lotsen.accounts.roles import Role

type Statuses = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Row:
    """One address: what it is about, and the answer to reading and to an empty sending.

    Args:
        about: which thing of the stage fills its parameters.
        query: query string; `{offer}` is filled in.
        editor: what the catalogue editor of Anna's house gets on sending, where it differs.
        offices: what other roles of Anna's house without cases get on reading and on sending,
            where it differs from Dora.
    """

    about: str
    get: Statuses
    post: Statuses
    query: str = ""
    editor: int | None = None
    offices: Mapping[Role, tuple[int, int]] = field(default_factory=dict)


NO = (405, 405, 405, 405, 405)
SIGNED_IN_ONLY = (302, 405, 405, 405, 405)  # the method does not exist; nobody is sent to sign in
PUBLIC = (200, 200, 200, 200, 200)
STAFF = (302, 200, 200, 200, 200)
MOVES_ON = (302, 302, 302, 302, 302)
MUST_FILL_IN = (302, 422, 422, 422, 422)
CASEWORK = (302, 200, 200, 200, 403)
HOLDER = (302, 200, 404, 404, 404)  # Anna alone; for the others it does not exist
HOLDER_MOVES_ON = (302, 302, 404, 404, 404)
HOLDER_MUST_CHOOSE = (302, 422, 404, 404, 404)
OFFICE = (302, 403, 403, 403, 403)  # a page of an office that none of the cast holds
BOTH_SIDES = (302, 200, 200, 404, 404)
API = (401, 200, 200, 200, 200)
API_CASEWORK = (401, 200, 200, 200, 200)  # Dora's lists are empty
API_HOLDER = (401, 200, 404, 404, 404)
API_COUNTS = (401, 403, 403, 403, 200)
API_READS_ONLY = (401, 405, 405, 405, 405)


def _recipient_only(status: int) -> Statuses:
    """Anna sees the handover but the verb is not hers."""
    return (302, 403, status, 404, 404)


def _both(reading: int, sending: int) -> Mapping[Role, tuple[int, int]]:
    """The two roles that look after erasure in a city."""
    return dict.fromkeys((Role.PRIVACY_OFFICER, Role.ADMINISTRATOR), (reading, sending))


def _manages(reading: int, sending: int) -> Mapping[Role, tuple[int, int]]:
    return {Role.ADMINISTRATOR: (reading, sending)}


def _counts(reading: int, sending: int) -> Mapping[Role, tuple[int, int]]:
    """Roles of Anna's house that see no case, and no numbers either."""
    without = (
        Role.CHILD_PROTECTION_ADVISER, Role.CATALOGUE_EDITOR, Role.PRIVACY_OFFICER,
        Role.ADMINISTRATOR,
    )  # fmt: skip
    return dict.fromkeys(without, (reading, sending))


COUNTS = (302, 403, 403, 403, 200)  # Dora reads numbers, nobody else

ROWS: dict[str, Row] = {
    # Everyone
    "home": Row("", (302, 302, 302, 302, 302), SIGNED_IN_ONLY),
    "health": Row("", PUBLIC, NO),
    "accessibility": Row("", PUBLIC, NO),
    "help": Row("", PUBLIC, NO),
    "imprint": Row("", PUBLIC, NO),
    "privacy": Row("", PUBLIC, NO),
    "login": Row("", (200, 302, 302, 302, 302), (200, 302, 302, 302, 302)),
    "account_login": Row("", (200, 302, 302, 302, 302), (200, 302, 302, 302, 302)),
    # Nobody has begun to sign in here; this installation has no municipal service.
    "confirm-sign-in": Row("", (302, 302, 302, 302, 302), (302, 302, 302, 302, 302)),
    "passkey-sign-in": Row("", (200, 302, 302, 302, 302), (302, 302, 302, 302, 302)),
    "municipal-sign-in": Row("", (404, 404, 404, 404, 404), NO),
    "municipal-back": Row("", (404, 404, 404, 404, 404), NO),
    "logout": Row("", NO, (302, 302, 302, 302, 302)),
    "set-language": Row("", NO, (302, 302, 302, 302, 302)),
    # Everyone with an account
    "account": Row("", STAFF, SIGNED_IN_ONLY),
    "password": Row("", STAFF, STAFF),
    "pin": Row("", STAFF, STAFF),
    "second-factor": Row("", STAFF, SIGNED_IN_ONLY),
    "second-factor-ask": Row("", STAFF, MUST_FILL_IN),
    "recovery-codes": Row("", MOVES_ON, SIGNED_IN_ONLY),  # nobody has a factor yet
    "recovery-codes-kept": Row("", SIGNED_IN_ONLY, MOVES_ON),
    "recovery-codes-file": Row("", (302, 404, 404, 404, 404), SIGNED_IN_ONLY),  # none to show
    # Asked again before a change: nobody here has just shown a password
    "second-factor-app": Row("", MOVES_ON, MOVES_ON),
    "second-factor-passkey": Row("", MOVES_ON, MOVES_ON),
    "second-factor-remove": Row("factor", MOVES_ON, MOVES_ON),
    "recovery-codes-new": Row("", SIGNED_IN_ONLY, MOVES_ON),
    "lock": Row("", SIGNED_IN_ONLY, (302, 302, 302, 302, 302)),
    "unlock": Row("", (302, 302, 302, 302, 302), (302, 302, 302, 302, 302)),
    "present": Row("", SIGNED_IN_ONLY, (302, 204, 204, 204, 204)),
    "sessions": Row("", STAFF, SIGNED_IN_ONLY),
    "session-end": Row("", SIGNED_IN_ONLY, MOVES_ON),
    "session-end-others": Row("", SIGNED_IN_ONLY, MOVES_ON),
    "tokens": Row("", STAFF, STAFF),
    "token-revoke": Row("", SIGNED_IN_ONLY, MOVES_ON),
    "offer-list": Row("", STAFF, SIGNED_IN_ONLY),
    "offer-detail": Row("offer", STAFF, SIGNED_IN_ONLY),
    "offer-confirm": Row("offer", SIGNED_IN_ONLY, (302, 403, 302, 403, 403), editor=302),
    "offer-capacity": Row("offer", SIGNED_IN_ONLY, (302, 403, 422, 403, 403), editor=422),
    # Work with families
    "ward": Row("", CASEWORK, SIGNED_IN_ONLY),
    "inbox": Row("", CASEWORK, SIGNED_IN_ONLY),
    "sent": Row("", CASEWORK, SIGNED_IN_ONLY),
    "follow-ups": Row("", CASEWORK, SIGNED_IN_ONLY),
    "cases": Row("", CASEWORK, SIGNED_IN_ONLY),
    "follow-up-done": Row("follow-up", SIGNED_IN_ONLY, HOLDER_MOVES_ON),
    "case-search": Row("", CASEWORK, (302, 422, 422, 422, 403)),
    "intake-new": Row("", CASEWORK, (302, 422, 422, 422, 403)),
    # Anna's case: finished intake, so its pages lead on
    "intake-screening": Row("case", HOLDER_MOVES_ON, HOLDER_MOVES_ON),
    "intake-needs": Row("case", HOLDER_MOVES_ON, HOLDER_MOVES_ON),
    "intake-review": Row("case", HOLDER_MOVES_ON, HOLDER_MOVES_ON),
    "case": Row("case", HOLDER, SIGNED_IN_ONLY),
    "case-assign": Row("case", SIGNED_IN_ONLY, HOLDER_MOVES_ON),
    "case-close": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "case-contact": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "case-identity": Row("case", HOLDER, HOLDER),
    "case-notes": Row("case", HOLDER, HOLDER),
    "case-team": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "case-emergency": Row("case", HOLDER_MOVES_ON, HOLDER_MOVES_ON),  # she works on it already
    "emergency": Row("", CASEWORK, (302, 422, 422, 422, 403)),
    "deputies": Row("", CASEWORK, (302, 422, 422, 422, 403)),
    "case-log": Row("case", HOLDER, SIGNED_IN_ONLY),
    "case-rights": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "case-rights-file": Row("case", SIGNED_IN_ONLY, (302, 404, 404, 404, 404)),  # no request yet
    "case-correct": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "rights-nothing-stored": Row("", CASEWORK, (302, 422, 422, 422, 403)),
    "consents": Row("case", HOLDER, SIGNED_IN_ONLY),
    "consent-withdraw": Row("consent", BOTH_SIDES, (302, 302, 302, 404, 404)),
    "matches": Row("case", HOLDER, HOLDER_MUST_CHOOSE),
    "gap": Row("case", SIGNED_IN_ONLY, HOLDER_MUST_CHOOSE),
    "handover-prepare": Row("case", HOLDER, HOLDER_MUST_CHOOSE, query="?angebot={offer}"),
    "family-consent": Row("token", (302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    # The handover between Anna and Bilal, requested
    "handover": Row("handover", BOTH_SIDES, SIGNED_IN_ONLY),
    "handover-review": Row("handover", (302, 302, 403, 404, 404), (302, 302, 403, 404, 404)),
    "handover-accept": Row("handover", SIGNED_IN_ONLY, _recipient_only(302)),
    "handover-decline": Row("handover", SIGNED_IN_ONLY, _recipient_only(422)),
    "handover-start": Row("handover", SIGNED_IN_ONLY, _recipient_only(409)),
    "handover-hold": Row("handover", SIGNED_IN_ONLY, _recipient_only(409)),
    "handover-resume": Row("handover", SIGNED_IN_ONLY, _recipient_only(409)),
    "handover-complete": Row("handover", SIGNED_IN_ONLY, _recipient_only(409)),
    "handover-fail": Row("handover", SIGNED_IN_ONLY, _recipient_only(409)),
    "handover-cancel": Row("handover", SIGNED_IN_ONLY, (302, 422, 422, 404, 404)),
    "handover-mark-error": Row("handover", SIGNED_IN_ONLY, (302, 302, 403, 404, 404)),
    # Data protection: for officers of the houses they serve
    "account-accesses": Row("", OFFICE, SIGNED_IN_ONLY, offices={Role.PRIVACY_OFFICER: (200, 405)}),
    "case-accesses": Row("", OFFICE, OFFICE, offices={Role.PRIVACY_OFFICER: (200, 422)}),
    "device-accesses": Row("", OFFICE, SIGNED_IN_ONLY, offices={Role.PRIVACY_OFFICER: (200, 405)}),
    "emergencies": Row("", OFFICE, OFFICE, offices={Role.PRIVACY_OFFICER: (200, 404)}),
    "rights-requests": Row("", OFFICE, OFFICE, offices={Role.PRIVACY_OFFICER: (200, 404)}),
    "retention": Row("", OFFICE, SIGNED_IN_ONLY, offices=_both(200, 405)),
    "retention-plan": Row("", OFFICE, OFFICE, offices=_both(200, 409)),  # nothing is due
    "retention-term": Row("", OFFICE, OFFICE, query="?art=case", offices=_both(200, 422)),
    "retention-term-approve": Row("term", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 302)),
    "retention-run": Row("run", OFFICE, SIGNED_IN_ONLY, offices=_both(200, 405)),
    "retention-approve": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 409)),  # unseen
    "retention-carry-out": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 409)),
    "retention-cancel": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 302)),
    # People and houses: for administrators of the houses they manage
    "people": Row("", OFFICE, OFFICE, offices=_manages(200, 200)),
    "people-invite": Row("", OFFICE, OFFICE, offices=_manages(200, 422)),
    "people-include": Row("", OFFICE, OFFICE, offices=_manages(200, 422)),
    "person": Row("person", OFFICE, SIGNED_IN_ONLY, offices=_manages(200, 405)),
    "person-details": Row("person", OFFICE, OFFICE, offices=_manages(200, 422)),
    "person-roles": Row("person", OFFICE, OFFICE, offices=_manages(200, 422)),
    "person-end-role": Row("person", SIGNED_IN_ONLY, OFFICE, offices=_manages(405, 404)),
    "person-sign-out": Row("person", SIGNED_IN_ONLY, OFFICE, offices=_manages(405, 302)),
    "person-close": Row("person", OFFICE, OFFICE, offices=_manages(200, 302)),
    "person-access": Row("person", OFFICE, OFFICE, offices=_manages(200, 200)),
    "devices": Row("", OFFICE, SIGNED_IN_ONLY, offices=_both(200, 405)),
    "device-block": Row("", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 422)),
    "device-unblock": Row("", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 422)),
    "houses": Row("", OFFICE, SIGNED_IN_ONLY, offices=_manages(200, 405)),
    "house-add": Row("", OFFICE, OFFICE, offices=_manages(200, 422)),
    "house": Row("house", OFFICE, OFFICE, offices=_manages(200, 422)),
    "house-close": Row("house", OFFICE, OFFICE, offices=_manages(200, 409)),  # their only one
    "invitation": Row("invitation", (404,) * 5, (404,) * 5),  # no such link, whoever asks
    # The voice of families: everybody tells, Dora reads the year
    "voice": Row("city", PUBLIC, (422, 422, 422, 422, 422)),
    "statistics": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "report": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "method": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "gaps": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "chain": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "voices-told": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "voice-sheet": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    # Planning: Dora enters and decides, nobody else
    "births": Row("", COUNTS, (302, 403, 403, 403, 302), offices=_counts(403, 403)),
    "births-file": Row("", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "posts": Row("", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "context": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "context-file": Row("", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "goals": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "goal-new": Row("", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "goal": Row("goal", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "goal-change": Row("goal", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "goal-move": Row("goal", SIGNED_IN_ONLY, (302, 403, 403, 403, 409), offices=_counts(405, 403)),
    "measures": Row("", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "measure-new": Row("", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "measure": Row("measure", COUNTS, SIGNED_IN_ONLY, offices=_counts(403, 405)),
    "measure-change": Row("measure", COUNTS, (302, 403, 403, 403, 422), offices=_counts(403, 403)),
    "measure-move": Row(
        "measure", SIGNED_IN_ONLY, (302, 403, 403, 403, 409), offices=_counts(405, 403)
    ),
    # The API
    "api-schema": Row("", API, API_READS_ONLY),
    "api-district-list": Row("", API, API_READS_ONLY),
    "api-audit-list": Row(
        "", (401, 403, 403, 403, 403), API_READS_ONLY, offices={Role.PRIVACY_OFFICER: (200, 405)}
    ),
    "api-organisation-list": Row("", API, API_READS_ONLY),
    "api-offer-list": Row("", API, API_READS_ONLY),
    "api-offer-detail": Row("offer", API, API_READS_ONLY),
    "api-case-list": Row("", API_CASEWORK, (401, 400, 400, 400, 400)),
    "api-case-detail": Row("case", API_HOLDER, API_READS_ONLY),
    "api-case-assessments": Row("case", API_READS_ONLY, (401, 400, 404, 404, 404)),
    "api-case-matches": Row("case", API_HOLDER, API_READS_ONLY),
    "api-case-consents": Row("case", API_READS_ONLY, (401, 400, 404, 404, 404)),
    "api-case-handovers": Row("case", API_READS_ONLY, (401, 400, 404, 404, 404)),
    "api-consent-withdraw": Row("consent", API_READS_ONLY, (401, 200, 200, 404, 404)),
    "api-handover-list": Row("", API_CASEWORK, API_READS_ONLY),
    "api-handover-detail": Row("handover", (401, 200, 200, 404, 404), API_READS_ONLY),
    "api-handover-accept": Row("handover", API_READS_ONLY, (401, 403, 200, 404, 404)),
    "api-handover-decline": Row("handover", API_READS_ONLY, (401, 403, 422, 404, 404)),
    "api-handover-start": Row("handover", API_READS_ONLY, (401, 403, 409, 404, 404)),
    "api-handover-hold": Row("handover", API_READS_ONLY, (401, 403, 409, 404, 404)),
    "api-handover-resume": Row("handover", API_READS_ONLY, (401, 403, 409, 404, 404)),
    "api-handover-complete": Row("handover", API_READS_ONLY, (401, 403, 409, 404, 404)),
    "api-handover-fail": Row("handover", API_READS_ONLY, (401, 403, 409, 404, 404)),
    "api-handover-cancel": Row("handover", API_READS_ONLY, (401, 422, 422, 404, 404)),
    "api-consent-text-list": Row("", API, API_READS_ONLY),
    "api-instrument-list": Row("", API, API_READS_ONLY),
    "api-statistics-releases": Row("", API_COUNTS, API_READS_ONLY, offices=_counts(403, 405)),
    # Nothing is frozen here yet
    "api-statistics-detail": Row(
        "period", (401, 403, 403, 403, 404), API_READS_ONLY, offices=_counts(403, 405)
    ),
}
