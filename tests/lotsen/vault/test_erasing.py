"""What is erased stays erased: no new key, nothing in the index, nothing in the files."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lotsen.errors import Refusal
from lotsen.vault import erasing, indexing
from lotsen.vault.models import CaseKey, IndexEntry, SealedText
from tests.builders import NOON
from tests.lotsen.vault.openings import seal

ROOT = Path(__file__).parents[3]


def erase(ref: UUID) -> int:
    return erasing.erase(ref, cause="family", at=NOON)


@pytest.mark.django_db
def test_an_erased_case_is_found_by_no_search() -> None:
    gone, kept = uuid4(), uuid4()
    for ref in (gone, kept):
        seal(ref, "0171 3920011", field="phone")
        indexing.enter(ref, "phone", ["491713920011"], NOON)

    erase(gone)

    assert indexing.candidates("phone", "491713920011") == [kept]
    assert not IndexEntry.objects.filter(ref=gone).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("had_texts", [True, False])
def test_nothing_is_ever_sealed_for_an_erased_case_again(*, had_texts: bool) -> None:
    ref = uuid4()
    if had_texts:
        seal(ref, "Aylin")
    erase(ref)

    with pytest.raises(Refusal) as refused:
        seal(ref, "Aylin")
    assert refused.value.code == "case_erased"
    assert not CaseKey.objects.exists()
    assert not SealedText.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_seals_and_who_erases_at_once_leave_no_key() -> None:
    def do(deed: tuple[bool, UUID]) -> str | None:
        erases, ref = deed
        try:
            if erases:
                erase(ref)
            else:
                seal(ref, "Aylin", kind="note", field="text")
        except Refusal as refused:
            return refused.code
        finally:
            connection.close()
        return None

    refs = [uuid4() for _ in range(20)]
    with ThreadPoolExecutor(4) as people:
        deeds = [(erases, ref) for ref in refs for erases in (False, True, False)]
        assert set(people.map(do, deeds)) <= {None, "case_erased"}

    assert not CaseKey.objects.exists()
    assert not SealedText.objects.exists()


# Erases 200 families in a database file and looks for their texts and wrapped keys in it and in
# its log, while the database is still open.
LOOK = """
import json, os, sys
from pathlib import Path
import django
django.setup()
from uuid import uuid4
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now
from lotsen.vault import erasing, sealing
from lotsen.vault.models import CaseKey, SealedText
if sys.argv[1] == "without":
    erasing.empty_logs = lambda: None
call_command("migrate", "vault", verbosity=0)
refs = [uuid4() for _ in range(200)]
for ref in refs:
    sealing.seal(ref, kind="note", field="text", text="Aylin " * 20, at=now())
secrets = [bytes(row) for row in CaseKey.objects.values_list("wrapped", flat=True)]
secrets += [bytes(row) for row in SealedText.objects.values_list("ciphertext", flat=True)]
file = connection.settings_dict["NAME"]
def found(path):
    content = Path(path).read_bytes()
    return sum(secret in content for secret in secrets)
before = found(file) + found(file + "-wal")
for ref in refs:
    erasing.erase(ref, cause="family", at=now())
print(json.dumps([before >= 400, found(file), found(file + "-wal")]))
"""


def look(folder: Path, how: str) -> tuple[bool, int, int]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "lotsen.settings.development",
        "DATABASE_URL": f"sqlite:///{folder}/main.sqlite3",
        "LOTSEN_ERASURE_LEDGER": str(folder / "erasures.jsonl"),
        "LOTSEN_KEY_PROVIDER": "env",
        "LOTSEN_KEYRING": os.environ["LOTSEN_KEYRING"],
    }
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, how],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return tuple(json.loads(ended.stdout))


@pytest.mark.sqlite
def test_neither_the_database_file_nor_its_log_keeps_what_was_erased(tmp_path: Path) -> None:
    assert look(tmp_path, "with") == (True, 0, 0)


@pytest.mark.sqlite
def test_without_emptying_the_log_it_would_keep_it(tmp_path: Path) -> None:
    """Why `empty_logs` is there: the write-ahead log holds the pages as they were."""
    were_there, _, in_log = look(tmp_path, "without")

    assert were_there
    assert in_log > 0


@pytest.mark.postgres
def test_postgresql_has_no_log_to_empty(db: None) -> None:
    assert erasing.empty_logs() is True


@pytest.mark.sqlite
def test_a_log_in_use_is_told_and_does_no_harm(db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert erasing.empty_logs() is False  # the test's own transaction uses it
    assert "was not emptied" in caplog.text
