"""Two officers, or an officer and the night, at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lotsen.audit.models import AccessEvent, Deed
from lotsen.vault.models import Erasure
from referrals.cases.models import Case
from referrals.retention import actions, erasing
from referrals.retention.models import ErasureRun, RetentionRule
from referrals.retention.running import carry_out
from tests.builders import make_city
from tests.conftest import Cast
from tests.referrals.handovers.test_races import together
from tests.referrals.retention.stage import closed, make_officers

pytestmark = [
    pytest.mark.postgres,  # SQLite lets one writer in at a time; there is no race
    pytest.mark.django_db(transaction=True),
]
TODAY = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.mark.parametrize("nth", range(3))
def test_of_two_approvals_at_once_one_counts(cast: Cast, nth: int) -> None:
    officers = make_officers()
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.plan_for_the_night(make_city(), at=TODAY)
    assert run is not None

    def approve(actor: object) -> Callable[[], object]:
        return lambda: actions.approve(run, actor=actor, seen=1, at=TODAY)

    assert together(approve(officers.frieda), approve(officers.gero)) == ["done", "run_not_waiting"]
    assert ErasureRun.objects.get().approved_by in (officers.frieda, officers.gero)


@pytest.mark.parametrize("nth", range(3))
def test_a_run_that_is_cancelled_at_the_moment_of_its_approval_erases_nothing(
    cast: Cast, nth: int
) -> None:
    officers = make_officers()
    family = closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    together(
        lambda: actions.approve(run, actor=officers.frieda, seen=1, at=TODAY),
        lambda: actions.cancel(run, actor=officers.gero, at=TODAY),
    )
    assert ErasureRun.objects.get().state == "cancelled"
    assert Case.objects.filter(pk=family.pk).exists()


@pytest.mark.parametrize("nth", range(3))
def test_two_who_carry_out_at_once_erase_each_family_once(cast: Cast, nth: int) -> None:
    officers = make_officers()
    for _ in range(3):
        closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    run = actions.approve(run, actor=officers.frieda, seen=3, at=TODAY)

    def carry() -> object:
        return carry_out(ErasureRun.objects.get(pk=run.pk), at=TODAY)

    assert set(together(carry, carry)) <= {"done", "run_not_approved"}

    run.refresh_from_db()
    assert (run.state, run.erased) == ("done", {"case": 3})
    assert Erasure.objects.count() == 3
    assert AccessEvent.objects.filter(deed=Deed.ERASE).count() == 3


def test_of_two_who_plan_at_once_nobody_plans_a_family_twice(cast: Cast) -> None:
    officers = make_officers()
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)

    def plan(actor: object) -> Callable[[], object]:
        return lambda: actions.plan(make_city(), actor=actor, at=TODAY)

    assert together(plan(officers.frieda), plan(officers.gero)) == ["done", "nothing_due"]


def test_of_two_who_approve_a_term_at_once_one_is_told(cast: Cast) -> None:
    officers = make_officers()
    rule = RetentionRule.objects.create(
        municipality=make_city(), kind="case", days=99, set_by=cast.anna, set_at=TODAY
    )

    def approve(actor: object) -> Callable[[], object]:
        return lambda: actions.approve_rule(rule, actor=actor, at=TODAY)

    ends = together(approve(officers.frieda), approve(officers.gero))
    assert ends == ["done", "rule_not_waiting"]


def test_a_case_erased_twice_at_once_is_erased_once(cast: Cast) -> None:
    case = cast.case

    def erase() -> object:
        return erasing.erase_case(Case(pk=case.pk), cause="deadline", at=TODAY)

    assert together(erase, erase) == ["done", "done"]
    assert AccessEvent.objects.filter(deed=Deed.ERASE).count() == 1
