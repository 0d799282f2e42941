"""Carrying a run out: item by item, each asked again, each in a transaction of its own."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.errors import InvalidMove
from lotsen.fence.standing import lifted
from referrals.cases import actions as cases
from referrals.cases.models import Case
from referrals.retention import erasing
from referrals.retention.actions import locked
from referrals.retention.due import still_due
from referrals.retention.models import (
    ConsentProof,
    DataKind,
    ErasureItem,
    ErasureRun,
    RunCause,
    RunState,
)
from referrals.retention.rules import past_grace

_log = logging.getLogger(__name__)

type Tally = Counter[tuple[UUID, str]]  # (house, DataKind) → number


@dataclass
class Report:
    """What became of the items, by house and kind. Never which family."""

    erased: Tally = field(default_factory=Counter)
    left_out: Tally = field(default_factory=Counter)  # not due any more
    failed: Tally = field(default_factory=Counter)  # still there; the next night tries again

    def add(self, other: "Report") -> None:
        self.erased += other.erased
        self.left_out += other.left_out
        self.failed += other.failed


def carry_out(run: ErasureRun, *, at: datetime) -> Report:
    """Erase what the run names and what is still due; what is not is left out and counted.

    An approved run goes as a whole. One that nobody approved goes as far as its items are past
    their grace (rules.GRACE), if their term is the cause. An item that fails stays with the run,
    the others go on: carrying out again takes up where this ended. Asks no right: the approval
    was the question.

    Raises:
        InvalidMove: the run has ended, or a family's wish waits for its second person.
    """
    run.refresh_from_db()
    if not _may_go(run):
        raise InvalidMove("run_not_approved")
    report = Report()
    for item in ErasureItem.objects.filter(run=run).order_by("due_on", "id"):
        key = (item.organisation_id, item.kind)
        try:
            with lifted("an approved run erases cases that nobody who approves it may see"):
                gone = _carry_out(item, at=at)
        except Exception as error:  # noqa: BLE001  one family's trouble must not keep the others
            # The kind of error alone: its text could quote a row.
            _log.error("An item of run %s failed: %s", run.pk, type(error).__name__)
            report.failed[key] += 1
            continue
        if gone is not None:
            (report.erased if gone else report.left_out)[key] += 1
    _end_if_empty(run, at=at)
    return report


def goes_now(item: ErasureItem, run: ErasureRun, at: datetime) -> bool | None:
    """Whether it is erased now (True), left out for good (False), or waits (None)."""
    if run.cause == RunCause.FAMILY:
        return Case.objects.filter(pk=item.subject, restricted=False).exists()
    today = localdate(at)
    due = still_due(item.kind, item.subject, today)
    if due is None:
        return False
    return True if run.state == RunState.APPROVED or past_grace(due.due_on, today) else None


@transaction.atomic
def _carry_out(item: ErasureItem, *, at: datetime) -> bool | None:
    """As `goes_now`; of two who carry out at the same moment the second finds nothing to do."""
    run = locked(item.run)
    if not _may_go(run) or not ErasureItem.objects.filter(pk=item.pk).exists():
        return None
    _lock_subject(item)
    goes = goes_now(item, run, at)
    if goes is None:
        return None
    ErasureItem.objects.filter(pk=item.pk).delete()
    if goes:
        run.erased = run.erased | {item.kind: run.erased.get(item.kind, 0) + 1}
        run.save(update_fields=["erased"])
        _ERASE[DataKind(item.kind)](item.subject, run.cause, at, run.approved_by)
    return goes


def _may_go(run: ErasureRun) -> bool:
    waits_for_its_term = run.state == RunState.PLANNED and run.cause == RunCause.DEADLINE
    return run.state == RunState.APPROVED or waits_for_its_term


def _lock_subject(item: ErasureItem) -> None:
    """What is asked about does not change between the question and the erasure."""
    if item.kind != DataKind.CONSENT_PROOF:
        case = Case.objects.filter(pk=item.subject).first()
        if case is not None:
            cases.locked(case)


def _end_if_empty(run: ErasureRun, *, at: datetime) -> None:
    with transaction.atomic():
        run = locked(run)
        if run.state in (RunState.PLANNED, RunState.APPROVED) and not run.items.exists():
            run.state, run.ended_at = RunState.DONE, at
            run.save(update_fields=["state", "ended_at"])


type Erase = Callable[[UUID, str, datetime, User | None], None]


def _of_case(erase: Callable[..., None]) -> Erase:
    def of_subject(subject: UUID, cause: str, at: datetime, actor: User | None) -> None:
        case = Case.objects.select_related("holder").get(pk=subject)
        erase(case, cause=cause, at=at, actor=actor)

    return of_subject


def _proof(subject: UUID, cause: str, at: datetime, actor: User | None) -> None:
    proof = ConsentProof.objects.get(pk=subject)
    erasing.erase_proof(proof, cause=cause, at=at, actor=actor)


_ERASE: dict[DataKind, Erase] = {
    DataKind.UNSAVED_INTAKE: _of_case(erasing.erase_sheet),
    DataKind.CONTACT_DETAILS: _of_case(erasing.erase_contact_details),
    DataKind.CASE: _of_case(erasing.erase_case),
    DataKind.CONSENT_PROOF: _proof,
}
