"""The night: what was approved or is overdue goes, what came due is planned; numbers only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command

from lotsen.accounts.models import ApiToken, Attempt, Session, SignInPlace
from lotsen.rest.models import CarriedOut
from lotsen.vault import ledger
from referrals.cases.models import Case
from referrals.retention import actions, technical
from referrals.retention.models import ErasureRun, RunState
from tests.builders import make_city, make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.retention.stage import DAY, closed, make_officers, seal_identity, sheet

TODAY = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def night() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def _night(**options: object) -> str:
    out = StringIO()
    call_command("erase_expired", stdout=out, stderr=out, **options)
    return out.getvalue()


def _all_rows() -> dict[str, list[object]]:
    """Every row of every table."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }


def test_what_came_due_is_planned_and_goes_by_itself_after_the_grace(cast: Cast) -> None:
    family = closed(cast.clinic, cast.anna, days_ago=365, today=TODAY)
    assert "wartet auf die zweite Freigabe: marienklinik: Fall nach dem Abschluss 1" in _night()

    with time_machine.travel(TODAY + 14 * DAY, tick=False):
        assert "wartet auf die zweite Freigabe" in _night()
        assert Case.objects.filter(pk=family.pk).exists(), "the last day to look"
    with time_machine.travel(TODAY + 15 * DAY, tick=False):
        assert "gelöscht: marienklinik: Fall nach dem Abschluss 1" in _night()

    assert not Case.objects.filter(pk=family.pk).exists()
    run = ErasureRun.objects.get()
    assert (run.state, run.approved_by, run.erased) == (RunState.DONE, None, {"case": 1})


def test_what_is_long_overdue_goes_in_the_first_night(cast: Cast) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    assert "gelöscht: marienklinik: Fall nach dem Abschluss 1" in _night()
    assert Case.objects.count() == 1  # the family that is being cared for


def test_holding_back_is_restricting(cast: Cast) -> None:
    family = closed(cast.clinic, cast.anna, days_ago=365, today=TODAY)
    _night()
    Case.objects.filter(pk=family.pk).update(restricted=True)
    with time_machine.travel(TODAY + 20 * DAY, tick=False):
        told = _night()
    assert "nicht mehr fällig, ausgelassen: marienklinik: Fall nach dem Abschluss 1" in told
    assert Case.objects.filter(pk=family.pk).exists()


def test_an_approved_run_goes_in_the_next_night(cast: Cast) -> None:
    officers = make_officers()
    closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    actions.approve(run, actor=officers.frieda, seen=1, at=TODAY)
    assert "gelöscht: marienklinik: Fall nach dem Abschluss 1" in _night()


def test_a_shorter_term_leaves_two_weeks_to_look(cast: Cast) -> None:
    officers = make_officers()
    family = closed(cast.clinic, cast.anna, days_ago=200, today=TODAY)
    rule = actions.set_rule(make_city(), kind="case", days=90, actor=officers.gero, at=TODAY)
    actions.approve_rule(rule, actor=officers.frieda, at=TODAY)
    assert "wartet auf die zweite Freigabe" in _night()
    assert Case.objects.filter(pk=family.pk).exists()


def test_a_second_night_changes_nothing(cast: Cast) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)
    closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    sheet(cast.clinic, cast.anna, days_ago=50, today=TODAY)
    _night()
    before = _all_rows()
    _night()
    assert _all_rows() == before


def test_a_trial_run_changes_nothing_and_foretells_the_night(cast: Cast) -> None:
    _something_of_everything(cast)
    before, lines = _all_rows(), ledger.read()

    foretold = _night(dry_run=True)

    assert _all_rows() == before
    assert ledger.read() == lines
    told = _night()
    assert [line for line in foretold.splitlines()[1:] if "Technisches" not in line] == [
        line.replace("gelöscht:", "zu löschen:")
        for line in told.splitlines()
        if "Technisches" not in line
    ]


def _something_of_everything(cast: Cast) -> None:
    officers = make_officers()
    closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    actions.approve(run, actor=officers.frieda, seen=1, at=TODAY)
    closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    closed(cast.other_clinic, cast.carla, days_ago=400, today=TODAY)
    sheet(cast.clinic, cast.anna, days_ago=30, today=TODAY)
    reachable = closed(cast.clinic, cast.anna, days_ago=100, today=TODAY)
    seal_identity(reachable, at=TODAY - 200 * DAY)
    actions.plan_for_case(cast.case, actor=cast.anna, at=TODAY)


def test_no_family_is_named_in_the_report(cast: Cast) -> None:
    _something_of_everything(cast)
    names = list(Case.objects.values_list("pseudonym", flat=True))
    told = _night(dry_run=True) + _night()
    assert not [name for name in names if name in told]


def test_a_night_in_which_something_fails_ends_with_status_1(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed(cast.clinic, cast.anna, days_ago=400, today=TODAY)

    def refuse(*_: object, **__: object) -> int:
        raise RuntimeError

    monkeypatch.setattr("referrals.retention.erasing.erasing.erase", refuse)
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("erase_expired", stdout=out, stderr=out)
    assert exit_.value.code == 1
    assert "nicht gelungen: marienklinik: Fall nach dem Abschluss 1" in out.getvalue()
    assert Case.objects.count() == 2
    caplog.clear()


def test_each_city_has_its_own_terms_and_runs(cast: Cast) -> None:
    koeln = make_city("koeln", "Köln", "05315000")
    house = make_organisation("klinik-koeln", municipality=koeln)
    far = closed(house, make_user("clara", house), days_ago=366, today=TODAY)
    closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)
    _night()
    assert {run.municipality_id for run in ErasureRun.objects.all()} == {"koeln", "duesseldorf"}
    assert ErasureRun.objects.get(municipality="koeln").items.get().subject == far.pk


def test_technical_leftovers_go_when_their_use_is_over(cast: Cast) -> None:
    for key, expires in (("old", TODAY - DAY), ("new", TODAY + DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    for key, at in (("old", TODAY - DAY), ("new", TODAY - timedelta(hours=23))):
        CarriedOut.objects.create(user=cast.anna, key=key, asked="a", made=cast.case.pk, at=at)
    for number, (expires, revoked) in enumerate(
        (
            (TODAY - 91 * DAY, None),
            (TODAY + DAY, TODAY - 91 * DAY),
            (TODAY - 89 * DAY, None),
            (TODAY + DAY, None),
        )
    ):
        ApiToken.objects.create(
            user=cast.anna, digest=f"{number}", areas=["cases:read"], created_at=TODAY - 200 * DAY,
            expires_at=expires, revoked_at=revoked,
        )  # fmt: skip

    for key, at in (("old", TODAY - timedelta(hours=1)), ("new", TODAY)):
        Attempt.objects.create(key=key, at=at)
    for device, days in ((UUID(int=1), 401), (UUID(int=2), 399)):
        SignInPlace.objects.create(user=cast.anna, device=device, last_at=TODAY - days * DAY)

    counted = {"sessions": 1, "repeats": 1, "tokens": 2, "attempts": 1, "places": 1}
    assert technical.count(at=TODAY) == counted
    _night()

    assert Session.objects.get().session_key == "new"
    assert CarriedOut.objects.get().key == "new"
    assert Attempt.objects.get().key == "new"
    assert SignInPlace.objects.get().device == UUID(int=2)
    assert sorted(ApiToken.objects.values_list("digest", flat=True)) == ["2", "3"]
