"""`manage.py expire_audit`: drop months of the logs whose term is over, as the migrating role."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.seals import actions, anchor, months, verifying
from lotsen.seals.logs import LOGS
from lotsen.seals.months import Month


class Command(BaseCommand):
    help = "Löscht ganze Monate der Protokolle nach ihrer Frist und hinterlässt einen Grabstein."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="nennt nur, was fällig ist; löscht nichts"
        )

    def handle(self, *_args: object, dry_run: bool, **_options: object) -> None:
        at = now()
        due = months.over(months=settings.AUDIT_MONTHS, at=at)
        if not due:
            self.stdout.write("Kein Monat der Protokolle hat seine Frist erreicht.")
            return
        if dry_run:
            for month in due:
                self.stdout.write(f"Fällig: {_name(month)}")
            return
        _require_sound()
        for month in due:
            count = months.drop(month, at=at)
            self.stdout.write(f"Gelöscht: {_name(month)}, {count} Zeilen")
        actions.tell_anchor()


def _require_sound() -> None:
    """What is not sound may be evidence: it is not dropped."""
    actions.require_agreement()
    found = verifying.verify(at=now(), file=anchor.path())
    if not found.sound:
        raise CommandError(
            f"Die Protokolle sind nicht, was gesiegelt wurde: {found.named[0]} Es wurde nichts "
            "gelöscht. Bitte ausführen: manage.py verify_audit"
        )


def _name(month: Month) -> str:
    what = "Zugriffe" if month.log == LOGS[0] else "Änderungen"
    return f"{what} {month.first:%m/%Y}"
