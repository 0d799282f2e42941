"""`manage.py export_instrument NAME FILE`: write the current version of an instrument."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lotsen.errors import Refusal
from lotsen.importing import os_problem
from referrals.assessments.models import current_version


class Command(BaseCommand):
    help = "Schreibt die geltende Fassung eines Fragebogens als FHIR R4 Questionnaire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Name des Fragebogens, etwa muster-lotsenbogen")
        parser.add_argument("file", type=Path, help="wohin")

    def handle(self, *_args: Any, **options: Any) -> None:
        name, path = options["name"], Path(options["file"])
        try:
            version = current_version(name)
        except Refusal:
            raise CommandError(
                f"Einen Fragebogen „{name}“ gibt es nicht. Es wurde nichts geschrieben."
            ) from None
        text = json.dumps(version.questionnaire, ensure_ascii=False, indent=2)
        try:
            path.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"Die Datei {path} kann nicht geschrieben werden: {os_problem(error)}."
            ) from None
        self.stdout.write(f"{version.instrument.name} {version.version}: {path}")
