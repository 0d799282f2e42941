"""What every move of a handover has in common: whose move it is, the lock, the end.

Locks are taken in one order everywhere, the case and then its handover, so that a closing, a
withdrawal and an answer at the same moment follow one after the other.
"""

from datetime import datetime

from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import ConsentMissing, InvalidInput, NotPermitted
from referrals.cases import actions as cases
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.consent.rules import Purpose, covers, in_force
from referrals.followups.actions import settle
from referrals.followups.models import FollowUpReason
from referrals.handovers.consequences import report, tell
from referrals.handovers.models import Handover
from referrals.handovers.rules import (
    RELEASED_STATES,
    SIDES,
    Move,
    Side,
    State,
    after,
    checked_outcome,
    checked_reason,
)


def require_side(handover: Handover, move: Move, actor: User) -> Side:
    """The side on which `actor` makes this move; what is a draft is the sender's alone.

    Raises:
        NotPermitted: `actor` has no right to it on either side.
    """
    allowed = SIDES[move]
    sends = permits.allows(actor, Right.REQUEST_HANDOVER, handover.sender_id)
    if sends and allowed in (Side.SENDER, Side.BOTH):
        return Side.SENDER
    answers = permits.allows(actor, Right.ANSWER_HANDOVER, handover.recipient_id)
    if answers and allowed in (Side.RECIPIENT, Side.BOTH) and handover.requested_at is not None:
        return Side.RECIPIENT
    due = Right.REQUEST_HANDOVER if allowed is Side.SENDER else Right.ANSWER_HANDOVER
    raise NotPermitted(right=due.value)


def locked(handover: Handover) -> Handover:
    """The handover as it stands now, held with its case until this transaction ends."""
    cases.locked(handover.case)
    return Handover.objects.select_for_update(of=("self",)).with_parties().get(pk=handover.pk)


def require_open_case(case: Case) -> None:
    """Nothing new begins on a closed case, nor on one that may only be stored.

    Raises:
        InvalidMove: it is closed or restricted.
    """
    cases.require_work(case)


def require_consent(handover: Handover, consent: Consent | None, *, at: datetime) -> Consent:
    """`consent`, if it lets exactly this case go to exactly this house with these details.

    Raises:
        InvalidInput: no detail was chosen.
        ConsentMissing: there is none, it names another house, has ended, or covers less.
    """
    if not handover.categories:
        raise InvalidInput("categories_missing", field="categories")
    if (
        consent is None
        or (consent.case_id, consent.recipient_id) != (handover.case_id, handover.recipient_id)
        or Purpose.HANDOVER not in consent.purposes
        or not covers(consent.categories, handover.categories)
        or not _holds(consent, at)
    ):
        raise ConsentMissing
    return consent


def shift(handover: Handover, move: Move, *, reason: str = "", at: datetime) -> State:
    """Put a locked handover into the state after `move`; returns the state it left.

    Raises:
        InvalidMove: the table has no such arrow.
        InvalidInput: the reason is missing, unknown, or out of place.
    """
    left = State(handover.state)
    handover.state = after(left, move)
    handover.reason = checked_reason(move, reason)
    cases.touch(handover.case, at=at)
    return left


def end(
    handover: Handover,
    move: Move,
    *,
    reason: str = "",
    outcome: str = "",
    actor: User,
    at: datetime,
) -> State:
    """End a locked handover: nobody reads by it any more. Returns the state it left.

    The participation ends, what the recipient knew of needs is erased from the row, and what
    was due because of it is settled.

    Raises:
        InvalidMove: the table has no such arrow.
        InvalidInput: reason or outcome is missing, unknown, or out of place.
    """
    left = shift(handover, move, reason=reason, at=at)
    handover.outcome = checked_outcome(move, outcome)
    handover.need_groups, handover.resume_on = [], None
    handover.ended_at, handover.ended_by = at, actor
    handover.save()
    if left in RELEASED_STATES:
        cases.end_participation(handover.case, handover.recipient, at=at)
    settle(handover.follow_ups.all(), actor=actor, at=at)
    return left


def cancel_locked(
    handover: Handover, *, side: Side, reason: str, actor: User, at: datetime
) -> None:
    """Cancel a handover whose case is locked. Asks no right; endings ask for theirs.

    The other side learns of it, unless it never knew of the draft.

    Raises:
        InvalidMove: it has ended.
        InvalidInput: the reason is missing or unknown.
    """
    left = end(handover, Move.CANCEL, reason=reason, actor=actor, at=at)
    if left is State.DRAFT:
        return
    withdrawn = reason == "consent_withdrawn"
    if side is Side.RECIPIENT and not withdrawn:
        report(handover, FollowUpReason.FURTHER_ACTION, actor=actor, at=at)
    elif withdrawn or left in RELEASED_STATES:
        tidy_up = FollowUpReason.CONSENT_WITHDRAWN if withdrawn else FollowUpReason.OTHER
        across = handover.recipient if side is Side.SENDER else handover.sender
        tell(handover, across, tidy_up, actor=actor, at=at)


def _holds(consent: Consent, at: datetime) -> bool:
    return in_force(
        withdrawn_at=consent.withdrawn_at, valid_until=consent.valid_until, on=localdate(at)
    )
