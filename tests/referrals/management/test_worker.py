"""The worker beside the server: seals, ends when asked, and outlasts what passes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils.timezone import now

from benchmarks import restore_drill
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.seals import actions, months
from lotsen.seals.models import Seal, Unsealed
from lotsen.vault.keyproblems import KeyringProblem
from referrals.facts import actions as facts
from referrals.facts.models import Delta, Tally
from referrals.facts.rules import Kind
from referrals.management.commands import worker
from referrals.management.commands.worker import Loop
from referrals.statistics import actions as statistics
from referrals.statistics.models import Release
from tests.conftest import Cast
from tests.serving import lay_migrated

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    return tmp_path / "anchor.jsonl"


def test_once_seals_and_says_how_many(db: None) -> None:
    events.record(Deed.READ, actor=None, object_type="case")
    out = StringIO()
    call_command("worker", "--once", stdout=out)
    assert out.getvalue() == "1 Zeile(n) gesiegelt.\n"


def test_a_row_is_sealed_within_five_seconds() -> None:
    """By the pause between two runs; how long a run takes is measured in docs/performance.md."""
    assert worker.PAUSE <= 2


def test_a_run_leaves_a_heartbeat_with_nothing_in_it(db: None, anchor_file: Path) -> None:
    Loop().step()
    beat = anchor_file.with_suffix(".heartbeat")
    assert (beat.read_bytes(), beat.stat().st_mode & 0o777) == (b"", 0o600)


@pytest.mark.once
@pytest.mark.parametrize(
    "trouble", [OperationalError("Key (name)=(Petra)"), KeyringProblem("Der Schlüsselbund fehlt")]
)
def test_what_passes_is_told_once_and_tried_again(
    db: None, monkeypatch: Any, caplog: Any, trouble: Exception
) -> None:
    events.record(Deed.READ, actor=None, object_type="case")
    loop = Loop()

    def fail(**_: Any) -> int:
        raise trouble

    with monkeypatch.context() as broken:
        broken.setattr(actions, "seal_waiting", fail)
        broken.setattr(worker.connection, "close", lambda: None)  # the test's own transaction
        for _ in range(3):
            loop.step()
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert "Petra" not in told[0]  # a database repeats values
    loop.step()
    caplog.clear()
    assert (Seal.objects.count(), Unsealed.objects.count()) == (1, 0)


@pytest.mark.once
def test_a_mistake_in_the_program_is_not_hidden(db: None, monkeypatch: Any) -> None:
    def fail(**_: Any) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "seal_waiting", fail)
    with pytest.raises(ZeroDivisionError):
        Loop().step()


def test_months_are_looked_after_now_and_then(db: None, monkeypatch: Any) -> None:
    asked = []
    monkeypatch.setattr(months, "ensure_ahead", lambda at: asked.append(at))
    loop = Loop()
    for _ in range(3):
        loop.step()
    assert len(asked) == 1


def test_a_run_folds_what_was_counted(cast: Cast) -> None:
    facts.note(Kind.CASE_OPENED, case=cast.case, at=now())
    Loop().step()

    assert (Tally.objects.get().value, Delta.objects.exists()) == (1, False)


def test_what_is_due_is_frozen_and_asked_for_once_an_hour(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[datetime] = []
    due = statistics.due
    monkeypatch.setattr(statistics, "due", lambda today: asked.append(today) or due(today))
    moment = datetime(2026, 10, 16, 3, tzinfo=UTC)
    facts.note(Kind.CASE_OPENED, case=cast.case, at=moment - timedelta(days=60))
    with time_machine.travel(moment, tick=False) as traveller:
        loop = Loop()
        for minutes in (0, 20, 39, 2):  # three within an hour, one after it
            traveller.shift(timedelta(minutes=minutes))
            loop.step()

    assert [release.period for release in Release.objects.all()] == ["2026Q3"]
    assert len(asked) == 2
    assert [record.getMessage() for record in caplog.records] == ["Frozen: duesseldorf 2026Q3"]


def test_once_freezes_too_and_says_so(cast: Cast) -> None:
    moment = datetime(2026, 10, 16, 3, tzinfo=UTC)
    facts.note(Kind.CASE_OPENED, case=cast.case, at=moment - timedelta(days=60))
    out = StringIO()
    with time_machine.travel(moment, tick=False):
        call_command("worker", "--once", stdout=out)

    assert out.getvalue().splitlines()[-1] == "Düsseldorf: 2026Q3 eingefroren."


@pytest.mark.once
def test_a_fold_that_fails_leaves_no_heartbeat(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, anchor_file: Path
) -> None:
    def fail(**_: Any) -> int:
        raise OperationalError

    monkeypatch.setattr(statistics, "fold", fail)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    Loop().step()

    assert not anchor_file.with_suffix(".heartbeat").exists()
    assert "OperationalError" in caplog.records[0].getMessage()
    caplog.clear()


@pytest.mark.once
def test_a_keyring_of_another_database_is_a_sentence(db: None, monkeypatch: Any) -> None:
    from lotsen.crypto.envelope import Unopenable

    def fail(**_: Any) -> int:
        raise Unopenable

    monkeypatch.setattr(actions, "seal_waiting", fail)
    with pytest.raises(CommandError, match="Gehört der Schlüsselbund zu dieser Datenbank"):
        call_command("worker", "--once")


@pytest.fixture
def installation(django_db_setup: None, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a server on a database of its own, where a row waits."""
    lay_migrated(tmp_path / "main.sqlite3")
    with restore_drill.databases("sqlite", tmp_path) as (url, _):
        made = restore_drill.manage(tmp_path, url, "create_keyring", "keyring.json")
        assert made.returncode == 0, made.stderr
        seen = restore_drill.run_in(
            tmp_path, url, "-c", "import django; django.setup();"
            "from lotsen.audit import events; events.record('read', actor=None, object_type='x')",
        )  # fmt: skip
        assert seen.returncode == 0, seen.stderr
        yield {"url": url}


@pytest.mark.sqlite
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_and_has_sealed(
    installation: dict[str, str], tmp_path: Path, asked: signal.Signals
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "lotsen.settings.production", "LOTSEN_SECRET_KEY": "x" * 60,
        "LOTSEN_KEYRING_FILE": str(tmp_path / "keyring.json"), "DATABASE_URL": installation["url"],
        "LOTSEN_AUDIT_ANCHOR": str(tmp_path / "audit-anchor.jsonl"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "worker"], cwd=tmp_path, env=environment,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        beat = tmp_path / "audit-anchor.heartbeat"
        until = time.monotonic() + 60
        while not beat.exists() and running.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert beat.exists()
        running.send_signal(asked)
        assert running.wait(30) == 0
    finally:
        running.kill()
        running.communicate()
    assert (tmp_path / "audit-anchor.jsonl").read_text().startswith('{"n":1,')
    proved = restore_drill.manage(tmp_path, installation["url"], "verify_audit")
    assert proved.returncode == 0, proved.stderr
    assert "1 Zeilen in 1 Siegeln" in proved.stdout


def test_after_a_restore_only_in_a_single_run(db: None) -> None:
    with pytest.raises(CommandError, match="mit --once"):
        call_command("worker", "--after-restore")
