"""`manage.py replay_erasures`: make an older database and the ledger of erasures agree again."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from lotsen.vault import ledger
from referrals.management.replaying import add_choice, replay


class Command(BaseCommand):
    help = "Löscht noch einmal, was laut Löschverzeichnis gelöscht ist; ein zweites Mal nichts."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_choice(parser)
        parser.add_argument(
            "--complete-ledger",
            action="store_true",
            help="ergänzt im Löschverzeichnis, was diese Datenbank an Löschungen kennt",
        )

    def handle(
        self,
        *_args: object,
        touched: str | None,
        complete_ledger: bool,
        verbosity: int,
        **_options: object,
    ) -> None:
        added = ledger.append_all(ledger.unwritten()) if complete_ledger else 0
        erased = replay(touched=touched, at=now())
        if verbosity:
            self.stdout.write(
                f"{erased} Löschung(en) nachgeholt, {added} im Löschverzeichnis ergänzt."
            )
