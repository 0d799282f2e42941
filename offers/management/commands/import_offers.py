"""`import_offers FILE [--dry-run] [--report FILE] [--city SLUG] [--source NAME]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from lotsen.importing import RowEnd, UnreadableFileError, slug, summary, write_report
from lotsen.places.models import Municipality
from offers.importing.actions import OfferImport
from offers.importing.files import read_file


class Command(BaseCommand):
    help = (
        "Liest Angebote aus CSV (Spalten: offers/importing/README.md) oder GeoJSON. Jede Zeile"
        " endet: übernommen, geändert, unverändert, in Quarantäne oder nicht übernommen."
        " Kann die Datei nicht gelesen werden, ändert sich nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV oder .geojson")
        parser.add_argument("--dry-run", action="store_true", help="nur prüfen, nichts ändern")
        parser.add_argument("--report", type=Path, help="Bericht je Zeile als CSV")
        parser.add_argument("--city", help="Stadt des Katalogs, etwa duesseldorf")
        parser.add_argument("--source", help="Name der Quelle (sonst der Dateiname)")

    def handle(self, *_args: Any, **options: Any) -> None:
        file = Path(options["file"])
        source = slug(options["source"] or file.stem)[:40]
        if not source:
            raise CommandError("Bitte mit --source einen Namen für die Quelle angeben.")
        try:
            ends = _import(file, source, options)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join([file.name, *summary(ends)]))
        if options["dry_run"]:
            self.stdout.write("Probelauf: Nichts wurde gespeichert.")


@transaction.atomic
def _import(file: Path, source: str, options: dict[str, Any]) -> list[RowEnd]:
    """The report is written before the commit: no report, no change."""
    at = timezone.now()
    entries, rejected = read_file(file, on=timezone.localdate(at))
    work = OfferImport(source=source, city=_city(options["city"]), at=at)
    ends = sorted(rejected + work.run(entries), key=lambda end: end.row)
    if options["report"]:
        write_report(Path(options["report"]), ends)
    if options["dry_run"]:
        transaction.set_rollback(True)
    return ends


def _city(wanted: str | None) -> Municipality | None:
    if not wanted:
        return None
    city = Municipality.objects.filter(slug=wanted).first()
    if city is None:
        raise UnreadableFileError(
            f"Die Stadt „{wanted}“ ist nicht angelegt. Zuerst ihre Stadtteile mit"
            " import_districts einlesen. Nichts wurde geändert."
        )
    return city
