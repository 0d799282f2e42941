"""The case a page works on: found among the visible ones, allowed, and noted in the access log."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.errors import Refusal
from referrals.cases.models import Case, CaseState
from referrals.cases.passing_on import require_own
from referrals.consent.actions import require_assessor


def case_to_assess(user: User, pk: UUID) -> Case:
    """The visible open case `pk` whose family `user` may ask: holder's people, or by a share.

    Raises:
        Http404: the case does not exist for this user.
        NotPermitted: it is visible, but asking belongs to the house that holds it.
        Refusal: it is closed or restricted.
    """
    case = _open_case(user, pk)
    require_assessor(case, user)
    return case


def case_to_hand_over(user: User, pk: UUID) -> Case:
    """The visible open case `pk` for whose holder `user` may request a handover.

    Raises:
        Http404, NotPermitted, Refusal: as above.
    """
    case = _open_case(user, pk)
    require_own(case, user, Right.REQUEST_HANDOVER)
    return case


def _open_case(user: User, pk: UUID) -> Case:
    case = get_object_or_404(Case.objects.visible_to(user).with_parties(), pk=pk)
    if case.state != CaseState.OPEN:
        raise Refusal("case_closed")
    if case.restricted:
        raise Refusal("case_restricted")
    return case


def note_reading(case: Case, *, actor: User, fields: tuple[str, ...]) -> None:
    """The one access event of a page that is about to show `case`. No event, no page."""
    events.record(
        Deed.READ,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym],
        fields=fields,
        organisation=case.holder_id,
    )
