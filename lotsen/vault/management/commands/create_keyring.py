"""`manage.py create_keyring FILE`: a keyring with one fresh key, readable by its owner alone.

With `--add` the file exists, and one more key becomes its current one.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen.importing import os_problem
from lotsen.vault import keywriting
from lotsen.vault.keyproblems import KeyringProblem


class Command(BaseCommand):
    help = "Legt einen neuen Schlüsselbund an (Rechte 0400) und überschreibt nie einen alten."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--add",
            action="store_true",
            help="einen neuen Schlüssel in einen vorhandenen Bund legen; die alten bleiben darin",
        )

    def handle(self, *_args: Any, file: Path, add: bool, **_options: Any) -> None:
        self.stdout.write(_added(file) if add else _created(file))


def _added(file: Path) -> str:
    try:
        name = keywriting.add(file)
    except KeyringProblem as problem:
        raise CommandError(str(problem)) from None
    return (
        f"Schlüssel {name} liegt nun als aktueller in {file}; die alten sind noch darin. Bitte "
        "JETZT die beiden hinterlegten Kopien erneuern, dann ausführen: manage.py rotate_keys"
    )


def _created(file: Path) -> str:
    try:
        keywriting.create(file)
    except FileExistsError:
        raise CommandError(
            f"{file} gibt es schon und bleibt unverändert. Ein Schlüsselbund wird nie "
            "überschrieben, denn mit ihm gingen verschlossene Angaben verloren. Einen weiteren "
            "Schlüssel legt hinein: --add"
        ) from None
    except OSError as problem:
        raise CommandError(f"{file} lässt sich nicht anlegen: {_why_not(problem)}.") from None
    return (
        f"Schlüsselbund {file} angelegt. Ohne ihn sind Kontaktdaten und Notizen verloren: "
        "Bitte zwei Kopien an zwei Orten sicher verwahren, nie zusammen mit der "
        "Datensicherung."
    )


def _why_not(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "den Ordner gibt es nicht"
    return os_problem(problem)
