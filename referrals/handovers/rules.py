"""How a handover moves. Pure: no Django, no database, no clock.

draft ─request→ requested ─accept→ accepted ─start→ in-progress ─complete→ completed
                    ├─decline→ rejected   ├─hold→ on-hold ─resume→ in-progress
                    └─cancel→ cancelled   └─fail→ failed      any ─mark_error→ entered-in-error

The codes are those of the FHIR Task, the edges those of SDOHCC-TaskForReferralManagement
(HL7 fhir-sdoh-clinicalcare, intro.md). Two edges follow the older picture, because the newer
source draws them backwards: in-progress → cancelled and in-progress → on-hold.
"Seen" is a moment and "overdue" a flag, neither is a state.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from lotsen.errors import InvalidInput, InvalidMove
from referrals.followups.rules import working_days_after


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class Move(StrEnum):
    REQUEST = "request"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    MARK_ERROR = "mark_error"


class Side(StrEnum):
    """Who may make a move."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    BOTH = "both"


MOVES: dict[tuple[State, Move], State] = {
    (State.DRAFT, Move.REQUEST): State.REQUESTED,
    (State.DRAFT, Move.CANCEL): State.CANCELLED,
    (State.REQUESTED, Move.ACCEPT): State.ACCEPTED,
    (State.REQUESTED, Move.DECLINE): State.REJECTED,
    (State.REQUESTED, Move.CANCEL): State.CANCELLED,
    (State.ACCEPTED, Move.START): State.IN_PROGRESS,
    (State.ACCEPTED, Move.HOLD): State.ON_HOLD,
    (State.ACCEPTED, Move.COMPLETE): State.COMPLETED,
    (State.ACCEPTED, Move.FAIL): State.FAILED,
    (State.ACCEPTED, Move.CANCEL): State.CANCELLED,
    (State.IN_PROGRESS, Move.HOLD): State.ON_HOLD,
    (State.IN_PROGRESS, Move.COMPLETE): State.COMPLETED,
    (State.IN_PROGRESS, Move.FAIL): State.FAILED,
    (State.IN_PROGRESS, Move.CANCEL): State.CANCELLED,
    (State.ON_HOLD, Move.RESUME): State.IN_PROGRESS,
    (State.ON_HOLD, Move.COMPLETE): State.COMPLETED,
    (State.ON_HOLD, Move.FAIL): State.FAILED,
    (State.ON_HOLD, Move.CANCEL): State.CANCELLED,
    # A mistake can be marked from everywhere; the row stays.
    **{
        (state, Move.MARK_ERROR): State.ENTERED_IN_ERROR
        for state in State
        if state is not State.ENTERED_IN_ERROR
    },
}

SIDES = {
    Move.REQUEST: Side.SENDER,
    Move.ACCEPT: Side.RECIPIENT,
    Move.DECLINE: Side.RECIPIENT,
    Move.START: Side.RECIPIENT,
    Move.HOLD: Side.RECIPIENT,
    Move.RESUME: Side.RECIPIENT,
    Move.COMPLETE: Side.RECIPIENT,
    Move.FAIL: Side.RECIPIENT,
    Move.CANCEL: Side.BOTH,
    Move.MARK_ERROR: Side.SENDER,
}

# With the recipient, not ended.
OPEN_STATES = (State.REQUESTED, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
# The recipient takes part in the case and reads the consented fields.
RELEASED_STATES = (State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
ENDED_STATES = (
    State.REJECTED,
    State.COMPLETED,
    State.FAILED,
    State.CANCELLED,
    State.ENTERED_IN_ERROR,
)

# Why (codes); every "no" asks for further action at the sender, it is not an end.
REASONS: dict[Move, tuple[str, ...]] = {
    Move.DECLINE: (
        "no_capacity",
        "not_responsible",
        "requirements_not_met",
        "already_supported",
        "offer_ended",
        "other",
    ),
    Move.HOLD: ("waiting_list", "family_asked_to_wait", "other"),
    Move.FAIL: ("not_reached", "family_declined", "did_not_appear"),
    Move.CANCEL: ("consent_withdrawn", "family_changed_mind", "no_longer_needed", "other"),
}
OUTCOMES = ("taken_up", "counselling_done", "referred_on")


def after(state: State, move: Move) -> State:
    """The state that follows `move`.

    Raises:
        InvalidMove: the table above has no such arrow.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise InvalidMove(state=state, move=move) from None


def checked_reason(move: Move, reason: str) -> str:
    """`reason`, if the move asks for one and knows it.

    Raises:
        InvalidInput: a reason is due and missing, unknown, or given where none belongs.
    """
    allowed = REASONS.get(move, ())
    if (allowed and reason not in allowed) or (reason and not allowed):
        raise InvalidInput("reason_unknown", field="reason", allowed=", ".join(allowed))
    return reason


def checked_outcome(move: Move, outcome: str) -> str:
    """`outcome`, if the move completes and the outcome is known.

    Raises:
        InvalidInput: as for reasons.
    """
    allowed = OUTCOMES if move is Move.COMPLETE else ()
    if (allowed and outcome not in allowed) or (outcome and not allowed):
        raise InvalidInput("outcome_unknown", field="outcome", allowed=", ".join(allowed))
    return outcome


# Answers are due at noon of a working day, when somebody is at the desk.
_ANSWER_TIME = time(12)
_BERLIN = ZoneInfo("Europe/Berlin")


def answer_by(requested_on: date, days: int) -> datetime:
    """The moment an answer is expected by: noon in Berlin, `days` working days later.

    Args:
        requested_on: local day of the request.
        days: working days the recipient has promised, at least 1.
    """
    return datetime.combine(working_days_after(requested_on, days), _ANSWER_TIME, _BERLIN)


def groups_of(needs: Iterable[str], group_of: Mapping[str, str]) -> list[str]:
    """The groups of these needs, each once and in alphabetical order.

    Args:
        group_of: need → group; codes it does not know are left out.
    """
    return sorted({str(group_of[need]) for need in needs if need in group_of})


def overdue(state: State, due_at: datetime | None, now: datetime) -> bool:
    """Whether the answer is late. A flag that escalates, never a state."""
    return state is State.REQUESTED and due_at is not None and due_at < now


# Reasons that tell of the recipient's house or of the sender's own doing, not of the family.
_NOT_ABOUT_THE_FAMILY = frozenset(
    {"no_capacity", "not_responsible", "offer_ended", "consent_withdrawn"}
)
ENDED = "ended"


def seen_without_feedback(state: State, reason: str) -> tuple[str, str]:
    """State and reason as a sender sees them whose family did not agree to feedback.

    The answer to the own request stays visible, since a refusal asks for another way. Whether
    help began, waits, arrived or failed is the family's business with the recipient.
    """
    told = reason if reason in _NOT_ABOUT_THE_FAMILY else ""
    if state in (State.IN_PROGRESS, State.ON_HOLD):
        return State.ACCEPTED.value, ""
    if state in (State.COMPLETED, State.FAILED):
        return ENDED, ""
    return state.value, told
