"""Verbs on what is due: plan it, do it, move it, and record who tried to reach the family."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, NotPermitted
from referrals.cases.actions import open_for_change, touch
from referrals.cases.models import Case, Participation
from referrals.cases.rules import Provenance
from referrals.facts.actions import note as count
from referrals.facts.rules import Kind, wait
from referrals.followups.models import (
    Channel,
    ContactAttempt,
    ContactResult,
    FollowUp,
    FollowUpQuerySet,
    FollowUpReason,
)
from referrals.notes.actions import write
from referrals.notes.models import NoteKind

if TYPE_CHECKING:  # the floor above; a handover plans follow-ups
    from referrals.handovers.models import Handover

# What a talk with the family settles.
_CONTACTS = (FollowUpReason.CONTACT, FollowUpReason.CONTACT_AGAIN)
_IN_TOUCH = (ContactResult.REACHED, ContactResult.APPOINTMENT)


@transaction.atomic
def plan(
    case: Case,
    *,
    organisation: Organisation,
    reason: FollowUpReason | str,
    due_on: date,
    handover: "Handover | None" = None,
    actor: User,
    at: datetime,
) -> FollowUp:
    """A house owes the family something by a day.

    Raises:
        NotPermitted: `actor` may not follow up in this house, or the house has no part in the case.
        InvalidMove: the case is closed.
        InvalidInput: the day has passed.
    """
    permits.require(actor, Right.FOLLOW_UP, organisation.pk)
    _require_part(case, organisation, handover)
    case = open_for_change(case)
    follow_up = owe(
        case,
        organisation=organisation,
        reason=reason,
        due_on=_not_past(due_on, at),
        handover=handover,
        actor=actor,
        at=at,
    )
    touch(case, at=at)
    return follow_up


def owe(
    case: Case,
    *,
    organisation: Organisation,
    reason: FollowUpReason | str,
    due_on: date,
    handover: "Handover | None" = None,
    actor: User,
    at: datetime,
) -> FollowUp:
    """The duty that another verb leaves behind, also in another house.

    Asks no right: it is called by actions that have asked for theirs.
    """
    return FollowUp.objects.create(
        case=case,
        handover=handover,
        organisation=organisation,
        reason=reason,
        due_on=due_on,
        created_at=at,
        created_by=actor,
    )


def settle(follow_ups: FollowUpQuerySet, *, actor: User, at: datetime) -> int:
    """These duties are over, because another verb has dealt with them. Asks no right."""
    settled = list(follow_ups.open())
    for follow_up in settled:
        follow_up.done_at, follow_up.done_by = at, actor
        follow_up.save(update_fields=["done_at", "done_by"])
    return len(settled)


@transaction.atomic
def done(follow_up: FollowUp, *, actor: User, at: datetime) -> FollowUp:
    """It is dealt with. A second call changes nothing.

    Raises:
        NotPermitted: `actor` may not follow up in this house.
    """
    permits.require(actor, Right.FOLLOW_UP, follow_up.organisation_id)
    follow_up = _locked(follow_up)
    if follow_up.done_at is None:
        follow_up.done_at, follow_up.done_by = at, actor
        follow_up.save(update_fields=["done_at", "done_by"])
        touch(follow_up.case, at=at)
    return follow_up


@transaction.atomic
def move(follow_up: FollowUp, due_on: date, *, actor: User, at: datetime) -> FollowUp:
    """It is due on another day, today at the earliest.

    Raises:
        NotPermitted: `actor` may not follow up in this house.
        InvalidInput: it is done, or the day has passed.
    """
    permits.require(actor, Right.FOLLOW_UP, follow_up.organisation_id)
    follow_up = _locked(follow_up)
    if follow_up.done_at is not None:
        raise InvalidInput("follow_up_done", field="due_on")
    follow_up.due_on = _not_past(due_on, at)
    follow_up.save(update_fields=["due_on"])
    return follow_up


@transaction.atomic
def record_contact(
    case: Case,
    *,
    handover: "Handover | None" = None,
    organisation: Organisation,
    channel: Channel | str,
    result: ContactResult | str,
    note: str = "",
    next_on: date | None = None,
    actor: User,
    at: datetime,
) -> ContactAttempt:
    """Somebody tried to reach the family, and this is what came of it.

    A talk, or a new day to try, settles the calls that were due. Nobody reached and no new
    day: what was due stays in sight.

    Args:
        note: what was said, sealed at once; "" for none.

    Raises:
        NotPermitted: `actor` may not follow up in this house, or the house has no part in the case.
        InvalidMove: the case is closed.
        InvalidInput: the next day has passed, or channel or result is unknown.
    """
    permits.require(actor, Right.FOLLOW_UP, organisation.pk)
    _require_part(case, organisation, handover)
    case = open_for_change(case)
    is_first = result in _IN_TOUCH and _awaits_talk(handover, organisation)
    attempt = ContactAttempt.objects.create(
        case=case,
        handover=handover,
        organisation=organisation,
        channel=_known(channel, Channel.values, "channel"),
        result=_known(result, ContactResult.values, "result"),
        at=at,
        by=actor,
        note=_sealed(case, organisation, note, actor=actor, at=at),
    )
    if result in _IN_TOUCH or next_on is not None:
        calls = case.follow_ups.filter(organisation=organisation, reason__in=_CONTACTS)
        settle(calls, actor=actor, at=at)
    if next_on is not None:
        owe(
            case,
            organisation=organisation,
            reason=FollowUpReason.CONTACT_AGAIN,
            due_on=_not_past(next_on, at),
            handover=handover,
            actor=actor,
            at=at,
        )
    if is_first and handover is not None and handover.requested_at is not None:
        waited = localdate(at) - localdate(handover.requested_at)
        count(
            Kind.FIRST_CONTACT,
            case=case,
            code=wait(waited.days),
            at=at,
            recipient=handover.recipient_id,
        )
    touch(case, at=at)
    return attempt


def first_talk(handover: "Handover") -> ContactAttempt | None:
    """When the house that was asked first reached the family."""
    talks = ContactAttempt.objects.filter(
        handover=handover, organisation=handover.recipient_id, result__in=_IN_TOUCH
    )
    return talks.order_by("at", "id").first()


def _awaits_talk(handover: "Handover | None", organisation: Organisation) -> bool:
    """Whether this house was asked to reach the family and has not yet."""
    return (
        handover is not None
        and handover.recipient_id == organisation.pk
        and first_talk(handover) is None
    )


def _require_part(case: Case, organisation: Organisation, handover: "Handover | None") -> None:
    """A house follows up on cases it holds or takes part in, under a handover of this case."""
    foreign = handover is not None and handover.case_id != case.pk
    takes_part = case.holder_id == organisation.pk or (
        Participation.objects.running_for([organisation.pk]).filter(case=case).exists()
    )
    if foreign or not takes_part:
        raise NotPermitted(right=Right.FOLLOW_UP.value)


def _sealed(
    case: Case, organisation: Organisation, text: str, *, actor: User, at: datetime
) -> UUID | None:
    if not text.strip():
        return None
    return write(
        case,
        organisation=organisation,
        kind=NoteKind.CONTACT,
        text=text,
        provenance=Provenance.FAMILY,
        actor=actor,
        at=at,
    ).pk


def _not_past(day: date, at: datetime) -> date:
    if day < localdate(at):
        raise InvalidInput("date_has_passed", field="due_on")
    return day


def _known(value: str, allowed: list[str], field: str) -> str:
    if value not in allowed:
        raise InvalidInput("choice_unknown", field=field)
    return value


def _locked(follow_up: FollowUp) -> FollowUp:
    return (
        FollowUp.objects.select_for_update(of=("self",)).select_related("case").get(pk=follow_up.pk)
    )
