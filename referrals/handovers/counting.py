"""What handovers are counted as, and how all of it is taken back."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localdate

from lotsen.fence.standing import lifted
from offers.vocabulary import NEEDS
from referrals.assessments.counting import needed_since
from referrals.assessments.models import latest_finished
from referrals.facts.actions import note, note_all
from referrals.facts.rules import Kind, wait
from referrals.followups.actions import first_talk
from referrals.handovers.models import Handover
from referrals.handovers.rules import State, groups_of

NO_PLACE = "no_capacity"


def count(handover: Handover, kind: Kind, *, code: str = "", at: datetime, value: int = 1) -> None:
    """Count one step of a handover, which both houses know of."""
    recipient = handover.recipient_id
    note(kind, case=handover.case, code=code, at=at, recipient=recipient, value=value)


def count_answer(handover: Handover, kind: Kind, *, code: str = "", at: datetime) -> None:
    """Count an answer, how long it took, and what found no place."""
    steps = [(kind, code), *_waited(handover, at)]
    note_all(steps, case=handover.case, at=at, recipient=handover.recipient_id)
    _count_no_place(handover, code, value=1, at=at)


def take_back(handover: Handover) -> None:
    """Uncount the steps of a handover that should never have been, where they were counted.

    That it waited once and goes on is not remembered and stays counted.
    """
    for kind, code, at in _counted(handover):
        count(handover, kind, code=code, at=at, value=-1)
    if handover.state == State.REJECTED and handover.answered_at is not None:
        _count_no_place(handover, handover.reason, value=-1, at=handover.answered_at)


def _waited(handover: Handover, at: datetime) -> Iterator[tuple[Kind, str]]:
    if handover.requested_at is not None:
        yield Kind.ANSWERED, wait((localdate(at) - localdate(handover.requested_at)).days)
    if handover.due_at is not None and handover.due_at < at:
        yield Kind.ANSWERED_LATE, ""


def _counted(handover: Handover) -> Iterator[tuple[Kind, str, datetime]]:
    if handover.requested_at is None:
        return
    yield Kind.HANDOVER_REQUESTED, "", handover.requested_at
    if handover.answered_at is not None:
        yield from _answered(handover, handover.answered_at)
    talk = first_talk(handover)
    if talk is not None:
        days = (localdate(talk.at) - localdate(handover.requested_at)).days
        yield Kind.FIRST_CONTACT, wait(days), talk.at


def _answered(handover: Handover, at: datetime) -> Iterator[tuple[Kind, str, datetime]]:
    for kind, code in _waited(handover, at):
        yield kind, code, at
    if handover.state == State.REJECTED:
        yield Kind.HANDOVER_REJECTED, handover.reason, at
        return
    yield Kind.HANDOVER_ACCEPTED, "", at
    ended = handover.ended_at or at
    if handover.state == State.ON_HOLD:
        yield Kind.WAITING, handover.reason, at
    if handover.state == State.COMPLETED:
        yield Kind.HANDOVER_COMPLETED, handover.outcome, ended
    if handover.state == State.FAILED:
        yield Kind.HANDOVER_FAILED, handover.reason, ended


def _count_no_place(handover: Handover, reason: str, *, value: int, at: datetime) -> None:
    """Once for a family and a group of needs, where the need was counted."""
    if reason != NO_PLACE:
        return
    with lifted("who refuses counts needs it may not read, and learns none of them"):
        others = Handover.objects.select_related("offer").filter(
            case=handover.case, state=State.REJECTED, reason=NO_PLACE
        )
        known = {group for other in others.exclude(pk=handover.pk) for group in _sought(other)}
        sought, since = _sought(handover), needed_since(handover.case)
    for group in sorted(sought - known):
        count(handover, Kind.NO_PLACE, code=group, at=since.get(group, at), value=value)


def _sought(handover: Handover) -> set[str]:
    """The needs a handover was to meet: those of the family that the offer is for."""
    sheet = latest_finished(handover.case)
    needs = set(sheet.needs) if sheet is not None else set()
    return set(groups_of(needs & set(handover.offer.needs) or needs, NEEDS))
