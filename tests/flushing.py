"""Emptying tables after a transactional test, though audit rows cannot be removed.

Production has no way round the triggers of migration audit.0100: no setting, no variable. So the
tests take the triggers away, empty the tables and put the triggers back, in one transaction; only
the owner of the tables can do that.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

append_only = import_module("lotsen.audit.migrations.0100_append_only")


@pytest.fixture(scope="session", autouse=True)
def audit_tables_can_be_emptied() -> Iterator[None]:
    operations = type(connection.ops)
    plan, flush = operations.sql_flush, operations.execute_sql_flush

    def with_cascade(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        # auditlog's own table, which nothing uses, still points at accounts.
        return plan(self, style, tables, **options | {"allow_cascade": True})

    def without_triggers(self: Any, statements: Iterable[str]) -> None:
        with connection.schema_editor() as editor:
            append_only.remove(None, editor)
            flush(self, statements)
            append_only.install(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", with_cascade)
        patch.setattr(operations, "execute_sql_flush", without_triggers)
        yield
