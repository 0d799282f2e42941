"""The page behind an invitation link: one calm answer to whatever is no link any more."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.models import User
from lotsen.membership import actions, inviting
from lotsen.membership.models import InvitationPurpose
from tests.conftest import Cast

NEW = "vier rote Wolken am Fluss"


@pytest.fixture
def token(cast: Cast) -> str:
    """Carla's link."""
    return invited(cast)


def invited(cast: Cast) -> str:
    User.objects.filter(pk=cast.carla.pk).update(password="!")
    return inviting.invite(cast.carla, purpose=InvitationPurpose.JOIN, actor=cast.dora, at=now())


def choose(token: str, password: str = NEW, client: Client | None = None) -> HttpResponse:
    sent = {"new_password1": password, "new_password2": password}
    return (client or Client()).post(f"/einladung/{token}/", sent)


def body(answer: HttpResponse) -> str:
    """Without what differs on every page: the token against forged requests, one's own address."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value)="\w+"', r"\1", answer.content.decode())
    return re.sub(r'(name="next" value)="[^"]*"', r"\1", text)


def test_the_link_sets_a_password_and_leads_to_the_sign_in(cast: Cast, token: str) -> None:
    client = Client()
    page = client.get(f"/einladung/{token}/")
    assert "carla" in page.content.decode()
    assert "Nordklinik" not in page.content.decode()

    answer = choose(token, client=client)

    assert answer.url == "/anmelden/"
    assert client.get("/konto/").status_code == 302  # signed in there, not here
    assert User.objects.get(pk=cast.carla.pk).check_password(NEW)


@pytest.mark.parametrize("password", ["short", "1234567890123", "carla@example.org", ""])
def test_a_weak_password_is_refused_and_the_link_still_works(
    cast: Cast, token: str, password: str
) -> None:
    answer = choose(token, password)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert choose(token).status_code == 302


def test_two_different_passwords_are_refused(token: str) -> None:
    sent = {"new_password1": NEW, "new_password2": NEW + "!"}
    assert Client().post(f"/einladung/{token}/", sent).status_code == 422


def test_whatever_is_no_link_any_more_gets_one_and_the_same_answer(cast: Cast) -> None:
    """Used, revoked, over, of a closed account, damaged, made up: no word differs."""
    used = invited(cast)
    choose(used)
    revoked = invited(cast)
    damaged = invited(cast)[:-1]
    closed = invited(cast)
    actions.close_account(User.objects.get(pk=cast.carla.pk), at=now())
    User.objects.filter(pk=cast.carla.pk).update(is_active=True)
    over = invited(cast)

    with time_machine.travel(now() + timedelta(days=8), tick=False):
        dead = [
            used,
            revoked,
            damaged,
            closed,
            over,
            "made-up",
            "a" * 43,
            "%00",
            "a" * 999,
        ]
        answers = [Client().get(f"/einladung/{each}/") for each in dead]
        answers += [choose(each) for each in dead]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1
    assert "bitten Sie die Verwaltung" in answers[0].content.decode()
    assert "made-up" not in body(answers[5])


def test_somebody_signed_in_uses_up_nobodys_link(cast: Cast, token: str) -> None:
    client = Client()
    client.force_login(cast.dora, backend="django.contrib.auth.backends.ModelBackend")
    for answer in (client.get(f"/einladung/{token}/"), choose(token, client=client)):
        assert "Sie sind angemeldet" in answer.content.decode()
    assert choose(token).status_code == 302
    assert client.get("/einladung/made-up/").status_code == 404


def test_the_address_is_kept_nowhere_and_named_to_nobody(token: str) -> None:
    for answer in (Client().get(f"/einladung/{token}/"), Client().get("/einladung/x/")):
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["Cache-Control"] == "no-store"
        assert '<meta name="referrer" content="strict-origin">' in answer.content.decode()
