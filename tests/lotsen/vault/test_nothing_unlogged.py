"""Nobody sees sealed text without a trace of it: not by mistake, not when the log is broken."""

import ast
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from lotsen.errors import Unavailable
from lotsen.vault.models import SealedText
from tests.builders import NOON
from tests.conftest import Cast
from tests.lotsen.vault.openings import open_texts, seal
from tests.serving import as_owner

ROOT = Path(__file__).parents[3]
REF = uuid4()


def unlocks() -> int:
    return AccessEvent.objects.filter(deed=Deed.UNLOCK).count()


def test_there_are_as_many_unlock_events_as_openings(cast: Cast) -> None:
    texts = [seal(REF, f"text {n}", kind="note", field="text") for n in range(5)]

    for opened in range(1, 101):
        open_texts(cast, *texts[: opened % 5 + 1])
        assert unlocks() == opened


def test_the_event_tells_who_saw_which_fields_of_which_case(cast: Cast) -> None:
    open_texts(cast, seal(REF, "Aylin"), seal(REF, "0171 39200 11", field="phone"), fields=["name"])

    event = AccessEvent.objects.get(deed=Deed.UNLOCK)
    assert (event.actor, event.organisation, event.at) == (cast.anna, cast.clinic.pk, NOON)
    assert event.shown == [cast.case.pseudonym]
    assert event.fields == ["name", "phone"]  # more than the caller said
    assert (event.object_type, event.reason, event.count) == ("identity", "care", 1)


def test_opening_nothing_is_no_opening(cast: Cast) -> None:
    assert open_texts(cast) == {}
    assert unlocks() == 0


def test_one_event_cannot_hide_a_second_case(cast: Cast) -> None:
    with pytest.raises(ValueError, match="one case"):
        open_texts(cast, seal(REF, "Aylin"), seal(uuid4(), "Berna"))


def test_without_an_event_nothing_is_decrypted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(REF, "Aylin")

    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("the log is full")

    monkeypatch.setattr(events, "record", broken)
    monkeypatch.setattr(envelope, "unseal", lambda *_: pytest.fail("decrypted"))
    with pytest.raises(DatabaseError):
        open_texts(cast, sealed)


def test_when_the_database_refuses_the_event_nothing_is_seen(cast: Cast) -> None:
    sealed = seal(REF, "Aylin")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_accessevent RENAME TO moved_away")

    with pytest.raises(Unavailable):
        open_texts(cast, sealed)


@pytest.mark.parametrize("kept", [False, True])
def test_the_event_lives_and_dies_with_the_opening(cast: Cast, kept: bool) -> None:
    """Seen and recorded are one transaction: no answer without the event, no event without."""
    sealed = seal(REF, "Aylin")
    with transaction.atomic():
        open_texts(cast, sealed)
        transaction.set_rollback(not kept)

    assert unlocks() == kept


def test_opening_costs_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    texts = [seal(REF, f"text {n}", kind="note", field="text") for n in range(20)]
    for some in (texts[:1], texts):
        with django_assert_num_queries(5):  # savepoint, texts, event, case key, savepoint
            open_texts(cast, *some)


def test_no_other_module_decrypts() -> None:
    """`unseal` and `unwrap` are called where an event was written, and to try out a key."""
    callers = {
        str(path.relative_to(ROOT))
        for package in ("lotsen", "offers", "referrals")
        for path in (ROOT / package).rglob("*.py")
        if _calls(path) & {"unseal", "unwrap"}
    }
    assert callers == {
        "lotsen/crypto/envelope.py",
        "lotsen/crypto/known_answer.py",  # a fixed text about nobody
        "lotsen/vault/casekeys.py",  # the data key, for sealing.py and opening.py
        "lotsen/vault/fitting.py",  # whether the keys fit, at the start; opens no text
        "lotsen/vault/indexing.py",  # the key of the search index, which opens no text
        "lotsen/vault/keyfile.py",  # a key of the ring, and the trial at the start
        "lotsen/vault/keyring.py",  # hands on to one of the two
        "lotsen/vault/opening.py",
        "lotsen/vault/purposes.py",  # keys of the installation, which open no text of a family
        "lotsen/vault/rotating.py",  # to wrap or seal anew; an event tells of it
        "lotsen/vault/transit.py",  # the trial at the start
        "lotsen/web/second_factor/adapter.py",  # what a professional's codes are made of
    }


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {getattr(function, "attr", getattr(function, "id", "")) for function in called}


def test_the_ciphertext_of_a_row_never_prints(cast: Cast) -> None:
    seal(REF, "Aylin")

    assert str(SealedText.objects.get()) == "identity:name"
