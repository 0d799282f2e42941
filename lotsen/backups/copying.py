"""Saving the configured database, and putting a backup in its place."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from lotsen.backups import files, postgres, sqlite
from lotsen.backups.files import BackupProblem, Inside


class Engine(Protocol):
    """What each kind of database answers in a module of its own."""

    def save(self, file: Path) -> None: ...
    def look_into(self, file: Path) -> Inside: ...
    def holds_data(self) -> bool: ...
    def installed(self, file: Path) -> AbstractContextManager[None]: ...


_BY_VENDOR: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgres}
_OURS = ("vault", "0001_initial")  # a migration that every lotsen has


def save(file: Path) -> None:
    """The database as it is at one moment, as a new file that its owner alone may read.

    Raises:
        BackupProblem: the file exists, or something is missing; nothing is left behind.
    """
    with files.new(file) as growing:
        _BY_VENDOR[connection.vendor].save(growing)


def look_into(file: Path) -> Inside:
    """What stands in a backup that this lotsen can put back. Reads all of it, changes nothing.

    Raises:
        BackupProblem: no backup of lotsen, damaged, of another kind of database, or of a newer
            lotsen.
    """
    vendor = files.vendor(file)
    if vendor != connection.vendor:
        raise BackupProblem(
            f"Die Sicherung {file} stammt aus {vendor}, DATABASE_URL nennt {connection.vendor}. "
            "Zurückgespielt wird nur in dieselbe Art von Datenbank."
        )
    inside = _BY_VENDOR[vendor].look_into(file)
    if _OURS not in inside.migrations:
        raise BackupProblem(f"Die Datei {file} ist keine Sicherung von lotsen.")
    if newer := inside.migrations - MigrationLoader(None).disk_migrations.keys():
        raise BackupProblem(
            f"Die Sicherung {file} stammt aus einer neueren Fassung von lotsen (unbekannt: "
            f"{', '.join(sorted(map('.'.join, newer))[:3])}). Bitte diese Fassung einspielen."
        )
    return inside


def holds_data() -> bool:
    """Whether the configured database has anything that a restore would overwrite."""
    return _BY_VENDOR[connection.vendor].holds_data()


@contextmanager
def installed(file: Path) -> Iterator[None]:
    """The backup in place of the database, brought to the tables of this lotsen.

    In the block the connection speaks to the restored database, which nobody is served from yet:
    SQLite puts it in place when the block ends well; a PostgreSQL left here is older than its
    ledger. Nobody stays signed in across a restore.

    Raises:
        BackupProblem: it cannot be put in place; the database is as it was.
    """
    with _BY_VENDOR[connection.vendor].installed(file):
        call_command("migrate", interactive=False, verbosity=0)
        _end_sessions()
        yield


def _end_sessions() -> None:
    """By the name in the settings: backups stand below accounts."""
    import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects.all().delete()
