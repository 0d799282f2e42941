"""`manage.py backup FILE`: the whole database as one file, taken while others work."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen.backups import copying
from lotsen.backups.files import BackupProblem
from lotsen.vault import ledger


class Command(BaseCommand):
    help = "Sichert die Datenbank in eine neue Datei (Rechte 0600); überschreibt nie."
    requires_system_checks = []  # they ask a database that may be busy, damaged or missing

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: object, file: Path, **_options: object) -> None:
        file = Path(file)
        try:
            copying.save(file)
        except BackupProblem as problem:
            raise CommandError(f"{problem} Es wurde nichts gesichert.") from None
        ledger.append_all([])  # from now on there is one to keep, even without an erasure
        self.stdout.write(
            f"Sicherung {file} geschrieben ({file.stat().st_size / 1e6:.1f} MB).\n"
            f"Zu den Sicherungen gehört das Löschverzeichnis {ledger.path()}, immer in der "
            "neuesten Fassung. Der Schlüsselbund gehört an einen anderen Ort. Sicherungen nach "
            "spätestens 30 Tagen vernichten."
        )
