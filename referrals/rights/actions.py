"""Verbs on the rights of a family: ask, answer, contest, restrict.

Everything here is done by the house that holds the case, at the word of the family: by those who
work on it, or by a colleague who answers for them. A closed or restricted case has these rights
too.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.fence.standing import lifted
from referrals.cases.actions import locked, touch
from referrals.cases.models import Case, Participation
from referrals.cases.rules import Provenance
from referrals.notes.actions import write
from referrals.notes.models import NoteKind
from referrals.notes.rules import DATA_RIGHTS
from referrals.rights.models import (
    Dispute,
    DisputedPart,
    IdentityCheck,
    RefusalReason,
    RequestKind,
    RequestState,
    Restriction,
    RestrictionReason,
    RightsRequest,
)
from referrals.rights.rules import due_on


def require_answering(case: Case, actor: User) -> None:
    """Return silently if `actor` may answer this family: reads identities in the holding house.

    Raises:
        NotPermitted: otherwise. A house that takes part is told where the family can ask; what
            a health professional passed on stays under that secrecy (§ 76 SGB X).
    """
    if permits.allows(actor, Right.VIEW_IDENTITY, case.holder_id):
        return
    secret = Participation.objects.filter(case=case, provenance=Provenance.HEALTH_SECRET)
    code = "rights_health_secret" if secret.exists() else "rights_belong_to_holder"
    raise NotPermitted(code, right=Right.VIEW_IDENTITY.value, house=case.holder.name)


@transaction.atomic
def receive(
    case: Case,
    *,
    kind: RequestKind | str,
    identity_check: IdentityCheck | str,
    received_on: date,
    actor: User,
    at: datetime,
) -> RightsRequest:
    """A family asks for one of its rights; the answer is due within a month.

    Args:
        identity_check: how it was made sure that the family itself asks.
        received_on: the day it reached the house (Europe/Berlin), today or earlier.

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidMove: it asks for the same already, and has no answer yet.
        InvalidInput: kind or check are unknown, or the day is still to come.
    """
    require_answering(case, actor)
    case = locked(case)
    if RightsRequest.objects.open().filter(case_id=case.pk, kind=kind).exists():
        raise InvalidMove("request_running")
    return _enter(
        case.holder,
        case.pseudonym,
        case=case,
        kind=kind,
        identity_check=identity_check,
        received_on=received_on,
        actor=actor,
        at=at,
    )


@transaction.atomic
def receive_without_case(
    pseudonym: str,
    *,
    house: Organisation,
    identity_check: IdentityCheck | str,
    received_on: date,
    actor: User,
    at: datetime,
) -> RightsRequest:
    """Somebody asks for access under a code that stands for no case of this house.

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidInput: as for `receive`.
    """
    permits.require(actor, Right.VIEW_IDENTITY, house.pk)
    return _enter(
        house,
        pseudonym,
        case=None,
        kind=RequestKind.ACCESS,
        identity_check=identity_check,
        received_on=received_on,
        actor=actor,
        at=at,
    )


@transaction.atomic
def fulfil(request: RightsRequest, *, actor: User, at: datetime) -> RightsRequest:
    """The family has what it asked for.

    Raises:
        NotPermitted: `actor` does not answer families of this house. That an erasure is done
            may also be noted by whoever keeps the register, once the case is gone.
        InvalidMove: it was answered before.
    """
    return _end(request, RequestState.FULFILLED, reason="", actor=actor, at=at)


@transaction.atomic
def refuse(
    request: RightsRequest, *, reason: RefusalReason | str, actor: User, at: datetime
) -> RightsRequest:
    """The family does not get what it asked for, and is told why (Art. 12 (4) GDPR).

    Raises:
        NotPermitted, InvalidMove: as for `fulfil`.
        InvalidInput: the reason is missing or unknown.
    """
    if reason not in RefusalReason.values:
        allowed = ", ".join(RefusalReason.values)
        raise InvalidInput("reason_unknown", field="reason", allowed=allowed)
    return _end(request, RequestState.REFUSED, reason=reason, actor=actor, at=at)


@transaction.atomic
def dispute(
    case: Case, *, part: DisputedPart | str, words: str = "", actor: User, at: datetime
) -> Dispute:
    """The family contests a part; from now on it is shown and passed on with this mark only.

    Args:
        words: what the family says, sealed at once; "" where it says no more.

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidMove: this part is contested already.
        InvalidInput: the part is unknown, or the words are too long.
    """
    require_answering(case, actor)
    if part not in DisputedPart.values:
        raise InvalidInput("choice_unknown", field="part")
    case = locked(case)
    if Dispute.objects.filter(case=case, part=part, settled_at=None).exists():
        raise InvalidMove("dispute_running")
    note = _sealed(case, words, actor=actor, at=at) if words.strip() else None
    touch(case, at=at)
    return Dispute.objects.create(case=case, part=part, note=note, raised_at=at, raised_by=actor)


@transaction.atomic
def settle_dispute(dispute: Dispute, *, actor: User, at: datetime) -> Dispute:
    """What was contested is put right, or the family no longer contests it: the mark goes.

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidMove: it was settled before.
    """
    require_answering(dispute.case, actor)
    case = locked(dispute.case)
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if dispute.settled_at is not None:
        raise InvalidMove("dispute_settled")
    dispute.settled_at, dispute.settled_by = at, actor
    dispute.save(update_fields=["settled_at", "settled_by"])
    touch(case, at=at)
    return dispute


@transaction.atomic
def restrict(
    case: Case, *, reason: RestrictionReason | str, actor: User, at: datetime
) -> Restriction:
    """From now on the case is stored and nothing else (Art. 18 GDPR).

    Nobody reads identity or notes but to answer the family, no handover is requested or accepted,
    nothing is changed, and no term erases it. Withdrawing a consent and erasing at the family's
    wish stay possible.

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidMove: it is restricted already.
        InvalidInput: the reason is unknown.
    """
    require_answering(case, actor)
    if reason not in RestrictionReason.values:
        allowed = ", ".join(RestrictionReason.values)
        raise InvalidInput("reason_unknown", field="reason", allowed=allowed)
    case = locked(case)
    if case.restricted:
        raise InvalidMove("case_restricted")
    restriction = Restriction.objects.create(case=case, reason=reason, since=at, begun_by=actor)
    _mark(case, restricted=True, actor=actor, at=at)
    return restriction


@transaction.atomic
def lift(case: Case, *, actor: User, at: datetime) -> Restriction:
    """Work on the case may go on. The family is told before (Art. 18 (3) GDPR).

    Raises:
        NotPermitted: `actor` does not answer families of this house.
        InvalidMove: it is not restricted.
    """
    require_answering(case, actor)
    case = locked(case)
    restriction = Restriction.objects.select_for_update().filter(case=case, until=None).first()
    if restriction is None:
        raise InvalidMove("case_not_restricted")
    restriction.until, restriction.ended_by = at, actor
    restriction.save(update_fields=["until", "ended_by"])
    _mark(case, restricted=False, actor=actor, at=at)
    return restriction


def _enter(
    house: Organisation,
    pseudonym: str,
    *,
    case: Case | None,
    kind: str,
    identity_check: str,
    received_on: date,
    actor: User,
    at: datetime,
) -> RightsRequest:
    if kind not in RequestKind.values:
        raise InvalidInput("choice_unknown", field="kind")
    if identity_check not in IdentityCheck.values:
        raise InvalidInput("choice_unknown", field="identity_check")
    if received_on > localdate(at):
        raise InvalidInput("day_to_come", field="received_on")
    return RightsRequest.objects.create(
        organisation=house,
        case_id=case.pk if case else None,
        pseudonym=pseudonym,
        kind=kind,
        identity_check=identity_check,
        received_on=received_on,
        due_on=due_on(received_on),
        recorded_by=actor,
        recorded_at=at,
    )


def _end(
    request: RightsRequest, state: RequestState, *, reason: str, actor: User, at: datetime
) -> RightsRequest:
    _require_ending(request, actor)
    request = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != RequestState.OPEN:
        raise InvalidMove("request_ended")
    request.state, request.reason = state, reason
    request.ended_at, request.ended_by = at, actor
    request.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    return request


def _require_ending(request: RightsRequest, actor: User) -> None:
    keeps_register = permits.allows(actor, Right.VIEW_AUDIT, request.organisation_id)
    erased = request.kind == RequestKind.ERASURE and not is_stored(request)
    if not (keeps_register and erased):
        permits.require(actor, Right.VIEW_IDENTITY, request.organisation_id)


def is_stored(request: RightsRequest) -> bool:
    """Whether the case it is about still exists."""
    with lifted("an officer learns whether a case still exists, and no more"):
        return request.case_id is not None and Case.objects.filter(pk=request.case_id).exists()


def _sealed(case: Case, words: str, *, actor: User, at: datetime) -> UUID:
    return write(
        case,
        organisation=case.holder,
        kind=NoteKind.DISPUTE,
        text=words,
        provenance=Provenance.FAMILY,
        actor=actor,
        at=at,
    ).pk


def _mark(case: Case, *, restricted: bool, actor: User, at: datetime) -> None:
    case.restricted = restricted
    case.save(update_fields=["restricted"])
    touch(case, at=at)
    record(
        Deed.SHARE,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym],
        fields=["restricted"] if restricted else [],
        organisation=case.holder_id,
        reason=DATA_RIGHTS,
        at=at,
    )
