"""`manage.py worker`: what must happen all the time beside the server.

Seals the logs, folds what was counted, and freezes the quarters that are over.
"""

import logging
import signal
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from django.utils.timezone import now

from lotsen.crypto.envelope import Unopenable
from lotsen.environment import EnvironmentProblem
from lotsen.seals import actions, anchor, months
from referrals.statistics import actions as statistics

PAUSE = 2.0  # seconds between two runs: what is written is sealed within five
MONTHS_EVERY = timedelta(hours=1)
FREEZE_EVERY = timedelta(hours=1)
# What may pass by itself: a database that restarts or is locked, a key service that is away, a
# full disk. Everything else is a mistake in the program and ends it; systemd starts it again.
PASSING = (DatabaseError, InterfaceError, EnvironmentProblem, Unopenable, OSError)

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Siegelt fortlaufend die Protokolle, fasst zusammen, was gezählt wurde, und friert die "
        "Statistik vergangener Quartale ein; läuft neben dem Server, bis es beendet wird."
    )
    requires_system_checks = []  # a database that is away must not end it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="einmal, dann Ende")
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="eine Sicherung wurde zurückgespielt: Siegel, die nur der Anker kennt, gelten als "
            "verloren; das wird gesiegelt und bei jeder Prüfung genannt",
        )

    def handle(self, *_args: object, once: bool, after_restore: bool, **_options: object) -> None:
        if after_restore and not once:
            raise CommandError("--after-restore gehört zu einem einzigen Lauf: mit --once.")
        if once:
            self._once(after_restore=after_restore)
        else:
            Loop().run()

    def _once(self, *, after_restore: bool) -> None:
        if after_restore and actions.begin_after_restore(at=now()):
            self.stdout.write("Was nach der Sicherung kam, gilt als verloren; das ist gesiegelt.")
        months.ensure_ahead(at=now())
        try:
            sealed = actions.seal_waiting(at=now())
        except Unopenable:
            raise CommandError(
                "Der Siegelschlüssel öffnet sich nicht: Gehört der Schlüsselbund zu dieser "
                "Datenbank? Es wurde nichts gesiegelt."
            ) from None
        self.stdout.write(f"{sealed} Zeile(n) gesiegelt.")
        fold_all(at=now())
        for release in statistics.freeze_due(at=now()):
            self.stdout.write(f"{release.municipality.name}: {release.period} eingefroren.")


class Loop:
    """Runs until SIGTERM or SIGINT; a run that has begun ends first."""

    def __init__(self) -> None:
        self._ended = Event()
        self._told = ""  # the trouble that the log tells of already
        self._months_at = now() - MONTHS_EVERY
        self._frozen_at = now() - FREEZE_EVERY

    def run(self) -> None:
        """Seal, fold, wait, and again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        while not self._ended.is_set():
            self.step()
            self._ended.wait(PAUSE)

    def end(self, _number: int, _frame: FrameType | None) -> None:
        """Whoever starts and stops services asks for the end."""
        self._ended.set()

    def step(self) -> None:
        """One run. Trouble is told once, and tried again until it passes."""
        try:
            self._work()
        except PASSING as trouble:
            self._tell(trouble)
            connection.close()  # it may be broken; the next run opens a new one
        else:
            if self._told:
                logger.warning("The worker carries on")
            self._told = ""

    def _work(self) -> None:
        at = now()
        if at - self._months_at >= MONTHS_EVERY:
            months.ensure_ahead(at=at)
            self._months_at = at
        actions.seal_waiting(at=at)
        statistics.fold(at=at)
        heartbeat().touch(mode=0o600)
        if at - self._frozen_at >= FREEZE_EVERY:
            self._frozen_at = at  # also if it fails: an hour later is soon enough
            for release in statistics.freeze_due(at=at):
                logger.warning("Frozen: %s %s", release.municipality_id, release.period)

    def _tell(self, trouble: Exception) -> None:
        # Not what a database says: it may repeat values.
        text = str(trouble) if isinstance(trouble, EnvironmentProblem) else type(trouble).__name__
        if type(trouble).__name__ != self._told:
            logger.error("The worker cannot do its work and tries again: %s", text)
        self._told = type(trouble).__name__


def fold_all(*, at: datetime) -> None:
    """Fold until nothing waits, or until somebody else folds."""
    while statistics.fold(at=at):
        pass


def heartbeat() -> Path:
    """A file beside the anchor; when it was last touched says when a run last went well."""
    return anchor.path().with_suffix(".heartbeat")
