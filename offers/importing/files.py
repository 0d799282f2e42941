"""From a file to entries: which format it is, and the rows that could not be understood."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path

from lotsen.importing import Ended, RowEnd, read_csv, read_features
from offers.importing import catalogue_csv, city_geojson
from offers.importing.entry import Entry
from offers.importing.problems import RowRejectedError


def read_file(path: Path, *, on: date) -> tuple[list[Entry], list[RowEnd]]:
    """The offers in a file, and the ends of rows that are none.

    Raises:
        UnreadableFileError: the file as a whole cannot be read.
    """
    if path.suffix.lower() in {".geojson", ".json"}:
        features = enumerate(read_features(path), start=1)
        return _sort_out(
            (number, partial(city_geojson.read_feature, number, feature))
            for number, feature in features
        )
    rows = read_csv(path, required=catalogue_csv.REQUIRED, optional=catalogue_csv.OPTIONAL)
    return _sort_out((row.number, partial(catalogue_csv.read_entry, row, on=on)) for row in rows)


def _sort_out(
    readings: Iterable[tuple[int, Callable[[], Entry]]],
) -> tuple[list[Entry], list[RowEnd]]:
    entries: list[Entry] = []
    rejected: list[RowEnd] = []
    for number, read in readings:
        try:
            entries.append(read())
        except RowRejectedError as problem:
            rejected.append(RowEnd(number, Ended.REJECTED, problem.code, problem.message))
    return entries, rejected
