"""What every import shares: a file is read whole or not at all, and every row has an end.

Pure: no Django. The German sentences go to the person at the command line.
"""

import codecs
import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lotsen.exporting import inert

LARGEST_FILE = 20 * 1024 * 1024  # bytes; the largest real file known to us has 0.4 MB
LONGEST_CELL = 20_000  # characters
LINES_ON_SCREEN = 200  # a report file holds all of them


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; `str()` is a German sentence. Nothing was changed."""


class Ended(StrEnum):
    """How a row ended."""

    CREATED = "created"
    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


IN_GERMAN = {
    Ended.CREATED: "neu angelegt",
    Ended.IMPORTED: "übernommen",
    Ended.UPDATED: "geändert",
    Ended.UNCHANGED: "unverändert",
    Ended.QUARANTINED: "in Quarantäne",
    Ended.REJECTED: "nicht übernommen",
}


@dataclass(frozen=True)
class RowEnd:
    """The end of one row.

    Args:
        row: as a spreadsheet counts: the header is 1. In GeoJSON the first feature is 1.
        code: a stable reason code; empty when there is nothing to say.
        message: a German sentence that says what was found and what to do.
    """

    row: int
    status: Ended
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a table: its number and its cells by column name, outer blanks removed."""

    number: int
    cells: dict[str, str]
    surplus: bool = False  # more or fewer cells than the header names


@dataclass(frozen=True)
class Collection:
    """Features of a GeoJSON file, unchecked, and its other members."""

    features: list[object]
    said: dict[str, object]


def slug(text: str) -> str:
    """Lower-case ASCII with hyphens, German letters written out: "Süd-Höhe" → "sued-hoehe"."""
    text = unicodedata.normalize("NFC", text).lower()
    for letter, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, written)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def one_line(text: str) -> str:
    """Runs of white space, line ends and no-break spaces become one blank."""
    return " ".join(text.split())


def read_text(path: Path) -> str:
    """The whole file as text; a byte order mark is dropped.

    Raises:
        UnreadableFileError: missing, empty, too large, not text, not UTF-8.
    """
    raw = _read_bytes(path)
    if not raw.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableFileError(f"Die Datei „{path.name}“ ist leer.")
    if b"\x00" in raw:
        raise UnreadableFileError(
            f"„{path.name}“ ist keine Textdatei. Gebraucht wird eine CSV- oder GeoJSON-Datei"
            " (keine Excel-Datei)."
        )
    try:
        return raw.decode("utf-8-sig").lstrip("\r\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"„{path.name}“ ist nicht in UTF-8 gespeichert (Zeile {line}). Bitte als"
            " „CSV UTF-8“ neu speichern; nichts wurde geändert."
        ) from None


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFileError(
                f"„{path.name}“ ist größer als {LARGEST_FILE // 1024 // 1024} MB. Bitte teilen."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"Die Datei „{path}“ kann nicht gelesen werden: {os_problem(error)}."
        ) from None


def os_problem(error: OSError) -> str:
    """Why a file cannot be read or written, as the end of a German sentence."""
    if isinstance(error, FileNotFoundError):
        return "es gibt sie nicht"
    if isinstance(error, PermissionError):
        return "die Berechtigung fehlt"
    if isinstance(error, IsADirectoryError):
        return "es ist ein Ordner"
    if isinstance(error, NotADirectoryError):
        return "ein Teil des Pfades ist kein Ordner"
    return str(error.strerror)


def read_csv(path: Path, *, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file with a header; comma or semicolon, whichever the header uses.

    Rows without any content are left out: they say nothing that could be lost.

    Raises:
        UnreadableFileError: as read_text; a required column is missing, a column is unknown
            or named twice, a quotation mark is never closed, a cell is too long.
    """
    text = read_text(path)
    header_line = text.split("\n", 1)[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise UnreadableFileError(_csv_problem(path, reader.line_num, error)) from None
    header = [one_line(cell).lower() for cell in lines[0]]
    _require_columns(path, header, required, optional)
    return [
        Row(number, _cells(header, line), surplus=len(line) != len(header))
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]


def _cells(header: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    return {
        name: cell.strip() for name, cell in zip(header, [*line, *[""] * len(header)], strict=False)
    }


def _csv_problem(path: Path, line: int, error: csv.Error) -> str:
    if "field larger" in str(error):
        what = f"ein Feld ist länger als {LONGEST_CELL} Zeichen"
    else:
        what = "ein Anführungszeichen ist nicht geschlossen oder steht an falscher Stelle"
    return f"„{path.name}“, Zeile {line}: {what}. Nichts wurde geändert."


def _require_columns(
    path: Path, header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    problems = {
        "Es fehlt": [name for name in required if name not in header],
        "Unbekannt": [name[:40] for name in header if name not in {*required, *optional}],
        "Doppelt": [name for name, count in Counter(header).items() if count > 1],
    }
    found = [f"{what}: {', '.join(names[:12])}." for what, names in problems.items() if names]
    if found:
        raise UnreadableFileError(
            f"Die Kopfzeile von „{path.name}“ passt nicht. {' '.join(found)}"
            " Spalten werden mit Komma oder Semikolon getrennt. Nichts wurde geändert."
        )


def read_features(path: Path) -> list[object]:
    """The features of a GeoJSON FeatureCollection, unchecked one by one.

    Raises:
        UnreadableFileError: as read_collection.
    """
    return read_collection(path).features


def read_collection(path: Path) -> Collection:
    """A GeoJSON FeatureCollection and what it says about itself.

    Raises:
        UnreadableFileError: as read_text; not JSON, not a FeatureCollection.
    """
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:  # ValueError also: a number of 5000 digits
        where = f" (Zeile {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFileError(
            f"„{path.name}“ ist kein gültiges GeoJSON{where}. Nichts wurde geändert."
        ) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise UnreadableFileError(
            f"„{path.name}“ ist keine GeoJSON-Sammlung (FeatureCollection). Nichts wurde geändert."
        )
    said = {name: value for name, value in content.items() if name != "features"}
    return Collection(features, said)


def summary(ends: Sequence[RowEnd]) -> list[str]:
    """German lines for the screen: the totals, then the first rows that need a look."""
    if not ends:
        return ["Die Datei enthält keine Zeilen. Nichts wurde geändert."]
    count = Counter(end.status for end in ends)
    totals = ", ".join(f"{count[end]} {word}" for end, word in IN_GERMAN.items() if count[end])
    remarks = [
        f"Zeile {end.row}: {IN_GERMAN[end.status]}. {end.message} [{end.code}]"
        for end in ends
        if end.message
    ]
    left_out = len(remarks) - LINES_ON_SCREEN
    more = [f"… und {left_out} weitere Zeilen mit Hinweisen."] if left_out > 0 else []
    return [f"{len(ends)} Zeilen: {totals}.", *remarks[:LINES_ON_SCREEN], *more]


def write_report(path: Path, ends: Iterable[RowEnd]) -> None:
    """The ends as CSV: row, status, code, message. A spreadsheet reads no formula in it.

    Raises:
        UnreadableFileError: the report cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["row", "status", "code", "message"])
            for end in ends:
                out.writerow([end.row, end.status.value, end.code, inert(end.message)])
    except OSError as error:
        raise UnreadableFileError(
            f"Der Bericht „{path}“ kann nicht geschrieben werden: {os_problem(error)}."
            " Nichts wurde geändert."
        ) from None
