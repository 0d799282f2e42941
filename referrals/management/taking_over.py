"""What the commands that take over a file of planning share: whole, or not at all."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from lotsen.importing import UnreadableFileError, summary, write_report
from referrals.planning.taking_over import Taken, city_for


class TakingOver(BaseCommand):
    """Reads one file of one city; a report tells the end of every row."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="nur prüfen, nichts ändern")
        parser.add_argument("--report", type=Path, help="Bericht je Zeile als CSV")
        parser.add_argument("--city", help="Stadt, etwa duesseldorf; nötig, wenn es mehrere gibt")

    def take(self, work: Callable[..., Taken], options: dict[str, Any]) -> None:
        """
        Raises:
            CommandError: the file cannot be read, or a row of it does not fit.
        """
        try:
            taken = _taken(work, options)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        told = "\n".join([Path(options["file"]).name, *summary(taken.ends), *taken.hints])
        if not taken.done:
            raise CommandError(told)
        self.stdout.write(told)
        if options["dry_run"]:
            self.stdout.write("Probelauf: Nichts wurde gespeichert.")


@transaction.atomic
def _taken(work: Callable[..., Taken], options: dict[str, Any]) -> Taken:
    """The report is written before the commit: no report, no change."""
    city = city_for(options["city"])
    taken = work(Path(options["file"]), city, actor=None, at=timezone.now())
    if options["report"]:
        write_report(Path(options["report"]), taken.ends)
    if options["dry_run"]:
        transaction.set_rollback(True)
    return taken
