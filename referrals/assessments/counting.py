"""What assessments are counted as: each family once, each of its needs once, where it was told.

A family is counted as assessed in the quarter and life phase in which its case was opened, so that
it is there either assessed or not. Later sheets add what is new.
"""

from collections.abc import Iterable
from datetime import datetime

from referrals.assessments.models import Assessment, TalkWish
from referrals.assessments.rules import need_groups
from referrals.cases.models import Case
from referrals.facts.actions import note_all
from referrals.facts.rules import Kind

_TALKS: dict[str, tuple[Kind, str]] = {
    TalkWish.YES: (Kind.TALK_WISHED, "yes"),
    TalkWish.LATER: (Kind.TALK_WISHED, "later"),
    TalkWish.NO: (Kind.TALK_DECLINED, ""),
}


def count(assessment: Assessment) -> None:
    """Count a sheet that was just finished: what no sheet of the case has told before."""
    sheets = _finished(assessment.case)
    before = [sheet for sheet in sheets if sheet.pk != assessment.pk]
    case = assessment.case
    old = _of_family(before)
    of_family = [step for step in _of_family([*before, assessment]) if step not in old]
    note_all(of_family, case=case, at=case.opened_at)
    for group in sorted(set(need_groups(assessment.needs)) - _groups(before).keys()):
        if assessment.finished_at is not None:
            note_all([(Kind.NEED, group)], case=case, at=assessment.finished_at)


def take_back(case: Case) -> None:
    """Uncount all sheets of a case that is only counted from now on."""
    sheets = _finished(case)
    note_all(_of_family(sheets), case=case, at=case.opened_at, value=-1)
    for group, since in _groups(sheets).items():
        note_all([(Kind.NEED, group)], case=case, at=since, value=-1)


def needed_since(case: Case) -> dict[str, datetime]:
    """The groups of needs that were counted of a case, and the moment each was counted at."""
    return _groups(_finished(case))


def _finished(case: Case) -> list[Assessment]:
    finished = Assessment.objects.filter(case=case, finished_at__isnull=False)
    return list(finished.order_by("finished_at", "id"))


def _of_family(sheets: list[Assessment]) -> list[tuple[Kind, str]]:
    """The steps of the family as a whole; the wish for a talk is the first one it told."""
    assessed = [(Kind.ASSESSED, "")] if sheets else []
    wishes = [_TALKS[sheet.talk_wish] for sheet in sheets if sheet.talk_wish in _TALKS]
    return [*assessed, *wishes[:1]]


def _groups(sheets: Iterable[Assessment]) -> dict[str, datetime]:
    since: dict[str, datetime] = {}
    for sheet in sheets:
        for group in need_groups(sheet.needs):
            if sheet.finished_at is not None:
                since.setdefault(group, sheet.finished_at)
    return since
