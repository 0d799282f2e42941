"""Published tables as files: what they say of themselves stands in their last lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lotsen.exporting import csv_file, ods_file
from referrals.statistics.published import Published

type Line = Sequence[object]

CSV, ODS = "csv", "ods"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    ODS: "application/vnd.oasis.opendocument.spreadsheet",
}


@dataclass(frozen=True)
class Table:
    """A table to be taken along: words and numbers, as they stand on the page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Line]


def file_of(table: Table, told: Published, *, period: str, kind: str) -> bytes:
    """The table with its colophon, as CSV or ODS. How many rows it has is said nowhere.

    Args:
        period: as people say it, "3rd quarter of 2026".
        kind: one of TYPES.
    """
    rows = [*table.rows, [], *([line] for line in colophon(told, period=period))]
    if kind == ODS:
        return ods_file(table.head, rows, title=table.title)
    return csv_file(table.head, rows)


def colophon(told: Published, *, period: str) -> list[str]:
    """Source, period, day of freezing, how it was counted, and what may be done with it."""
    day = date_format(localdate(told.frozen_at), "SHORT_DATE_FORMAT")
    return [
        _("Source: lotsen, statistics of the prevention network, %(city)s")
        % {"city": told.municipality.name},
        _("Period: %(period)s") % {"period": period},
        _("Frozen on %(day)s; not changed since.") % {"day": day},
        _(
            "How we count: every number about families is rounded to a multiple of five, so that "
            "no family can be recognised. 0 means 0 to 4. Sums are made of rounded numbers too. "
            "Percentages are given from 20 on."
        ),
        _("May be passed on and used freely if the source is named."),
    ]
