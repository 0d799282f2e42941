"""`manage.py verify_audit`: prove that nobody changed, removed or slipped in a row."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.seals import anchor, verifying
from lotsen.seals.findings import TOLD, Findings


class Command(BaseCommand):
    help = "Prüft beide Protokolle gegen ihre Siegel und den Anker. Status 1: etwas stimmt nicht."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            metavar="DATEI",
            type=Path,
            help="eine Kopie des Ankers von einem anderen Rechner; sonst LOTSEN_AUDIT_ANCHOR",
        )

    def handle(self, *_args: object, anchor: Path | None, **_options: object) -> None:
        found = verifying.verify(at=now(), file=_file(anchor))
        for note in found.notes:
            self.stdout.write(f"Hinweis: {note}")
        for fingerprint in found.keys:
            self.stdout.write(f"Fingerabdruck des Siegelschlüssels: {fingerprint}")
        if not found.sound:
            raise CommandError(_complaint(found))
        self.stdout.write(
            f"Beide Protokolle sind unverändert: {found.rows} Zeilen in {found.seals} Siegeln, "
            f"{found.waiting} warten auf ihr Siegel, {found.dropped} nach Frist gelöscht."
        )


def _file(chosen: Path | None) -> Path:
    file = Path(chosen) if chosen else anchor.path()
    if chosen and anchor.size(file) is None:
        raise CommandError(f"Den Anker {file} gibt es nicht. Es wurde nichts geprüft.")
    return file


def _complaint(found: Findings) -> str:
    total = found.missing + found.changed + found.extra + found.bad
    more = [f"… und weitere (zusammen {total})."] if total > min(len(found.named), TOLD) else []
    opening = (
        "Die Protokolle sind NICHT, was gesiegelt wurde. Bitte nichts ändern, die Datenbank "
        "sichern und die Datenschutzbeauftragten rufen."
    )
    counts = (
        f"Fehlende Zeilen: {found.missing}. Veränderte: {found.changed}. Überzählige: "
        f"{found.extra}. Siegel, Anker, Warten: {found.bad}. Gelesen: {found.seals} Siegel, "
        f"{found.rows} Zeilen."
    )
    first, *others = found.named
    return "\n".join([opening, f"Zuerst gefunden: {first}", *others, *more, counts])
