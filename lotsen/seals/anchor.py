"""The anchor: a file outside the database that knows the newest seal.

One JSON line for each run of the sealer, {"n": …, "hash": …, "count": …, "at": …, "signature": …}.
Seals that are cut off at the end leave no trace in the database; here they do. A line is written
after the seal was committed, so a line without a seal means that the seal was there.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lotsen.environment import EnvironmentProblem
from lotsen.seals import rules
from lotsen.seals.models import Seal

_LONGEST_LINE = 4096


class AnchorProblem(EnvironmentProblem):
    """The anchor cannot be read or written, or tells of seals that the database does not have."""


@dataclass(frozen=True)
class Line:
    """The newest seal at a moment. `count` is the number of rows sealed up to it."""

    n: int
    hash: str
    count: int
    at: str
    signature: str


def path() -> Path:
    """Where the anchor is."""
    return Path(settings.AUDIT_ANCHOR)


def line_of(seal: Seal) -> Line:
    """The line that tells of `seal`."""
    return Line(
        seal.n, bytes(seal.hash).hex(), seal.total, rules.moment(seal.at),
        bytes(seal.signature).hex(),
    )  # fmt: skip


def append(line: Line) -> None:
    """Write a line and wait for the disk.

    Raises:
        AnchorProblem: it is not on disk. The seal it tells of stands all the same.
    """
    facts = vars(line)
    text = json.dumps(facts, separators=(",", ":")) + "\n"
    try:
        file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _take_out_torn_line(file)
            _write(file, text.encode())
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as problem:
        raise AnchorProblem(
            f"Der Anker {path()} lässt sich nicht schreiben ({problem.strerror}). Die Siegel "
            "stehen in der Datenbank. Bitte Ordner, Rechte und freien Platz prüfen."
        ) from None


def newest() -> Line | None:
    """The last whole line; None while there is none.

    Raises:
        AnchorProblem: the file is unreadable, or that line is damaged.
    """
    try:
        with path().open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 2 * _LONGEST_LINE))
            whole = file.read().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _unreadable(path(), problem) from None
    return parsed(whole[-1], path()) if whole else None


def size(file: Path) -> int | None:
    """How long the file is now, in bytes; None: there is none."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _unreadable(file, problem) from None


def lines(file: Path, *, up_to: int) -> Iterator[Line]:
    """The whole lines within the first `up_to` bytes, oldest first.

    Raises:
        AnchorProblem: the file is unreadable, or a line is damaged.
    """
    read = 0
    try:
        with file.open("rb") as opened:
            for text in opened:
                read += len(text)
                if read > up_to or not text.endswith(b"\n"):
                    return
                yield parsed(text, file)
    except OSError as problem:
        raise _unreadable(file, problem) from None


def parsed(text: bytes, file: Path) -> Line:
    """The line that is written like this.

    Raises:
        AnchorProblem: no line of an anchor.
    """
    try:
        facts = json.loads(text)
        return Line(
            int(facts["n"]), str(facts["hash"]), int(facts["count"]), str(facts["at"]),
            str(facts["signature"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise AnchorProblem(
            f"Der Anker {file} ist beschädigt: Eine Zeile ist nicht lesbar. Bitte eine Kopie "
            "von einem anderen Rechner nehmen und die Ursache suchen."
        ) from None


def _take_out_torn_line(file: int) -> None:
    """What a crash left without its line break."""
    length = os.fstat(file).st_size
    start = max(0, length - _LONGEST_LINE)
    tail = os.pread(file, _LONGEST_LINE, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(file, start + tail.rfind(b"\n") + 1)


def _write(file: int, text: bytes) -> None:
    while text:
        text = text[os.write(file, text) :]


def _unreadable(file: Path, problem: OSError) -> AnchorProblem:
    return AnchorProblem(
        f"Der Anker {file} ist nicht lesbar ({problem.strerror}). Bitte Pfad und Rechte prüfen."
    )
