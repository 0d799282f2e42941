"""What lies in the database, row by row, to see what a request has changed."""

from dataclasses import dataclass

from django.db import connection

from tests.serving import as_owner

type Row = dict[str, str]
# Written by every request: who looked, who is signed in. No decision of the domain lies there.
BESIDE = ("audit_", "seals_", "django_session", "accounts_session", "accounts_ratecounter")


@dataclass(frozen=True)
class Change:
    """One row that is not as before: `old` is None for a new one, `new` for one that has gone."""

    table: str
    old: Row | None
    new: Row | None

    @property
    def changed(self) -> Row:
        """The columns with another value than before, with the new one."""
        if self.new is None:
            return {}
        return {k: v for k, v in self.new.items() if self.old is None or self.old.get(k) != v}


def all_rows() -> dict[str, dict[str, Row]]:
    """Every row of every table that holds decisions, by table and key."""
    with as_owner(), connection.cursor() as cursor:
        names = [
            table
            for table in connection.introspection.table_names(cursor)
            if not table.startswith(BESIDE)
        ]
        return {table: _rows(cursor, table) for table in names}


def _rows(cursor: object, table: str) -> dict[str, Row]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # type: ignore[attr-defined]  # noqa: S608
    names = [column[0] for column in cursor.description]  # type: ignore[attr-defined]
    rows = [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]  # type: ignore[attr-defined]
    return {row.get("id") or row.get("key") or "|".join(row.values()): row for row in rows}


def changes(before: dict[str, dict[str, Row]], after: dict[str, dict[str, Row]]) -> list[Change]:
    """The rows that differ, in a stable order."""
    found: list[Change] = []
    for table in sorted({*before, *after}):
        one, two = before.get(table, {}), after.get(table, {})
        found += [
            Change(table, one.get(key), two.get(key))
            for key in sorted({*one, *two})
            if one.get(key) != two.get(key)
        ]
    return found
