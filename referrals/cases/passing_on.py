"""What a clinic or practice passed on goes no further without a new consent (§ 76 SGB X).

The house that received it reads and works with it. Passing it on is the holder's alone, and rests
on a consent that names the next house: so every verb that would let a case travel asks here.
"""

from lotsen.access import permits
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from referrals.cases.models import Case, Participation
from referrals.cases.rules import Provenance


def require_own(case: Case, actor: User, right: Right) -> None:
    """Return silently if `actor` has `right` in the house that holds the case.

    Raises:
        NotPermitted: otherwise; with a sentence of its own for whoever works in a house that
            takes part by what was passed on in confidence.
    """
    if permits.allows(actor, right, case.holder_id):
        return
    code = "passed_on_in_confidence" if _received_in_confidence(case, actor) else None
    raise NotPermitted(code, right=right.value)


def _received_in_confidence(case: Case, actor: User) -> bool:
    houses = organisations_where(actor, Right.VIEW_CASES)
    parts = Participation.objects.running_for(houses).filter(case=case)
    return parts.filter(provenance=Provenance.HEALTH_SECRET).exists()
