"""A small city to import into, and running the command as its user does."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from lotsen.places.models import District, Municipality
from tests.builders import make_city

Import = Callable[..., list[dict[str, str]]]
HEADER = "id;name;provider;summary;age_from_months;age_to_months;districts"


@pytest.fixture
def krefeld(db: None) -> Municipality:
    """The dirty city: the same names in two boroughs."""
    city = make_city("krefeld", "Krefeld", "05114000")
    for borough, name in (
        ("Mitte", "Stadtmitte"), ("West", "Stadtmitte"), ("Ost", "Bockum"), ("Süd", "Dießem"),
    ):  # fmt: skip
        District.objects.create(
            key=f"krefeld-{borough}-{name}".lower(), municipality=city, name=name, borough=borough
        )
    return city


@pytest.fixture
def import_offers(tmp_path: Path) -> Import:
    """Run the command with a report and give back the rows of that report."""

    def run(path: Path, *arguments: object) -> list[dict[str, str]]:
        report = tmp_path / "report.csv"
        call_command(
            "import_offers", str(path), "--report", str(report), *map(str, arguments),
            stdout=StringIO(),
        )  # fmt: skip
        with report.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return run


@pytest.fixture
def catalogue(tmp_path: Path) -> Callable[..., Path]:
    """A CSV file with these lines; further columns are named in `extra`."""

    def write(*lines: str, extra: str = "", encoding: str = "utf-8") -> Path:
        path = tmp_path / "catalogue.csv"
        header = f"{HEADER};{extra}" if extra else HEADER
        path.write_text("\n".join([header, *lines, ""]), encoding=encoding)
        return path

    return write
