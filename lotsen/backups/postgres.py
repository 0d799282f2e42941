"""Backups of PostgreSQL: the custom format of pg_dump, put back in one transaction.

The tools of PostgreSQL read everything about the connection from their environment, so no
password stands in a process list.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, Any, cast
from uuid import UUID

from django.db import connection

from lotsen.backups.files import BackupProblem, Inside, Unfinished

type Process = Popen[bytes]
_VARIABLES = {
    "NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST", "PORT": "PGPORT",
}  # fmt: skip
_SAID = {  # what the tools say → what that means
    "server version mismatch": "pg_dump ist älter als der Server. Bitte postgresql-client in der "
    "Version des Servers installieren.",
    "unsupported version": "Die Sicherung stammt von einem neueren pg_dump. Bitte "
    "postgresql-client in dieser Version installieren.",
    "row-level security": "Der zweite Zaun verbirgt dieser Rolle Zeilen. Bitte mit der Rolle "
    "sichern, der die Tabellen gehören (LOTSEN_MIGRATION_DATABASE_URL).",
    "permission denied": "Dieser Rolle fehlen Rechte. Bitte nach jedem migrate "
    "„manage.py grant_serving_role ROLLE“ ausführen; zurückspielen muss die Rolle, der die "
    "Tabellen gehören (LOTSEN_MIGRATION_DATABASE_URL).",
}


def save(file: Path) -> None:
    """Dump the database as it is at one moment into `file`; others go on reading and writing.

    Raises:
        BackupProblem: the tool is missing or too old, or the server does not answer.
    """
    with file.open("wb") as target:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", stdout=target)


def look_into(file: Path) -> Inside:
    """What stands in a backup, once every byte of it was read.

    Raises:
        BackupProblem: it is damaged, or the tool is missing or too old.
    """
    _run("pg_restore", f"--file={os.devnull}", str(file))
    tables = ("--table=django_migrations", "--table=vault_erasure")
    script = _run("pg_restore", "--data-only", "--file=-", *tables, str(file)).decode()
    migrations = _copied(script, "django_migrations", "app", "name")
    return Inside(
        frozenset((app, name) for app, name in migrations),
        frozenset(UUID(ref) for (ref,) in _copied(script, "vault_erasure", "ref")),
    )


def holds_data() -> bool:
    """Whether there is anything to be overwritten."""
    return bool(connection.introspection.table_names())


@contextmanager
def installed(file: Path) -> Iterator[None]:
    """Everything in the database gives way to `file`, in one transaction.

    What happens in the block comes after it. A crash in between leaves a database that is older
    than the ledger, which no server serves.

    Raises:
        BackupProblem: somebody is connected, or a statement failed; the database is as it was.
    """
    _require_alone()
    tables = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    first = f"DROP TABLE {', '.join(tables)} CASCADE;\n" if tables else ""
    connection.close()
    _replay(file, f"BEGIN;\nSET client_min_messages = warning;\n{first}")
    try:
        yield
    except Exception as problem:
        raise Unfinished(
            "Die Sicherung ist zurückgespielt, aber noch nicht nachgelöscht; der Server startet "
            "so nicht. Bitte den Grund beheben, dann „manage.py migrate“ und "
            f"„manage.py replay_erasures“ ausführen. Grund: {problem}"
        ) from problem


def _require_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"  # not autovacuum
        )
        (others,) = cursor.fetchone()
    if others:
        raise BackupProblem(
            f"Mit der Datenbank sind noch {others} andere verbunden. Bitte den Server "
            "und laufende Befehle anhalten und noch einmal versuchen."
        )


def _replay(file: Path, first: str) -> None:
    """The script of pg_restore through psql. Without the last word, COMMIT, nothing happened."""
    psql_call = ("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    script_call = ("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
                   "--file=-", str(file))  # fmt: skip
    with (
        TemporaryFile() as complaints,  # a pipe that nobody empties would stop them
        _start(*psql_call, stdin=PIPE, stdout=DEVNULL, stderr=complaints) as psql,
        _start(*script_call, stdout=PIPE, stderr=complaints) as script,
    ):
        _feed(psql, script, first)
        ended = psql.wait(), script.wait()
        complaints.seek(0)
        complaint = complaints.read().decode(errors="replace")
    if any(ended):
        raise _failed("psql" if ended[0] else "pg_restore", complaint)


def _feed(psql: Process, script: Process, first: str) -> None:
    into, out = cast("IO[bytes]", psql.stdin), cast("IO[bytes]", script.stdout)
    try:
        into.write(first.encode())
        shutil.copyfileobj(out, into)
        if script.wait() == 0:
            into.write(b"COMMIT;\n")
        into.close()
    except BrokenPipeError:  # psql left at the first error
        script.kill()
        with suppress(BrokenPipeError):
            into.close()


def _run(tool: str, *arguments: str, stdout: int | IO[bytes] = PIPE) -> bytes:
    with _start(tool, *arguments, stdout=stdout, stderr=PIPE) as process:
        out, complaint = process.communicate()
    if process.returncode:
        raise _failed(tool, complaint.decode(errors="replace"))
    return out or b""


def _start(tool: str, *arguments: str, **streams: Any) -> Process:
    try:
        return Popen([tool, *arguments], env=_environment(), **streams)
    except FileNotFoundError:
        raise BackupProblem(
            f"Das Programm {tool} fehlt. Bitte postgresql-client in der Version des Servers "
            "installieren (Debian: apt install postgresql-client)."
        ) from None


def _environment() -> dict[str, str]:
    ours = {
        variable: str(connection.settings_dict[name])
        for name, variable in _VARIABLES.items()
        if connection.settings_dict.get(name)
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return others | ours | {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}


def _failed(tool: str, complaint: str) -> BackupProblem:
    for said, meaning in _SAID.items():
        if said in complaint:
            return BackupProblem(meaning)
    lines = [line for line in complaint.splitlines() if line.strip()]
    return BackupProblem(
        f"Das Programm {tool} ist gescheitert; bei einer beschädigten Sicherung bitte eine andere "
        f"nehmen. Es meldet: {' '.join(lines[:3])}"
    )


def _copied(script: str, table: str, *columns: str) -> list[tuple[str, ...]]:
    """The rows of `table` in a script of pg_restore, which names its columns."""
    _, found, rest = script.partition(f"\nCOPY public.{table} (")
    if not found:
        return []  # older than the table
    header, _, rows = rest.partition(") FROM stdin;\n")
    places = [header.split(", ").index(column) for column in columns]
    lines = rows.partition("\\.\n")[0].splitlines()
    return [tuple(line.split("\t")[place] for place in places) for line in lines]
