"""Proving that both logs are what was written: seals, rows, queue, and the anchor outside.

Reads one moment of the database while others go on writing, and keeps little in memory however
long the logs are.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path

from django.db import connection, transaction

from lotsen.seals import anchor, rules
from lotsen.seals.anchor import AnchorProblem, Line
from lotsen.seals.chain import Chain
from lotsen.seals.contents import Contents
from lotsen.seals.findings import Findings
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.rules import Kind

LONGEST_WAIT = timedelta(minutes=5)  # a worker that runs needs two seconds
_CHUNK = 500  # lines of the anchor, compared at once


def verify(*, at: datetime, file: Path) -> Findings:
    """What is wrong with both logs, and how much is right.

    Args:
        file: the anchor, or a copy of it.

    Raises:
        KeyringProblem: without the keyring no signature can be checked.
    """
    # Before the moment that is read: each line up to here tells of a seal of then.
    length = anchor.size(file)
    findings = Findings()
    with _one_moment():
        contents = Contents(findings)
        for seal in Chain(findings).walk():
            contents.take(seal)
        contents.finish()
        _check_waiting(findings, at)
        _check_anchor(findings, file, length)
    return findings


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads see the same; nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Before it begins: the fence speaks first in each transaction.
            cursor.execute("SET default_transaction_isolation = 'repeatable read'")
            try:
                with transaction.atomic():
                    yield
            finally:
                cursor.execute("RESET default_transaction_isolation")
    else:
        with connection.cursor() as cursor:  # not atomic(), which takes the lock of whoever writes
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _check_waiting(findings: Findings, at: datetime) -> None:
    late = Unsealed.objects.filter(since__lt=at - LONGEST_WAIT)
    if number := late.count():
        findings.broken(
            f"{number} Zeile(n) warten länger als {LONGEST_WAIT.seconds // 60} Minuten auf ihr "
            "Siegel. Läuft der Arbeiter (manage.py worker)?"
        )


def _check_anchor(findings: Findings, file: Path, length: int | None) -> None:
    head = Seal.objects.order_by("-n").first()
    if length is None:
        if head is not None:
            findings.broken(
                f"Der Anker {file} fehlt. Ohne ihn fällt nicht auf, wenn am Ende etwas "
                "abgeschnitten wurde."
            )
        return
    try:
        _compare(findings, anchor.lines(file, up_to=length))
    except AnchorProblem as problem:
        findings.broken(str(problem))


def _compare(findings: Findings, lines: Iterable[Line]) -> None:
    """Each line must tell of a seal that stands; but for those that a restore took away."""
    lost = _declared_lost()
    first_bad: Line | None = None
    bad = 0
    for chunk in batched(lines, _CHUNK):
        known = _known({line.n for line in chunk})
        for line in chunk:
            if known.get(line.n) == line:
                continue
            first_bad, bad = first_bad or line, bad + 1
            # The last line before a restore: all that went with it was said to be gone.
            since = lost.get((line.n, line.hash))
            if since is not None and since <= first_bad.n:
                first_bad, bad = None, 0
    if first_bad is not None:
        findings.broken(
            f"Der Anker kennt Siegel {first_bad.n}; in der Datenbank fehlt es oder ist ein anderes "
            f"({bad} Zeile(n) des Ankers passen nicht). Am Ende wurde etwas abgeschnitten, oder "
            "eine Sicherung wurde zurückgespielt."
        )


def _known(numbers: set[int]) -> dict[int, Line]:
    seals = Seal.objects.filter(n__in=numbers).defer("ids", "marks")
    try:
        return {seal.n: anchor.line_of(seal) for seal in seals}
    except (ValueError, TypeError, AttributeError):  # told by the chain already
        return {}


def _declared_lost() -> dict[tuple[int, str], int]:
    """The newest seal that was lost with each restore, and the first number used again."""
    seals = Seal.objects.filter(kind=Kind.RESTORED).order_by("-n")
    return {
        (number, bytes(seal.root).hex()): seal.n
        for seal in seals
        for number in rules.unpacked(bytes(seal.ids))
    }
