"""A handover brought to a state the way people do it: through the actions."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from referrals.consent.models import Consent
from referrals.facts.models import Delta
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import Move, State
from tests.builders import NOON, make_consent
from tests.conftest import Cast

CATEGORIES = ["name", "phone", "language", "needs"]
TOMORROW = NOON + timedelta(days=1)

# What each move needs besides actor and moment.
FACTS: dict[Move, dict[str, Any]] = {
    Move.DECLINE: {"reason": "no_capacity"},
    Move.HOLD: {"reason": "waiting_list", "resume_on": date(2026, 3, 30)},
    Move.COMPLETE: {"outcome": "taken_up"},
    Move.FAIL: {"reason": "not_reached"},
    Move.CANCEL: {"reason": "no_longer_needed"},
}
PATHS: dict[State, tuple[Move, ...]] = {
    State.DRAFT: (),
    State.REQUESTED: (Move.REQUEST,),
    State.ACCEPTED: (Move.REQUEST, Move.ACCEPT),
    State.REJECTED: (Move.REQUEST, Move.DECLINE),
    State.IN_PROGRESS: (Move.REQUEST, Move.ACCEPT, Move.START),
    State.ON_HOLD: (Move.REQUEST, Move.ACCEPT, Move.HOLD),
    State.COMPLETED: (Move.REQUEST, Move.ACCEPT, Move.COMPLETE),
    State.FAILED: (Move.REQUEST, Move.ACCEPT, Move.FAIL),
    State.CANCELLED: (Move.REQUEST, Move.CANCEL),
    State.ENTERED_IN_ERROR: (Move.REQUEST, Move.MARK_ERROR),
}
SENDERS_MOVES = (Move.REQUEST, Move.CANCEL, Move.MARK_ERROR)


def verb(move: Move) -> Callable[..., Handover]:
    """The action that makes a move."""
    found: Callable[..., Handover] = getattr(actions, move.value)
    return found


def make_draft(cast: Cast, *, consented: bool = True, **consent: Any) -> Handover:
    """Anna's draft to the family office, resting on a consent unless said otherwise."""
    categories = consent.get("categories", CATEGORIES)
    handover = actions.draft(
        cast.case, offer=cast.offer, categories=categories, actor=cast.anna, at=NOON
    )
    if consented:
        agreed = make_consent(cast.case, cast.office, cast.anna, **consent)
        actions.attach_consent(handover, consent=agreed, actor=cast.anna, at=NOON)
    return Handover.objects.get(pk=handover.pk)


def bring(handover: Handover, cast: Cast, *moves: Move) -> Handover:
    """Make these moves, each by the side whose move it is."""
    for move in moves:
        actor = cast.anna if move in SENDERS_MOVES else cast.bilal
        handover = verb(move)(handover, actor=actor, at=NOON, **FACTS.get(move, {}))
    return Handover.objects.get(pk=handover.pk)


def at_state(cast: Cast, state: State, **consent: Any) -> Handover:
    """A handover in this state."""
    return bring(make_draft(cast, **consent), cast, *PATHS[state])


def consent_of(handover: Handover) -> Consent:
    assert handover.consent is not None
    return handover.consent


def counted(*facts: str) -> dict[tuple[str, ...], int]:
    """The sums of all deltas by kind, code and these facts, without those that are nothing."""
    sums: Counter[tuple[str, ...]] = Counter()
    for *key, value in Delta.objects.values_list("kind", "code", *facts, "value"):
        sums[tuple(key)] += value
    return {key: value for key, value in sums.items() if value}
