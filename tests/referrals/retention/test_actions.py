"""Terms and runs take two people, and touch nothing of another city."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from referrals.cases.models import Case
from referrals.facts.models import Delta
from referrals.retention import actions
from referrals.retention.models import (
    ConsentProof,
    DataKind,
    ErasureItem,
    ErasureRun,
    RetentionRule,
    RunState,
)
from referrals.retention.rules import Subject
from referrals.retention.running import carry_out
from referrals.retention.terms import terms_of
from tests.builders import make_city, make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.retention.stage import (
    DAY,
    Officers,
    closed,
    make_officers,
    seal_identity,
    sheet,
)

TODAY = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def officers(cast: Cast) -> Officers:
    return make_officers()


def _plan(officers: Officers, by: User | None = None) -> ErasureRun:
    return actions.plan(make_city(), actor=by or officers.gero, at=TODAY)


def _approve(run: ErasureRun, actor: User) -> ErasureRun:
    return actions.approve(run, actor=actor, seen=run.items.count(), at=TODAY)


# Terms


def test_a_term_holds_only_when_somebody_else_has_approved_it(officers: Officers) -> None:
    city = make_city()
    rule = actions.set_rule(city, kind=DataKind.CASE, days=200, actor=officers.frieda, at=TODAY)
    assert terms_of(city.pk)[Subject.CASE].days == 365
    with pytest.raises(Refusal, match="second_person_needed"):
        actions.approve_rule(rule, actor=officers.frieda, at=TODAY)

    actions.approve_rule(rule, actor=officers.gero, at=TODAY)

    assert terms_of(city.pk)[Subject.CASE].days == 200
    assert terms_of(city.pk)[Subject.CASE].since == date(2026, 11, 22)


def test_an_earlier_term_stays_in_the_history_and_the_newest_approved_one_counts(
    officers: Officers,
) -> None:
    city = make_city()
    for number, days in enumerate((200, 400, 300)):
        at = TODAY + number * DAY
        rule = actions.set_rule(city, kind=DataKind.CASE, days=days, actor=officers.gero, at=at)
        if days != 300:
            actions.approve_rule(rule, actor=officers.frieda, at=at)
    assert terms_of(city.pk)[Subject.CASE].days == 400
    assert sorted(RetentionRule.objects.values_list("days", flat=True)) == [200, 300, 400]


def test_a_term_that_was_replaced_cannot_be_approved(officers: Officers) -> None:
    city = make_city()
    old = actions.set_rule(city, kind=DataKind.CASE, days=200, actor=officers.gero, at=TODAY)
    new = actions.set_rule(city, kind=DataKind.CASE, days=90, actor=officers.gero, at=TODAY + DAY)
    with pytest.raises(InvalidMove, match="rule_not_waiting"):
        actions.approve_rule(old, actor=officers.frieda, at=TODAY + DAY)
    actions.approve_rule(new, actor=officers.frieda, at=TODAY + DAY)
    with pytest.raises(InvalidMove, match="rule_not_waiting"):
        actions.approve_rule(new, actor=officers.frieda, at=TODAY + DAY)


@pytest.mark.parametrize(("kind", "days"), [("case", 29), ("case", 731), ("consent_proof", 1094)])
def test_a_term_outside_the_limits_is_refused(officers: Officers, kind: str, days: int) -> None:
    with pytest.raises(InvalidInput, match="term_out_of_range"):
        actions.set_rule(make_city(), kind=kind, days=days, actor=officers.gero, at=TODAY)
    assert not RetentionRule.objects.exists()


def test_the_term_that_holds_already_needs_no_rule(officers: Officers) -> None:
    with pytest.raises(InvalidInput, match="term_unchanged"):
        actions.set_rule(make_city(), kind="case", days=365, actor=officers.gero, at=TODAY)


def test_an_unknown_kind_is_refused(officers: Officers) -> None:
    with pytest.raises(InvalidInput, match="data_kind_unknown"):
        actions.set_rule(make_city(), kind="photos", days=30, actor=officers.gero, at=TODAY)


# Who may


def _verbs(run: ErasureRun, rule: RetentionRule, actor: User) -> dict[str, Callable[[], object]]:
    return {
        "set": lambda: actions.set_rule(make_city(), kind="case", days=100, actor=actor, at=TODAY),
        "approve_rule": lambda: actions.approve_rule(rule, actor=actor, at=TODAY),
        "plan": lambda: actions.plan(make_city(), actor=actor, at=TODAY),
        "approve": lambda: actions.approve(run, actor=actor, seen=1, at=TODAY),
        "cancel": lambda: actions.cancel(run, actor=actor, at=TODAY),
    }


@pytest.mark.parametrize("verb", ["set", "approve_rule", "plan", "approve", "cancel"])
def test_only_who_looks_after_erasure_in_this_city_may(
    cast: Cast, officers: Officers, verb: str
) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = _plan(officers)
    rule = actions.set_rule(make_city(), kind="case", days=99, actor=officers.gero, at=TODAY)
    elsewhere = make_organisation("amt-koeln", municipality=make_city("koeln", "Köln", "05315000"))
    stranger = make_user("gerda", elsewhere, Role.PRIVACY_OFFICER)
    for actor in (cast.anna, cast.bilal, cast.carla, cast.dora, stranger):
        with pytest.raises(NotPermitted):
            _verbs(run, rule, actor)[verb]()
    run.refresh_from_db()
    assert run.state == RunState.PLANNED


# Runs


def test_a_run_waits_for_the_second_person_and_then_erases(cast: Cast, officers: Officers) -> None:
    family = closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    run = _plan(officers)
    assert run.planned == {"case": 1}
    assert ErasureItem.objects.get().due_on == date(2026, 11, 21)
    carry_out(run, at=TODAY)
    assert Case.objects.filter(pk=family.pk).exists(), "nobody approved, and the grace runs"
    with pytest.raises(Refusal, match="second_person_needed"):
        _approve(run, officers.gero)

    report = carry_out(_approve(run, officers.frieda), at=TODAY)

    run.refresh_from_db()
    assert not Case.objects.filter(pk=family.pk).exists()
    assert report.erased == {(cast.clinic.pk, "case"): 1}
    assert (run.state, run.erased, run.items.count()) == (RunState.DONE, {"case": 1}, 0)
    assert AccessEvent.objects.get(deed=Deed.ERASE).actor == officers.frieda


def test_of_two_who_approve_at_once_one_is_told_that_it_is_done(
    cast: Cast, officers: Officers
) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.plan_for_the_night(make_city(), at=TODAY)
    assert run is not None
    stale = ErasureRun.objects.get(pk=run.pk)
    _approve(run, officers.frieda)
    with pytest.raises(InvalidMove, match="run_not_waiting"):
        _approve(stale, officers.gero)
    run.refresh_from_db()
    assert run.approved_by == officers.frieda


def test_who_saw_less_than_what_waits_now_has_not_approved_it(
    cast: Cast, officers: Officers
) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.plan_for_the_night(make_city(), at=TODAY)
    assert run is not None
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    actions.plan_for_the_night(make_city(), at=TODAY)
    with pytest.raises(InvalidMove, match="run_changed"):
        actions.approve(run, actor=officers.frieda, seen=1, at=TODAY)
    run.refresh_from_db()
    assert run.planned == {"case": 2}
    actions.approve(run, actor=officers.frieda, seen=2, at=TODAY)


def test_what_is_planned_is_not_planned_twice(cast: Cast, officers: Officers) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    _plan(officers)
    with pytest.raises(Refusal, match="nothing_due"):
        _plan(officers, officers.frieda)
    assert actions.plan_for_the_night(make_city(), at=TODAY) is None
    assert ErasureRun.objects.count() == 1


def test_a_cancelled_run_erases_nothing_and_what_is_due_can_be_planned_again(
    cast: Cast, officers: Officers
) -> None:
    family = closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = actions.cancel(_plan(officers), actor=officers.gero, at=TODAY)
    with pytest.raises(InvalidMove, match="run_not_approved"):
        carry_out(run, at=TODAY)
    with pytest.raises(InvalidMove, match="run_not_waiting"):
        actions.cancel(run, actor=officers.gero, at=TODAY)
    assert Case.objects.filter(pk=family.pk).exists()
    assert _plan(officers).planned == {"case": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"restricted": True},
        {"state": "open", "closed_at": None, "closure_reason": ""},
        {"closed_at": TODAY - 10 * DAY},
    ],
)
def test_what_is_no_longer_due_when_the_run_goes_is_left_out(
    cast: Cast, officers: Officers, change: dict[str, object]
) -> None:
    stays = closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    goes = closed(cast.clinic, cast.anna, days_ago=401, today=TODAY)
    run = _approve(_plan(officers), officers.frieda)
    Case.objects.filter(pk=stays.pk).update(**change)

    report = carry_out(run, at=TODAY)

    assert Case.objects.filter(pk=stays.pk).exists()
    assert not Case.objects.filter(pk=goes.pk).exists()
    assert report.left_out == {(cast.clinic.pk, "case"): 1}
    run.refresh_from_db()
    assert (run.state, run.planned, run.erased) == ("done", {"case": 2}, {"case": 1})


def test_a_case_that_fails_does_not_keep_the_others_and_is_tried_again(
    cast: Cast,
    officers: Officers,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stuck = closed(cast.clinic, cast.anna, days_ago=402, today=TODAY)
    closed(cast.clinic, cast.anna, days_ago=401, today=TODAY)
    run = _approve(_plan(officers), officers.frieda)
    with monkeypatch.context() as patch:
        _break_erasing_of(stuck, patch)
        report = carry_out(run, at=TODAY)
    assert report.failed == {(cast.clinic.pk, "case"): 1}
    assert report.erased == {(cast.clinic.pk, "case"): 1}
    assert stuck.pseudonym not in caplog.text
    assert "RuntimeError" in caplog.text
    caplog.clear()
    run.refresh_from_db()
    assert (run.state, run.erased, run.items.count()) == ("approved", {"case": 1}, 1)

    carry_out(run, at=TODAY + DAY)

    run.refresh_from_db()
    assert (run.state, run.erased) == ("done", {"case": 2})


def _break_erasing_of(case: Case, patch: pytest.MonkeyPatch) -> None:
    from referrals.retention.erasing import erasing as vault

    erase = vault.erase

    def refuse(ref: object, **how: object) -> int:
        if ref == case.vault_ref:
            raise RuntimeError(case.pseudonym)
        return erase(ref, **how)  # type: ignore[arg-type]

    patch.setattr("referrals.retention.erasing.erasing.erase", refuse)


def test_another_city_is_untouched(cast: Cast, officers: Officers) -> None:
    koeln = make_city("koeln", "Köln", "05315000")
    house = make_organisation("klinik-koeln", municipality=koeln)
    far = closed(house, make_user("clara", house), days_ago=800, today=TODAY)
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)

    carry_out(_approve(_plan(officers), officers.frieda), at=TODAY)

    assert Case.objects.filter(pk=far.pk).exists()
    assert not ErasureItem.objects.exists()


def test_a_term_of_this_city_says_nothing_about_another(officers: Officers) -> None:
    rule = actions.set_rule(make_city(), kind="case", days=90, actor=officers.gero, at=TODAY)
    actions.approve_rule(rule, actor=officers.frieda, at=TODAY)
    assert terms_of(make_city("koeln", "Köln", "05315000").pk)[Subject.CASE].days == 365


def test_each_kind_is_erased_in_its_own_way(cast: Cast, officers: Officers) -> None:
    left = sheet(cast.clinic, cast.anna, days_ago=29, today=TODAY)
    reachable = closed(cast.clinic, cast.anna, days_ago=40, today=TODAY)
    seal_identity(reachable, at=TODAY - 60 * DAY)
    proof = ConsentProof.objects.create(
        pseudonym="AAAA-BBBB-CCCC", holder=cast.clinic, text_version="1", text_sha256="0" * 64,
        language="de", form="paper", given_at=TODAY, erased_at=TODAY, keep_until=date(2026, 11, 21),
    )  # fmt: skip
    run = _plan(officers)
    assert run.planned == {"unsaved_intake": 1, "contact_details": 1, "consent_proof": 1}

    carry_out(_approve(run, officers.frieda), at=TODAY)

    assert not Case.objects.filter(pk=left.pk).exists()
    assert not ConsentProof.objects.filter(pk=proof.pk).exists()
    reachable.refresh_from_db()  # the pseudonymous case stays
    told = AccessEvent.objects.filter(deed=Deed.ERASE).values_list("object_type", flat=True)
    assert sorted(told) == ["case", "consent_proof", "identity"]
    assert _identities() == 0


def _identities() -> int:
    from lotsen.vault.models import SealedText

    return SealedText.objects.filter(kind="identity").count()


def test_of_a_sheet_without_consent_only_a_count_remains(cast: Cast, officers: Officers) -> None:
    sheet(cast.clinic, cast.anna, days_ago=29, today=TODAY)
    carry_out(_approve(_plan(officers), officers.frieda), at=TODAY)
    counts = Delta.objects.values_list("kind", "value", "period")
    assert sorted(counts) == [("case_opened", -1, "2026Q4"), ("not_stored", 1, "2026Q4")]


# A family's wish


def test_a_familys_wish_takes_a_second_person_too(cast: Cast, officers: Officers) -> None:
    run = actions.plan_for_case(cast.case, actor=officers.frieda, at=TODAY)
    with pytest.raises(InvalidMove, match="run_not_approved"):
        carry_out(run, at=TODAY + 60 * DAY)
    with pytest.raises(Refusal, match="second_person_needed"):
        _approve(run, officers.frieda)
    with pytest.raises(InvalidMove, match="erasure_planned"):
        actions.plan_for_case(cast.case, actor=officers.gero, at=TODAY)

    carry_out(_approve(run, officers.gero), at=TODAY)

    assert not Case.objects.filter(pk=cast.case.pk).exists()
    assert AccessEvent.objects.get(deed=Deed.ERASE).reason == "family"


def test_what_is_kept_for_the_family_is_not_erased_on_its_wish(
    cast: Cast, officers: Officers
) -> None:
    run = _approve(actions.plan_for_case(cast.case, actor=officers.frieda, at=TODAY), officers.gero)
    Case.objects.filter(pk=cast.case.pk).update(restricted=True)
    report = carry_out(run, at=TODAY)
    assert Case.objects.filter(pk=cast.case.pk).exists()
    assert report.left_out.total() == 1
    with pytest.raises(InvalidMove, match="case_restricted"):
        actions.plan_for_case(Case.objects.get(pk=cast.case.pk), actor=officers.gero, at=TODAY)


def test_runs_are_visible_in_the_own_city_only(cast: Cast, officers: Officers) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    run = _plan(officers)
    koeln = make_city("koeln", "Köln", "05315000")
    stranger = make_user(
        "gerda", make_organisation("amt-koeln", municipality=koeln), Role.PRIVACY_OFFICER
    )
    assert list(ErasureRun.objects.visible_to(officers.frieda)) == [run]
    for other in (stranger, cast.anna, cast.dora):
        assert not ErasureRun.objects.visible_to(other).exists()


def test_an_item_outlives_neither_the_run_nor_the_case(cast: Cast, officers: Officers) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    carry_out(_approve(_plan(officers), officers.frieda), at=TODAY + timedelta(hours=1))
    assert not ErasureItem.objects.exists()
