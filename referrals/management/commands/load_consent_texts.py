"""`manage.py load_consent_texts [FOLDER]`: bring consent texts into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from referrals.consent.texts import FOLDER, TextProblem, load, read_folder


class Command(BaseCommand):
    help = "Lädt die Einwilligungstexte eines Ordners; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=FOLDER, help="sonst die mitgelieferten"
        )

    def handle(self, *, folder: Path, **_options: object) -> None:
        try:
            new, changed = load(read_folder(Path(folder)), at=now())
        except TextProblem as problem:
            raise CommandError(f"{problem} Es wurde nichts geändert.") from None
        self.stdout.write(f"Einwilligungstexte: {new} neu, {changed} geändert.")
