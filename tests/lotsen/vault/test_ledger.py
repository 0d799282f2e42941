"""The file that knows every erasure: what is on disk before the database says so."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from lotsen.errors import Refusal
from lotsen.vault import erasing, ledger
from lotsen.vault.ledger import LedgerProblem, Line
from lotsen.vault.models import CaseKey, Erasure
from tests.builders import NOON
from tests.lotsen.vault.openings import seal

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: Settings) -> Path:
    """A ledger of the test's own, not there yet."""
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")
    return tmp_path / "erasures.jsonl"


def erase(ref: UUID) -> None:
    erasing.erase(ref, cause="family", at=NOON)


@pytest.mark.django_db
def test_an_erasure_leaves_one_line_that_names_nobody(file: Path) -> None:
    ref = uuid4()
    seal(ref, "Aylin Özkan")
    erase(ref)
    erase(ref)

    [line] = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"at": NOON.isoformat(), "ref": str(ref), "cause": "family"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert Erasure.objects.get().ref == ref


@pytest.mark.django_db
def test_the_line_is_on_disk_before_the_database_commits(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, int]] = []

    def fsync(descriptor: int, really=os.fsync) -> None:  # type: ignore[no-untyped-def]
        really(descriptor)
        synced.append((connection.in_atomic_block, file.stat().st_size))

    monkeypatch.setattr(ledger.os, "fsync", fsync)
    erase(uuid4())

    assert synced[0] == (True, file.stat().st_size)
    assert len(synced) == 2  # the file, and once the folder that names it


@pytest.mark.django_db
def test_a_line_whose_erasure_did_not_get_through_is_still_to_be_erased() -> None:
    ref = uuid4()
    seal(ref, "Aylin")
    with transaction.atomic():
        erase(ref)
        transaction.set_rollback(True)

    assert CaseKey.objects.filter(ref=ref).exists()
    assert [line.ref for line in ledger.missing()] == [ref]

    erase(ref)
    assert ledger.missing() == []
    assert len(ledger.read()) == 1


@pytest.mark.django_db
def test_what_cannot_be_recorded_is_not_erased(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ERASURE_LEDGER = str(tmp_path / "fehlt" / "erasures.jsonl")
    ref = uuid4()
    seal(ref, "Aylin")

    with pytest.raises(Refusal) as refused:
        erase(ref)
    assert refused.value.code == "erasure_not_recorded"
    assert "Es wurde nichts gelöscht" in caplog.text
    assert CaseKey.objects.filter(ref=ref).exists()
    assert not Erasure.objects.exists()
    caplog.clear()


def test_a_full_disk_leaves_no_half_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = uuid4(), uuid4()
    ledger.append(first, cause="family", at=NOON)
    really = os.write
    full = OSError(28, "No space left on device")

    def write(descriptor: int, text: bytes) -> int:
        if len(text) < 40:
            raise full
        return really(descriptor, text[: len(text) - 39])

    monkeypatch.setattr(ledger.os, "write", write)
    with pytest.raises(LedgerProblem, match="No space left"):
        ledger.append(second, cause="family", at=NOON)
    monkeypatch.undo()

    assert [line.ref for line in ledger.read()] == [first]
    assert file.read_bytes().endswith(b"}\n")


def test_a_line_torn_by_a_crash_is_told_left_out_and_taken_out(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = uuid4(), uuid4()
    ledger.append(first, cause="family", at=NOON)
    with file.open("a", encoding="utf-8") as opened:
        opened.write('{"at":"2026-03-02T12:00:00+00:00","ref":"' + str(second))

    assert [line.ref for line in ledger.read()] == [first]
    assert "torn by a crash" in caplog.text

    ledger.append(second, cause="deadline", at=NOON)
    assert [line.ref for line in ledger.read()] == [first, second]


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        "[]",
        "7",
        '{"at":"2026-03-02T12:00:00+00:00","cause":"family"}',
        '{"at":"2026-03-02T12:00:00","ref":"%s","cause":"family"}',
        '{"at":"gestern","ref":"%s","cause":"family"}',
        '{"at":"2026-03-02T12:00:00+00:00","ref":"7","cause":"family"}',
        '{"at":"2026-03-02T12:00:00+00:00","ref":7,"cause":"family"}',
        "\xff\x00",
    ],
)
def test_a_damaged_line_is_named_by_its_number(file: Path, damaged: str) -> None:
    ledger.append(uuid4(), cause="family", at=NOON)
    with file.open("a", encoding="latin-1") as opened:
        opened.write(damaged.replace("%s", str(uuid4())) + "\n")
    ledger.append(uuid4(), cause="family", at=NOON)

    with pytest.raises(LedgerProblem, match="in Zeile 2 beschädigt"):
        ledger.read()


def test_an_unreadable_ledger_is_a_sentence(file: Path) -> None:
    file.mkdir()

    with pytest.raises(LedgerProblem, match="nicht lesbar"):
        ledger.read()
    with pytest.raises(LedgerProblem, match="nicht schreiben"):
        ledger.append(uuid4(), cause="family", at=NOON)


lines = st.builds(
    Line,
    ref=st.integers(0, 5).map(lambda number: UUID(int=number)),
    cause=st.sampled_from(["family", "deadline", ledger.TAKEN_BACK]),
    at=st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(lines, max_size=12))
def test_whatever_order_lines_come_in_the_last_word_on_a_case_counts(written: list[Line]) -> None:
    ledger.path().unlink(missing_ok=True)
    for line in written:
        ledger.append(line.ref, cause=line.cause, at=line.at)

    said = {line.ref: line.cause == ledger.TAKEN_BACK for line in written}
    standing = {line.ref: line.cause == ledger.TAKEN_BACK for line in ledger.read()}
    assert standing == said
    for ref in said:  # nothing is said twice in a row
        words = [line.cause == ledger.TAKEN_BACK for line in ledger.read() if line.ref == ref]
        assert all(a != b for a, b in pairwise(words))


@pytest.mark.django_db
def test_lines_and_rows_are_compared_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_CHUNK", 2)
    both, line_only, row_only = ({uuid4() for _ in range(5)} for _ in range(3))
    for ref in both:
        erase(ref)
    for ref in line_only:
        ledger.append(ref, cause="deadline", at=NOON)
    for ref in row_only:
        Erasure.objects.create(ref=ref, cause="family", erased_at=NOON)

    assert {line.ref for line in ledger.missing()} == line_only
    assert {line.ref for line in ledger.unwritten()} == row_only

    assert ledger.append_all(ledger.unwritten()) == 5
    assert ledger.append_all(ledger.unwritten()) == 0


@pytest.mark.django_db
def test_an_erasure_that_was_taken_back_is_not_missing_and_may_happen_later() -> None:
    ref = uuid4()
    ledger.append(ref, cause="deadline", at=NOON)
    ledger.append(ref, cause=ledger.TAKEN_BACK, at=NOON + timedelta(days=1))
    assert ledger.missing() == []

    ledger.append(ref, cause="family", at=NOON + timedelta(days=2))
    assert [line.cause for line in ledger.missing()] == ["family"]


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        ledger.require_replayed()
    assert left.value.code == 1
    return capsys.readouterr().err


@pytest.fixture
def stays_open(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """The start closes the connection for its workers; here the test still needs it."""
    monkeypatch.setattr(connection, "close", lambda: None)


@pytest.mark.usefixtures("stays_open")
def test_a_server_starts_when_ledger_and_database_agree() -> None:
    ledger.require_replayed()
    erase(uuid4())
    ledger.require_replayed()


@pytest.mark.usefixtures("stays_open")
def test_a_database_older_than_an_erasure_is_not_served(
    capsys: pytest.CaptureFixture[str],
) -> None:
    erase(uuid4())
    Erasure.objects.all().delete()

    said = refusal(capsys)
    assert "älter als 1 Löschung(en)" in said
    assert "manage.py replay_erasures" in said


@pytest.mark.usefixtures("stays_open")
def test_a_lost_ledger_is_noticed_at_the_start(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(uuid4())
    file.unlink()

    said = refusal(capsys)
    assert "fehlen 1 Löschung(en)" in said
    assert "--complete-ledger" in said


@pytest.mark.usefixtures("stays_open")
def test_a_damaged_ledger_stops_the_start(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("{\n", encoding="utf-8")

    assert "in Zeile 1 beschädigt" in refusal(capsys)


def test_several_processes_write_whole_lines(file: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from uuid import uuid4; from datetime import datetime, UTC\n"
        "from lotsen.vault import ledger\n"
        "for _ in range(40): ledger.append(uuid4(), cause='family', at=datetime.now(UTC))\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "lotsen.settings.development",
        "LOTSEN_ERASURE_LEDGER": str(file),
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment) for _ in range(3)
    ]

    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len({line.ref for line in ledger.read()}) == 120


def test_moments_keep_their_time_zone() -> None:
    at = datetime(2026, 3, 2, 13, tzinfo=UTC)
    ledger.append(uuid4(), cause="family", at=at)

    assert ledger.read()[0].at == at
