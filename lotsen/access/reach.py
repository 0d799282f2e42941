"""Seeing lists. A list is a union of few branches, each a limited walk along one index.

"Held by my house, or shared with me, or my house takes part" as one OR makes the database walk
the whole table for the smallest house; as a union of limited branches every house pays the same
(measured 19 to 50 times faster). Django cannot limit inside a union on SQLite, hence raw SQL;
names in it come from the code alone, values go in as parameters. Works on SQLite and PostgreSQL.

A page is found by the last row seen (keyset), never by counting rows: rows that arrive while
somebody turns pages make no row appear twice or vanish.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query

from lotsen.errors import InvalidInput

type Moment = datetime | date


@dataclass(frozen=True)
class Branch:
    """One way to rows of a list, to be walked along an index (…, moment, key).

    Args:
        table: the table walked.
        key: column holding the id of the listed row.
        moment: column the list is ordered by; equal in every branch for the same row.
        where: SQL of the branch, with %s for each of `params`. Never text from outside.
    """

    table: str
    key: str
    moment: str
    where: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True)
class Page[Row]:
    """Some rows, and opaque marks for the neighbouring pages."""

    rows: list[Row]
    next: str | None
    previous: str | None

    def each[Other](self, make: Callable[[Row], Other]) -> "Page[Other]":
        """The same page with something made of each row."""
        return Page([make(row) for row in self.rows], self.next, self.previous)


@dataclass(frozen=True)
class _Mark:
    """Where a page begins: after or before this row."""

    moment: Moment
    key: UUID
    way: Literal["after", "before"]


class Listing[Row]:
    """What a list reads of each row. Django compiles it once; after that it is only run.

    Compiling takes longer than the database needs for a page, and never comes to another result.
    """

    def __init__(
        self,
        rows: Callable[[], QuerySet[Any, tuple[Any, ...]]],
        make: Callable[..., Row],
        *,
        by: str,
    ) -> None:
        """Remember how to read; nothing is asked yet.

        Args:
            rows: a `values_list` of what is read of the listed table.
            make: makes a row of these values; it has `by` and `id` as attributes.
            by: field of the listed table that holds the moment of the branches.
        """
        self._rows, self._make, self.by = rows, make, by
        self._compiled: dict[tuple[str, bool], _Compiled] = {}

    def fetch(self, keys: str, values: Sequence[Any], *, descending: bool) -> list[Row]:
        """The rows whose ids the statement `keys` finds, in order. One query."""
        compiled = self._compile(descending=descending)
        compiler = compiled.query.get_compiler(connection=connection)
        with connection.cursor() as cursor:
            cursor.execute(
                f"{compiled.start}{keys}{compiled.end}",
                [*compiled.start_values, *values, *compiled.end_values],
            )
            found = compiler.apply_converters(cursor.fetchall(), compiled.converters)
            return [self._make(*row) for row in found]

    def _compile(self, *, descending: bool) -> "_Compiled":
        kind = (connection.vendor, descending)
        if kind not in self._compiled:
            order = (f"-{self.by}", "-id") if descending else (self.by, "id")
            rows = self._rows().filter(pk__in=RawSQL(_GAP, [_GAP])).order_by(*order)  # noqa: S611
            self._compiled[kind] = _Compiled.of(rows.query)
        return self._compiled[kind]


_GAP = "/* ids of the page */ %s"  # stands in a compiled statement where the ids are asked for


@dataclass(frozen=True)
class _Compiled:
    """A statement in two parts, before and after the ids, and how to read its columns."""

    query: Query
    converters: dict[int, Any]  # of this kind of database, the same for each connection
    start: str
    start_values: tuple[Any, ...]
    end: str
    end_values: tuple[Any, ...]

    @classmethod
    def of(cls, query: Query) -> "_Compiled":
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        start, end = sql.split(_GAP)
        gap = values.index(_GAP)
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return cls(query, converters, start, tuple(values[:gap]), end, tuple(values[gap + 1 :]))


def page[Row](
    branches: Sequence[Branch],
    listing: Listing[Row],
    *,
    after: str | None,
    size: int,
    newest_first: bool = True,
) -> Page[Row]:
    """One page of the union of `branches`, each row once. One query.

    Args:
        listing: what is read of the listed rows.
        after: a mark from an earlier page, or None for the first.
        newest_first: order by moment and id, both descending; otherwise both ascending.

    Raises:
        InvalidInput: `after` is no mark this list has given.
    """
    mark = _read_mark(after) if after else None
    if not branches:
        return Page([], None, None)
    backward = mark is not None and mark.way == "before"
    descending = newest_first is not backward
    keys, values = _keys(branches, mark, limit=size + 1, descending=descending)
    found = listing.fetch(keys, values, descending=descending)
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_next, has_previous = (True, more) if backward else (more, mark is not None)
    return Page(
        found,
        _write_mark(found[-1], listing.by, "after") if has_next and found else None,
        _write_mark(found[0], listing.by, "before") if has_previous and found else None,
    )


def _keys(
    branches: Sequence[Branch], mark: _Mark | None, *, limit: int, descending: bool
) -> tuple[str, list[Any]]:
    """A statement that finds the ids of a page, and its values: only branches are walked."""
    order = "DESC" if descending else "ASC"
    beyond = "<" if descending else ">"
    parts = " UNION ".join(_limited(branch, mark, beyond, order) for branch in branches)
    sql = f"SELECT id FROM ({parts}) AS page ORDER BY moment {order}, id {order} LIMIT %s"  # noqa: S608  names only
    start = (mark.moment, mark.key) if mark else ()
    values = chain.from_iterable((*branch.params, *start, limit) for branch in branches)
    return sql, [_to_database(value) for value in (*values, limit)]


def _limited(branch: Branch, mark: _Mark | None, beyond: str, order: str) -> str:
    start = f" AND ({branch.moment}, {branch.key}) {beyond} (%s, %s)" if mark else ""
    return (
        f"SELECT * FROM (SELECT {branch.moment} AS moment, {branch.key} AS id"  # noqa: S608  names only
        f" FROM {branch.table} WHERE {branch.where}{start}"
        f" ORDER BY {branch.moment} {order}, {branch.key} {order} LIMIT %s) AS branch"
    )


_FIELDS: "tuple[tuple[type, models.Field[Any, Any]], ...]" = (
    (UUID, models.UUIDField()),
    (datetime, models.DateTimeField()),  # before date: a datetime is a date
    (date, models.DateField()),
)


def _to_database(value: object) -> Any:
    """As Django would store it: SQLite keeps moments and ids as text."""
    for kind, field in _FIELDS:
        if isinstance(value, kind):
            return field.get_db_prep_value(value, connection)
    return value


_WAYS: dict[str, Literal["after", "before"]] = {"after": "after", "before": "before"}


def _write_mark(row: Any, by: str, way: Literal["after", "before"]) -> str:
    text = json.dumps([getattr(row, by).isoformat(), row.id.hex, way], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(text: str) -> _Mark:
    try:
        padded = text + "=" * (-len(text) % 4)
        moment, row, way = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        return _Mark(_read_moment(moment), UUID(row), _WAYS[way])
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
        raise InvalidInput("cursor_damaged", field="after") from error


def _read_moment(text: str) -> Moment:
    if "T" not in text:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)  # overflows here, not in the database


def counts[Name: str](branches: Mapping[Name, Sequence[Branch]], *, cap: int) -> dict[Name, int]:
    """How many rows each list has, counted up to `cap` + 1 and no further. One query.

    A list of several branches counts a row once for each branch it stands on.
    """
    found = dict.fromkeys(branches, 0)
    parts = [(name, branch) for name, ways in branches.items() for branch in ways]
    if not parts:
        return found
    sql = " UNION ALL ".join(
        "SELECT %s AS name, count(*) AS number FROM (SELECT 1 AS one"  # noqa: S608  names only
        f" FROM {branch.table} WHERE {branch.where} LIMIT %s) AS capped"
        for _, branch in parts
    )
    values = chain.from_iterable((name, *branch.params, cap + 1) for name, branch in parts)
    with connection.cursor() as cursor:
        cursor.execute(sql, [_to_database(value) for value in values])
        for name, number in cursor.fetchall():
            found[name] += number
    return found
