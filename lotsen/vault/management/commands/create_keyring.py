"""`manage.py create_keyring FILE`: a keyring with one fresh key, readable by its owner alone."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen.crypto import envelope
from lotsen.importing import os_problem


class Command(BaseCommand):
    help = "Legt einen neuen Schlüsselbund an (Rechte 0400) und überschreibt nie einen alten."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        # A random name: two keyrings made apart never give one name to two keys.
        name = f"k{secrets.token_hex(4)}"
        key = base64.b64encode(envelope.new_key()).decode()
        _write(file, json.dumps({"current": name, "keys": {name: key}}, indent=2) + "\n")
        self.stdout.write(
            f"Schlüsselbund {file} angelegt. Ohne ihn sind Kontaktdaten und Notizen verloren: "
            "Bitte zwei Kopien an zwei Orten sicher verwahren, nie zusammen mit der "
            "Datensicherung."
        )


def _write(file: Path, text: str) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        raise CommandError(
            f"{file} gibt es schon und bleibt unverändert. Ein Schlüsselbund wird nie "
            "überschrieben, denn mit ihm gingen verschlossene Angaben verloren."
        ) from None
    except OSError as problem:
        raise CommandError(f"{file} lässt sich nicht anlegen: {_why_not(problem)}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _why_not(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "den Ordner gibt es nicht"
    return os_problem(problem)
