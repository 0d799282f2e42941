"""SQL as a person would write it by hand: prepared beforehand, nothing made of its rows."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, connections

from benchmarks import fenced
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right

PAGE = 25


def statement(sql: str, values: Sequence[object]) -> Callable[[], list[object]]:
    """Runs `sql` and answers with its first two columns, id and pseudonym."""
    stored = [_as_stored(value) for value in values]
    as_uuid = UUID if connection.vendor == "sqlite" else lambda value: value
    asked = connections[fenced.floor()]

    def run() -> list[object]:
        with asked.cursor() as cursor:
            cursor.execute(sql, stored)
            return [(as_uuid(row[0]), row[1]) for row in cursor.fetchall()]

    return run


def house_of(user: User) -> UUID:
    """The one house of a person of the population."""
    [house] = organisations_where(user, Right.VIEW_CASES)
    return house


def _as_stored(value: object) -> object:
    """SQLite keeps ids, moments and days as text."""
    if connection.vendor != "sqlite":
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.replace(tzinfo=None))
    return str(value) if isinstance(value, date) else value
