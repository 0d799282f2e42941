"""Erasing again what a restored database brought back; shared by `restore` and `replay_erasures`.

A line without a row has two causes. Mostly the database is older than the line. Rarely the line
was written and then the erasure rolled back; if somebody worked on the case since, a person has to
say which of the two is right: erasing cannot be undone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.core.management.base import CommandError, CommandParser

from lotsen.errors import Refusal
from lotsen.refusals import sentence
from lotsen.vault import ledger
from lotsen.vault.ledger import Line
from referrals.cases.models import Case
from referrals.retention.erasing import erase_ref

ERASE, KEEP = "erase", "keep"


def add_choice(parser: CommandParser) -> None:
    """The option by which a person says what becomes of cases worked on since."""
    parser.add_argument(
        "--touched",
        choices=[ERASE, KEEP],
        help="Fälle, die nach ihrer verzeichneten Löschung noch bearbeitet wurden: löschen oder "
        "behalten",
    )


def replay(*, touched: str | None, at: datetime) -> int:
    """Erase every case whose line this database does not know; answers how many.

    Each case is a transaction of its own: an interrupted run goes on where it stopped.

    Args:
        touched: what becomes of cases worked on after their line: ERASE, KEEP, or None to ask.
        at: now; the moment of an erasure stays the one of its line.

    Raises:
        CommandError: somebody has to choose, or the ledger cannot be written.
    """
    lines = ledger.missing()
    alive = _touched_since(lines)
    if alive and touched is None:
        raise CommandError(_question(alive.values()))
    if touched == KEEP:
        ledger.append_all(replace(line, cause=ledger.TAKEN_BACK, at=at) for line in alive)
        lines = [line for line in lines if line not in alive]
    try:
        for line in lines:
            erase_ref(line.ref, cause=line.cause, at=line.at)
    except Refusal as refusal:
        raise CommandError(sentence(refusal)) from None
    return len(lines)


def _touched_since(lines: Iterable[Line]) -> dict[Line, str]:
    """Lines whose case was worked on after them, with its pseudonym."""
    found = {}
    for line in lines:
        case = Case.objects.filter(vault_ref=line.ref, touched_at__gt=line.at).first()
        if case is not None:
            found[line] = case.pseudonym
    return found


def _question(pseudonyms: Iterable[str]) -> str:
    return (
        f"Nach ihrer verzeichneten Löschung noch bearbeitet wurde: {', '.join(pseudonyms)}. Diese "
        "Löschung ist damals nicht zu Ende gekommen. Es wurde nichts gelöscht. Bitte wählen: "
        f"--touched {ERASE} löscht diese Fälle endgültig, --touched {KEEP} behält sie."
    )
