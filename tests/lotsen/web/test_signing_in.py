"""Signing in and out: one answer for every failure, nothing of allauth besides."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lotsen.accounts.models import Session
from lotsen.accounts.sessions import row_key
from tests.builders import PASSWORD
from tests.conftest import Cast


@pytest.mark.parametrize("login", ["anna", "anna@example.org", " anna "])
def test_user_name_or_e_mail_and_password_let_in(cast: Cast, client: Client, login: str) -> None:
    answer = client.post("/anmelden/", {"login": login, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_page_asked_for_is_opened_after_signing_in(cast: Cast, client: Client) -> None:
    asked = client.get("/konto/pin/")
    answer = client.post(asked["Location"], {"login": "anna", "password": PASSWORD})
    assert answer["Location"] == "/konto/pin/"


def test_signing_in_never_leads_to_another_site(cast: Cast, client: Client) -> None:
    answer = client.post(
        "/anmelden/", {"login": "anna", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"


def _answer(client: Client, login: str, password: str) -> str:
    page = client.post("/anmelden/", {"login": login, "password": password})
    assert page.status_code == 200
    return page.content.decode().split('id="error-title"')[1].split("</ul>")[0]


def test_every_failure_gets_the_same_answer(cast: Cast, client: Client) -> None:
    cast.bilal.is_active = False
    cast.bilal.save()

    answers = {
        _answer(client, login, password)
        for login, password in [
            ("anna", "wrong"),
            ("nobody", PASSWORD),
            ("nobody@example.org", PASSWORD),
            ("bilal", PASSWORD),  # a closed account
            ("bilal@example.org", PASSWORD),
        ]
    }
    assert len(answers) == 1


def test_no_message_names_who_signed_in(cast: Cast, client: Client) -> None:
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    page = client.get("/konto/kennwort/").content.decode()
    assert 'class="panel state' not in page
    assert cast.anna.display_name not in page


def test_signing_out_ends_the_session_on_the_server(cast: Cast, client: Client) -> None:
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    kept = client.cookies["lotsen_session"].value
    answer = client.post("/abmelden/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=row_key(kept)).exists()


def test_opening_the_sign_out_address_signs_nobody_out(cast: Cast, client: Client) -> None:
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    assert client.get("/abmelden/").status_code == 405
    assert client.get("/konto/").status_code == 200


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_email", "account_inactive"]
)
def test_nothing_else_of_allauth_has_an_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_demo_names_its_accounts_and_nothing_else_does(
    cast: Cast, client: Client, settings: object
) -> None:
    assert "lotsen-demo" not in client.get("/anmelden/").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    page = client.get("/anmelden/").content.decode()
    assert "lotsen-demo" in page
    assert "bilal" in page
