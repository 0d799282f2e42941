"""Letting oneself in for hours when a family needs it now, and the review that follows."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lotsen import mailing
from lotsen.access import permits
from lotsen.access.models import ShareKind
from lotsen.access.rights import people_with
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.fence.standing import lifted
from lotsen.pseudonyms import read_pseudonym
from referrals.cases.actions import add_share, locked, note_sharing
from referrals.cases.insiders import standing
from referrals.cases.models import Case, CaseShare
from referrals.cases.rules import Standing
from referrals.emergencies.models import EmergencyAccess, Finding
from referrals.emergencies.rules import LENGTH, Reason, may_review

_SUBJECT = _("lotsen: an emergency access waits for your review")
_TEXT = _(
    "Somebody in a house you are responsible for has used the emergency access. Please sign in "
    "to lotsen and look at it under “Emergency accesses”.\n\nThis message contains no details "
    "on purpose."
)


@transaction.atomic
def find(pseudonym: str, *, actor: User, at: datetime) -> Case | None:
    """The case of one of the actor's houses with this pseudonym, one they cannot see included.

    Unknown, of another house, and restricted are the same: None. One event, found or not; the
    pseudonym typed is in it only if it led to a case.

    Raises:
        NotPermitted: `actor` may take an emergency access in no house.
        InvalidInput: the pseudonym is mistyped.
    """
    houses = permits.require_somewhere(actor, Right.BREAK_GLASS)
    code = read_pseudonym(pseudonym)
    with lifted("the fence hides what an emergency access is about to open"):
        case = Case.objects.filter(pseudonym=code, holder__in=houses, restricted=False).first()
    record(
        Deed.SEARCH,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym] if case else [],
        organisation=case.holder_id if case else None,
        reason="emergency",
        at=at,
    )
    return case


@transaction.atomic
def take(case: Case, *, reason: Reason | str, actor: User, at: datetime) -> CaseShare:
    """`actor` works on the case for four hours: identity and notes of the case, none entrusted.

    The officer of the house is told and reviews it; those who work on the case see it on its page.
    While an earlier one still runs nothing new begins.

    Raises:
        NotPermitted: `actor` may not do so in the house that holds the case.
        InvalidInput: the reason does not exist.
        InvalidMove: the case is restricted (Art. 18 GDPR), or `actor` works on it anyway.
    """
    permits.require(actor, Right.BREAK_GLASS, case.holder_id)
    if reason not in set(Reason):
        raise InvalidInput("choice_unknown", field="reason")
    with lifted("the fence hides what an emergency access is about to open"):
        case = locked(case)
        how = standing(case, actor)
    if case.restricted:
        raise InvalidMove("case_restricted")
    if how is Standing.EMERGENCY:
        return CaseShare.objects.running_for(actor).get(case=case, kind=ShareKind.EMERGENCY)
    if how is not None:
        raise InvalidMove("emergency_not_needed")

    share = _let_in(case, reason, actor=actor, at=at)
    note_sharing(case, "emergency", actor=actor, at=at)
    officers = people_with(Right.VIEW_AUDIT, case.holder_id).exclude(pk=actor.pk)
    mailing.tell(officers, subject=_SUBJECT, text=_TEXT)
    return share


def _let_in(case: Case, reason: str, *, actor: User, at: datetime) -> CaseShare:
    with lifted("the fence reads the clock before the share that lets in begins"):
        share = add_share(
            case,
            user=actor,
            kind=ShareKind.EMERGENCY,
            reason=reason,
            until=at + LENGTH,
            actor=actor,
            at=at,
        )
        EmergencyAccess.objects.create(
            case=case,
            organisation=case.holder,
            share=share,
            taken_by=actor,
            reason=reason,
            since=at,
        )
    return share


@transaction.atomic
def review(
    access: EmergencyAccess, *, finding: Finding | str, actor: User, at: datetime
) -> EmergencyAccess:
    """The officer has looked: in order, talked about, or a breach. It stands, and is not undone.

    Raises:
        NotPermitted: `actor` reads no access log of the house, or took the access themselves.
        InvalidInput: the finding does not exist.
        InvalidMove: somebody reviewed it before.
    """
    permits.require(actor, Right.VIEW_AUDIT, access.organisation_id)
    access = EmergencyAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    if not may_review(actor.pk, taken_by=access.taken_by_id):
        raise NotPermitted("own_emergency", right=Right.VIEW_AUDIT.value)
    if finding not in Finding.values:
        raise InvalidInput("choice_unknown", field="finding")
    if access.reviewed_at is not None:
        raise InvalidMove("emergency_reviewed")
    access.finding, access.reviewed_at, access.reviewed_by = finding, at, actor
    access.save(update_fields=["finding", "reviewed_at", "reviewed_by"])
    record(
        Deed.SHARE,
        actor=actor,
        object_type="emergency",
        shown=[str(access.pk)],
        organisation=access.organisation_id,
        reason="emergency_reviewed",
        at=at,
    )
    return access
