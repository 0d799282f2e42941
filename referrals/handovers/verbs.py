"""Which action makes which move: pages and API look it up here, so none can be forgotten by one.

A request is no entry: it is made by its own page and its own endpoint.
"""

from collections.abc import Callable, Mapping

from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import Move

VERBS: Mapping[Move, Callable[..., Handover]] = {
    Move.ACCEPT: actions.accept,
    Move.DECLINE: actions.decline,
    Move.START: actions.start,
    Move.HOLD: actions.hold,
    Move.RESUME: actions.resume,
    Move.COMPLETE: actions.complete,
    Move.FAIL: actions.fail,
    Move.CANCEL: actions.cancel,
    Move.MARK_ERROR: actions.mark_error,
}
