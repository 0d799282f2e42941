"""`manage.py release_consent_text VERSION LANGUAGE --reviewed-by STELLE`: families may be asked."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from referrals.consent import texts
from referrals.consent.files import TextProblem


class Command(BaseCommand):
    help = "Gibt einen geprüften Einwilligungstext frei, für jedes Recht, für das er geladen ist."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version")
        parser.add_argument("language", help="Sprachkürzel, zum Beispiel tr")
        parser.add_argument(
            "--reviewed-by", default="", metavar="STELLE", help="wer geprüft hat; keine Person"
        )
        parser.add_argument(
            "--take-back", action="store_true", help="Niemand wird mehr in diesem Text gefragt"
        )

    def handle(
        self, *, version: str, language: str, reviewed_by: str, take_back: bool, **_: object
    ) -> None:
        try:
            if take_back:
                rows = texts.take_back(version, language, at=now())
            else:
                rows = texts.release(version, language, reviewed_by=reviewed_by, at=now())
        except TextProblem as problem:
            raise CommandError(f"{problem} Es wurde nichts geändert.") from None
        what = "zurückgenommen" if take_back else "freigegeben"
        self.stdout.write(f"Fassung {version} ({language}): {what}, {len(rows)} Texte.")
