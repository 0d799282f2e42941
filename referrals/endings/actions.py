"""Verbs that reach across: withdraw a consent everywhere, close a case and all that hangs on it."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidMove, Refusal
from referrals.cases import actions as cases
from referrals.cases.insiders import has_running_share
from referrals.cases.models import Case, ClosureReason
from referrals.consent.models import Consent
from referrals.consent.rules import Purpose, shares_purpose
from referrals.followups.actions import owe, settle
from referrals.followups.models import FollowUpReason
from referrals.followups.rules import on_a_working_day
from referrals.handovers.consequences import tell
from referrals.handovers.models import Handover
from referrals.handovers.moving import cancel_locked
from referrals.handovers.rules import ENDED_STATES, OPEN_STATES, Side, State

_LIVING = (State.DRAFT, *OPEN_STATES)


@transaction.atomic
def withdraw_consent(consent: Consent, *, actor: User, at: datetime) -> Consent:
    """The family takes its consent back, and from this moment nobody reads by it.

    What it agreed to twice for the same house it takes back at once, whichever sheet it is
    recorded on. Handovers that rest on it are cancelled, the recipient's part in the case ends,
    and the house that has read is told to tidy up. As easy as giving (Art. 7 (3) GDPR): the
    asking house may do it, and the house the family told.

    Raises:
        NotPermitted: `actor` may neither ask this family nor answer for a recipient that was
            asked under this consent.
        InvalidMove: it was withdrawn already.
    """
    side = _require_withdrawer(consent, actor)
    case = cases.locked(consent.case)
    consent = Consent.objects.select_for_update(of=("self",)).with_parties().get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise InvalidMove("consent_withdrawn_before")
    taken_back = [consent, *_agreeing_to_the_same(consent)]
    for each in taken_back:
        each.withdrawn_at, each.withdrawn_by = at, actor
        each.save(update_fields=["withdrawn_at", "withdrawn_by"])

    for handover in _resting_on(taken_back):
        cancel_locked(handover, side=side, reason="consent_withdrawn", actor=actor, at=at)
    _ask_reader_to_tidy_up(case, taken_back, actor=actor, at=at)
    if _documentation_lost(case, taken_back, at=at):
        _ask_holder_to_tidy_up(case, actor=actor, at=at)
    cases.touch(case, at=at)
    record(
        Deed.SHARE,
        actor=actor,
        object_type="consent",
        shown=[case.pseudonym],
        fields=consent.categories,
        organisation=consent.recipient_id,
        reason="withdrawn",
        at=at,
    )
    return consent


@transaction.atomic
def close_case(case: Case, *, reason: ClosureReason | str, actor: User, at: datetime) -> Case:
    """The work on a case ends: drafts are thrown away, nothing is due any more.

    What a recipient has to tidy up after a withdrawal stays due.

    Raises:
        NotPermitted: `actor` may not close cases of the holder.
        InvalidMove: it is closed already.
        Refusal: a handover is still open; it is ended first, by whoever has it.
        InvalidInput: the reason is unknown.
    """
    permits.require(actor, Right.CLOSE_CASE, case.holder_id)
    case = cases.open_for_change(case)
    if case.handovers.filter(state__in=OPEN_STATES).exists():
        raise Refusal("open_handover")
    for handover in Handover.objects.with_parties().filter(case=case, state=State.DRAFT):
        cancel_locked(handover, side=Side.SENDER, reason="no_longer_needed", actor=actor, at=at)
    duties = case.follow_ups.exclude(reason=FollowUpReason.CONSENT_WITHDRAWN)
    settle(duties, actor=actor, at=at)
    return cases.close(case, reason=reason, actor=actor, at=at)


def _require_withdrawer(consent: Consent, actor: User) -> Side:
    """The side on which `actor` takes the family's word."""
    case = consent.case
    asks = permits.allows(actor, Right.ASSESS_CASE, case.holder_id)
    if asks or has_running_share(case, actor):
        return Side.SENDER
    asked = consent.handovers.filter(requested_at__isnull=False).exists()
    if asked and consent.recipient_id is not None:
        permits.require(actor, Right.ANSWER_HANDOVER, consent.recipient_id)
        return Side.RECIPIENT
    permits.require(actor, Right.ASSESS_CASE, case.holder_id)
    return Side.SENDER


def _agreeing_to_the_same(consent: Consent) -> list[Consent]:
    """Other consents for the same house that share a purpose; the case is locked."""
    others = Consent.objects.filter(
        case=consent.case_id, recipient=consent.recipient_id, withdrawn_at=None
    ).exclude(pk=consent.pk)
    return [other for other in others if shares_purpose(consent.purposes, other.purposes)]


def _resting_on(taken_back: list[Consent]) -> list[Handover]:
    return list(
        Handover.objects.select_for_update(of=("self",))
        .with_parties()
        .filter(consent__in=taken_back, state__in=_LIVING)
    )


def _ask_reader_to_tidy_up(
    case: Case, taken_back: list[Consent], *, actor: User, at: datetime
) -> None:
    """The house that has read is told, also if its handover ended long ago, and only once."""
    ended = Handover.objects.with_parties().filter(consent__in=taken_back, state__in=ENDED_STATES)
    read = ended.filter(answered_at__isnull=False).exclude(state=State.REJECTED)
    handover = read.order_by("-ended_at").first()
    if handover is None:
        return
    told = case.follow_ups.open().filter(
        organisation=handover.recipient, reason=FollowUpReason.CONSENT_WITHDRAWN
    )
    if not told.exists():
        reason = FollowUpReason.CONSENT_WITHDRAWN
        tell(handover, handover.recipient, reason, actor=actor, at=at)


def _documentation_lost(case: Case, taken_back: list[Consent], *, at: datetime) -> bool:
    """Whether no other consent lets the holder keep the case (purpose a)."""
    if not any(Purpose.DOCUMENTATION in consent.purposes for consent in taken_back):
        return False
    others = case.consents.in_force(localdate(at)).values_list("purposes", flat=True)
    return not any(Purpose.DOCUMENTATION in purposes for purposes in others)


def _ask_holder_to_tidy_up(case: Case, *, actor: User, at: datetime) -> None:
    told = case.follow_ups.open().filter(
        organisation=case.holder, reason=FollowUpReason.CONSENT_WITHDRAWN
    )
    if told.exists():
        return
    owe(
        case,
        organisation=case.holder,
        reason=FollowUpReason.CONSENT_WITHDRAWN,
        due_on=on_a_working_day(localdate(at)),
        actor=actor,
        at=at,
    )
