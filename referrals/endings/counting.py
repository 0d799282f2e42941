"""A family that is only counted: everything else it was counted as is taken back."""

from referrals.assessments import counting as assessments
from referrals.cases.actions import opening_counted
from referrals.cases.models import Case
from referrals.facts.actions import note, note_all
from referrals.facts.rules import Kind
from referrals.matching import counting as gaps


def only_count(case: Case, *, code: str = "") -> None:
    """One count without a person takes the place of a case, where its opening was counted.

    Args:
        code: why it is not kept, if the family said so.
    """
    gaps.take_back(case)
    assessments.take_back(case)
    note_all(opening_counted(case), case=case, at=case.opened_at, value=-1)
    if case.closed_at is not None:
        reason = case.closure_reason
        note(Kind.CASE_CLOSED, case=case, code=reason, at=case.closed_at, value=-1)
    note(Kind.NOT_STORED, case=case, code=code, at=case.opened_at)
