"""The search index can be built anew from what is sealed, at any time, in any number of runs."""

from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from lotsen.audit.models import AccessEvent, Deed
from lotsen.vault.models import IndexEntry, IndexKey, SealedText
from referrals.cases.models import Case
from referrals.identities import reindexing
from referrals.identities.reindexing import rebuild
from referrals.identities.searching import search
from tests.builders import NOON
from tests.conftest import Cast
from tests.referrals.identities.families import BORN, PHONE, family


@pytest.fixture
def families(cast: Cast) -> list[Case]:
    return [family(cast.clinic, cast.anna, phone=f"0171 39200 1{n}") for n in range(3)]


def found(cast: Cast) -> set[Case]:
    return set(search(cast.anna, surname="Öztürk", birth_date=BORN, at=NOON))


def test_what_was_sealed_before_there_was_an_index_is_entered(
    cast: Cast, families: list[Case]
) -> None:
    IndexEntry.objects.all().delete()
    assert found(cast) == set()

    report = rebuild(new_key=False, at=NOON)

    assert (report.looked_at, report.damaged, report.old_keys) == (3, 0, 0)
    assert found(cast) == set(families)
    assert search(cast.anna, phone="0171 39200 11", at=NOON) == [families[1]]
    assert not AccessEvent.objects.filter(deed=Deed.UNLOCK).exists()
    assert AccessEvent.objects.get(deed=Deed.KEY).object_type == "search_index"


def test_a_second_run_changes_nothing(cast: Cast, families: list[Case]) -> None:
    rebuild(new_key=True, at=NOON)
    before = set(IndexEntry.objects.values_list("id", flat=True))

    assert rebuild(new_key=False, at=NOON).looked_at == 0
    assert set(IndexEntry.objects.values_list("id", flat=True)) == before


def test_a_new_key_takes_every_entry_and_the_old_one_is_destroyed(
    cast: Cast, families: list[Case]
) -> None:
    old = IndexKey.objects.get()

    assert rebuild(new_key=True, at=NOON).new_key
    assert IndexKey.objects.get() != old
    assert found(cast) == set(families)


def test_a_run_broken_off_goes_on_and_everybody_is_found_all_the_while(
    cast: Cast, families: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter, done = reindexing._enter, []

    def breaks(ref: UUID, **how: object) -> bool:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(ref)
        return enter(ref, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(reindexing, "_enter", breaks)
        with pytest.raises(KeyboardInterrupt):
            rebuild(new_key=True, at=NOON)
    assert IndexKey.objects.count() == 2
    assert found(cast) == set(families)
    # Meanwhile somebody changes a number: half of this case is under the new key.
    family(cast.clinic, cast.anna, case=families[2], phone=PHONE)

    report = rebuild(new_key=True, at=NOON)
    assert (report.new_key, report.old_keys) == (False, 0)
    assert IndexKey.objects.count() == 1
    assert found(cast) == set(families)


def test_a_case_that_does_not_open_is_told_and_the_others_move(
    cast: Cast, families: list[Case], caplog: pytest.LogCaptureFixture
) -> None:
    for row in SealedText.objects.filter(ref=families[0].vault_ref, field="name"):
        *sealed, last = bytes(row.ciphertext)
        row.ciphertext = bytes([*sealed, last ^ 1])  # always another byte
        row.save()

    with pytest.raises(CommandError, match="1 Fälle lassen sich nicht öffnen"):
        call_command("rebuild_search_index", "--new-key", stdout=StringIO())
    assert IndexKey.objects.count() == 2
    assert found(cast) == set(families[1:])
    caplog.clear()


def test_a_damaged_root_key_is_left_behind(
    cast: Cast, families: list[Case], caplog: pytest.LogCaptureFixture
) -> None:
    IndexKey.objects.update(families=7)

    call_command("rebuild_search_index", stdout=StringIO())

    assert IndexKey.objects.count() == 1
    assert found(cast) == set(families)
    caplog.clear()


def test_the_command_says_what_it_has_done(cast: Cast, families: list[Case]) -> None:
    said = StringIO()
    call_command("rebuild_search_index", "--new-key", stdout=said)

    assert "3 Fälle durchgesehen" in said.getvalue()
