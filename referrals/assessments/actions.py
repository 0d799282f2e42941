"""Verbs on assessments: start, answer, record needs, finish. Nothing is ever added up."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, InvalidMove
from referrals.assessments import counting, rules
from referrals.assessments.models import Assessment, InstrumentVersion
from referrals.cases.actions import open_for_change, touch
from referrals.cases.insiders import has_running_share
from referrals.cases.models import Case
from referrals.cases.rules import Provenance


@transaction.atomic
def start(
    case: Case,
    *,
    version: InstrumentVersion,
    provenance: Provenance | str,
    actor: User,
    at: datetime,
) -> Assessment:
    """Open a sheet for the case, or go on with the one that is open.

    Args:
        provenance: who says what is answered; it stays with the answers.

    Raises:
        NotPermitted: `actor` may not assess cases of the holder and no share runs.
        InvalidMove: the case is closed.
        InvalidInput: the provenance is not known.
    """
    require_assessing(case, actor)
    case = open_for_change(case)
    if provenance not in set(Provenance):
        raise InvalidInput("provenance_unknown", field="provenance")
    begun = Assessment.objects.filter(case=case, finished_at=None).first()
    if begun is not None:
        return begun
    touch(case, at=at)
    return Assessment.objects.create(
        case=case, version=version, provenance=provenance, started_at=at, started_by=actor
    )


@transaction.atomic
def answer(
    assessment: Assessment, *, answers: Mapping[str, str], actor: User, at: datetime
) -> Assessment:
    """Record answers by item code: "yes", "no", or "not_asked", which takes an answer back.

    Raises:
        NotPermitted, InvalidMove: as for `start`, or the assessment is finished.
        InvalidInput: an item the instrument does not have, or an answer that is none.
    """
    assessment = _open_for_change(assessment, actor)
    assessment.answers = rules.with_answers(assessment.version.content, assessment.answers, answers)
    return _saved(assessment, "answers", at=at)


@transaction.atomic
def rest_does_not_apply(
    assessment: Assessment, *, group: str, actor: User, at: datetime
) -> Assessment:
    """One deliberate "no" for every indicator of a group that is still open.

    Raises:
        NotPermitted, InvalidMove: as for `answer`.
        InvalidInput: the instrument has no such group.
    """
    assessment = _open_for_change(assessment, actor)
    found = assessment.version.content.group(group)
    if found is None:
        raise InvalidInput("group_unknown", field="group")
    assessment.answers = rules.with_rest_not_applying(found, assessment.answers)
    return _saved(assessment, "answers", at=at)


@transaction.atomic
def record_needs(
    assessment: Assessment,
    *,
    needs: Iterable[str],
    resources: Iterable[str],
    talk_wish: str,
    actor: User,
    at: datetime,
) -> Assessment:
    """What the family wishes support with, what goes well, and whether it would like a talk.

    Raises:
        NotPermitted, InvalidMove: as for `answer`.
        InvalidInput: a need, resource or wish the vocabulary does not know.
    """
    assessment = _open_for_change(assessment, actor)
    assessment.needs = rules.checked_needs(needs)
    assessment.resources = rules.checked_resources(resources)
    assessment.talk_wish = rules.checked_wish(talk_wish)
    return _saved(assessment, "needs", "resources", "talk_wish", at=at)


@transaction.atomic
def finish(assessment: Assessment, *, actor: User, at: datetime) -> Assessment:
    """Close the sheet as it is; groups may stay open, because unanswered is not "no".

    Raises:
        NotPermitted, InvalidMove: as for `answer`; a second finish is refused too.
    """
    assessment = _open_for_change(assessment, actor)
    assessment.finished_at, assessment.finished_by = at, actor
    _saved(assessment, "finished_at", "finished_by", at=at)
    counting.count(assessment)
    return assessment


def require_assessing(case: Case, actor: User) -> None:
    """Return silently if `actor` may assess this case: by role in the holder, or by a share.

    Raises:
        NotPermitted: otherwise.
    """
    if not has_running_share(case, actor):
        permits.require(actor, Right.ASSESS_CASE, case.holder_id)


def _open_for_change(assessment: Assessment, actor: User) -> Assessment:
    """Permission, then lock: the case first, so that every action locks in the same order."""
    require_assessing(assessment.case, actor)
    open_for_change(assessment.case)
    row = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("case__holder", "version__instrument")
        .get(pk=assessment.pk)
    )
    if row.finished_at is not None:
        raise InvalidMove("assessment_finished")
    return row


def _saved(assessment: Assessment, *changed: str, at: datetime) -> Assessment:
    assessment.save(update_fields=changed)
    touch(assessment.case, at=at)
    return assessment
