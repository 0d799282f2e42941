"""Verbs on handovers: permission, lock, rule, precondition, change, facts and follow-ups."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, Refusal
from offers.models import Offer, OfferStatus
from offers.vocabulary import NEEDS
from referrals.assessments.models import latest_finished
from referrals.cases.actions import begin_participation, open_for_change, touch
from referrals.cases.models import Case
from referrals.cases.passing_on import require_own
from referrals.cases.rules import passed_on_by
from referrals.consent.models import Consent
from referrals.consent.rules import Category, checked_categories, covers
from referrals.facts.rules import Kind
from referrals.followups.actions import settle
from referrals.followups.models import FollowUpReason
from referrals.followups.rules import look_again_on, working_days_after
from referrals.handovers import counting
from referrals.handovers.consequences import (
    owe_for,
    record_passing_on,
    report,
    seal_message,
    tell,
)
from referrals.handovers.glimpse import shown_fields
from referrals.handovers.models import Handover
from referrals.handovers.moving import (
    cancel_locked,
    end,
    locked,
    require_consent,
    require_open_case,
    require_side,
    shift,
)
from referrals.handovers.rules import OPEN_STATES, Move, State, after, answer_by, groups_of


@transaction.atomic
def draft(
    case: Case, *, offer: Offer, categories: Iterable[str], actor: User, at: datetime
) -> Handover:
    """Prepare to hand over to the house that answers for this offer. Nothing is passed on yet.

    A draft to the same house is taken up again, with the new offer and details; its consent
    stays while it covers them.

    Raises:
        NotPermitted: `actor` may not hand over for the holder of the case.
        InvalidMove: the case is closed.
        Refusal: the offer takes no handover, is the own house's or not published, or a handover
            to this house is under way.
        InvalidInput: a category is unknown.
    """
    require_own(case, actor, Right.REQUEST_HANDOVER)
    case = open_for_change(case)
    recipient = _recipient_of(offer, case)
    details = checked_categories(categories)

    handover = _living(case, recipient) or Handover(
        case=case,
        sender=case.holder,
        recipient=recipient,
        provenance=passed_on_by(health_sender=case.holder.is_health),
        drafted_at=at,
        drafted_by=actor,
    )
    handover.offer, handover.categories = offer, details
    if handover.consent is not None and not covers(handover.consent.categories, details):
        handover.consent = None
    handover.save()
    touch(case, at=at)
    return handover


@transaction.atomic
def attach_consent(handover: Handover, *, consent: Consent, actor: User, at: datetime) -> Handover:
    """The draft rests on this consent of the family.

    Raises:
        NotPermitted: `actor` may not hand over for the sender.
        InvalidMove: it is no draft any more.
        ConsentMissing: the consent is for another case or house, has ended, or covers less.
    """
    require_side(handover, Move.REQUEST, actor)
    handover = locked(handover)
    after(State(handover.state), Move.REQUEST)
    stored = Consent.objects.filter(pk=consent.pk).first()  # as it stands under the lock
    handover.consent = require_consent(handover, stored, at=at)
    handover.save(update_fields=["consent"])
    return handover


@transaction.atomic
def request(handover: Handover, *, message: str = "", actor: User, at: datetime) -> Handover:
    """Ask the recipient. It sees a glimpse from now on, and the rest when it accepts.

    Args:
        message: free text for the recipient, sealed at once; needs the category "note".

    Raises:
        NotPermitted: `actor` may not hand over for the sender.
        InvalidMove: it is no draft any more, or the case is closed.
        ConsentMissing: no consent in force covers it.
        Refusal: the recipient no longer takes handovers.
        InvalidInput: a message without consent to passing on notes.
    """
    require_side(handover, Move.REQUEST, actor)
    handover = locked(handover)
    shift(handover, Move.REQUEST, at=at)
    require_open_case(handover.case)
    require_consent(handover, handover.consent, at=at)
    if not handover.recipient.is_active:
        raise Refusal("offer_takes_no_handover")
    if message.strip() and Category.NOTE not in handover.categories:
        raise InvalidInput("message_not_consented", field="message")

    handover.requested_at, handover.requested_by = at, actor
    handover.due_at = answer_by(localdate(at), handover.recipient.answer_within_days)
    handover.need_groups = _need_groups(handover)
    handover.save()
    seal_message(handover, message, by=handover.sender, actor=actor, at=at)
    # The sender looks after it once the answer is late.
    owe_for(
        handover,
        handover.sender,
        FollowUpReason.ANSWER_DUE,
        due_on=working_days_after(localdate(handover.due_at), 1),
        actor=actor,
        at=at,
    )
    counting.count(handover, Kind.HANDOVER_REQUESTED, at=at)
    record_passing_on(handover, shown_fields(handover), actor=actor, at=at)
    return handover


def mark_seen(handover: Handover, *, actor: User, at: datetime) -> Handover:
    """The recipient has opened the request for the first time. Later calls change nothing.

    Raises:
        NotPermitted: `actor` does not see cases of the recipient.
    """
    permits.require(actor, Right.VIEW_CASES, handover.recipient_id)
    unseen = Handover.objects.filter(pk=handover.pk, state=State.REQUESTED, seen_at=None)
    if unseen.update(seen_at=at):
        handover.seen_at = at
    return handover


@transaction.atomic
def accept(handover: Handover, *, actor: User, at: datetime) -> Handover:
    """Take part in the case: the recipient reads the consented categories from now on.

    The holder does not change.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it is not in state "requested" (any more), or the case is closed.
        ConsentMissing: the consent has ended since the request.
    """
    require_side(handover, Move.ACCEPT, actor)
    handover = locked(handover)
    shift(handover, Move.ACCEPT, at=at)
    require_open_case(handover.case)
    consent = require_consent(handover, handover.consent, at=at)

    handover.answered_at, handover.answered_by = at, actor
    handover.save()
    settle(handover.follow_ups.filter(reason=FollowUpReason.ANSWER_DUE), actor=actor, at=at)
    begin_participation(
        handover.case,
        handover.recipient,
        categories=handover.categories,
        provenance=handover.provenance,
        origin=handover.pk,
        at=at,
        expires_on=consent.valid_until,
    )
    call_on = working_days_after(localdate(at), 1)
    owe_for(
        handover, handover.recipient, FollowUpReason.CONTACT, due_on=call_on, actor=actor, at=at
    )
    counting.count_answer(handover, Kind.HANDOVER_ACCEPTED, at=at)
    record_passing_on(handover, handover.categories, actor=actor, at=at)
    return handover


@transaction.atomic
def decline(handover: Handover, *, reason: str, actor: User, at: datetime) -> Handover:
    """Not possible at the moment. The sender looks for another way; nothing was released.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it is not in state "requested" (any more).
        InvalidInput: the reason is missing or unknown.
    """
    require_side(handover, Move.DECLINE, actor)
    handover = locked(handover)
    handover.answered_at, handover.answered_by = at, actor
    end(handover, Move.DECLINE, reason=reason, actor=actor, at=at)
    report(handover, FollowUpReason.FURTHER_ACTION, actor=actor, at=at, always=True)
    counting.count_answer(handover, Kind.HANDOVER_REJECTED, code=reason, at=at)
    return handover


@transaction.atomic
def start(handover: Handover, *, actor: User, at: datetime) -> Handover:
    """Help has begun.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it was not accepted, or has begun already.
    """
    require_side(handover, Move.START, actor)
    handover = locked(handover)
    shift(handover, Move.START, at=at)
    handover.save(update_fields=["state", "reason"])
    return handover


@transaction.atomic
def hold(
    handover: Handover,
    *,
    reason: str,
    resume_on: date | None = None,
    actor: User,
    at: datetime,
) -> Handover:
    """It waits, and the recipient looks again on a day.

    Args:
        resume_on: a day after today; None for the usual four weeks.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: nothing is under way that could wait.
        InvalidInput: the reason is missing or unknown, or the day is not in the future.
    """
    require_side(handover, Move.HOLD, actor)
    handover = locked(handover)
    shift(handover, Move.HOLD, reason=reason, at=at)
    handover.resume_on = resume_on or look_again_on(localdate(at))
    if handover.resume_on <= localdate(at):
        raise InvalidInput("date_has_passed", field="resume_on")
    handover.save(update_fields=["state", "reason", "resume_on"])
    owe_for(
        handover,
        handover.recipient,
        FollowUpReason.LOOK_AGAIN,
        due_on=handover.resume_on,
        actor=actor,
        at=at,
    )
    counting.count(handover, Kind.WAITING, code=reason, at=at)
    return handover


@transaction.atomic
def resume(handover: Handover, *, actor: User, at: datetime) -> Handover:
    """It goes on after waiting.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it does not wait.
    """
    require_side(handover, Move.RESUME, actor)
    handover = locked(handover)
    shift(handover, Move.RESUME, at=at)
    handover.resume_on = None
    handover.save(update_fields=["state", "reason", "resume_on"])
    settle(handover.follow_ups.filter(reason=FollowUpReason.LOOK_AGAIN), actor=actor, at=at)
    return handover


@transaction.atomic
def complete(handover: Handover, *, outcome: str, actor: User, at: datetime) -> Handover:
    """Help has arrived. The recipient's part in the case ends; the sender reads what it may.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it was not accepted, or has ended.
        InvalidInput: the outcome is missing or unknown.
    """
    require_side(handover, Move.COMPLETE, actor)
    handover = locked(handover)
    end(handover, Move.COMPLETE, outcome=outcome, actor=actor, at=at)
    report(handover, FollowUpReason.OUTCOME_READ, actor=actor, at=at)
    counting.count(handover, Kind.HANDOVER_COMPLETED, code=outcome, at=at)
    return handover


@transaction.atomic
def fail(handover: Handover, *, reason: str, actor: User, at: datetime) -> Handover:
    """It did not come about. The sender looks for another way.

    Raises:
        NotPermitted: `actor` may not answer for the recipient.
        InvalidMove: it was not accepted, or has ended.
        InvalidInput: the reason is missing or unknown.
    """
    require_side(handover, Move.FAIL, actor)
    handover = locked(handover)
    end(handover, Move.FAIL, reason=reason, actor=actor, at=at)
    report(handover, FollowUpReason.FURTHER_ACTION, actor=actor, at=at)
    counting.count(handover, Kind.HANDOVER_FAILED, code=reason, at=at)
    return handover


@transaction.atomic
def cancel(handover: Handover, *, reason: str, actor: User, at: datetime) -> Handover:
    """Either side takes it back, and the other side learns of it.

    Raises:
        NotPermitted: `actor` belongs to neither side, or it is the sender's draft.
        InvalidMove: it has ended.
        InvalidInput: the reason is missing or unknown.
    """
    side = require_side(handover, Move.CANCEL, actor)
    handover = locked(handover)
    cancel_locked(handover, side=side, reason=reason, actor=actor, at=at)
    return handover


@transaction.atomic
def mark_error(handover: Handover, *, actor: User, at: datetime) -> Handover:
    """It should never have been: the row stays, nobody reads by it any more.

    Raises:
        NotPermitted: `actor` may not hand over for the sender.
        InvalidMove: it is marked already.
    """
    require_side(handover, Move.MARK_ERROR, actor)
    handover = locked(handover)
    counting.take_back(handover)
    left = end(handover, Move.MARK_ERROR, actor=actor, at=at)
    if left in OPEN_STATES:
        tell(handover, handover.recipient, FollowUpReason.OTHER, actor=actor, at=at)
    return handover


def _recipient_of(offer: Offer, case: Case) -> Organisation:
    if offer.status != OfferStatus.PUBLISHED:
        raise Refusal("offer_not_available")
    recipient = offer.recipient
    if recipient is None or not recipient.is_active:
        raise Refusal("offer_takes_no_handover")
    if recipient == case.holder:
        raise Refusal("offer_of_own_house")
    return recipient


def _living(case: Case, recipient: Organisation) -> Handover | None:
    """The one draft or open handover to this house; only a draft can be taken up again."""
    living = (
        Handover.objects.select_related("consent")
        .filter(case=case, recipient=recipient, state__in=[State.DRAFT, *OPEN_STATES])
        .first()
    )
    if living is not None and living.state != State.DRAFT:
        raise Refusal("handover_under_way")
    return living


def _need_groups(handover: Handover) -> list[str]:
    """What the recipient learns of needs before it accepts: groups, and only if consented."""
    if Category.NEEDS not in handover.categories:
        return []
    assessment = latest_finished(handover.case)
    return groups_of(assessment.needs, NEEDS) if assessment is not None else []
