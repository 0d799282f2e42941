"""The file of a backup: how it comes to be, what kind it is, and what stands inside."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from lotsen.importing import os_problem

_MAGIC = {b"SQLite format 3\x00": "sqlite", b"PGDMP": "postgresql"}


class BackupProblem(Exception):  # noqa: N818  read by whoever runs the command
    """A backup cannot be made or put back; the text says why, and what to do."""


class Unfinished(BackupProblem):
    """The backup is in place, but what must follow did not; until then nobody is served."""


@dataclass(frozen=True)
class Inside:
    """What must be known of a backup before it may replace anything."""

    migrations: frozenset[tuple[str, str]]  # (app, name), as applied
    erased: frozenset[UUID]


def vendor(file: Path) -> str:
    """The kind of database this is a backup of: "sqlite" or "postgresql".

    Raises:
        BackupProblem: unreadable, empty, or something else.
    """
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as problem:
        raise BackupProblem(
            f"Die Sicherung {file} kann nicht gelesen werden: {os_problem(problem)}."
        ) from None
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    what = "ist leer" if not start else "ist keine Sicherung von lotsen"
    raise BackupProblem(f"Die Datei {file} {what}. Bitte eine andere Sicherung nehmen.")


@contextmanager
def new(file: Path) -> Iterator[Path]:
    """A place to write a backup to, readable by its owner alone, that becomes `file` if all goes
    well. An existing file stays as it is.

    Raises:
        BackupProblem: `file` exists, or cannot be written.
    """
    growing = file.with_name(f"{file.name}.wird-geschrieben")
    _reserve(file)
    try:
        _reserve(growing)
        try:
            yield growing
            _sync(growing)
            growing.replace(file)
            _sync(file.parent)
        finally:
            growing.unlink(missing_ok=True)
    except BaseException as problem:
        file.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            raise _unwritable(file, problem) from None
        raise


def copy(file: Path, target: Path) -> None:
    """A copy on disk, readable by its owner alone; what an earlier attempt left gives way.

    Raises:
        BackupProblem: it cannot be written.
    """
    try:
        target.unlink(missing_ok=True)
        _reserve(target)
        with file.open("rb") as source, target.open("wb") as opened:
            while part := source.read(1 << 20):
                opened.write(part)
        _sync(target)
    except OSError as problem:
        raise _unwritable(target, problem) from None


def put_in_place(file: Path, target: Path) -> None:
    """`file` becomes `target` in one step that a crash cannot split."""
    _sync(file)
    file.replace(target)
    _sync(target.parent)


def _reserve(file: Path) -> None:
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise BackupProblem(
            f"{file} gibt es schon und bleibt unverändert. Bitte einen anderen Namen nehmen."
        ) from None
    except OSError as problem:
        raise _unwritable(file, problem) from None


def _unwritable(file: Path, problem: OSError) -> BackupProblem:
    missing = isinstance(problem, FileNotFoundError)
    why = "den Ordner gibt es nicht" if missing else os_problem(problem)
    return BackupProblem(f"{file} kann nicht geschrieben werden: {why}.")


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
