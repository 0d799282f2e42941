"""What `verify_audit` says. That it finds every attack: tests/benchmarks/test_audit_tampering.py"""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.seals.actions import seal_waiting
from lotsen.seals.findings import Findings
from lotsen.seals.models import Seal, Unsealed
from lotsen.vault import purposes
from lotsen.vault.purposes import Purpose
from tests.flushing import unguarded

type Found = Callable[[], Findings]


def verified(*words: str) -> str:
    out = StringIO()
    call_command("verify_audit", *words, stdout=out)
    return out.getvalue()


def test_what_nobody_touched_is_sound(saw: Any, found: Found) -> None:
    rows = AccessEvent.objects.count() + ChangeEntry.objects.count()
    seal_waiting(at=now())
    purposes.begin_anew(Purpose.SEAL_LOG, at=now())  # older seals hold with the older key
    saw()
    seal_waiting(at=now())
    saw()

    after = found()
    assert after.sound
    assert (after.rows, after.waiting, after.dropped) == (rows + 1, 1, 0)
    assert len(after.keys) == 2
    said = verified()
    assert "unverändert" in said
    for fingerprint in after.keys:
        assert f"Fingerabdruck des Siegelschlüssels: {fingerprint}" in said


def test_an_empty_database_is_sound(db: None, found: Found) -> None:
    assert found().sound


def test_the_first_bad_row_is_named_and_all_are_counted(saw: Any, found: Found) -> None:
    events = [saw() for _ in range(6)]
    seal_waiting(at=now())
    gone, *changed = events[:3]
    with unguarded():
        AccessEvent.objects.filter(pk=gone.pk).delete()
        for event in changed:
            AccessEvent.objects.filter(pk=event.pk).update(reason="none")
    with unguarded(), connection.cursor() as cursor:
        extra = saw()
        cursor.execute("DELETE FROM seals_unsealed")

    after = found()
    assert (after.missing, after.changed, after.extra) == (1, 2, 1)
    with pytest.raises(CommandError) as refusal:
        verified()
    said = str(refusal.value)
    assert refusal.value.returncode == 1
    assert f"Zugriffsereignis {gone.pk} aus Siegel" in said
    assert f"Zugriffsereignis {changed[0].pk} wurde nach Siegel" in said
    assert f"Zugriffsereignis {extra.pk} ist ohne Siegel" in said
    assert "Fehlende Zeilen: 1. Veränderte: 2. Überzählige: 1." in said


def test_many_bad_rows_are_counted_and_few_are_named(saw: Any, found: Found) -> None:
    for _ in range(40):
        saw()
    seal_waiting(at=now())
    sealed = AccessEvent.objects.count()
    with unguarded(), connection.cursor() as cursor:
        AccessEvent.objects.all().delete()
        for _ in range(30):
            saw()
        cursor.execute("DELETE FROM seals_unsealed")

    after = found()
    assert (after.missing, after.extra) == (sealed, 30)
    assert len(after.named) == 20


@pytest.mark.parametrize(
    ("column", "value"), [("shown", "no json"), ("at", "yesterday"), ("id", "no uuid")]
)
@pytest.mark.sqlite
def test_what_no_column_can_hold_is_a_finding_and_no_crash(
    saw: Any, found: Found, column: str, value: str
) -> None:
    """SQLite keeps whatever it is given."""
    event = saw()
    seal_waiting(at=now())
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE audit_accessevent SET {column} = %s WHERE id = %s",  # noqa: S608
                       [value, event.pk.hex])  # fmt: skip
        cursor.execute("PRAGMA ignore_check_constraints = OFF")

    assert not found().sound


@pytest.mark.parametrize("column", ["first", "count", "ids", "key", "total"])
@pytest.mark.sqlite
def test_a_seal_that_cannot_be_read_is_a_finding(saw: Any, found: Found, column: str) -> None:
    seal_waiting(at=now())
    saw()
    seal_waiting(at=now())
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE seals_seal SET \"{column}\" = '?' WHERE n = 1")  # noqa: S608

    after = found()
    assert not after.sound
    assert after.named[0].startswith("Siegel 1 ")


def test_a_row_that_waits_too_long_is_a_finding(saw: Any, found: Found) -> None:
    Unsealed.objects.all().delete()
    with unguarded():
        AccessEvent.objects.all().delete()
        ChangeEntry.objects.all().delete()
    saw()
    assert found().sound
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        late = found()
    assert late.named == [
        (
            "1 Zeile(n) warten länger als 5 Minuten auf ihr Siegel. Läuft der Arbeiter (manage.py "
            "worker)?"
        )
    ]


def test_a_missing_anchor_is_a_finding(saw: Any, anchor_file: Path) -> None:
    seal_waiting(at=now())
    anchor_file.unlink()
    with pytest.raises(CommandError, match="Ohne ihn fällt nicht auf"):
        verified()


def test_a_copy_from_elsewhere_proves_as_well(saw: Any, anchor_file: Path, tmp_path: Path) -> None:
    seal_waiting(at=now())
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(anchor_file.read_bytes())
    saw()
    seal_waiting(at=now())
    assert "unverändert" in verified("--anchor", str(copy))

    copy.write_text("not an anchor\n")
    with pytest.raises(CommandError, match="beschädigt"):
        verified("--anchor", str(copy))


def test_lines_written_while_it_reads_are_of_later(
    saw: Any, anchor_file: Path, found: Found
) -> None:
    """What is sealed after the moment that is read stands in the anchor and not yet in the
    database as it was."""
    from lotsen.seals import anchor, verifying

    seal_waiting(at=now())
    length = anchor.size(anchor_file)
    with anchor_file.open("a") as file:
        file.write('{"n":99,"hash":"00","count":1,"at":"","signature":""}\n')
    findings = Findings()
    verifying._check_anchor(findings, anchor_file, length)

    assert findings.sound
    assert not found().sound


def test_a_signature_needs_the_keyring_of_this_installation(
    saw: Any, found: Found, settings: Any
) -> None:
    seal_waiting(at=now())
    settings.INSTANCE = "another"
    after = found()

    assert after.bad == Seal.objects.count()
    assert "keine gültige Unterschrift" in after.named[0]
