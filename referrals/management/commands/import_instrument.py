"""`manage.py import_instrument FILE`: publish a version of an instrument."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from lotsen import refusals
from lotsen.errors import InvalidMove
from lotsen.importing import os_problem
from referrals.assessments.findings import sentence
from referrals.assessments.instruments import findings
from referrals.assessments.publishing import publish


class Command(BaseCommand):
    help = "Veröffentlicht einen FHIR-R4-Fragebogen als Fassung; ändert nie eine veröffentlichte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="FHIR R4 Questionnaire als JSON in UTF-8")

    def handle(self, *_args: Any, **options: Any) -> None:
        questionnaire = _read(Path(options["file"]))
        wrong = findings(questionnaire)
        if wrong:
            lines = [f"{len(wrong)} Fehler. Es wurde nichts geändert.", *map(sentence, wrong)]
            raise CommandError("\n".join(lines))
        try:
            version, is_new = publish(questionnaire, at=now())
        except InvalidMove as refusal:
            raise CommandError(refusals.sentence(refusal)) from refusal
        done = "veröffentlicht" if is_new else "unverändert"
        self.stdout.write(f"{version.instrument.name} {version.version}: {done}")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(
            f"Die Datei {path} kann nicht gelesen werden: {os_problem(error)}. "
            "Es wurde nichts geändert."
        ) from None
    except (ValueError, RecursionError):
        raise CommandError(
            f"Die Datei {path} ist kein JSON in UTF-8. Es wurde nichts geändert."
        ) from None
