"""The ledger: a file beside the database that knows every erasure, so that a restored backup,
older than some of them, is erased again before anybody is served from it.

One JSON line for each erased case, {"at": …, "ref": …, "cause": …}: an opaque number, no name, no
pseudonym. A line is on disk before the database commits. So a line without a row means "still to
be erased"; a row without a line means that the ledger was lost, never that nothing happened.
"""

import fcntl
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from lotsen.environment import EnvironmentProblem
from lotsen.vault.models import Erasure

logger = logging.getLogger(__name__)
_CHUNK = 1000  # refs in one query
# The cause of a line that takes the line before it back: that erasure was rolled back, and the
# case lived on (referrals.management.replaying).
TAKEN_BACK = "taken_back"


class LedgerProblem(EnvironmentProblem):
    """The ledger cannot be trusted or written; the text says why and how to mend it."""


@dataclass(frozen=True)
class Line:
    """One erasure. `at` carries its time zone; `cause` is a code."""

    ref: UUID
    cause: str
    at: datetime


def append(ref: UUID, *, cause: str, at: datetime) -> None:
    """Write the line of an erasure and wait for the disk. A line that stands already is enough.

    Raises:
        LedgerProblem: it is not on disk; the erasure must not be committed.
    """
    append_all([Line(ref, cause, at)])


def append_all(lines: Iterable[Line]) -> int:
    """Write those of `lines` that do not stand yet, all or none; answers how many.

    Raises:
        LedgerProblem: none of them is on disk.
    """
    try:
        with _locked() as file:
            content = _whole_lines(file)
            new = [line for line in lines if not _stands(line, content)]
            _write(file, "".join(map(_as_text, new)).encode(), after=len(content))
            return len(new)
    except OSError as problem:
        raise LedgerProblem(
            f"Das Löschverzeichnis {path()} lässt sich nicht schreiben ({problem.strerror}). "
            "Es wurde nichts gelöscht. Bitte Ordner, Rechte und freien Platz prüfen."
        ) from None


def read() -> list[Line]:
    """Every line, oldest first; none while the file does not exist.

    A last line without its line break was torn by a crash, before anything was committed: it is
    left out and told in the log.

    Raises:
        LedgerProblem: the file is unreadable, or another line is damaged.
    """
    try:
        content = path().read_bytes()
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise LedgerProblem(
            f"Das Löschverzeichnis {path()} ist nicht lesbar ({problem.strerror}). Bitte prüfen, "
            "ob es dem Benutzer des Dienstes gehört und die Rechte 0600 hat."
        ) from None
    *whole, torn = content.split(b"\n")
    if torn:
        logger.warning("the last line of the ledger was torn by a crash and is left out")
    return [_parsed(number, text) for number, text in enumerate(whole, 1)]


def missing() -> list[Line]:
    """Lines whose erasure this database does not know: it is older than they are."""
    lines = _living()
    for refs in batched(lines.copy(), _CHUNK):
        for known in Erasure.objects.filter(ref__in=refs).values_list("ref", flat=True):
            del lines[known]
    return list(lines.values())


def unwritten() -> list[Line]:
    """Erasures of this database without a line: the ledger was lost, or is an older copy."""
    known = _living()
    rows = Erasure.objects.order_by("erased_at").iterator(_CHUNK)
    return [Line(row.ref, row.cause, row.erased_at) for row in rows if row.ref not in known]


def require_replayed() -> None:
    """Leave the program with status 1 and a clear message unless database and ledger agree.

    An empty database without tables agrees with an empty ledger.
    """
    try:
        _compare()
    except LedgerProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None
    except (DatabaseError, InterfaceError) as problem:
        sys.stderr.write(
            "Die Datenbank antwortet nicht, oder ihr fehlen Tabellen. Bitte DATABASE_URL prüfen "
            f"und „manage.py migrate“ ausführen. Die Datenbank meldet: {problem}\n"
        )
        raise SystemExit(1) from None
    finally:
        connection.close()  # workers that are forked from here must not share it


def path() -> Path:
    """Where the ledger is."""
    return Path(settings.ERASURE_LEDGER)


def _living() -> dict[UUID, Line]:
    """The last line of each case, without those that were taken back."""
    last = {line.ref: line for line in read()}
    return {ref: line for ref, line in last.items() if line.cause != TAKEN_BACK}


def _compare() -> None:
    if not read() and Erasure._meta.db_table not in connection.introspection.table_names():
        return
    if older := len(missing()):
        raise LedgerProblem(
            f"Diese Datenbank ist älter als {older} Löschung(en), die im Löschverzeichnis {path()} "
            "stehen. Sie wird nicht ausgeliefert, damit nichts Gelöschtes zurückkommt. Bitte "
            "ausführen: manage.py replay_erasures"
        )
    if lost := len(unwritten()):
        raise LedgerProblem(
            f"Im Löschverzeichnis {path()} fehlen {lost} Löschung(en), die diese Datenbank kennt: "
            "Es ist verloren gegangen oder eine ältere Kopie. Ohne dieses Verzeichnis brächte eine "
            "Rücksicherung Gelöschtes zurück. Bitte die neueste Kopie zurücklegen. Gibt es keine: "
            "manage.py replay_erasures --complete-ledger"
        )


@contextmanager
def _locked() -> Iterator[int]:
    """The open file, made if there is none; one process at a time."""
    file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)  # and with it goes the lock


def _whole_lines(file: int) -> bytes:
    """What is written, without a line torn by a crash: that one was never committed."""
    content = os.pread(file, os.fstat(file).st_size, 0)
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        logger.warning("the last line of the ledger was torn by a crash and is taken out")
        os.ftruncate(file, len(whole))
    return whole


def _stands(line: Line, content: bytes) -> bool:
    """Whether the last line of this case says the same: that it is erased, or that it is not."""
    _, found, rest = content.rpartition(f'"ref":"{line.ref}"'.encode())
    if not found:
        return False
    taken_back = rest.partition(b"\n")[0] == f',"cause":"{TAKEN_BACK}"}}'.encode()
    return taken_back == (line.cause == TAKEN_BACK)


def _write(file: int, text: bytes, *, after: int) -> None:
    try:
        while text:
            text = text[os.write(file, text) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, after)
        raise
    if after == 0:
        _sync_folder()


def _sync_folder() -> None:
    folder = os.open(path().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _as_text(line: Line) -> str:
    facts = {"at": line.at.isoformat(), "ref": str(line.ref), "cause": line.cause}
    return json.dumps(facts, separators=(",", ":")) + "\n"


def _parsed(number: int, text: bytes) -> Line:
    try:
        facts = json.loads(text)
        return Line(UUID(facts["ref"]), str(facts["cause"]), _moment(facts["at"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LedgerProblem(
            f"Das Löschverzeichnis {path()} ist in Zeile {number} beschädigt. Es wurde nichts "
            "geändert. Bitte die neueste Kopie zurücklegen; fehlen ihr Löschungen, die die "
            "Datenbank noch kennt: manage.py replay_erasures --complete-ledger"
        ) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
