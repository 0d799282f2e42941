"""The drill with few cases, on the database of this round, in processes and databases apart."""

from pathlib import Path

from django.db import connection

from benchmarks import restore_drill
from tests.serving import lay_migrated


def test_nothing_erased_comes_back_with_an_older_backup(
    django_db_setup: None, tmp_path: Path
) -> None:
    lay_migrated(tmp_path / "main.sqlite3")
    db = "sqlite" if connection.vendor == "sqlite" else "postgres"

    report = restore_drill.run(6, 2, db, tmp_path)

    assert report.holds, report
    assert "älter als 2 Löschung(en)" in report.refusal
