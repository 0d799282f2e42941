"""Backup and restore of a SQLite file: all or nothing, and nothing erased comes back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks import restore_drill
from tests.referrals.installation import ERASED, FAMILIES, Installation, opened, rows
from tests.serving import lay_migrated

pytestmark = pytest.mark.sqlite
ALL_OPEN = {"came_back": 0, "opened": FAMILIES - ERASED}


@pytest.fixture(scope="module")
def pattern(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation")
    lay_migrated(folder / "main.sqlite3")
    made = restore_drill.python(
        folder, f"sqlite:///{folder}/main.sqlite3", "make", FAMILIES, ERASED
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def here(pattern: Path, tmp_path: Path) -> Installation:
    shutil.copytree(pattern, tmp_path, dirs_exist_ok=True)
    return Installation(tmp_path, f"sqlite:///{tmp_path}/main.sqlite3")


def test_a_backup_is_one_file_of_its_owner_without_keys_or_ledger(here: Installation) -> None:
    with closing(sqlite3.connect(here.database)) as somebody:  # writes at the same moment
        somebody.execute("BEGIN IMMEDIATE")
        somebody.execute("DELETE FROM vault_casekey")
        said = here.done("backup", "now.backup")

    file = here.folder / "now.backup"
    assert file.stat().st_mode & 0o777 == 0o600
    assert rows(file, "SELECT count(*) FROM vault_casekey") == [(FAMILIES - ERASED,)]
    keys = (here.folder / "keyring.json").read_text().split('"')
    for secret in [word for word in keys if len(word) > 40]:
        assert secret.encode() not in file.read_bytes()
    assert str(here.ledger) in said
    assert not [path for path in here.folder.iterdir() if path.name.startswith("now.backup.")]

    assert "bleibt unverändert" in here.refused("backup", "now.backup")


def test_a_database_is_replaced_only_when_asked_to(here: Installation) -> None:
    assert "--replace" in here.refused("restore", "before.backup")


def test_an_empty_place_is_filled_without_asking(here: Installation) -> None:
    here.database.unlink()

    assert "1 Löschung(en) nachgeholt" in here.done("restore", "before.backup")
    assert here.look() == ALL_OPEN
    assert here.database.stat().st_mode & 0o777 == 0o600


def test_a_family_that_came_and_went_after_the_backup_does_not_stop_the_start(
    here: Installation,
) -> None:
    with here.ledger.open("a") as ledger:
        ledger.write(f'{{"at":"2026-03-02T12:00:00+00:00","ref":"{uuid4()}","cause":"family"}}\n')

    here.done("restore", "before.backup", "--replace")
    assert here.look() == ALL_OPEN


def test_nobody_stays_signed_in_across_a_restore(here: Installation) -> None:
    with opened(here.backup) as backup:
        backup.execute(
            "INSERT INTO accounts_session (session_key, session_data, expire_date)"
            " VALUES ('k', 'd', '2999-01-01')"
        )

    here.done("restore", "before.backup", "--replace")
    assert rows(here.database, "SELECT count(*) FROM accounts_session") == [(0,)]


def test_without_the_ledger_nothing_is_restored_unless_it_is_lost_for_good(
    here: Installation,
) -> None:
    here.database.unlink()
    here.ledger.rename(here.folder / "elsewhere")
    assert "fehlt" in here.refused("restore", "before.backup")

    here.done("restore", "before.backup", "--without-ledger")
    assert here.starts()


def test_a_ledger_older_than_the_backup_is_noticed(here: Installation) -> None:
    here.done("backup", "later.backup")
    here.database.unlink()
    here.ledger.write_text("")

    assert "ist älter als die Sicherung: 1" in here.refused("restore", "later.backup")


def test_erasures_that_only_the_replaced_database_knows_are_not_forgotten(
    here: Installation,
) -> None:
    here.ledger.unlink()

    here.done("restore", "before.backup", "--replace")
    assert here.look() == ALL_OPEN
    assert here.erased in here.ledger.read_text()


def test_a_damaged_backup_replaces_nothing(here: Installation) -> None:
    content = bytearray(here.backup.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    here.backup.write_bytes(content)
    (here.folder / "half.backup").write_bytes(content[: len(content) // 2])

    for file in ("before.backup", "half.backup"):
        said = here.refused("restore", file, "--replace")
        assert "beschädigt" in said
        assert "Es wurde nichts geändert" in said


def test_what_is_no_backup_of_this_lotsen_replaces_nothing(here: Installation) -> None:
    with opened(here.backup) as backup:
        backup.execute(
            "INSERT INTO django_migrations VALUES (9999, 'vault', '0999_later', '2999-01-01')"
        )
    with opened(here.folder / "other.backup") as other:
        other.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
    (here.folder / "postgres.backup").write_bytes(b"PGDMP\x01\x0e")

    assert "neueren Fassung" in here.refused("restore", "before.backup", "--replace")
    assert "keine Sicherung von lotsen" in here.refused("restore", "other.backup", "--replace")
    assert "stammt aus postgresql" in here.refused("restore", "postgres.backup", "--replace")


def test_a_backup_of_an_older_lotsen_is_brought_to_todays_tables(here: Installation) -> None:
    with opened(here.backup) as backup:
        for table in (
            "vault_erasure", "vault_indexentry", "vault_indexkey", "vault_purposekey",
            "referrals_goalstep", "referrals_measure", "referrals_goal", "referrals_tally",
            "referrals_contextfigure", "referrals_release", "referrals_sitemonth",
            "referrals_staffing",
        ):  # fmt: skip
            backup.execute(f"DROP TABLE {table}")
        for column in ("house", "recipient", "municipality"):
            backup.execute(f"ALTER TABLE referrals_delta DROP COLUMN {column}")
        backup.execute("DELETE FROM django_migrations WHERE app = 'vault' AND name > '0002'")
        # The fence builds on it, and made nothing on this database; what follows came later still.
        backup.execute("DELETE FROM django_migrations WHERE app = 'referrals' AND name > '0005'")

    here.done("restore", "before.backup", "--replace")
    assert here.look() == ALL_OPEN


def test_a_database_in_use_is_not_replaced(here: Installation) -> None:
    with closing(sqlite3.connect(here.database)) as somebody:
        somebody.execute("SELECT * FROM referrals_case").fetchone()
        ended = here.manage("restore", "before.backup", "--replace")

    assert ended.returncode == 1
    assert "ist in Gebrauch" in ended.stderr
    assert here.look() == ALL_OPEN


def test_a_damaged_database_gives_way_with_its_log(here: Installation) -> None:
    here.database.write_bytes(b"no database" * 1000)
    wal = here.folder / "main.sqlite3-wal"
    wal.write_bytes(b"old log" * 1000)

    said = here.manage("restore", "before.backup", "--replace")
    assert said.returncode == 0, said.stderr
    assert "nicht lesbar" in said.stderr
    assert not wal.exists()
    assert here.look() == ALL_OPEN


@pytest.mark.parametrize(("choice", "cases"), [("keep", FAMILIES), ("erase", FAMILIES - ERASED)])
def test_a_case_worked_on_after_its_erasure_is_erased_only_when_somebody_says_so(
    here: Installation, choice: str, cases: int
) -> None:
    """The erasure was rolled back after its line was written, and then the family came again."""
    with opened(here.backup) as backup:
        backup.execute("UPDATE referrals_case SET touched_at = '2999-01-01 00:00:00'")

    assert "Bitte wählen" in here.refused("restore", "before.backup", "--replace")

    here.done("restore", "before.backup", "--replace", "--touched", choice)
    assert rows(here.database, "SELECT count(*) FROM referrals_case") == [(cases,)]
    assert rows(here.database, "SELECT count(*) FROM vault_casekey") == [(cases,)]
    assert here.starts()


def test_an_older_database_put_back_by_hand_is_mended_by_one_command(here: Installation) -> None:
    shutil.copy(here.backup, here.database)
    assert not here.starts()

    assert "1 Löschung(en) nachgeholt" in here.done("replay_erasures")
    assert "0 Löschung(en) nachgeholt" in here.done("replay_erasures")
    assert here.look() == ALL_OPEN


def test_a_lost_ledger_is_written_again_from_the_database(here: Installation) -> None:
    before = here.ledger.read_text()
    here.ledger.unlink()
    assert not here.starts()

    assert "1 im Löschverzeichnis ergänzt" in here.done("replay_erasures", "--complete-ledger")
    assert here.ledger.read_text() == before
    assert here.starts()
