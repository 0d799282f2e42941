"""What ended, ends with the next request: consent, its last day, work in a house, an account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope, User
from lotsen.membership import actions as membership
from referrals.consent.models import Consent
from referrals.endings.actions import withdraw_consent
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import Stage, browser, set_stage

API = "/api/v1/"
CASE_PAGES = ("", "kontaktdaten/", "notiz/", "kontakt/", "einwilligungen/")


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return set_stage(cast, categories=["name", "phone", "language", "district", "needs", "note"])


def opens(client: Client, stage: Stage) -> bool:
    """Whether the contact data of the family can be opened."""
    page = f"/fall/{stage.handover.case_id}/kontaktdaten/"
    answer = client.post(page, {"was": "anzeigen"})
    return answer.status_code == 200 and desk.NAME in answer.content.decode()


def reached(client: Client, stage: Stage) -> list[str]:
    """Every address of the case that answers, by page and API."""
    case, pseudonym = stage.handover.case_id, stage.handover.case.pseudonym
    addresses = [f"/fall/{case}/{page}" for page in CASE_PAGES]
    addresses.append(f"{API}cases/{pseudonym}/")
    found = [address for address in addresses if client.get(address).status_code == 200]
    if pseudonym in client.get(f"{API}cases/").content.decode():
        found.append("list")
    return found


def with_token(user: User) -> Client:
    token = tokens.issue(user, scope=TokenScope.WRITE, days=1, at=now())
    return Client(headers={"authorization": f"Bearer {token}"})


def withdrawn(stage: Stage, clock: time_machine.Traveller) -> None:
    consent = Consent.objects.get(pk=stage.handover.consent_id)
    withdraw_consent(consent, actor=stage.cast.anna, at=now())


def run_out(stage: Stage, clock: time_machine.Traveller) -> None:
    consent = Consent.objects.get(pk=stage.handover.consent_id)
    clock.move_to(now() + (consent.valid_until - now().date()) + timedelta(days=1))


def left(stage: Stage, clock: time_machine.Traveller) -> None:
    membership.leave(stage.cast.bilal.memberships.get(), at=now())


def house_closed(stage: Stage, clock: time_machine.Traveller) -> None:
    stage.cast.office.is_active = False
    stage.cast.office.save()


ENDINGS = [withdrawn, run_out, left, house_closed]


@pytest.mark.parametrize("end", ENDINGS)
def test_the_next_request_reaches_nothing(
    stage: Stage,
    noon: time_machine.Traveller,
    end: Callable[[Stage, time_machine.Traveller], None],
) -> None:
    bearer = with_token(stage.cast.bilal)
    bilal = browser(stage.cast.bilal)
    assert len(reached(bilal, stage)) == len(CASE_PAGES) + 2
    assert bearer.get(f"{API}cases/{stage.handover.case.pseudonym}/").status_code == 200
    assert opens(bilal, stage)

    end(stage, noon)

    if end is run_out:  # session and token ended long before
        bilal, bearer = browser(stage.cast.bilal), with_token(stage.cast.bilal)
    assert reached(bilal, stage) == []
    assert not opens(bilal, stage)
    assert bearer.get(f"{API}cases/{stage.handover.case.pseudonym}/").status_code == 404


def test_the_last_day_of_a_consent_still_counts(stage: Stage, noon: time_machine.Traveller) -> None:
    consent = Consent.objects.get(pk=stage.handover.consent_id)
    noon.move_to(now() + (consent.valid_until - now().date()))

    assert opens(browser(stage.cast.bilal), stage)


def test_after_a_withdrawal_the_handover_names_the_family_by_its_pseudonym_alone(
    stage: Stage, noon: time_machine.Traveller
) -> None:
    withdrawn(stage, noon)
    bilal = browser(stage.cast.bilal)
    told = bilal.get(f"{API}handovers/{stage.handover.pk}/").json()
    page = desk.text_of(bilal.get(f"/uebergabe/{stage.handover.pk}/"))

    assert (told["language"], told["district"], told["need_groups"]) == ("", "", [])
    assert "Bilk" not in page
    assert "Türkisch" not in page
    assert stage.handover.case.pseudonym not in bilal.get("/eingang/").content.decode()


def test_a_closed_account_has_neither_session_nor_token(stage: Stage) -> None:
    bilal = browser(stage.cast.bilal)
    token = tokens.issue(stage.cast.bilal, scope=TokenScope.WRITE, days=1, at=now())
    User.objects.filter(pk=stage.cast.bilal.pk).update(is_active=False)

    assert bilal.get("/eingang/").status_code == 302
    assert bilal.get("/eingang/")["Location"].startswith("/anmelden/")
    answer = Client().get(f"{API}cases/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
