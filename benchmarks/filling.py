"""Adding many rows: by COPY on PostgreSQL, several times as fast as INSERT."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model


def add[Row: Model](rows: Iterable[Row]) -> None:
    """Write `rows`, all of one table, whose keys are set."""
    rows = list(rows)
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(rows)
        return
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
            )
