"""What a line of a district list says, and why it may not be taken. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from lotsen.importing import Row, one_line, slug

COLUMNS = ("ags", "city", "bezirk_id", "bezirk", "stadtteil_id", "stadtteil", "lat", "lon")

# First two digits of the AGS (Amtlicher Gemeindeschlüssel) → ISO 3166-2 code without "DE-".
# Source: Destatis, Gemeindeverzeichnis-Informationssystem.
STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip

PROBLEMS = {
    "column_count": "Die Zeile hat mehr oder weniger Spalten als die Kopfzeile.",
    "ags_invalid": "Der Gemeindeschlüssel (ags) braucht acht Ziffern eines deutschen Landes.",
    "city_missing": "Der Name der Stadt fehlt.",
    "name_missing": "Weder Stadtteil noch Bezirk sind genannt.",
    "name_unusable": "Ein Name ist zu lang oder enthält keine Buchstaben.",
    "position_invalid": "lat und lon müssen beide leer sein oder in Deutschland liegen.",
    "duplicate": "Derselbe Stadtteil steht schon in Zeile {row}.",
    "city_conflict": "Zu diesem Gemeindeschlüssel oder Stadtnamen gehört schon eine andere Stadt.",
    "key_taken": "Das Kürzel „{key}“ gehört schon einem anderen Stadtteil.",
}


class RowProblemError(Exception):
    """A row cannot be taken; the code is one of PROBLEMS."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = PROBLEMS[code].format(**parameters)


@dataclass(frozen=True)
class DistrictRow:
    """One district as its city lists it."""

    number: int
    ags: str
    city: str
    code: str
    name: str
    borough_code: str
    borough: str
    latitude: float | None
    longitude: float | None

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same district: city, borough, name; spelling variants apart."""
        return self.ags, slug(self.borough_code or self.borough), slug(self.name)

    def key(self, *, with_borough: bool) -> str:
        parts = [self.city, self.borough, self.name] if with_borough else [self.city, self.name]
        return "-".join(slug(part) for part in parts)


def read_row(row: Row) -> DistrictRow:
    """The district a row describes; a city without Stadtteile is known by its boroughs.

    Raises:
        RowProblemError: the row cannot be understood.
    """
    cell = {name: one_line(text) for name, text in row.cells.items()}
    if row.surplus:
        raise RowProblemError("column_count")
    if not re.fullmatch(r"[0-9]{8}", cell["ags"]) or cell["ags"][:2] not in STATES:
        raise RowProblemError("ags_invalid")
    if not slug(cell["city"]):
        raise RowProblemError("city_missing")
    name, code = _name_and_code(cell)
    _require_usable(cell["city"], cell["bezirk"], name, code, cell["bezirk_id"])
    latitude, longitude = _position(cell["lat"], cell["lon"])
    return DistrictRow(
        number=row.number, ags=cell["ags"], city=cell["city"], code=code, name=name,
        borough_code=cell["bezirk_id"], borough=cell["bezirk"],
        latitude=latitude, longitude=longitude,
    )  # fmt: skip


def _name_and_code(cell: dict[str, str]) -> tuple[str, str]:
    """Stadtteil, or the borough where there are none; "Krefeld - Bockum" is Bockum."""
    if not cell["stadtteil"]:
        return cell["bezirk"], cell["bezirk_id"]
    prefix = re.compile(rf"{re.escape(cell['city'])}\s*-\s*", re.IGNORECASE)
    return prefix.sub("", cell["stadtteil"], count=1), cell["stadtteil_id"]


def _require_usable(city: str, borough: str, name: str, code: str, borough_code: str) -> None:
    if not name:
        raise RowProblemError("name_missing")
    too_long = len(city) > 30 or max(len(name), len(borough)) > 60
    if too_long or not slug(name) or max(len(code), len(borough_code)) > 10:
        raise RowProblemError("name_unusable")


def _position(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    if not latitude and not longitude:
        return None, None
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        raise RowProblemError("position_invalid") from None
    if not (isfinite(north) and 47 <= north <= 56 and 5 <= east <= 16):
        raise RowProblemError("position_invalid")
    return north, east


def names_used_twice(rows: Iterable[DistrictRow]) -> set[tuple[str, str]]:
    """(ags, name slug) of districts that exist in more than one borough of their city."""
    boroughs: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        ags, borough, name = row.identity
        boroughs.setdefault((ags, name), set()).add(borough)
    return {place for place, found in boroughs.items() if len(found) > 1}
