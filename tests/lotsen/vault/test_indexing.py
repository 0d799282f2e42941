"""The search index leads to candidates, tells nothing without the key, forgets with the case."""

from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from lotsen.crypto import index
from lotsen.errors import Refusal
from lotsen.vault import erasing, indexing
from lotsen.vault.models import CaseKey, IndexEntry, IndexKey
from tests.builders import NOON
from tests.lotsen.vault.openings import seal

pytestmark = pytest.mark.django_db
PHONE, OTHER = "491713920011", "491713920099"


def entered(*numbers: str, kind: str = "phone") -> UUID:
    """A case with something sealed, entered under these."""
    ref = uuid4()
    seal(ref, "sealed", field="phone")
    indexing.enter(ref, kind, numbers, NOON)
    return ref


def tokens() -> list[bytes]:
    return [bytes(token) for token in IndexEntry.objects.values_list("token", flat=True)]


def test_what_was_entered_is_found_and_nothing_else() -> None:
    one, other = entered(PHONE), entered(OTHER)

    assert one in indexing.candidates("phone", PHONE)
    assert other in indexing.candidates("phone", PHONE, OTHER)
    assert indexing.candidates("name_birth", PHONE) == []
    assert indexing.candidates("phone") == []


def test_an_empty_index_has_no_key_and_no_candidates() -> None:
    assert indexing.candidates("phone", PHONE) == []
    assert not IndexKey.objects.exists()


def test_entering_again_replaces_and_entering_nothing_empties() -> None:
    ref = entered(PHONE, OTHER)
    indexing.enter(ref, "phone", [OTHER], NOON)
    assert IndexEntry.objects.count() == 1

    indexing.enter(ref, "phone", [], NOON)
    assert not IndexEntry.objects.exists()


def test_the_kinds_of_a_case_are_kept_apart() -> None:
    ref = entered(PHONE)
    indexing.enter(ref, "name_birth", ["kaya|1994-12-24"], NOON)
    indexing.enter(ref, "phone", [], NOON)

    assert indexing.candidates("name_birth", "kaya|1994-12-24") == [ref]


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        entered("1994-12-24", kind="birth_date")


def test_a_case_without_a_key_is_not_entered() -> None:
    """Nothing is sealed there: an erased case never comes back into the index."""
    indexing.enter(uuid4(), "phone", [PHONE], NOON)
    assert not IndexEntry.objects.exists()


def test_erasing_a_case_takes_its_entries_and_no_others() -> None:
    gone, stays = entered(PHONE), entered(PHONE)
    erasing.erase(gone, cause="family", at=NOON)

    assert indexing.candidates("phone", PHONE) == [stays]
    indexing.enter(gone, "phone", [PHONE], NOON)
    assert indexing.candidates("phone", PHONE) == [stays]


def test_erasing_contact_details_takes_the_entries_too() -> None:
    ref = entered(PHONE)
    erasing.erase_identity(ref)

    assert not IndexEntry.objects.filter(ref=ref).exists()


def test_a_token_has_as_many_bits_as_the_expected_families_need(settings: object) -> None:
    settings.EXPECTED_FAMILIES = 50_000  # type: ignore[attr-defined]
    entered(PHONE)
    entered("kaya|1994-12-24", kind="name_birth")

    assert IndexKey.objects.get().families == 50_000
    assert all(len(token) == 2 for token in tokens())  # 14 and 16 bits
    assert all(
        int.from_bytes(bytes(entry.token)) < 2**14
        for entry in IndexEntry.objects.filter(kind="phone")
    )


def test_a_stolen_database_without_keyring_confirms_no_guess() -> None:
    """Whoever guesses the right number needs the root key: what lies there does not give it."""
    entered(PHONE)
    root = IndexKey.objects.get()
    guesses = [bytes(root.wrapped)[start : start + 32] for start in range(len(root.wrapped) - 31)]
    guesses += [bytes(32), root.pk.bytes * 2]

    bits = index.bits_for(root.families)
    hits = [
        index.token(index.derive(key, ("lotsen/index/v1", "lotsen", "phone")), PHONE, bits=bits)
        in tokens()
        for key in guesses
    ]
    assert sum(hits) <= len(hits) / 2**bits + 2  # no better than chance


def test_with_another_root_key_the_same_number_has_another_token() -> None:
    entered(PHONE)
    [before] = tokens()
    indexing.begin_anew(at=NOON)
    IndexEntry.objects.all().delete()
    entered(PHONE)

    assert tokens() != [before]


def test_while_the_index_moves_both_keys_are_searched() -> None:
    old = entered(PHONE)
    assert indexing.begin_anew(at=NOON)
    new = entered(PHONE)

    assert set(indexing.candidates("phone", PHONE)) >= {old, new}
    assert not indexing.begin_anew(at=NOON)  # the first move is not finished
    assert indexing.drop_old_keys() == 1
    indexing.enter(old, "phone", [PHONE], NOON)
    assert indexing.drop_old_keys() == 0
    assert IndexKey.objects.count() == 1
    assert set(indexing.candidates("phone", PHONE)) == {old, new}


@pytest.mark.parametrize("change", [{"families": 4_000_000}, {"wrapped": b"\x01\x01" + bytes(120)}])
def test_a_changed_root_key_is_told_and_stops_nobody_from_saving(
    change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    entered(PHONE)
    IndexKey.objects.update(**change)
    with pytest.raises(Refusal) as refusal:
        indexing.candidates("phone", PHONE)
    assert refusal.value.code == "search_unavailable"

    ref = entered(OTHER)
    assert IndexKey.objects.count() == 2
    assert (
        IndexEntry.objects.get(ref=ref).index_key
        == IndexKey.objects.order_by("created_at", "id").last()
    )
    caplog.clear()


@pytest.mark.once
def test_among_a_thousand_families_a_search_has_few_candidates(settings: Any) -> None:
    """Each with two names and them joined, born on few days: worse than it will be."""
    settings.EXPECTED_FAMILIES = 1000
    chance = Random(1)  # noqa: S311  invented families
    combinations = {}
    for number in range(1000):
        born = (
            f"19{chance.randrange(80, 100)}-{chance.randrange(1, 13):02}-0{chance.randrange(1, 9)}"
        )
        words = (f"mia{chance.randrange(40)}", f"muster{chance.randrange(400)}")
        texts = [f"{word}|{born}" for word in (*words, "".join(words))]
        ref = keyed()
        indexing.enter(ref, "name_birth", texts, NOON)
        indexing.enter(ref, "phone", [f"49171{number:07}"], NOON)
        combinations[ref] = (texts[1], f"49171{number:07}")

    by_name, by_phone = [], []
    for ref, (name_birth, phone) in combinations.items():
        by_name.append(indexing.candidates("name_birth", name_birth))
        by_phone.append(indexing.candidates("phone", phone))
        assert ref in by_name[-1]
        assert ref in by_phone[-1]
    for found in (by_name, by_phone):
        assert sum(map(len, found)) / 1000 < 6
        assert max(map(len, found)) < 20


def keyed() -> UUID:
    """A case that has a key; what it opens does not matter here."""
    key = CaseKey.objects.create(ref=uuid4(), wrapped=b"", keyring_key="t1", created_at=NOON)
    return key.ref
