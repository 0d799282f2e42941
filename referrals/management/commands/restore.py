"""`manage.py restore FILE`: put a backup in the place of the database, and erase again at once."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils.timezone import now

from lotsen.backups import copying
from lotsen.backups.files import BackupProblem, Inside, Unfinished
from lotsen.crypto.envelope import Unopenable
from lotsen.environment import EnvironmentProblem
from lotsen.seals import actions as sealing
from lotsen.vault import ledger
from referrals.management.replaying import add_choice, replay


class Command(BaseCommand):
    help = "Spielt eine Sicherung zurück und löscht nach, was seither gelöscht wurde."
    requires_system_checks = []  # they ask a database that may be busy, damaged or missing

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="ersetzt die vorhandene Datenbank; was seit der Sicherung entstand, ist verloren",
        )
        parser.add_argument(
            "--without-ledger",
            action="store_true",
            help="das Löschverzeichnis ist verloren: was nach der Sicherung gelöscht wurde, kommt "
            "zurück",
        )
        add_choice(parser)

    def handle(
        self,
        *_args: object,
        file: Path,
        replace: bool,
        without_ledger: bool,
        touched: str | None,
        **_options: object,
    ) -> None:
        try:
            inside = copying.look_into(Path(file))
            if copying.holds_data():
                _require_consent(replace=replace)
                self._keep_erasures()
            if not without_ledger:
                _require_ledger(inside)
            with copying.installed(Path(file)):
                erased = replay(touched=touched, at=now())
        except Unfinished as problem:
            raise CommandError(str(problem)) from None
        except BackupProblem as problem:
            raise CommandError(f"{problem} Es wurde nichts geändert.") from None
        if without_ledger:
            ledger.append_all(ledger.unwritten())
        self._tell(erased)
        self._say_that_seals_are_lost()

    def _keep_erasures(self) -> None:
        """What the database to be replaced knows of erasures, the ledger must know as well."""
        try:
            ledger.append_all(ledger.unwritten())
        except DatabaseError:
            self.stderr.write(
                "Die vorhandene Datenbank ist nicht lesbar. Was nur sie an Löschungen kennt, "
                "lässt sich nicht ins Löschverzeichnis übernehmen."
            )

    def _say_that_seals_are_lost(self) -> None:
        """The anchor knows seals from after the backup; the logs go on from here all the same."""
        try:
            if sealing.begin_after_restore(at=now()):
                self.stdout.write(
                    "Was die Protokolle nach der Sicherung hatten, ist verloren; das ist gesiegelt."
                )
        except (EnvironmentProblem, Unopenable, DatabaseError) as problem:
            self.stderr.write(
                f"Noch nötig: „manage.py worker --once --after-restore“. Es meldet: {problem}"
            )

    def _tell(self, erased: int) -> None:
        self.stdout.write(
            f"Zurückgespielt; {erased} Löschung(en) nachgeholt. Alle müssen sich neu anmelden.\n"
            "Bitte prüfen, was seit der Sicherung verloren ist: Widerrufe, Einschränkungen, "
            "gesperrte Konten, zurückgezogene Zugänge. Danach „manage.py erase_expired“ ausführen."
        )
        if connection.vendor == "postgresql":
            self.stdout.write("Noch nötig: „manage.py grant_serving_role ROLLE“.")


def _require_consent(*, replace: bool) -> None:
    if not replace:
        raise BackupProblem(
            "Die Datenbank ist nicht leer; was seit der Sicherung entstand, ginge verloren. Bitte "
            "sie zuerst sichern (manage.py backup), dann mit --replace zurückspielen."
        )


def _require_ledger(inside: Inside) -> None:
    """A ledger that is there and no older than the backup."""
    if not ledger.path().exists():
        raise BackupProblem(
            f"Das Löschverzeichnis {ledger.path()} fehlt; ohne es käme Gelöschtes zurück. Bitte "
            "die neueste Kopie zurücklegen. Gibt es keine mehr: --without-ledger"
        )
    if older := len(inside.erased - {line.ref for line in ledger.read()}):
        raise BackupProblem(
            f"Das Löschverzeichnis {ledger.path()} ist älter als die Sicherung: {older} "
            "Löschung(en) fehlen darin. Bitte die neueste Kopie zurücklegen. Gibt es keine mehr: "
            "--without-ledger"
        )
