"""Opening a case, and ending an intake: kept with the family's yes, or only counted."""

from collections.abc import Callable
from datetime import datetime
from typing import Unpack

from django.db import IntegrityError, transaction

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.fence.standing import lifted
from lotsen.places.finding import district_named
from lotsen.places.models import District
from lotsen.pseudonyms import new_pseudonym
from lotsen.vault import erasing
from referrals.assessments.actions import finish, require_assessing
from referrals.assessments.models import Assessment
from referrals.cases import actions as cases
from referrals.cases import tree
from referrals.cases.actions import Family
from referrals.cases.models import Case, ClosureReason, StorageForm
from referrals.endings.counting import only_count
from referrals.intake.rules import SHORT_REASONS, TRIES, WAY_BACK


@transaction.atomic
def open_case(
    *,
    actor: User,
    organisation: Organisation,
    district: District | str,
    draw: Callable[[], str] = new_pseudonym,
    at: datetime,
    **family: Unpack[Family],
) -> Case:
    """A new case of `organisation` under a fresh random pseudonym.

    Whoever may not see the house's cases (a screener) finds this one again for a week.

    Args:
        district: a district or its key.
        draw: where pseudonyms come from; random, except in a demo.
        family: `language`, `child_age_months` (−9 … −1 in pregnancy, 0 … 216), and where known
            `household`, `interpreting` and `route`.

    Raises:
        NotPermitted: `actor` may not open cases in this house.
        InvalidInput: district, language, household or route are unknown, or the age is not
            plausible.
    """
    permits.require(actor, Right.OPEN_CASE, organisation.pk)
    if isinstance(district, str):
        district = district_named(district)
    case = _create(organisation, district, family, draw=draw, actor=actor, at=at)
    if not permits.allows(actor, Right.VIEW_CASES, organisation.pk):
        cases.keep_way_back(case, until=at + WAY_BACK, actor=actor, at=at)
    return case


@transaction.atomic
def finish_intake(
    assessment: Assessment,
    *,
    keep: bool,
    form: StorageForm | str = "",
    actor: User,
    at: datetime,
) -> Case | None:
    """End the intake: with the family's yes it is kept, otherwise only a count remains.

    Args:
        keep: whether the family agreed that the documentation is kept (purpose (a)).
        form: how it said so, "paper" or "tap"; "" if it did not.

    Raises:
        NotPermitted: `actor` may not assess this case.
        InvalidMove: the case is closed, the assessment is finished, or (not kept) the family
            agreed to keeping before, or a consent or handover rests on the case.
        InvalidInput: kept without saying how the family agreed.
    """
    require_assessing(assessment.case, actor)
    if not keep:
        _reduce_to_count(assessment.case, actor=actor, at=at)
        return None
    cases.keep(assessment.case, form=form)
    return finish(assessment, actor=actor, at=at).case


@transaction.atomic
def no_need(
    case: Case,
    *,
    reason: ClosureReason | str,
    keep: bool = False,
    form: StorageForm | str = "",
    actor: User,
    at: datetime,
) -> Case | None:
    """The short way: the family wants nothing now. That is as good an end as any other.

    Raises:
        NotPermitted: `actor` may not open cases in the holding house.
        InvalidMove: the case is closed, or (not kept) as for `finish_intake`.
        InvalidInput: the reason is none of the short ways, or kept without saying how.
    """
    permits.require(actor, Right.OPEN_CASE, case.holder_id)
    if reason not in SHORT_REASONS:
        raise InvalidInput("reason_unknown", field="reason", allowed=", ".join(SHORT_REASONS))
    if not keep:
        _reduce_to_count(case, code=reason, actor=actor, at=at)
        return None
    cases.keep(case, form=form)
    return cases.close(case, reason=reason, actor=actor, at=at, right=Right.OPEN_CASE)


def _create(
    holder: Organisation,
    district: District,
    family: Family,
    *,
    draw: Callable[[], str],
    actor: User,
    at: datetime,
) -> Case:
    """Draw pseudonyms until one is free; the unique column decides, not a look beforehand."""
    for _ in range(TRIES):
        pseudonym = draw()
        try:
            with transaction.atomic():
                return cases.create(
                    pseudonym=pseudonym,
                    holder=holder,
                    district=district,
                    actor=actor,
                    at=at,
                    **family,
                )
        except IntegrityError:
            if not _is_taken(pseudonym):
                raise
    raise Refusal("no_free_pseudonym")


def _is_taken(pseudonym: str) -> bool:
    with lifted("a pseudonym is unique over all houses, not among the seen cases"):
        return Case.objects.filter(pseudonym=pseudonym).exists()


def _reduce_to_count(case: Case, *, code: str = "", actor: User, at: datetime) -> None:
    """Nothing of the case remains but one count without a person; its key is destroyed."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotPermitted(right=Right.OPEN_CASE.value)
    case = cases.open_for_change(case)
    if case.stored_with_consent:
        raise InvalidMove("case_kept")
    if any(rows.exists() for rows in (case.consents, case.handovers, case.participations)):
        raise InvalidMove("case_in_use")

    only_count(case, code=code)
    record(
        Deed.ERASE,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym],
        organisation=case.holder_id,
        reason="not_stored",
        at=at,
    )
    tree.delete(case)
    erasing.erase(case.vault_ref, cause="not_stored", at=at)
