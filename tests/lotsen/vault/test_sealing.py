from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lotsen.errors import Refusal
from lotsen.vault import erasing, opening
from lotsen.vault.models import CaseKey, SealedText
from tests.builders import NOON
from tests.conftest import Cast
from tests.lotsen.vault.openings import open_texts, seal

REF = uuid4()


@pytest.mark.django_db
def test_nothing_of_a_text_lies_in_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        sealed = seal(REF, "Aylin Özkan")

    row = SealedText.objects.get(pk=sealed)
    assert b"Aylin" not in bytes(row.ciphertext)
    assert not [
        query for query in queries if "Aylin" in query["sql"] or "41796c696e" in query["sql"]
    ]


@pytest.mark.django_db
def test_a_case_has_one_key_for_all_its_texts() -> None:
    seal(REF, "Aylin")
    seal(REF, "0171 39200 11", field="phone")
    seal(uuid4(), "Berna")

    assert CaseKey.objects.count() == 2
    assert CaseKey.objects.get(ref=REF).keyring_key == "t1"


def test_a_new_text_takes_the_place_of_an_identitys_old_one(cast: Cast) -> None:
    first = seal(REF, "Aylin")
    old = bytes(SealedText.objects.get(pk=first).ciphertext)
    second = seal(REF, "Aylin Özkan")

    row = SealedText.objects.get(pk=second)
    assert (second, row.row_version) == (first, 2)
    assert bytes(row.ciphertext) != old
    assert open_texts(cast, second) == {second: "Aylin Özkan"}


def test_an_older_version_of_a_text_stays_shut(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = seal(REF, "Aylin")
    old = SealedText.objects.get(pk=sealed).ciphertext
    seal(REF, "Aylin Özkan")
    SealedText.objects.filter(pk=sealed).update(ciphertext=old)

    with pytest.raises(Refusal):
        open_texts(cast, sealed)
    caplog.clear()


def test_every_note_is_a_row_of_its_own(cast: Cast) -> None:
    notes = [seal(REF, text, kind="note", field="text") for text in ("one", "two")]

    assert open_texts(cast, *notes) == dict(zip(notes, ("one", "two"), strict=True))


@pytest.mark.django_db
def test_the_fields_of_an_identity_are_known_without_opening() -> None:
    name, phone = seal(REF, "Aylin"), seal(REF, "0171 39200 11", field="phone")
    seal(REF, "a note", kind="note", field="text")

    assert opening.identity_ids(REF) == {"name": name, "phone": phone}


@pytest.mark.django_db
def test_nothing_is_sealed_over_a_key_that_was_changed() -> None:
    seal(REF, "Aylin")
    CaseKey.objects.update(version=2)

    with pytest.raises(Refusal) as refused:
        seal(REF, "Berna")
    assert refused.value.code == "sealed_text_damaged"
    assert SealedText.objects.get().row_version == 1


def test_an_erased_case_has_neither_key_nor_texts(cast: Cast) -> None:
    sealed, other = seal(REF, "Aylin"), seal(uuid4(), "Berna")

    assert erasing.erase(REF, cause="family", at=NOON) == 1
    assert erasing.erase(REF, cause="family", at=NOON) == 0
    assert not CaseKey.objects.filter(ref=REF).exists()
    assert not SealedText.objects.filter(pk=sealed).exists()
    assert open_texts(cast, other) == {other: "Berna"}


@pytest.mark.parametrize("text", ["", "x" * 100_000, "Ayşe 🌙 عائشة"])
def test_any_text_comes_back_as_it_was(cast: Cast, text: str) -> None:
    sealed = seal(REF, text)

    assert open_texts(cast, sealed) == {sealed: text}
