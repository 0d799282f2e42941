"""Emptying tables after a transactional test, though logs and seals cannot be removed.

Production has no way round the triggers of migrations audit.0100 and seals.0002: no setting, no
variable. So the tests take them away, empty the tables and put them back, in one transaction; only
the owner of the tables can do that.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction

from tests.serving import as_owner

append_only = import_module("lotsen.audit.migrations.0100_append_only")
_GUARDS = "name GLOB '*_no_update' OR name GLOB '*_no_delete' OR name GLOB '*_no_replace'"
_ALLOWING = (
    "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
)


@contextmanager
def unguarded() -> Iterator[None]:
    """No trigger refuses anything, as if the owner of the tables had taken them away."""
    owner = nullcontext() if _is_owner() else as_owner()
    with owner, transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ALLOWING)
            yield
            refusing = append_only.POSTGRES_FUNCTION.replace("CREATE", "CREATE OR REPLACE", 1)
            cursor.execute(refusing.format(refused=append_only.REFUSED))
            return
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND ({_GUARDS})"  # noqa: S608
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)


def _is_owner() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session", autouse=True)
def audit_tables_can_be_emptied() -> Iterator[None]:
    operations = type(connection.ops)
    plan, flush = operations.sql_flush, operations.execute_sql_flush

    def with_cascade(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        # auditlog's own table, which nothing uses, still points at accounts.
        return plan(self, style, tables, **options | {"allow_cascade": True})

    def without_triggers(self: Any, statements: Iterable[str]) -> None:
        with unguarded():
            flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", with_cascade)
        patch.setattr(operations, "execute_sql_flush", without_triggers)
        yield
