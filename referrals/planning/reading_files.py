"""Files of births and of figures about districts: what a row says, and why it may not be taken.

A file is taken whole or not at all: one row that does not fit, and nothing of it is stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from lotsen.errors import InvalidInput
from lotsen.exporting import inert
from lotsen.importing import Ended, Row, RowEnd, UnreadableFileError, one_line, read_csv, slug
from referrals.planning import rules

# Columns by the names a file may give them; the first is the one documented.
BIRTHS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "site": ("site", "haus", "klinik"),
    "month": ("month", "monat"),
    "births": ("births", "geburten"),
}
CONTEXT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "district": ("district", "stadtteil"),
    "name": ("name", "kennzahl"),
    "unit": ("unit", "einheit"),
    "source": ("source", "quelle"),
    "url": ("url", "adresse"),
    "year": ("year", "jahr"),
    "value": ("value", "wert"),
}
LONGEST = {"name": 120, "unit": 40, "source": 160, "url": 200}
MOST_ROWS = 20_000

PROBLEMS = {
    "column_count": "Die Zeile hat mehr oder weniger Spalten als die Kopfzeile.",
    "cell_missing": "Die Spalte {column} ist leer.",
    "too_long": "Die Spalte {column} hat {length} Zeichen, möglich sind {limit}.",
    "formula_in_cell": "Die Spalte {column} beginnt wie eine Formel. Bitte prüfen.",
    "site_unknown": "Die Geburtsklinik „{name}“ gibt es hier nicht.{hint}",
    "site_ambiguous": "„{name}“ heißen mehrere Häuser. Bitte das Kürzel angeben.",
    "month_unreadable": (
        "„{value}“ ist kein Monat. Möglich sind 2026-01, 01.2026, Jan 2026 oder Januar 2026."
    ),
    "month_is_serial": (
        "„{value}“ ist die innere Zahl einer Tabelle für einen Tag. Bitte die Spalte als Text"
        " oder Datum speichern."
    ),
    "month_not_over": "Der Monat {value} ist noch nicht zu Ende; seine Geburten kennt niemand.",
    "births_unreadable": "„{value}“ ist keine ganze Zahl zwischen 0 und {most}.",
    "month_twice": "Dieser Monat dieser Klinik steht schon in Zeile {row}.",
    "district_unknown": "Den Stadtteil „{name}“ gibt es in {city} nicht.{hint}",
    "district_ambiguous": "„{name}“ gibt es in {city} mehrmals. Bitte das Kürzel angeben: {keys}.",
    "year_unreadable": "„{value}“ ist kein Jahr zwischen {low} und {high}.",
    "figure_unreadable": "„{value}“ ist keine Zahl. Möglich sind 12,5 oder 1.234,5 oder 12.5.",
    "figure_too_large": "{value} ist zu groß.",
    "url_unreadable": "„{value}“ ist keine Adresse mit http:// oder https://.",
    "figure_twice": "Diese Kennzahl dieses Stadtteils und Jahres steht schon in Zeile {row}.",
    "sources_mixed": (
        "„{name}“ {year} hat hier die Quelle „{source}“ und die Einheit „{unit}“, in Zeile {row}"
        " eine andere. Eine Kennzahl eines Jahres hat eine Quelle und eine Einheit."
    ),
}


class RowProblemError(Exception):
    """A row cannot be taken; the code is one of PROBLEMS."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = PROBLEMS[code].format(**parameters)


@dataclass(frozen=True)
class Place:
    """A clinic or a district as a file may name it."""

    key: str
    names: tuple[str, ...]


class Places:
    """Finds the place a row means, or says which could be meant."""

    def __init__(self, places: Iterable[Place], *, unknown: str, ambiguous: str, city: str) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._shown: dict[str, str] = {}
        self._codes = unknown, ambiguous
        self._city = city
        for place in places:
            for name in dict.fromkeys(slug(name) for name in (place.key, *place.names)):
                self._by_name.setdefault(name, []).append(place.key)
                self._shown[name] = place.names[0]

    def find(self, text: str) -> str:
        """The key of the one place with this name or key.

        Raises:
            RowProblemError: there is none, with those of a similar name; or there are several.
        """
        name = slug(text)
        found = self._by_name.get(name) or self._by_name.get(
            name.removeprefix(f"{slug(self._city)}-"), []
        )
        if len(found) == 1:
            return found[0]
        unknown, ambiguous = self._codes
        told = {"name": text[:60], "city": self._city}
        if found:
            raise RowProblemError(ambiguous, keys=", ".join(found[:5]), **told)
        near = [self._shown[each] for each in get_close_matches(name, self._by_name, n=3)]
        hint = f" Gemeint ist vielleicht: {', '.join(dict.fromkeys(near))}." if near else ""
        raise RowProblemError(unknown, hint=hint, **told)


@dataclass(frozen=True)
class BirthsRow:
    number: int
    site: str  # key of the house
    month: date
    births: int


@dataclass(frozen=True)
class ContextRow:
    number: int
    district: str
    name: str
    unit: str
    source: str
    url: str
    year: int
    value: Decimal


def read_births(path: Path, sites: Places, today: date) -> tuple[list[BirthsRow], list[RowEnd]]:
    """The rows of a file of births, and the ends of those that do not fit.

    Raises:
        UnreadableFileError: the file as a whole cannot be read.
    """
    first: dict[tuple[str, date], int] = {}

    def read(row: Row) -> BirthsRow:
        cell = _cells(row, BIRTHS_COLUMNS)
        found = BirthsRow(
            row.number,
            sites.find(cell["site"]),
            _month(cell["month"], today),
            _ruled(rules.read_births, cell["births"]),
        )
        earlier = first.setdefault((found.site, found.month), row.number)
        if earlier != row.number:
            raise RowProblemError("month_twice", row=earlier)
        return found

    return _sorted_out(_rows(path, BIRTHS_COLUMNS), read)


def read_context(
    path: Path, districts: Places, today: date
) -> tuple[list[ContextRow], list[RowEnd]]:
    """The rows of a file of figures about districts, and the ends of those that do not fit.

    Raises:
        UnreadableFileError: the file as a whole cannot be read.
    """
    first: dict[tuple[str, str, int], int] = {}
    origins: dict[tuple[str, int], ContextRow] = {}

    def read(row: Row) -> ContextRow:
        found = _context_row(row, districts, today)
        earlier = first.setdefault((found.district, found.name, found.year), row.number)
        if earlier != row.number:
            raise RowProblemError("figure_twice", row=earlier)
        origin = origins.setdefault((found.name, found.year), found)
        if (origin.source, origin.unit) != (found.source, found.unit):
            raise RowProblemError(
                "sources_mixed", name=found.name, year=found.year, source=found.source,
                unit=found.unit, row=origin.number,
            )  # fmt: skip
        return found

    return _sorted_out(_rows(path, CONTEXT_COLUMNS), read)


def _context_row(row: Row, districts: Places, today: date) -> ContextRow:
    cell = _cells(row, CONTEXT_COLUMNS, optional=("url",))
    for column, limit in LONGEST.items():
        if len(cell[column]) > limit:
            raise RowProblemError("too_long", column=column, length=len(cell[column]), limit=limit)
    return ContextRow(
        number=row.number,
        district=districts.find(cell["district"]),
        name=cell["name"],
        unit=cell["unit"],
        source=cell["source"],
        url=_address(cell["url"]),
        year=_year(cell["year"], today),
        value=_value(cell["value"]),
    )


def _rows(path: Path, columns: Mapping[str, tuple[str, ...]]) -> list[Row]:
    """The rows with the documented names of the columns."""
    known = {alias: name for name, aliases in columns.items() for alias in aliases}
    rows = read_csv(path, required=(), optional=tuple(known))
    if not rows:
        raise UnreadableFileError(
            f"„{path.name}“ hat eine Kopfzeile, aber keine Zeilen. Nichts wurde geändert."
        )
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(
            f"„{path.name}“ hat mehr als {MOST_ROWS} Zeilen. Bitte teilen; nichts wurde geändert."
        )
    given = Counter(known[name] for name in rows[0].cells)
    missing = [aliases[0] for name, aliases in columns.items() if not given[name]]
    double = [name for name, count in given.items() if count > 1]
    if missing or double:
        what = f"Es fehlt: {', '.join(missing)}." if missing else f"Doppelt: {', '.join(double)}."
        raise UnreadableFileError(
            f"Die Kopfzeile von „{path.name}“ passt nicht. {what} Spalten werden mit Komma oder"
            " Semikolon getrennt. Nichts wurde geändert."
        )
    return [
        Row(row.number, {known[name]: text for name, text in row.cells.items()}, row.surplus)
        for row in rows
    ]


def _sorted_out[Read](
    rows: Sequence[Row], read: Callable[[Row], Read]
) -> tuple[list[Read], list[RowEnd]]:
    good: list[Read] = []
    bad: list[RowEnd] = []
    for row in rows:
        try:
            good.append(read(row))
        except RowProblemError as problem:
            bad.append(RowEnd(row.number, Ended.REJECTED, problem.code, problem.message))
    return good, bad


def _cells(row: Row, columns: Iterable[str], *, optional: Sequence[str] = ()) -> dict[str, str]:
    if row.surplus:
        raise RowProblemError("column_count")
    cell = {name: one_line(row.cells[name]) for name in columns}
    for name, text in cell.items():
        if not text and name not in optional:
            raise RowProblemError("cell_missing", column=name)
        if name not in ("value", "births") and inert(text) != text:
            raise RowProblemError("formula_in_cell", column=name)
    return cell


def _ruled[Read](read: Callable[[str], Read], text: str) -> Read:
    """What a rule reads; its refusal becomes the problem of the row."""
    try:
        return read(text)
    except InvalidInput as refusal:
        raise RowProblemError(refusal.code, **refusal.parameters) from None


def _month(text: str, today: date) -> date:
    if text.isdigit() and len(text) == 5:
        raise RowProblemError("month_is_serial", value=text)
    month = _ruled(rules.read_month, text)
    _ruled(lambda _text: rules.require_over(month, today), text)
    return month


def _year(text: str, today: date) -> int:
    low, high = 1990, today.year
    if not text.isascii() or not text.isdigit() or not low <= int(text[:6]) <= high:
        raise RowProblemError("year_unreadable", value=text[:20], low=low, high=high)
    return int(text)


def _value(text: str) -> Decimal:
    value = _ruled(rules.read_value, text).quantize(Decimal("0.01"))
    if abs(value) >= Decimal(10) ** 10:
        raise RowProblemError("figure_too_large", value=text[:20])
    return value


def _address(text: str) -> str:
    parts = urlsplit(text) if "[" not in text and "]" not in text else None
    fits = parts is not None and parts.scheme in ("http", "https") and "." in parts.netloc
    if text and not fits:
        raise RowProblemError("url_unreadable", value=text[:60])
    return text
