"""API tokens live until their day, only as a digest."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import ApiToken, TokenScope
from tests.builders import NOON
from tests.conftest import Cast

READ = TokenScope.READ


def test_a_token_is_kept_as_a_digest_only(cast: Cast) -> None:
    token = tokens.issue(cast.anna, scope=READ, days=1, at=NOON)

    (row,) = ApiToken.objects.values()
    assert token not in map(str, row.values())
    assert len(row["digest"]) == 64


def test_a_token_lives_until_its_moment(cast: Cast) -> None:
    token = tokens.issue(cast.anna, scope=READ, days=1, at=NOON)
    end = NOON + timedelta(days=1)

    found = tokens.living(token, at=end - timedelta(seconds=1))
    assert found is not None
    assert found.user == cast.anna
    assert tokens.living(token, at=end) is None


def test_a_revoked_token_is_dead_at_once_and_keeps_its_first_moment(cast: Cast) -> None:
    text = tokens.issue(cast.anna, scope=READ, days=1, at=NOON)
    others = tokens.issue(cast.bilal, scope=READ, days=1, at=NOON)

    assert tokens.revoke_all(cast.anna, at=NOON) == 1
    assert tokens.revoke_all(cast.anna, at=NOON + timedelta(hours=1)) == 0

    assert tokens.living(text, at=NOON) is None
    assert tokens.living(others, at=NOON) is not None
    assert ApiToken.objects.get(user=cast.anna).revoked_at == NOON


def test_the_command_ends_the_tokens_of_one_person(cast: Cast) -> None:
    text = tokens.issue(cast.anna, scope=READ, days=7, at=now())
    out = StringIO()
    call_command("revoke_tokens", "anna", stdout=out)

    assert out.getvalue().startswith("1 Token entzogen")
    assert tokens.living(text, at=now()) is None


def test_nobodys_tokens_cannot_be_ended(db: None) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("revoke_tokens", "niemand")


def test_a_token_dies_with_its_account(cast: Cast) -> None:
    token = tokens.issue(cast.anna, scope=READ, days=1, at=NOON)
    cast.anna.is_active = False
    cast.anna.save()

    assert tokens.living(token, at=NOON) is None


@pytest.mark.parametrize("days", [0, -1, 367])
def test_no_token_without_a_sensible_end(cast: Cast, days: int) -> None:
    with pytest.raises(ValueError, match="days="):
        tokens.issue(cast.anna, scope=READ, days=days, at=NOON)


def test_the_command_prints_the_token_alone(cast: Cast) -> None:
    out = StringIO()
    call_command("issue_token", "anna", "--days", "7", stdout=out)

    token = out.getvalue().strip()
    assert out.getvalue() == f"{token}\n"
    answer = Client().get("/api/v1/offers/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "arguments", [["nobody"], ["anna", "--days", "0"], ["anna", "--days", "999"]]
)
def test_the_command_refuses_and_changes_nothing(cast: Cast, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("issue_token", *arguments)

    assert not ApiToken.objects.exists()
