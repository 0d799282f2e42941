"""Backup and restore on PostgreSQL: all or nothing, and nothing erased comes back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import restore_drill
from tests.referrals.installation import ERASED, FAMILIES, Installation

pytestmark = pytest.mark.postgres
ALL_OPEN = {"came_back": 0, "opened": FAMILIES - ERASED}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests of this file: each leaves it whole."""
    folder = tmp_path_factory.mktemp("installation")
    with restore_drill.databases("postgres", folder) as (url, _):
        made = restore_drill.python(folder, url, "make", FAMILIES, ERASED)
        assert made.returncode == 0, made.stderr
        yield Installation(folder, url)


def ask(here: Installation, sql: str) -> Any:
    import psycopg  # only the round on PostgreSQL needs it

    with psycopg.connect(here.url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_backup_is_a_file_of_its_owner_and_comes_back_without_the_erased(
    here: Installation,
) -> None:
    here.done("backup", "now.backup")
    assert (here.folder / "now.backup").stat().st_mode & 0o777 == 0o600
    assert "bleibt unverändert" in here.refused("backup", "now.backup")
    assert "--replace" in here.refused("restore", "before.backup")

    said = here.done("restore", "before.backup", "--replace")
    assert "1 Löschung(en) nachgeholt" in said
    assert "grant_serving_role" in said
    assert here.look() == ALL_OPEN


def test_what_the_backup_does_not_have_is_gone_after_it(here: Installation) -> None:
    """A table of a newer lotsen would stand in the way of its own migration later."""
    ask(here, "CREATE TABLE referrals_later (id int, case_id uuid REFERENCES referrals_case)")

    here.done("restore", "before.backup", "--replace")
    assert ask(here, "SELECT to_regclass('referrals_later')") is None
    assert here.look() == ALL_OPEN


def test_audit_rows_still_only_grow_after_a_restore(here: Installation) -> None:
    import psycopg

    here.done("restore", "before.backup", "--replace")
    assert ask(here, "SELECT count(*) FROM audit_accessevent") > 0
    with pytest.raises(psycopg.Error, match="append-only"):
        ask(here, "DELETE FROM audit_accessevent")


def test_a_damaged_backup_replaces_nothing(here: Installation) -> None:
    whole = (here.folder / "before.backup").read_bytes()
    (here.folder / "half.backup").write_bytes(whole[: len(whole) // 2])
    middle = len(whole) // 2
    (here.folder / "bent.backup").write_bytes(
        whole[:middle] + b"\xa5" * 400 + whole[middle + 400 :]
    )

    for file in ("half.backup", "bent.backup"):
        said = here.refused("restore", file, "--replace")
        assert "beschädigten Sicherung" in said
    assert here.look() == ALL_OPEN


def test_a_restore_that_fails_in_the_middle_leaves_everything_as_it_was(
    here: Installation,
) -> None:
    ask(here, "ALTER TABLE vault_erasure RENAME TO kept_aside")
    ask(here, "CREATE VIEW vault_erasure AS SELECT 1")  # stands in the way
    ask(here, "CREATE TABLE public.untouched (id int)")

    assert "Es wurde nichts geändert" in here.refused("restore", "before.backup", "--replace")

    assert ask(here, "SELECT to_regclass('untouched')") is not None
    ask(here, "DROP TABLE untouched")
    ask(here, "DROP VIEW vault_erasure")
    ask(here, "ALTER TABLE kept_aside RENAME TO vault_erasure")
    assert here.look() == ALL_OPEN


def test_what_could_not_be_erased_again_is_not_served(here: Installation) -> None:
    """Here a person has to choose first: somebody worked on the case after its line."""
    living = json.loads((here.folder / "families.json").read_text())[1][0]
    with here.ledger.open("a") as ledger:
        ledger.write(f'{{"at":"2026-03-02T12:00:00+00:00","ref":"{living}","cause":"family"}}\n')

    ended = here.manage("restore", "before.backup", "--replace")
    assert ended.returncode == 1
    assert "der Server startet so nicht" in ended.stderr
    assert "Bitte wählen" in ended.stderr
    assert not here.starts()

    here.done("replay_erasures", "--touched", "keep")
    assert here.look() == ALL_OPEN


def test_a_database_in_use_is_not_replaced(here: Installation) -> None:
    import psycopg

    with psycopg.connect(here.url):
        assert "noch 1 andere verbunden" in here.refused("restore", "before.backup", "--replace")


def test_the_serving_role_is_told_that_it_cannot_back_up(
    here: Installation, tmp_path: Path
) -> None:
    """The fence hides rows from the serving role; a backup without them would be none."""
    role = f"lotsen_drill_{here.url.rsplit('_', 2)[1]}"
    ask(here, f"CREATE ROLE {role} LOGIN")
    try:
        here.done("grant_serving_role", role)
        host = here.url.rpartition("@")[2]
        serving = Installation(here.folder, f"postgres://{role}@{host}")
        said = serving.refused("backup", str(tmp_path / "half.backup"))
        assert "LOTSEN_MIGRATION_DATABASE_URL" in said
    finally:
        ask(here, f"DROP OWNED BY {role}")
        ask(here, f"DROP ROLE {role}")
