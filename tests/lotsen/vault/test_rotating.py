"""Changing the key of the keyring: everything opens before, meanwhile and afterwards."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from lotsen.errors import Damaged
from lotsen.vault import contexts, keyring, rotating
from lotsen.vault.keyfile import Keyring
from lotsen.vault.keyring import KeyringProblem
from lotsen.vault.models import CaseKey, IndexKey, SealedText
from tests.builders import NOON
from tests.conftest import Cast
from tests.lotsen.vault import rings
from tests.lotsen.vault.openings import open_texts, seal

pytestmark = pytest.mark.django_db
REFS = [uuid4() for _ in range(7)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotating, "BATCH", 3)
    monkeypatch.setattr(rotating, "_PAUSE", 0)


@pytest.fixture
def sealed() -> None:
    """A text in each of seven cases, and the key of a search index: all under t1."""
    for ref in REFS:
        seal(ref, f"text of {ref}")
    root = IndexKey(keyring_key="t1", created_at=NOON, families=0)
    wrapped = keyring.provider().wrap(bytes(32), contexts.of_index_key(root))
    root.wrapped = wrapped
    root.save()


def names() -> set[str]:
    return {
        name
        for kind in (CaseKey, IndexKey)
        for name in kind.objects.values_list("keyring_key", flat=True)
    }


def events() -> list[AccessEvent]:
    return list(AccessEvent.objects.filter(deed=Deed.KEY).order_by("at"))


def test_all_keys_move_under_the_current_one_and_open(
    sealed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {row.pk: bytes(row.ciphertext) for row in SealedText.objects.all()}
    rings.use(monkeypatch, "t2", "t1", "t2")

    done = rotating.rewrap(at=NOON)

    assert (done.current, done.moved, dict(done.left)) == ("t2", 8, {})
    assert names() == {"t2"}
    rings.use(monkeypatch, "t2", "t2")  # the old key is not needed any more
    assert all(rings.texts_of(ref) == {f"text of {ref}"} for ref in REFS)
    root = IndexKey.objects.get()
    opened = keyring.provider().unwrap("t2", bytes(root.wrapped), contexts.of_index_key(root))
    assert opened == bytes(32)
    assert before == {row.pk: bytes(row.ciphertext) for row in SealedText.objects.all()}


def test_a_second_run_changes_nothing(sealed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rings.use(monkeypatch, "t2", "t1", "t2")
    rotating.rewrap(at=NOON)
    after_one = dict(CaseKey.objects.values_list("pk", "wrapped"))

    assert rotating.rewrap(at=NOON).moved == 0
    assert dict(CaseKey.objects.values_list("pk", "wrapped")) == after_one


def test_each_run_leaves_one_event_with_a_count_and_no_name(
    sealed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings.use(monkeypatch, "t2", "t1", "t2")
    rotating.rewrap(at=NOON)
    rotating.rewrap(at=NOON + timedelta(hours=1))

    assert [(e.count, e.shown, e.actor, e.reason) for e in events()] == [
        (8, [], None, "rewrapped"),
        (0, [], None, "rewrapped"),
    ]


def test_a_damaged_key_is_left_as_it_is_and_holds_up_no_other(
    sealed: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    CaseKey.objects.filter(ref=REFS[0]).update(wrapped=b"\x01\x01" + bytes(200))
    rings.use(monkeypatch, "t2", "t1", "t2")

    done = rotating.rewrap(at=NOON)

    assert (done.moved, dict(done.left)) == (7, {"t1": 1})
    assert bytes(CaseKey.objects.get(ref=REFS[0]).wrapped) == b"\x01\x01" + bytes(200)
    [told] = caplog.messages
    assert str(CaseKey.objects.get(ref=REFS[0]).pk) in told
    caplog.clear()


def test_a_key_that_was_changed_meanwhile_is_not_overwritten(
    sealed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing a batch, the case gets a key of its own (or is erased)."""
    rings.use(monkeypatch, "t2", "t1", "t2")
    monkeypatch.setattr(rotating, "BATCH", 100)
    plain_wrap, raced = Keyring.wrap, []

    def once(self: Keyring, data_key: bytes, context: tuple[str, ...]) -> bytes:
        if not raced and context[0] == "lotsen/dek/v1":
            raced.append(True)
            rotating.renew(REFS[0], pseudonym="P", at=NOON)
            CaseKey.objects.filter(ref=REFS[1]).delete()
        return plain_wrap(self, data_key, context)

    monkeypatch.setattr(Keyring, "wrap", once)
    rotating.rewrap(at=NOON)

    assert rings.texts_of(REFS[0]) == {f"text of {REFS[0]}"}
    assert not CaseKey.objects.filter(ref=REFS[1]).exists()
    assert names() == {"t2"}


def test_without_the_old_key_nothing_is_moved(
    sealed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings.use(monkeypatch, "t2", "t2")

    with pytest.raises(KeyringProblem, match="„t1“ fehlt im Schlüsselbund"):
        rotating.rewrap(at=NOON)
    assert names() == {"t1"}
    assert [event.count for event in events()] == [0]


def test_a_case_gets_a_fresh_key_and_all_its_texts_with_it(cast: Cast) -> None:
    name, note = seal(REFS[0], "Aylin"), seal(REFS[0], "a note", kind="note", field="text")
    other = seal(REFS[1], "Berna")
    old = CaseKey.objects.get(ref=REFS[0])
    stale = {row.pk: row for row in SealedText.objects.filter(ref=REFS[0])}

    assert rotating.renew(REFS[0], pseudonym=cast.case.pseudonym, at=NOON) == 2

    key = CaseKey.objects.get(ref=REFS[0])
    assert (key.pk, key.version) == (old.pk, old.version + 1)
    assert open_texts(cast, name, note) == {name: "Aylin", note: "a note"}
    assert open_texts(cast, other) == {other: "Berna"}
    for row in SealedText.objects.filter(ref=REFS[0]):
        assert row.row_version == stale[row.pk].row_version + 1
    [event] = events()
    assert (event.reason, event.shown, event.count) == ("renewed", [cast.case.pseudonym], 2)


def test_the_old_key_of_a_case_opens_nothing_that_was_sealed_anew(cast: Cast) -> None:
    seal(REFS[0], "Aylin")
    key = CaseKey.objects.get(ref=REFS[0])
    leaked = rotating.casekeys.unwrapped(key)
    rotating.renew(REFS[0], pseudonym=cast.case.pseudonym, at=NOON)
    row = SealedText.objects.get(ref=REFS[0])

    for place in (key, CaseKey.objects.get(ref=REFS[0])):
        with pytest.raises(envelope.Unopenable):
            envelope.unseal(leaked, bytes(row.ciphertext), contexts.of_text(row, place))


def test_a_case_with_a_damaged_text_keeps_its_key(cast: Cast) -> None:
    name, damaged = seal(REFS[0], "Aylin"), seal(REFS[0], "note", kind="note", field="text")
    SealedText.objects.filter(pk=damaged).update(ciphertext=b"\x01\x01" + bytes(200))

    with pytest.raises(Damaged):
        rotating.renew(REFS[0], pseudonym=cast.case.pseudonym, at=NOON)
    assert CaseKey.objects.get(ref=REFS[0]).version == 1
    assert open_texts(cast, name) == {name: "Aylin"}


def test_a_case_without_a_key_needs_no_new_one() -> None:
    assert rotating.renew(uuid4(), pseudonym="P", at=NOON) == 0


def test_who_opens_while_a_case_gets_a_fresh_key_sees_the_text(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is read after the texts; a renewal may come in between."""
    name = seal(REFS[0], "Aylin")
    plain, raced = rotating.casekeys.unwrapped, []

    def late(key: CaseKey) -> bytes:
        if not raced:
            raced.append(True)
            rotating.renew(REFS[0], pseudonym="P", at=NOON)
            key.refresh_from_db()
        return plain(key)

    monkeypatch.setattr(rotating.casekeys, "unwrapped", late)
    assert open_texts(cast, name) == {name: "Aylin"}


@pytest.fixture
def in_file(tmp_path: Path, settings: Settings) -> Path:
    file = rings.written(tmp_path, rings.ring("t1", "t1"))
    settings.KEY_PROVIDER, settings.KEYRING_FILE = "file", str(file)
    return file


def test_the_whole_way_of_a_rotation_step_by_step(
    in_file: Path, sealed: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("create_keyring", "--add", str(in_file))
    assert "die beiden hinterlegten Kopien erneuern" in capsys.readouterr().out
    assert in_file.stat().st_mode & 0o777 == 0o400
    new = keyring.provider().current()
    assert new != "t1"
    assert rings.texts_of(REFS[0]) == {f"text of {REFS[0]}"}  # the old key is still there

    call_command("rotate_keys")
    assert f"8 Schlüssel neu eingepackt mit {new}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Sicherungen brauchen „t1“ noch bis zum"):
        call_command("rotate_keys", "--retire", "t1")
    with pytest.raises(CommandError, match="gibt es im Schlüsselbund nicht"):
        call_command("rotate_keys", "--retire", "t9")
    with pytest.raises(CommandError, match="aktuelle Schlüssel"):
        call_command("rotate_keys", "--retire", new)

    later = now() + timedelta(days=31)
    monkeypatch.setattr("lotsen.vault.management.commands.rotate_keys.now", lambda: later)
    call_command("rotate_keys", "--retire", "t1")
    assert "nicht mehr im Schlüsselbund" in capsys.readouterr().out
    assert in_file.stat().st_mode & 0o777 == 0o400
    with pytest.raises(KeyringProblem):
        keyring.provider().unwrap("t1", b"", ())
    assert all(rings.texts_of(ref) == {f"text of {ref}"} for ref in REFS)


def test_a_key_still_in_use_cannot_be_retired(in_file: Path, sealed: None) -> None:
    call_command("create_keyring", "--add", str(in_file))

    with pytest.raises(CommandError, match="noch 8 Schlüssel eingepackt"):
        call_command("rotate_keys", "--retire", "t1")
    with pytest.raises(CommandError, match="aktuelle Schlüssel"):
        call_command("rotate_keys", "--retire", keyring.provider().current())
    with pytest.raises(CommandError, match="gibt es im Schlüsselbund nicht"):
        call_command("rotate_keys", "--retire", "t9")


def test_keys_outside_a_file_are_retired_where_they_lie(sealed: None) -> None:
    with pytest.raises(CommandError, match="min_decryption_version"):
        call_command("rotate_keys", "--retire", "t1")


def test_what_is_left_is_told_and_ends_with_a_failure(
    sealed: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    CaseKey.objects.filter(ref=REFS[0]).update(wrapped=b"")
    rings.use(monkeypatch, "t2", "t1", "t2")

    with pytest.raises(CommandError, match=r"1 mit t1\. Kein Schlüssel darf weg"):
        call_command("rotate_keys")
    caplog.clear()


def test_with_nothing_to_do_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_keys")
    assert "Mit alten Schlüsseln ist nichts eingepackt" in capsys.readouterr().out


@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_keyring_that_cannot_be_replaced_stays_whole(
    in_file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    target = ("os.fsync", full) if step == "write" else ("pathlib.Path.replace", full)
    monkeypatch.setattr(*target)

    with pytest.raises(CommandError, match="lässt sich nicht ersetzen"):
        call_command("create_keyring", "--add", str(in_file))
    assert in_file.read_text(encoding="utf-8") == rings.ring("t1", "t1")
    monkeypatch.undo()
    with pytest.raises(CommandError, match="liegt noch da"):
        call_command("create_keyring", "--add", str(in_file))


def test_a_key_is_added_to_no_damaged_keyring(tmp_path: Path) -> None:
    file = rings.written(tmp_path, "{}")

    with pytest.raises(CommandError, match="kein lesbarer Schlüsselbund"):
        call_command("create_keyring", "--add", str(file))
    assert file.read_text(encoding="utf-8") == "{}"
