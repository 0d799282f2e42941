"""What the sender learns of a handover's course: as much as the family agreed to.

With feedback (purpose c) the sender sees every state, reason and outcome. Without it the sender
sees the answer to its request and that it has ended, not what became of the family.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from referrals.consent.rules import feedback_covered
from referrals.handovers.models import Handover
from referrals.handovers.rules import State, seen_without_feedback


@dataclass(frozen=True)
class Course:
    """The course as the sender may see it."""

    state: str  # a State, or "ended" where its kind is not the sender's to know
    reason: str
    outcome: str
    complete: bool  # nothing was left out


def consented(handover: Handover, *, at: datetime) -> bool:
    """Whether the family agreed to feedback, at the moment the handover ended, else at `at`."""
    return _agreed(Agreement.of(handover), handover.ended_at or at)


def for_sender(handover: Handover, *, at: datetime) -> Course:
    """What a page, a list or the API may tell the sender. Needs the consent loaded."""
    everything = Course(handover.state, handover.reason, handover.outcome, complete=True)
    return narrowed(everything, Agreement.of(handover), moment=handover.ended_at or at)


@dataclass(frozen=True)
class Agreement:
    """What a consent says about feedback."""

    purposes: Collection[str]
    withdrawn_at: datetime | None
    valid_until: date

    @classmethod
    def of(cls, handover: Handover) -> "Agreement | None":
        consent = handover.consent
        if consent is None:
            return None
        return cls(consent.purposes, consent.withdrawn_at, consent.valid_until)


def narrowed(everything: Course, agreement: Agreement | None, *, moment: datetime) -> Course:
    """What the sender may learn of `everything`: nothing more is decided anywhere else.

    Args:
        agreement: None where there is no consent.
        moment: when the handover ended, or now.
    """
    if _agreed(agreement, moment):
        return everything
    state, reason = seen_without_feedback(State(everything.state), everything.reason)
    return Course(state, reason, "", complete=False)


def _agreed(agreement: Agreement | None, moment: datetime) -> bool:
    return agreement is not None and feedback_covered(
        agreement.purposes,
        withdrawn_at=agreement.withdrawn_at,
        valid_until=agreement.valid_until,
        moment=moment,
        on=localdate(moment),
    )
