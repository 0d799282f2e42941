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
CASEWORK = (302, 200, 200, 200, 403)
HOLDER = (302, 200, 404, 404, 404)  # Anna alone; for the others it does not exist
HOLDER_MOVES_ON = (302, 302, 404, 404, 404)
HOLDER_MUST_CHOOSE = (302, 422, 404, 404, 404)
OFFICE = (302, 403, 403, 403, 403)  # a page of an office that none of the cast holds
BOTH_SIDES = (302, 200, 200, 404, 404)
API = (401, 200, 200, 200, 200)
API_CASEWORK = (401, 200, 200, 200, 200)  # Dora's lists are empty
API_HOLDER = (401, 200, 404, 404, 404)
API_READS_ONLY = (401, 405, 405, 405, 405)


def _recipient_only(status: int) -> Statuses:
    """Anna sees the handover but the verb is not hers."""
    return (302, 403, status, 404, 404)


def _both(reading: int, sending: int) -> Mapping[Role, tuple[int, int]]:
    """The two roles that look after erasure in a city."""
    return dict.fromkeys((Role.PRIVACY_OFFICER, Role.ADMINISTRATOR), (reading, sending))


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
    "logout": Row("", NO, (302, 302, 302, 302, 302)),
    "set-language": Row("", NO, (302, 302, 302, 302, 302)),
    # Everyone with an account
    "account": Row("", STAFF, SIGNED_IN_ONLY),
    "password": Row("", STAFF, STAFF),
    "pin": Row("", STAFF, STAFF),
    "lock": Row("", SIGNED_IN_ONLY, (302, 302, 302, 302, 302)),
    "unlock": Row("", (302, 302, 302, 302, 302), (302, 302, 302, 302, 302)),
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
    "device-accesses": Row("", OFFICE, SIGNED_IN_ONLY, offices={Role.PRIVACY_OFFICER: (200, 405)}),
    "rights-requests": Row("", OFFICE, OFFICE, offices={Role.PRIVACY_OFFICER: (200, 404)}),
    "retention": Row("", OFFICE, SIGNED_IN_ONLY, offices=_both(200, 405)),
    "retention-plan": Row("", OFFICE, OFFICE, offices=_both(200, 409)),  # nothing is due
    "retention-term": Row("", OFFICE, OFFICE, query="?art=case", offices=_both(200, 422)),
    "retention-term-approve": Row("term", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 302)),
    "retention-run": Row("run", OFFICE, SIGNED_IN_ONLY, offices=_both(200, 405)),
    "retention-approve": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 409)),  # unseen
    "retention-carry-out": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 409)),
    "retention-cancel": Row("run", SIGNED_IN_ONLY, OFFICE, offices=_both(405, 302)),
    # The API
    "api-schema": Row("", API, API_READS_ONLY),
    "api-district-list": Row("", API, API_READS_ONLY),
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
}
