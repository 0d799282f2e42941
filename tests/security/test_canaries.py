"""A day with made-up families through the real pages; afterwards nothing of them lies anywhere."""

import logging
from uuid import uuid4

import pytest
from django.core import mail
from django.utils.timezone import now

from lotsen.crypto import envelope
from lotsen.vault.models import SealedText
from referrals.identities.actions import store
from tests.builders import make_consent_text
from tests.conftest import Cast
from tests.security.canaries import database, disguises, family, hits
from tests.security.demo_day import Day
from tests.security.stage import browser

FAMILIES = 3


@pytest.fixture
def told() -> list[str]:
    return [text for number in range(FAMILIES) for text in family(number).all()]


def test_after_a_day_nothing_of_any_family_lies_anywhere(
    cast: Cast, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    make_consent_text()
    day = Day(cast)
    with caplog.at_level(logging.INFO):
        for number in range(FAMILIES):
            day.family_comes(family(number))
        day.look_round()
        logged = caplog.text.encode()

    assert hits(told, database()) == []
    assert hits(told, day.shown) == []
    around = {
        "log": logged,
        "addresses, headers, cookies": "\n".join(day.around).encode(),
        "titles": "\n".join(day.titles).encode(),
        "mail": "\n".join(str(letter.message()) for letter in mail.outbox).encode(),
    }
    assert hits(told, around) == []
    assert len(day.shown) > 40
    assert len(day.titles) > 20


@pytest.mark.parametrize("disguise", sorted(disguises("x")))
def test_the_search_finds_a_name_that_lies_open_in_any_encoding(cast: Cast, disguise: str) -> None:
    """The positive control: without it, "nothing found" would mean nothing."""
    name = family(1).name
    SealedText.objects.create(
        ref=uuid4(), kind="identity", field="name", key_id_used=uuid4(), sealed_at=now(),
        ciphertext=b"\x01\x02" + disguises(name)[disguise] + b"\xff",
    )  # fmt: skip

    assert f"vault_sealedtext.ciphertext: {disguise}" in hits([name], database())


def test_the_search_finds_what_is_stored_unsealed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = envelope.seal
    monkeypatch.setattr(
        envelope,
        "seal",
        lambda key, plain, context: seal(key, plain, context) if len(plain) == 32 else plain,
    )  # the key of the case, 32 bytes, is still wrapped
    told = family(1)
    store(cast.case, name=told.name, phone=told.phone, safe_contact="", actor=cast.anna, at=now())

    found = hits([told.name, told.phone], database())
    assert found.count("vault_sealedtext.ciphertext: utf-8") == 2


def test_the_search_finds_what_a_session_keeps(cast: Cast) -> None:
    client = browser(cast.anna)
    session = client.session
    session["draft"] = {"name": family(2).name}
    session.save()

    assert any(hit.startswith("session") for hit in hits([family(2).name], database()))
