"""On which side of a handover somebody stands, and which moves that opens."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from referrals.handovers.models import Handover
from referrals.handovers.moving import require_side
from referrals.handovers.rules import MOVES, Move, State


def named(user: User, text: str) -> Handover:
    """The visible handover whose id stands in an address or a form as text.

    Raises:
        Http404: the text is no id, or names nothing this user may know of.
    """
    try:
        pk = UUID(text)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Handover.objects.visible_to(user).with_parties(), pk=pk)


def received(user: User, handover: Handover) -> bool:
    """Whether `user` sees this handover as one who received it."""
    return permits.allows(user, Right.VIEW_CASES, handover.recipient_id)


def open_moves(user: User, handover: Handover) -> list[Move]:
    """What `user` may do now, in the order of the table.

    Whoever is asked answers; taking back is offered once there is something to take back.
    """
    asked = handover.state == State.REQUESTED and received(user, handover)
    left_out = {Move.REQUEST, Move.CANCEL} if asked else {Move.REQUEST}
    if handover.case.restricted:
        left_out.add(Move.ACCEPT)
    return [
        move
        for state, move in MOVES
        if state == State(handover.state)
        and move not in left_out
        and _is_theirs(user, handover, move)
    ]


def _is_theirs(user: User, handover: Handover, move: Move) -> bool:
    try:
        require_side(handover, move, user)
    except NotPermitted:
        return False
    return True
