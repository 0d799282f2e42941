"""Rows that many tests begin with: made once in a process, then written again as they were.

The cast costs eighty statements; more than a thousand tests stand on it. Its rows are noted as SQL
and later tests write them by one statement a table. Moments are those of the test that asks, and a
test that does not ask finds its tables empty.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.timezone import now

from tests.serving import as_owner

# Stands for "now" while the rows are made; no test has anything to do with this moment.
MADE_AT = datetime(1987, 6, 5, 4, 3, 2, 109876, tzinfo=UTC)
DAY = MADE_AT.date().isoformat()
# Their ids stand in other rows and are given anew whenever all tables have been emptied.
COUNTED = ("django_content_type", "auth_permission")
WRITTEN_BY_TRIGGERS = ("seals_unsealed",)  # with numbers that would be given twice
type World = tuple[int, ...]


@dataclass(frozen=True)
class _Noted:
    world: World
    inserts: list[str]
    told: bytes  # what the maker gave back


class Snapshot[T]:
    """What `make` makes, at the price of its rows.

    Begins on a database as migrations leave it. Where rows lie in its tables already (a test that
    began with a house of its own) `make` itself is asked: what it finds it does not make anew.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        with transaction.atomic():
            before = _counts(_tables())
            make()
            after = _counts(_tables())
            transaction.set_rollback(True)
        grown = [t for t in after if after[t] > before[t] and t not in WRITTEN_BY_TRIGGERS]
        self._empty = all(before[table] == 0 for table in grown)
        self._tables = grown
        ids = [f"(SELECT max(id) FROM {table})" for table in COUNTED]  # noqa: S608  our own names
        self._world = "SELECT " + ", ".join([*ids, *map(_count, grown)])
        self._met = self._ask()
        self._noted = self._note(self._met) if self._empty else None

    def __call__(self) -> T:
        world = self._ask()
        if self._noted is None or any(world[len(COUNTED) :]):
            return self._make()
        if world != self._noted.world:  # all tables have been emptied since
            again, self._met = world == self._met, world
            if not again:
                return self._make()
            self._noted = self._note(world)
        moment = now()
        with transaction.atomic():
            _write(self._noted.inserts, moment)
        return cast(T, _moved(pickle.loads(self._noted.told), moment))  # noqa: S301  our own bytes

    def _ask(self) -> World:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(self._world)
            return tuple(cursor.fetchone())

    def _note(self, world: World) -> _Noted:
        with transaction.atomic():
            with time_machine.travel(MADE_AT, tick=False):
                told = self._make()
            rows = {table: list(_literals(table)) for table in self._tables}
            transaction.set_rollback(True)
        fed = _fed_by_triggers(rows)
        inserts = [_insert(table, rows[table]) for table in rows if table not in fed]
        assert not any(DAY in _without_moments(insert) for insert in inserts), "a day made of now"
        return _Noted(world, inserts, pickle.dumps(told))


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def _count(table: str) -> str:
    return f"(SELECT count(*) FROM {connection.ops.quote_name(table)})"  # noqa: S608


def _counts(tables: Iterable[str]) -> dict[str, int]:
    names = list(tables)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(map(_count, names)))
        return dict(zip(names, cursor.fetchone(), strict=True))


def _literals(table: str) -> Iterator[str]:
    """Each row as SQL writes it between brackets."""
    quote = "quote({})" if connection.vendor == "sqlite" else "quote_nullable({})"
    names = ", ".join(quote.format(name) for name in _columns(table))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")  # noqa: S608
        for row in cursor.fetchall():
            yield ", ".join(row)


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    return [connection.ops.quote_name(column.name) for column in found]


def _insert(table: str, rows: list[str]) -> str:
    names = ", ".join(_columns(table))
    values = ", ".join(f"({row})" for row in rows)
    return f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES {values}"  # noqa: S608


def _fed_by_triggers(rows: dict[str, list[str]]) -> set[str]:
    """The tables in which triggers write when others are written: their rows come by themselves."""
    fed = set()
    for table, own in rows.items():
        with transaction.atomic():
            _write([_insert(table, own)])
            fed |= {other for other, count in _counts(rows).items() if count and other != table}
            transaction.set_rollback(True)
    return fed


def _spellings(moment: datetime) -> list[str]:
    """How a moment is written in a column or in a text made of it."""
    here = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return [
        at.strftime(f"%Y-%m-%d{between}%H:%M:%S.%f")
        for at in (moment.astimezone(UTC), here)
        for between in " T"
    ]


def _without_moments(sql: str) -> str:
    for spelling in _spellings(MADE_AT):
        sql = sql.replace(spelling, "")
    return sql


def _write(inserts: list[str], moment: datetime = MADE_AT) -> None:
    sql = inserts if connection.vendor == "sqlite" else [";".join(inserts)]
    pairs = list(zip(_spellings(MADE_AT), _spellings(moment), strict=True))
    with as_owner(), connection.cursor() as cursor:
        for statement in sql:
            for made, asked in pairs:
                statement = statement.replace(made, asked)
            cursor.execute(statement)


def _moved[T](told: T, moment: datetime) -> T:
    """The same objects, with this moment where the moment of making stood."""
    left: list[Any] = list(vars(told).values())
    seen: set[int] = set()
    while left:
        row = left.pop()
        if not isinstance(row, models.Model) or id(row) in seen:
            continue
        seen.add(id(row))
        left += row._state.fields_cache.values()
        for name, value in vars(row).items():
            if value == MADE_AT:
                setattr(row, name, moment)
    return told
