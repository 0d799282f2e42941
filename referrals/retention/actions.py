"""Verbs on terms and erasure runs. Every decision takes two people; the due day needs none."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.fence.standing import lifted
from lotsen.places.models import Municipality
from referrals.cases.models import Case
from referrals.retention import rules
from referrals.retention.due import Due, due_in
from referrals.retention.models import (
    DataKind,
    ErasureItem,
    ErasureRun,
    RetentionRule,
    RunCause,
    RunState,
)
from referrals.retention.rules import Subject
from referrals.retention.terms import terms_of, waiting_rule

_CHUNK = 500  # items written at once


@transaction.atomic
def set_rule(
    municipality: Municipality, *, kind: DataKind | str, days: int, actor: User, at: datetime
) -> RetentionRule:
    """A city sets a term. It holds from the day somebody else approves it; a later one replaces it.

    Raises:
        NotPermitted: `actor` looks after no house of this city.
        InvalidInput: the kind is unknown, the term is outside its limits, or it holds already.
    """
    _require_city(municipality, actor)
    if kind not in DataKind.values:
        raise InvalidInput("data_kind_unknown", field="kind")
    subject = Subject(kind)
    rules.checked_days(subject, days)
    _in_turn(municipality)
    holds = terms_of(municipality.pk)[subject].days
    if days == holds and waiting_rule(municipality.pk, kind) is None:
        raise InvalidInput("term_unchanged", field="days", days=days)
    return RetentionRule.objects.create(
        municipality=municipality, kind=kind, days=days, set_by=actor, set_at=at
    )


@transaction.atomic
def approve_rule(rule: RetentionRule, *, actor: User, at: datetime) -> RetentionRule:
    """The second person agrees; from now on the term holds for everything not yet erased.

    Raises:
        NotPermitted: `actor` looks after no house of this city.
        InvalidMove: it was approved already, or another one was set since.
        Refusal: `actor` set it (`second_person_needed`).
    """
    _require_city(rule.municipality, actor)
    _in_turn(rule.municipality)
    waiting = waiting_rule(rule.municipality_id, rule.kind)
    if waiting is None or waiting.pk != rule.pk:
        raise InvalidMove("rule_not_waiting")
    if waiting.set_by_id == actor.pk:
        raise Refusal("second_person_needed")
    waiting.approved_by, waiting.approved_at = actor, at
    waiting.save(update_fields=["approved_by", "approved_at"])
    return waiting


@transaction.atomic
def plan(municipality: Municipality, *, actor: User, at: datetime) -> ErasureRun:
    """What is due in the city and waits in no other run, kept as it is now, to be approved.

    Raises:
        NotPermitted: `actor` looks after no house of this city.
        Refusal: nothing is due that is not planned already (`nothing_due`).
    """
    _require_city(municipality, actor)
    _in_turn(municipality)
    return _fill(
        ErasureRun(
            municipality=municipality, cause=RunCause.DEADLINE, planned_by=actor, planned_at=at
        ),
        not_planned(municipality, at),
    )


@transaction.atomic
def plan_for_the_night(municipality: Municipality, *, at: datetime) -> ErasureRun | None:
    """What came due since the last night joins the run of the night that waits, or begins one.

    One run waits per city, not one per night; who approves says how many items were seen.
    Asks no right: no person is acting.
    """
    _in_turn(municipality)
    run = ErasureRun.objects.filter(
        municipality=municipality,
        cause=RunCause.DEADLINE,
        state=RunState.PLANNED,
        planned_by=None,
    ).first()
    run = run or ErasureRun(municipality=municipality, cause=RunCause.DEADLINE, planned_at=at)
    try:
        return _fill(run, not_planned(municipality, at))
    except Refusal:
        return None


@transaction.atomic
def plan_for_case(case: Case, *, actor: User, at: datetime) -> ErasureRun:
    """A family asked for its erasure, and `actor` has seen to it: a second person approves.

    Asks no right: referrals.rights asks for its own. Other houses lose the case with it.

    Raises:
        InvalidMove: the case is restricted (kept because the family needs it), or its erasure
            waits already (`erasure_planned`).
    """
    _in_turn(case.holder.municipality)
    if case.restricted:
        raise InvalidMove("case_restricted")
    waiting = ErasureRun.objects.waiting().filter(cause=RunCause.FAMILY, items__subject=case.pk)
    if waiting.exists():
        raise InvalidMove("erasure_planned")
    run = ErasureRun(
        municipality=case.holder.municipality,
        cause=RunCause.FAMILY,
        planned_by=actor,
        planned_at=at,
    )
    return _fill(run, [Due(DataKind.CASE.value, case.holder_id, case.pk, localdate(at))])


@transaction.atomic
def approve(run: ErasureRun, *, actor: User, seen: int, at: datetime) -> ErasureRun:
    """The second person agrees to exactly what was shown. Nothing is erased yet.

    Args:
        seen: how many items the page showed.

    Raises:
        NotPermitted: `actor` looks after no house of this city.
        InvalidMove: the run does not wait for an approval any more, or has changed (`run_changed`).
        Refusal: `actor` planned it (`second_person_needed`).
    """
    _require_city(run.municipality, actor)
    run = locked(run)
    if run.state != RunState.PLANNED:
        raise InvalidMove("run_not_waiting")
    if run.planned_by_id == actor.pk:
        raise Refusal("second_person_needed")
    if run.items.count() != seen:
        raise InvalidMove("run_changed")
    run.state, run.approved_by, run.approved_at = RunState.APPROVED, actor, at
    run.save(update_fields=["state", "approved_by", "approved_at"])
    return run


@transaction.atomic
def cancel(run: ErasureRun, *, actor: User, at: datetime) -> ErasureRun:
    """The plan is dropped, and what it had not erased yet stays for now.

    It sets no new term: what is due is planned again in the next night. To hold a case back,
    restrict it (Art. 18 GDPR).

    Raises:
        NotPermitted: `actor` looks after no house of this city.
        InvalidMove: the run has ended.
    """
    _require_city(run.municipality, actor)
    run = locked(run)
    if run.state not in (RunState.PLANNED, RunState.APPROVED):
        raise InvalidMove("run_not_waiting")
    run.items.all().delete()
    run.state, run.ended_at = RunState.CANCELLED, at
    run.save(update_fields=["state", "ended_at"])
    return run


def not_planned(municipality: Municipality, at: datetime) -> list[Due]:
    """What is due in the city and waits in no run yet."""
    waiting = ErasureRun.objects.waiting().filter(municipality=municipality)
    planned: set[tuple[str, UUID]] = set(
        ErasureItem.objects.filter(run__in=waiting).values_list("kind", "subject")
    )
    with lifted("who looks after erasure learns how much is due, and sees no case"):
        found = list(due_in(municipality.pk, localdate(at)))
    return [due for due in found if (due.kind, due.subject) not in planned]


def require_approved(run: ErasureRun) -> None:
    """
    Raises:
        InvalidMove: the run has no second approval, or has ended.
    """
    if run.state != RunState.APPROVED:
        raise InvalidMove("run_not_approved")


def locked(run: ErasureRun) -> ErasureRun:
    """The run as it is now; nobody else changes it until this transaction ends."""
    rows = ErasureRun.objects.select_for_update(of=("self",)).select_related("municipality")
    return rows.get(pk=run.pk)


def _fill(run: ErasureRun, found: Iterable[Due]) -> ErasureRun:
    """Write the items and count them; the run itself is written with its first item.

    Raises:
        Refusal: there are none.
    """
    items = [
        ErasureItem(
            run=run,
            kind=due.kind,
            organisation_id=due.organisation,
            subject=due.subject,
            due_on=due.due_on,
        )
        for due in found
    ]
    if not items:
        raise Refusal("nothing_due")
    run.planned = rules.added(run.planned, rules.counts(item.kind for item in items))
    run.save()
    for chunk in batched(items, _CHUNK):
        ErasureItem.objects.bulk_create(chunk)  # unlogged: the run's own entry has the counts
    return run


def _require_city(municipality: Municipality, actor: User) -> None:
    """`actor` holds the right in a house of this city.

    Raises:
        NotPermitted: in none.
    """
    houses = organisations_where(actor, Right.MANAGE_RETENTION)
    if not Organisation.objects.filter(pk__in=houses, municipality=municipality).exists():
        raise NotPermitted(right=Right.MANAGE_RETENTION.value)


def _in_turn(municipality: Municipality) -> None:
    """Planning and setting terms of one city take turns."""
    Municipality.objects.select_for_update().get(pk=municipality.pk)
