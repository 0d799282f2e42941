"""Who needs a second factor, what is open without one, and how it is changed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lotsen.accounts import closing, tokens
from lotsen.accounts.models import Session, TokenScope
from lotsen.accounts.roles import RIGHTS, Role
from lotsen.audit.models import AccessEvent
from lotsen.web.second_factor.requirement import HARMLESS
from tests.access.routes import all_routes
from tests.builders import NOON, PASSWORD, make_user
from tests.conftest import Cast
from tests.lotsen.web.second_factor.phone import Phone, begin, confirm, set_up

pytestmark = pytest.mark.once

OVERVIEW = "/konto/zweiter-faktor/"
ASK = "/konto/zweiter-faktor/nachfragen/"
_OPEN_PAGES = {
    "account", "password", "login", "account_login", "logout", "set-language", "lock", "unlock",
    "health", "accessibility", "privacy", "imprint", "help", "confirm-sign-in", "passkey-sign-in",
    "municipal-sign-in", "municipal-back", "invitation", "voice",
}  # fmt: skip


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def test_harm_can_be_done_by_all_but_three_roles() -> None:
    harmless = {role for role, rights in RIGHTS.items() if not rights - HARMLESS}
    assert harmless == {
        Role.CHILD_PROTECTION_ADVISER, Role.CATALOGUE_EDITOR, Role.COORDINATOR,
    }  # fmt: skip


def test_without_one_only_the_way_to_one_is_open(
    cast: Cast, client: Client, required: None
) -> None:
    assert begin(client) == "/"
    values = {"factor": 1, "pseudonym": cast.case.pseudonym, "token": "x", "key": "x"}
    shut = {}
    for route in all_routes():
        url = route.url({name: values.get(name, cast.offer.pk) for name in route.parameters})
        answer = client.get(url)
        is_open = route.name in _OPEN_PAGES or url.startswith(OVERVIEW)
        goes = answer.headers.get("Location")
        refused = (goes == OVERVIEW and route.name != "recovery-codes") or (
            answer.status_code == 403 and url.startswith("/api/")
        )
        if refused == is_open:
            shut[route.name] = (answer.status_code, goes)
    assert shut == {}
    page = client.get(OVERVIEW).content.decode()
    assert "Noch ein Schritt" in page
    assert "§ 203" in page


def test_once_set_up_everything_is_open_also_after_signing_in_again(
    cast: Cast, client: Client, required: None, clock: time_machine.Traveller
) -> None:
    begin(client)
    phone = set_up(client)
    assert client.get("/station/").status_code == 200
    clock.shift(timedelta(minutes=1))
    again = Client()
    begin(again)
    confirm(again, phone.code())
    assert again.get("/station/").status_code == 200


def test_parts_of_pages_and_the_interface_are_told_apart(
    cast: Cast, client: Client, required: None
) -> None:
    begin(client)
    part = client.get("/eingang/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, OVERVIEW)
    answer = client.get("/api/v1/cases/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")


def test_a_token_asks_for_no_second_factor(cast: Cast, client: Client, required: None) -> None:
    """Its owner has one; a program has no phone."""
    begin(client)
    set_up(client)
    token = tokens.issue(cast.anna, scope=TokenScope.READ, days=1, at=now())
    answer = Client().get("/api/v1/cases/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_who_can_do_no_harm_needs_none(cast: Cast, client: Client, required: None) -> None:
    begin(client, "dora")
    assert client.get("/angebote/").status_code == 200


def test_a_role_that_comes_later_asks_at_the_next_click(
    cast: Cast, client: Client, required: None
) -> None:
    from lotsen.membership import actions as membership

    begin(client, "dora")
    membership.join(cast.dora, organisation=cast.clinic, role=Role.NAVIGATOR, at=now())
    assert client.get("/angebote/").headers["Location"] == OVERVIEW


def test_a_session_from_before_the_second_factor_ends(
    cast: Cast, client: Client, required: None
) -> None:
    """Also where it escaped the end of the other sessions."""
    client.force_login(cast.anna, backend="django.contrib.auth.backends.ModelBackend")
    Authenticator.objects.create(user=cast.anna, type="totp", data={"secret": "x"})
    assert client.get("/station/").headers["Location"] == "/anmelden/"
    assert "_auth_user_id" not in client.session


def test_in_the_demo_it_is_offered(cast: Cast, client: Client) -> None:
    begin(client)
    assert client.get("/station/").status_code == 200
    assert "Zweiten Faktor einrichten" in client.get("/konto/").content.decode()


CHANGES = ("second-factor-app", "second-factor-passkey", "recovery-codes-new")


def test_a_change_asks_who_is_there_when_minutes_have_passed(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    begin(client)
    set_up(client)
    factor = Authenticator.objects.get(type="totp").pk
    clock.shift(timedelta(minutes=5, seconds=1))
    for url in [*map(reverse, CHANGES), reverse("second-factor-remove", args=[factor])]:
        answer = client.post(url, {"code": "123456"})
        assert answer.headers["Location"].startswith(ASK), url
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("secret", ["password", "code"])
def test_password_or_code_say_who_is_there(
    cast: Cast, client: Client, clock: time_machine.Traveller, secret: str
) -> None:
    begin(client)
    phone = set_up(client)
    clock.shift(timedelta(minutes=6))
    key = client.session.session_key
    next_page = "/konto/zweiter-faktor/app/"
    wrong = client.post(ASK, {"secret": "wrong", "next": next_page})
    assert wrong.status_code == 422
    right = PASSWORD if secret == "password" else phone.code()
    answer = client.post(ASK, {"secret": right, "next": next_page})
    assert answer.headers["Location"] == next_page
    assert client.session.session_key != key
    assert client.get(next_page).status_code == 200


def test_the_question_leads_to_no_other_site(cast: Cast, client: Client) -> None:
    begin(client)
    answer = client.post(ASK, {"secret": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == OVERVIEW


def test_setting_one_up_ends_all_other_sessions(cast: Cast, client: Client) -> None:
    other = Client()
    begin(other)
    begin(client)
    before = client.session.session_key
    set_up(client)
    assert Session.objects.filter(user=cast.anna).count() == 1
    assert client.session.session_key != before
    assert other.get("/konto/").status_code == 302
    events = AccessEvent.objects.filter(object_type="second_factor")
    assert [event.reason for event in events] == ["app_added"]


def test_the_last_one_stays_where_one_is_needed(
    cast: Cast, client: Client, required: None, clock: time_machine.Traveller
) -> None:
    begin(client)
    old = set_up(client)
    last = Authenticator.objects.get(type="totp")
    url = reverse("second-factor-remove", args=[last.pk])
    assert "Anderen einrichten" in client.get(url).content.decode()
    assert client.post(url).status_code == 409
    assert Authenticator.objects.filter(pk=last.pk).exists()

    clock.shift(timedelta(minutes=1))
    new = set_up(client)  # a new phone takes the place of the old one
    clock.shift(timedelta(minutes=1))
    assert [_signs_in(old), _signs_in(new)] == [False, True]


def _signs_in(phone: Phone) -> bool:
    client = Client()
    begin(client)
    return confirm(client, phone.code()) == "/"


def test_where_none_is_needed_the_last_one_goes_with_its_recovery_codes(
    cast: Cast, client: Client
) -> None:
    begin(client)
    set_up(client)
    factor = Authenticator.objects.get(type="totp")
    client.post(reverse("second-factor-remove", args=[factor.pk]))
    assert not Authenticator.objects.exists()
    assert begin(Client()) == "/"


def test_nobody_removes_anothers(cast: Cast, client: Client) -> None:
    begin(client)
    set_up(client)
    other = Client()
    begin(other, "bilal")
    for factor in Authenticator.objects.all():
        assert other.post(reverse("second-factor-remove", args=[factor.pk])).status_code == 404
    assert Authenticator.objects.count() == 2


def test_a_closed_account_keeps_neither_factor_nor_link(cast: Cast, client: Client) -> None:
    begin(client)
    set_up(client)
    SocialAccount.objects.create(user=cast.anna, provider="https://city.example", uid="7")
    closing.close(cast.anna, at=now())
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()


def test_closing_between_the_two_steps_lets_nobody_in(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    begin(client)
    phone = set_up(client)
    clock.shift(timedelta(minutes=1))
    other = Client()
    begin(other)
    cast.anna.is_active = False
    cast.anna.save()
    assert confirm(other, phone.code()) == "/anmelden/"
    assert other.get("/konto/").status_code == 302


def test_signing_in_costs_the_same_work_whoever_is_asked_for(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, clock: object
) -> None:
    """Counted in runs of the hasher: a clock would measure the machine."""
    with_factor = Client()
    begin(with_factor)
    set_up(with_factor)
    closed = make_user("closed", cast.clinic)
    closing.close(closed, at=now())
    runs = []
    hasher = hashers.get_hasher()
    real = type(hasher).encode
    monkeypatch.setattr(
        type(hasher), "encode", lambda *args, **kwargs: (runs.append(1), real(*args, **kwargs))[1]
    )

    def work(login: str) -> tuple[int, str]:
        runs.clear()
        page = Client().post("/anmelden/", {"login": login, "password": "not the password"})
        text = page.content.decode()
        return len(runs), text.split('id="error-title"')[1].split("</ul>")[0]

    logins = [
        "anna", "anna@example.org", "ANNA@example.org", "bilal", "closed", "closed@example.org",
        "nobody", "nobody@example.org",
    ]  # fmt: skip
    assert len({work(login) for login in logins}) == 1
