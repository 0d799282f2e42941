"""A key service that falls silent while people work, and a text that does not open: one sentence,
nothing lost, nothing told of the inside."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lotsen import refusals
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import Damaged, Unavailable
from lotsen.rest.problems import problem_details
from lotsen.vault import keyring
from lotsen.vault.models import CaseKey, SealedText
from tests.conftest import Cast
from tests.lotsen.vault import transit_server
from tests.lotsen.vault.transit_server import TOKEN, Engine
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]
SHOW = {"was": "anzeigen"}


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    engine = Engine()
    with transit_server.running(engine) as address:
        settings.KEY_PROVIDER, settings.VAULT_ADDR = "vault", address
        settings.KEYRING_FILE = "/nonexistent/keyring.json"
        monkeypatch.setenv("LOTSEN_VAULT_TOKEN", TOKEN)
        yield engine


def state() -> list[object]:
    return [
        list(kind.objects.order_by("pk").values_list("pk", column))
        for kind, column in ((CaseKey, "wrapped"), (SealedText, "ciphertext"))
    ]


def test_opening_is_refused_in_one_sentence(
    cast: Cast, signed_in: SignIn, caplog: pytest.LogCaptureFixture, engine: Engine,
    settings: Settings,
) -> None:  # fmt: skip
    desk.accepted(cast)
    before, page = state(), f"/fall/{cast.case.pk}/kontaktdaten/"
    there, settings.VAULT_ADDR = settings.VAULT_ADDR, "http://127.0.0.1:9"  # nothing listens here

    answer = signed_in("anna").post(page, SHOW)

    text = answer.content.decode()
    assert answer.status_code == 503
    assert refusals.sentence(keyring.KeyringProblem("")) in text
    assert "127.0.0.1" not in text
    assert "Schlüsseldienst" not in text
    assert "Schlüsseldienst antwortet nicht" in caplog.text  # the operator's log says it in full
    caplog.clear()
    assert not AccessEvent.objects.filter(deed=Deed.UNLOCK).exists()  # nobody saw anything
    assert state() == before
    settings.VAULT_ADDR = there
    assert desk.NAME in desk.text_of(signed_in("anna").post(page, SHOW))


def test_what_was_to_be_sealed_is_not_half_saved(
    cast: Cast, signed_in: SignIn, caplog: pytest.LogCaptureFixture, engine: Engine
) -> None:
    engine.instead = transit_server.sealed
    note = {"was": "schreiben", "text": "a note", "kind": "case", "provenance": "family"}

    answer = signed_in("anna").post(f"/fall/{cast.case.pk}/notiz/", note)

    assert answer.status_code == 503
    assert "versiegelt (sealed)" in caplog.text
    caplog.clear()
    assert state() == [[], []]
    engine.instead = None
    assert signed_in("anna").post(f"/fall/{cast.case.pk}/notiz/", note).status_code == 302


def test_the_api_answers_with_problem_details(
    cast: Cast, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    answered = problem_details(keyring.KeyringProblem("the inside of 10.0.0.7"), {})

    assert answered is not None
    assert (answered.status_code, answered.data["code"]) == (503, "keys_unavailable")
    assert "10.0.0.7" not in str(answered.data)
    assert "10.0.0.7" in caplog.text
    caplog.clear()


def test_a_damaged_text_leaves_one_sentence_and_one_event(
    cast: Cast, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    desk.accepted(cast)
    name, other = SealedText.objects.filter(kind="identity").order_by("field")[:2]
    SealedText.objects.filter(pk=name.pk).update(ciphertext=b"\x01\x01" + bytes(200))
    before = state()

    answer = signed_in("anna").post(f"/fall/{cast.case.pk}/kontaktdaten/", SHOW)

    assert answer.status_code == 409
    assert refusals.sentence(Damaged()) in answer.content.decode()
    assert str(name.pk) not in answer.content.decode()
    caplog.clear()
    event = AccessEvent.objects.get(deed=Deed.DENIED)
    assert (event.actor, event.object_type) == (cast.anna, "case-identity")
    assert (event.shown, event.reason) == ([str(cast.case.pk)], "sealed_text_damaged")
    assert not AccessEvent.objects.filter(deed=Deed.UNLOCK, actor=cast.anna).exists()
    assert state() == before
    assert other.ciphertext == SealedText.objects.get(pk=other.pk).ciphertext


def test_the_kinds_of_refusal_are_told_apart() -> None:
    assert (Unavailable().status, Unavailable().is_recorded) == (503, False)
    assert (Damaged().status, Damaged().is_recorded) == (409, True)
