"""`manage.py load_consent_texts [--folder DIR]`: bring consent texts into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from referrals.consent.files import FOLDER, TextProblem, read_folder
from referrals.consent.texts import load


class Command(BaseCommand):
    help = "Lädt die Einwilligungstexte eines Ordners; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", nargs="?", type=Path, metavar="ORDNER", help="wie --folder")
        parser.add_argument("--folder", type=Path, help="Ordner mit Texten; sonst die eigenen")

    def handle(self, *, place: Path | None, folder: Path | None, **_options: object) -> None:
        try:
            new, changed = load(read_folder(Path(folder or place or FOLDER)), at=now())
        except TextProblem as problem:
            raise CommandError(f"{problem} Es wurde nichts geändert.") from None
        self.stdout.write(f"Einwilligungstexte: {new} neu, {changed} geändert.")
