"""The pages of terms and runs: two people, numbers by house, never a family."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from lotsen.accounts.models import User
from referrals.cases.models import Case
from referrals.retention import actions
from referrals.retention.models import ErasureRun, RetentionRule, RunState
from tests.builders import make_city
from tests.conftest import Cast
from tests.referrals.retention.stage import Officers, closed, make_officers
from tests.referrals.web.desk import text_of
from tests.security.stage import browser

ROOT = "/datenschutz-verwaltung/loeschen/"
TODAY = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def officers(cast: Cast) -> Officers:
    return make_officers()


@pytest.fixture
def family(cast: Cast, officers: Officers) -> Case:
    return closed(cast.clinic, cast.anna, days_ago=366, today=TODAY)


def _browser(user: User) -> Client:
    return browser(user)


def test_two_people_erase_from_the_first_look_to_the_report(
    officers: Officers, family: Case
) -> None:
    gero, frieda = _browser(officers.gero), _browser(officers.frieda)
    assert "Fall nach dem Abschluss" in text_of(gero.get(f"{ROOT}planen/"))
    planned = gero.post(f"{ROOT}planen/", follow=True)
    run = ErasureRun.objects.get()
    told = text_of(planned)
    assert "Endgültig löschen?" in told
    assert "Frist abgelaufen bis 21.11.2026" in told
    assert "Das kann sein: Frieda" in told

    page = text_of(frieda.get(f"{ROOT}{run.pk}/"))
    assert "Freigeben als Frieda" in page
    assert "06.12.2026" in page  # due on 21.11., and more than 14 days have passed
    assert "Jetzt endgültig löschen" in text_of(
        frieda.post(f"{ROOT}{run.pk}/freigeben/", {"seen": "1"}, follow=True)
    )
    done = text_of(frieda.post(f"{ROOT}{run.pk}/ausfuehren/", follow=True))

    assert "1 Eintrag gelöscht." in done
    assert not Case.objects.filter(pk=family.pk).exists()
    assert "Zweite Freigabe: Frieda" in text_of(gero.get(ROOT))


def test_no_page_names_a_family(officers: Officers, family: Case) -> None:
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    frieda = _browser(officers.frieda)
    for address in (ROOT, f"{ROOT}planen/", f"{ROOT}{run.pk}/", f"{ROOT}frist/?art=case"):
        content = frieda.get(address).content.decode()
        assert family.pseudonym not in content
        assert str(family.pk) not in content


def test_who_planned_is_told_who_else_can_approve_and_has_no_button(
    officers: Officers, family: Case
) -> None:
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    gero = _browser(officers.gero)
    page = text_of(gero.get(f"{ROOT}{run.pk}/"))
    assert "Das kann sein: Frieda" in page
    assert "Freigeben als" not in page
    refused = gero.post(f"{ROOT}{run.pk}/freigeben/", {"seen": "1"})
    assert refused.status_code == 409
    assert "zweite Freigabe" in text_of(refused)


@pytest.mark.parametrize("seen", ["", "0", "2", "viele", "9" * 40, "-1"])
def test_what_was_not_seen_is_not_approved(officers: Officers, family: Case, seen: str) -> None:
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    answer = _browser(officers.frieda).post(f"{ROOT}{run.pk}/freigeben/", {"seen": seen})
    assert answer.status_code == 409
    run.refresh_from_db()
    assert run.state == RunState.PLANNED


def test_a_run_that_is_not_approved_cannot_be_carried_out_from_the_page(
    officers: Officers, family: Case
) -> None:
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    assert _browser(officers.frieda).post(f"{ROOT}{run.pk}/ausfuehren/").status_code == 409
    assert Case.objects.filter(pk=family.pk).exists()


def test_cancelling_keeps_everything(officers: Officers, family: Case) -> None:
    run = actions.plan(make_city(), actor=officers.gero, at=TODAY)
    page = _browser(officers.gero).post(f"{ROOT}{run.pk}/abbrechen/", follow=True)
    assert "Abgebrochen" in text_of(page)
    assert Case.objects.filter(pk=family.pk).exists()


def test_a_term_is_set_by_one_and_approved_by_another(officers: Officers) -> None:
    gero, frieda = _browser(officers.gero), _browser(officers.frieda)
    page = gero.post(f"{ROOT}frist/?art=case", {"days": "200"}, follow=True)
    assert "Gero hat am 22.11.2026 200 Tage gesetzt." in text_of(page)
    rule = RetentionRule.objects.get()
    assert gero.post(f"{ROOT}frist/{rule.pk}/freigeben/").status_code == 409

    page = frieda.post(f"{ROOT}frist/{rule.pk}/freigeben/", follow=True)

    assert "Gero und Frieda, seit 22.11.2026" in text_of(page)
    assert "200 Tage" in text_of(page)


@pytest.mark.parametrize("typed", ["29", "99999999999999999999", "bald", "", "12,5"])
def test_a_term_that_does_not_fit_stays_in_the_field_with_a_reason(
    officers: Officers, typed: str
) -> None:
    page = _browser(officers.gero).post(f"{ROOT}frist/?art=case", {"days": typed})
    assert page.status_code == 422
    assert f'value="{typed}"' in page.content.decode() or not typed
    assert not RetentionRule.objects.exists()
    if typed == "29":
        assert "30 bis 730 Tage" in text_of(page)


@pytest.mark.parametrize("query", ["", "?art=fotos", "?art=case&ort=koeln"])
def test_a_term_that_does_not_exist_is_not_found(officers: Officers, query: str) -> None:
    make_city("koeln", "Köln", "05315000")
    assert _browser(officers.gero).get(f"{ROOT}frist/{query}").status_code == 404


def test_who_looks_after_erasure_finds_it_in_the_menu(officers: Officers, cast: Cast) -> None:
    for officer in (officers.gero, officers.frieda):
        assert ROOT in _browser(officer).get("/angebote/").content.decode()
    assert ROOT not in _browser(cast.anna).get("/angebote/").content.decode()
