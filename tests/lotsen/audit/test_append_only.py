"""Audit rows can be added and read; the database itself refuses everything else."""

from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, ChangeEntry, Deed
from lotsen.audit.serving import APPEND_ONLY
from tests.conftest import Cast

migration = import_module("lotsen.audit.migrations.0100_append_only")
TABLES = ["audit_accessevent", "audit_changeentry"]
ATTACKS = {
    "sqlite": [
        "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})",
        # REPLACE fires no delete trigger unless recursive_triggers is on.
        "REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "UPDATE OR REPLACE {table} SET id = id",
        # By the hidden number of a row, under a new id.
        (
            "REPLACE INTO audit_accessevent (rowid, id, at, deed, object_type, shown, fields,"
            " reason, request_id, count) SELECT rowid, 'new', at, deed, object_type, shown, fields,"
            " reason, request_id, count FROM audit_accessevent"
        ),
    ],
    "postgresql": [
        "DELETE FROM {table} WHERE id = (SELECT id FROM {table} LIMIT 1)",
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM {table}",
        "SET LOCAL session_replication_role = replica; TRUNCATE {table}",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET actor_id = NULL",
    ],
}[connection.vendor]


@pytest.fixture
def one_row_each(cast: Cast) -> None:
    events.record(Deed.READ, actor=cast.anna, object_type="case")
    with connection.cursor() as cursor:  # foreign keys wait for the commit, and block TRUNCATE
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


pytestmark = pytest.mark.usefixtures("one_row_each")


def snapshot() -> list[list[Any]]:
    return [
        list(model.objects.order_by("pk").values_list()) for model in (AccessEvent, ChangeEntry)
    ]


def is_refused(sql: str) -> bool:
    before = snapshot()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "append-only" in str(error) and snapshot() == before
    return False


def test_the_triggers_guard_every_append_only_table() -> None:
    assert list(APPEND_ONLY) == list(migration.TABLES) == TABLES


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM {table}",
        "UPDATE {table} SET actor_id = NULL",
        "UPDATE {table} SET id = id",
        *ATTACKS,
    ],
)
def test_change_and_removal_are_refused(table: str, sql: str) -> None:
    """On PostgreSQL the tests are superuser, and still refused."""
    assert is_refused(sql.format(table=table))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ATTACKS)
def test_the_triggers_hold_without_our_pragmas(table: str, sql: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            assert is_refused(sql.format(table=table))
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA recursive_triggers = ON")


def test_the_orm_gets_no_further() -> None:
    for remove in (AccessEvent.objects.all().delete, ChangeEntry.objects.first().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            remove()


def test_the_migration_goes_back_and_forth(transactional_db: None) -> None:
    with connection.schema_editor() as editor:
        migration.remove(None, editor)
    try:
        assert not is_refused("UPDATE audit_accessevent SET actor_id = actor_id")
    finally:
        with connection.schema_editor() as editor:
            migration.install(None, editor)
    assert is_refused("UPDATE audit_accessevent SET actor_id = actor_id")


def test_rows_are_still_added() -> None:
    before = AccessEvent.objects.count()
    events.record(Deed.LIST, actor=None, object_type="case")

    assert AccessEvent.objects.count() == before + 1
