"""What a move leaves behind: duties for a house, a sealed message, an event."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation, User
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from referrals.cases.rules import passed_on_by
from referrals.followups.actions import owe
from referrals.followups.models import FollowUpReason
from referrals.followups.rules import on_a_working_day
from referrals.handovers import feedback
from referrals.handovers.models import Handover
from referrals.notes.actions import write
from referrals.notes.models import NoteKind


def report(
    handover: Handover, reason: FollowUpReason, *, actor: User, at: datetime, always: bool = False
) -> None:
    """The sender has something to do. Which kind it is would tell how it went with the family:
    without consent to feedback it is a plain follow-up.

    Args:
        always: the answer to the sender's own request, which needs no feedback.
    """
    told = always or feedback.consented(handover, at=at)
    shown = reason if told else FollowUpReason.OTHER
    tell(handover, handover.sender, shown, actor=actor, at=at)


def tell(
    handover: Handover, house: Organisation, reason: FollowUpReason, *, actor: User, at: datetime
) -> None:
    """A house has something to do today, or on Monday."""
    today = on_a_working_day(localdate(at))
    owe_for(handover, house, reason, due_on=today, actor=actor, at=at)


def owe_for(
    handover: Handover,
    house: Organisation,
    reason: FollowUpReason,
    *,
    due_on: date,
    actor: User,
    at: datetime,
) -> None:
    """A house has something to do by a day, because of this handover."""
    owe(
        handover.case,
        organisation=house,
        reason=reason,
        due_on=due_on,
        handover=handover,
        actor=actor,
        at=at,
    )


def seal_message(
    handover: Handover, message: str, *, by: Organisation, actor: User, at: datetime
) -> None:
    """Free text that goes along, sealed at once; nothing for an empty one."""
    if not message.strip():
        return
    write(
        handover.case,
        organisation=by,
        kind=NoteKind.MESSAGE,
        text=message,
        provenance=passed_on_by(health_sender=by.is_health),
        addressee=handover.recipient,
        actor=actor,
        at=at,
    )


def record_passing_on(
    handover: Handover, fields: Iterable[str], *, actor: User, at: datetime
) -> None:
    """The event that these fields of the case have become readable for the recipient."""
    record(
        Deed.TRANSMIT,
        actor=actor,
        object_type="handover",
        shown=[handover.case.pseudonym],
        fields=fields,
        organisation=handover.recipient_id,
        at=at,
    )
