"""Backups of SQLite: one file, taken by SQLite's own online copy."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

from django.db import connection

from lotsen.backups import files
from lotsen.backups.files import BackupProblem, Inside

_PATIENCE = 20  # seconds to wait for a writer
_LOGS = ("-wal", "-shm")


def save(file: Path) -> None:
    """Copy the database as it is at one moment into `file`; others go on reading and writing.

    Raises:
        BackupProblem: there is no database, or the copy is not sound.
    """
    database = _database()
    if not database.is_file():
        raise BackupProblem(f"Die Datenbank {database} gibt es nicht. Bitte DATABASE_URL prüfen.")
    try:
        with _opened(database, "rw") as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
            _require_sound(copy, file)
    except sqlite3.Error as problem:
        raise BackupProblem(
            f"Die Datenbank {database} lässt sich nicht sichern. SQLite meldet: {problem}"
        ) from None


def look_into(file: Path) -> Inside:
    """What stands in a backup.

    Raises:
        BackupProblem: it is damaged, or no backup of lotsen.
    """
    try:
        with _opened(file, "ro&immutable=1") as copy:
            _require_sound(copy, file)
            return Inside(
                frozenset(
                    (app, name) for app, name in _rows(copy, "django_migrations", "app, name")
                ),
                frozenset(UUID(ref) for (ref,) in _rows(copy, "vault_erasure", "ref")),
            )
    except (sqlite3.Error, ValueError):
        raise _damaged(file) from None


def holds_data() -> bool:
    """Whether there is anything to be overwritten; a damaged database counts."""
    database = _database()
    if not database.exists() or not database.stat().st_size:
        return False
    try:
        with _opened(database, "rw") as opened:
            return bool(opened.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())
    except sqlite3.Error:
        return True


@contextmanager
def installed(file: Path) -> Iterator[None]:
    """Django's connection speaks to a copy of `file`; it takes the place of the database when the
    block ends well. Until then, and if it ends otherwise, the database is as it was.

    Raises:
        BackupProblem: the database is in use, or the folder cannot be written to.
    """
    database = _database()
    staged = database.with_name(f"{database.name}.wird-zurueckgespielt")
    _remove_logs(staged)
    files.copy(file, staged)
    try:
        _connect_to(staged)
        yield
        _connect_to(database)
        _fold_log(staged)
        _make_way(database)
        files.put_in_place(staged, database)
    finally:
        _connect_to(database)
        staged.unlink(missing_ok=True)
        _remove_logs(staged)


def _database() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _connect_to(database: Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(database)


def _opened(file: Path, mode: str) -> closing[sqlite3.Connection]:
    address = f"{file.resolve().as_uri()}?mode={mode}"
    return closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE))


def _require_sound(copy: sqlite3.Connection, file: Path) -> None:
    if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise _damaged(file)


def _rows(copy: sqlite3.Connection, table: str, columns: str) -> list[tuple[str, ...]]:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not copy.execute(known, [table]).fetchone():
        return []  # older than the table
    return copy.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608  our own words


def _fold_log(database: Path) -> None:
    """Everything into the one file, and no log beside it."""
    with closing(sqlite3.connect(database, timeout=2)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")


def _make_way(database: Path) -> None:
    """Take away the log of the database to be replaced: SQLite would apply it to the new one."""
    if not database.exists():
        return
    try:
        _fold_log(database)
    except sqlite3.OperationalError:
        raise BackupProblem(
            f"Die Datenbank {database} ist in Gebrauch. Bitte den Server und laufende "
            "Befehle anhalten und noch einmal versuchen."
        ) from None
    except sqlite3.DatabaseError:  # damaged: that is why it is replaced
        _remove_logs(database)


def _remove_logs(database: Path) -> None:
    for suffix in _LOGS:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _damaged(file: Path) -> BackupProblem:
    return BackupProblem(f"Die Sicherung {file} ist beschädigt. Bitte eine andere nehmen.")
