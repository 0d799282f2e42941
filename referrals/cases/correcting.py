"""Putting coarse facts of a case right at the family's word (Art. 16 GDPR)."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidMove
from lotsen.places.models import District
from referrals.cases.actions import check_facts, locked, opening_counted, touch
from referrals.cases.models import Case
from referrals.facts.actions import note_all
from referrals.facts.rules import Kind


class Correction(TypedDict, total=False):
    """The coarse facts that can be put right."""

    language: str
    interpreting: bool
    household: str
    district: District
    child_age_months: int


@transaction.atomic
def correct(case: Case, *, actor: User, at: datetime, **facts: Unpack[Correction]) -> Case:
    """Put coarse facts right (Art. 16 GDPR), of a closed case too: a right does not end with it.

    The event names the fields; their values stay out of every log, before and after.

    Args:
        facts: what changes; an age counts from the day of `at` on.

    Raises:
        NotPermitted: `actor` may not assess cases of the holder.
        InvalidMove: the case is restricted; lift the restriction first.
        InvalidInput: a language or household the vocabulary does not know, or an age outside
            −9 … 216 months.
    """
    permits.require(actor, Right.ASSESS_CASE, case.holder_id)
    case = locked(case)
    if case.restricted:
        raise InvalidMove("case_restricted")
    check_facts(facts)
    changed: dict[str, object] = {
        field: value for field, value in facts.items() if value != getattr(case, field)
    }
    if not changed:
        return case
    if "child_age_months" in changed:
        changed["aged_on"] = localdate(at)
    before = opening_counted(case)
    for field, value in changed.items():
        setattr(case, field, value)
    _count_again(case, before)
    case.save(update_fields=sorted(changed))
    touch(case, at=at)
    record(
        Deed.CORRECT,
        actor=actor,
        object_type="case",
        shown=[case.pseudonym],
        fields=changed,
        organisation=case.holder_id,
        reason="correction",
        at=at,
    )
    return case


def _count_again(case: Case, before: list[tuple[Kind, str]]) -> None:
    """Another language, or an interpreter after all. District and age stay counted as first told:
    what was counted since hangs on them."""
    now = opening_counted(case)
    gone, new = [step for step in before if step not in now], [s for s in now if s not in before]
    note_all(gone, case=case, at=case.opened_at, value=-1)
    note_all(new, case=case, at=case.opened_at)
