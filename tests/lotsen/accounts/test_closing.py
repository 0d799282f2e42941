"""An account in wrong hands: everything ends at once, and nothing old comes back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import Membership, TokenScope, User
from tests.builders import PASSWORD
from tests.conftest import Cast


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_account", *arguments, stdout=out)
    return out.getvalue()


def signed_in(client: Client, password: str = PASSWORD) -> bool:
    return client.post("/anmelden/", {"login": "anna", "password": password}).status_code == 302


def is_let_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def test_the_next_request_of_a_closed_account_is_refused(cast: Cast, client: Client) -> None:
    text = tokens.issue(cast.anna, scope=TokenScope.READ, days=9, at=now())
    assert signed_in(client)
    assert is_let_in(client)

    assert "gesperrt" in run("anna")

    assert not is_let_in(client)
    assert not signed_in(Client())
    bearer = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/cases/", headers=bearer).status_code == 401
    assert Membership.objects.filter(user=cast.anna, until=None).exists()


def test_after_opening_it_again_nothing_old_works(cast: Cast, client: Client) -> None:
    text = tokens.issue(cast.anna, scope=TokenScope.READ, days=9, at=now())
    cast.anna.pin = "something"
    cast.anna.save()
    assert signed_in(client)
    run("anna")

    password = run("anna", "--reopen").split()[-1]

    assert not is_let_in(client)
    assert not signed_in(Client())
    assert signed_in(Client(), password)
    assert tokens.living(text, at=now()) is None
    assert User.objects.get(username="anna").pin == ""


def test_closing_twice_is_closing_once(cast: Cast) -> None:
    assert run("anna") == run("anna")
    assert not User.objects.get(username="anna").is_active


def test_what_does_not_fit_changes_nothing(cast: Cast, client: Client) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        run("nobody")
    with pytest.raises(CommandError, match="nicht gesperrt"):
        run("anna", "--reopen")
    assert signed_in(client)
