"""`import_districts FILE [--outlines GEOJSON] [--city SLUG]`: districts from a city's list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lotsen.importing import RowEnd, UnreadableFileError, read_csv, summary
from lotsen.places import outlines
from lotsen.places.actions import import_districts
from lotsen.places.district_rows import COLUMNS


class Command(BaseCommand):
    help = (
        "Liest Stadtteile aus einer CSV-Datei (Spalten: "
        + ", ".join(COLUMNS)
        + ") und Umrisse aus einer GeoJSON-Datei. Ein zweiter Lauf ändert nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="CSV mit Stadtteilen oder .geojson mit Umrissen"
        )
        parser.add_argument("--outlines", type=Path, help="GeoJSON mit Umrissen (properties.name)")
        parser.add_argument("--city", help="Stadt der Umrisse, etwa duesseldorf")
        parser.add_argument(
            "--attribution",
            help="wer unter der Karte zu nennen ist; sonst, was die Datei dazu angibt",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file = Path(options["file"])
        try:
            with transaction.atomic():
                if file.suffix.lower() in {".geojson", ".json"}:
                    ends = {file: _import_outlines(file, options["city"], options["attribution"])}
                else:
                    ends = {file: import_districts(read_csv(file, required=COLUMNS))}
                if options["outlines"]:
                    outline_file = Path(options["outlines"])
                    ends[outline_file] = _import_outlines(
                        outline_file, options["city"], options["attribution"]
                    )
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        for path, ended in ends.items():
            self.stdout.write("\n".join([path.name, *summary(ended)]))


def _import_outlines(file: Path, city: str | None, attribution: str | None) -> list[RowEnd]:
    collection = outlines.read(file)
    features = collection.features
    return outlines.attach(
        features, outlines.city_of(features, city), outlines.attributed(collection, attribution)
    )
