"""Verbs on cases: open, touch, assign, share, let a house take part, close."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.access.models import ShareKind
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, InvalidMove
from lotsen.fence.standing import lifted
from lotsen.places.models import District
from offers.vocabulary import LANGUAGES
from referrals.cases.insiders import require_steering
from referrals.cases.models import (
    AccessRoute,
    Case,
    CaseShare,
    CaseState,
    ClosureReason,
    Household,
    Participation,
    StorageForm,
)
from referrals.cases.passing_on import require_own
from referrals.cases.rules import GIVEN_KINDS, LONGEST_SHARE, Provenance, ShareReason
from referrals.facts import actions as facts
from referrals.facts.rules import Kind

YOUNGEST, OLDEST = -9, 216  # months; pregnancy begins, 18th birthday


class Family(TypedDict):
    """The coarse facts a case knows of a family, besides its district."""

    language: str
    child_age_months: int
    household: NotRequired[str]
    interpreting: NotRequired[bool]
    route: NotRequired[str]


@transaction.atomic
def create(
    *,
    pseudonym: str,
    holder: Organisation,
    actor: User,
    district: District,
    at: datetime,
    **family: Unpack[Family],
) -> Case:
    """A new open case of `holder`, known by its pseudonym and coarse facts only.

    Whoever may see the holder's cases is assigned to it; an intake by somebody who may not
    (a screener) waits unassigned until a colleague takes it over.

    Raises:
        NotPermitted: `actor` may not open cases in this house.
        InvalidInput: a language, household or route the vocabulary does not know, or an age
            outside −9 … 216 months.
    """
    permits.require(actor, Right.OPEN_CASE, holder.pk)
    check_facts(family)
    case = Case.objects.create(
        pseudonym=pseudonym,
        holder=holder,
        assigned_to=actor if permits.allows(actor, Right.VIEW_CASES, holder.pk) else None,
        district=district,
        aged_on=localdate(at),
        opened_at=at,
        opened_by=actor,
        touched_at=at,
        **family,
    )
    facts.note_all(opening_counted(case), case=case, at=at)
    return case


@transaction.atomic
def touch(case: Case, *, at: datetime) -> None:
    """Something happened: the case moves to the top of every list it stands on.

    The moment is copied to running participations and shares in the same transaction, because
    lists read the copies (docs: referrals.cases.worklist). It never runs backwards.
    """
    row = locked(case)
    row.touched_at = max(row.touched_at, at)
    row.save(update_fields=["touched_at"])
    for copies in (row.participations.filter(until=None), row.shares.filter(until__gt=at)):
        copies.update(touched_at=row.touched_at)  # unlogged: a copied sort key
    case.touched_at = row.touched_at


@transaction.atomic
def assign(case: Case, *, to: User, actor: User, at: datetime) -> Case:
    """From now on `to` is responsible in the holding house, and reads identity and notes.

    Raises:
        NotPermitted: `actor` may not share cases of the holder, or this one is for insiders only.
        InvalidMove: the case is closed.
        InvalidInput: `to` does not work with cases in the holding house.
    """
    require_own(case, actor, Right.SHARE_CASE)
    case = open_for_change(case)
    require_steering(case, actor)
    if not permits.allows(to, Right.VIEW_IDENTITY, case.holder_id):
        raise InvalidInput("assignee_elsewhere", field="to")

    case.assigned_to = to
    case.save(update_fields=["assigned_to"])
    touch(case, at=at)
    note_sharing(case, "assign", actor=actor, at=at)
    return case


@transaction.atomic
def share(
    case: Case,
    *,
    user: User,
    kind: ShareKind,
    reason: ShareReason,
    until: datetime,
    actor: User,
    at: datetime,
) -> CaseShare:
    """Let one person of an involved house work on the case until a date.

    Raises:
        NotPermitted: `actor` may not share cases of the holder, or this one is for insiders only.
        InvalidMove: the case is closed.
        InvalidInput: `user` is `actor` or works in no house of this case, the end is not after
            `at` or later than three months, or kind or reason are not for sharing.
    """
    require_own(case, actor, Right.SHARE_CASE)
    case = open_for_change(case)
    require_steering(case, actor)
    if kind not in GIVEN_KINDS:
        raise InvalidInput("share_kind_unknown", field="kind")
    if user == actor:
        raise InvalidInput("share_with_oneself", field="user")
    if not _works_in_house_of(case, user):
        raise InvalidInput("share_outside_house", field="user")
    if not at < until <= at + LONGEST_SHARE:
        raise InvalidInput("share_end_out_of_range", field="until", days=LONGEST_SHARE.days)

    note_sharing(case, kind, actor=actor, at=at)
    return add_share(case, user=user, kind=kind, reason=reason, until=until, actor=actor, at=at)


@transaction.atomic
def keep_way_back(case: Case, *, until: datetime, actor: User, at: datetime) -> CaseShare:
    """Whoever opened an intake finds it again for a while, though not the house's other cases.

    Raises:
        NotPermitted: `actor` may not open cases in the holding house.
    """
    permits.require(actor, Right.OPEN_CASE, case.holder_id)
    with lifted("who opens a case without seeing others sees it by this share only"):
        case = locked(case)
    return add_share(
        case,
        user=actor,
        kind=ShareKind.OWN,
        reason=ShareReason.OWN_INTAKE,
        until=until,
        actor=actor,
        at=at,
    )


@transaction.atomic
def begin_participation(
    case: Case,
    organisation: Organisation,
    *,
    categories: Iterable[str],
    provenance: Provenance | str,
    origin: UUID,
    at: datetime,
    expires_on: date | None = None,
) -> Participation:
    """`organisation` takes part in the case, within these categories, from now on.

    The accepting action calls this after checking right and consent. A participation that still
    runs from an earlier handover ends here: the newest consent decides.

    Args:
        origin: the handover it came from.
        expires_on: last day of the consent; afterwards the case is out of reach by itself.
    """
    case = locked(case)
    end_participation(case, organisation, at=at)
    return Participation.objects.create(
        case=case,
        organisation=organisation,
        categories=sorted(categories),
        provenance=provenance,
        since=at,
        expires_on=expires_on,
        touched_at=case.touched_at,
        origin=origin,
    )


@transaction.atomic
def end_participation(case: Case, organisation: Organisation, *, at: datetime) -> None:
    """`organisation` takes part no more; without a running participation nothing changes."""
    for participation in Participation.objects.select_for_update().filter(
        case=case, organisation=organisation, until=None
    ):
        participation.until = at
        participation.save(update_fields=["until"])


@transaction.atomic
def close(
    case: Case,
    *,
    reason: ClosureReason | str,
    actor: User,
    at: datetime,
    right: Right = Right.CLOSE_CASE,
) -> Case:
    """The work on the case ends for a reason; every house takes part no more.

    Open handovers are not looked at here: referrals.endings closes what has any.

    Args:
        right: what `actor` must hold on the holder; an intake that ends at once asks for less.

    Raises:
        NotPermitted: `actor` lacks the right.
        InvalidMove: the case is closed already.
        InvalidInput: a reason that does not exist.
    """
    permits.require(actor, right, case.holder_id)
    case = open_for_change(case)
    if reason not in ClosureReason.values:
        raise InvalidInput(
            "reason_unknown", field="reason", allowed=", ".join(ClosureReason.values)
        )

    touch(case, at=at)
    for participation in case.participations.filter(until=None):
        participation.until = at
        participation.save(update_fields=["until"])
    case.state, case.closed_at, case.closure_reason = CaseState.CLOSED, at, reason
    case.save(update_fields=["state", "closed_at", "closure_reason"])
    facts.note(Kind.CASE_CLOSED, case=case, code=reason, at=at)
    return case


def locked(case: Case) -> Case:
    """The case as it is now; nobody else changes it until this transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("holder").get(pk=case.pk)


def keep(case: Case, *, form: StorageForm | str) -> None:
    """The family agreed that its documentation is kept; a yes given before still holds.

    Asks no right: it is called by actions that have asked for theirs.

    Raises:
        InvalidMove: the case is closed.
        InvalidInput: it is not said how the family agreed.
    """
    case = open_for_change(case)
    if case.stored_with_consent:
        return
    if form not in StorageForm.values:
        raise InvalidInput("storage_form_missing", field="form")
    case.stored_with_consent, case.storage_form = True, form
    case.save(update_fields=["stored_with_consent", "storage_form"])


def open_for_change(case: Case) -> Case:
    """The locked case, if work on it goes on.

    Raises:
        InvalidMove: it is closed, or restricted at the family's wish (Art. 18 GDPR).
    """
    case = locked(case)
    require_work(case)
    return case


def require_work(case: Case) -> None:
    """Nothing new begins on a closed case, nor on one that may only be stored.

    Raises:
        InvalidMove: it is closed or restricted.
    """
    if case.state != CaseState.OPEN:
        raise InvalidMove("case_closed")
    if case.restricted:
        raise InvalidMove("case_restricted")


def opening_counted(case: Case) -> list[tuple[Kind, str]]:
    """What the opening of a case is counted as, with the language if somebody interprets."""
    interpreting = [(Kind.INTERPRETING, case.language)] if case.interpreting else []
    return [(Kind.CASE_OPENED, ""), *interpreting]


def check_facts(family: Mapping[str, object]) -> None:
    """Return silently if these coarse facts are words of the vocabulary and a possible age.

    Raises:
        InvalidInput: otherwise.
    """
    for field, code, allowed in (
        ("language", "language_unknown", LANGUAGES),
        ("household", "household_unknown", Household.values),
        ("route", "route_unknown", AccessRoute.values),
    ):
        if field in family and family[field] not in allowed:
            raise InvalidInput(code, field=field)
    age = family.get("child_age_months", 0)
    if not isinstance(age, int) or not YOUNGEST <= age <= OLDEST:
        raise InvalidInput("age_out_of_range", field="child_age_months", low=YOUNGEST, high=OLDEST)


def note_sharing(case: Case, reason: str, *, actor: User, at: datetime) -> None:
    """The one access event of a change of who works on the case."""
    record(
        Deed.SHARE,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym],
        organisation=case.holder_id,
        reason=reason,
        at=at,
    )


def _works_in_house_of(case: Case, user: User) -> bool:
    houses = organisations_where(user, Right.VIEW_CASES)
    return (
        case.holder_id in houses
        or Participation.objects.running_for(houses).filter(case=case).exists()
    )


def add_share(
    case: Case,
    *,
    user: User,
    kind: ShareKind,
    reason: str,
    until: datetime,
    actor: User,
    at: datetime,
) -> CaseShare:
    """One running share of a locked case. Asks nothing: the verbs that call it have asked."""
    return CaseShare.objects.create(
        case=case,
        user=user,
        kind=kind,
        reason=reason,
        since=at,
        until=until,
        granted_by=actor,
        touched_at=case.touched_at,
    )
