"""Audit rows and seals can be added and read; the database itself refuses everything else."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, ChangeEntry, Deed
from lotsen.audit.serving import APPEND_ONLY
from lotsen.seals.actions import seal_waiting
from lotsen.seals.models import Seal
from tests.conftest import Cast
from tests.flushing import unguarded
from tests.serving import as_owner

migration = import_module("lotsen.audit.migrations.0100_append_only")
LOGS = ["audit_accessevent", "audit_changeentry"]
TABLES = [*LOGS, "seals_seal"]
ATTACKS = {
    "sqlite": [
        "DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})",
        # REPLACE fires no delete trigger unless recursive_triggers is on.
        "REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "UPDATE OR REPLACE {table} SET {key} = {key}",
        # By the hidden number of a row, under a new id.
        (
            "REPLACE INTO audit_accessevent (rowid, id, at, deed, object_type, shown, fields,"
            " reason, request_id, count) SELECT rowid, 'new', at, deed, object_type, shown, fields,"
            " reason, request_id, count FROM audit_accessevent"
        ),
    ],
    "postgresql": [
        "DELETE FROM {table} WHERE {key} = (SELECT {key} FROM {table} LIMIT 1)",
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM {table}",
        "SET LOCAL session_replication_role = replica; TRUNCATE {table}",
        (
            "INSERT INTO {table} SELECT * FROM {table}"
            " ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET {key} = EXCLUDED.{key}"
        ),
    ],
}[connection.vendor]


@pytest.fixture
def one_row_each(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[None]:
    """As the owner of the tables: privileges stop others before any trigger is asked."""
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    events.record(Deed.READ, actor=cast.anna, object_type="case")
    seal_waiting(at=now())
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Foreign keys wait for the commit, and block TRUNCATE.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield


pytestmark = pytest.mark.usefixtures("one_row_each")


def snapshot() -> list[list[Any]]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (AccessEvent, ChangeEntry, Seal)
    ]


def is_refused(sql: str, table: str = "") -> bool:
    before = snapshot()
    key = "n" if table == "seals_seal" else "id"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.format(table=table, key=key))
    except DatabaseError as error:
        return "append-only" in str(error) and snapshot() == before
    return False


def test_the_triggers_guard_every_append_only_table() -> None:
    assert list(APPEND_ONLY) == list(migration.TABLES) == LOGS


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM {table}",
        "UPDATE {table} SET count = 7",
        "UPDATE {table} SET {key} = {key}",
        *ATTACKS,
    ],
)
def test_change_and_removal_are_refused(table: str, sql: str) -> None:
    """On PostgreSQL the owner of the tables, a superuser, is refused as well."""
    column = "action" if table == "audit_changeentry" else "count"
    assert is_refused(sql.replace("count = 7", f"{column} = 7"), table)


@pytest.mark.postgres
@pytest.mark.parametrize("log", LOGS)
def test_a_partition_by_its_own_name_is_refused_too(log: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits"
                       " WHERE inhparent = %s::regclass", [log])  # fmt: skip
        partitions = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {log}")  # noqa: S608
        filled = [name for (name,) in cursor.fetchall()]

    assert f"{log}_default" in partitions
    assert len(partitions) > 4  # this month, the next three, the rest
    for part in partitions:
        for attack in ("TRUNCATE {table}", "TRUNCATE {table} CASCADE"):
            assert is_refused(attack, part), part
    for part in filled:
        for attack in ("DELETE FROM {table}", "UPDATE {table} SET {key} = {key}"):
            assert is_refused(attack, part), part
            replica = f"SET LOCAL session_replication_role = replica; {attack}"
            assert is_refused(replica, part), part


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ATTACKS)
def test_the_triggers_hold_without_our_pragmas(table: str, sql: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            assert is_refused(sql, table)
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA recursive_triggers = ON")


def test_the_orm_gets_no_further() -> None:
    for remove in (AccessEvent.objects.all().delete, ChangeEntry.objects.first().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            remove()


def test_without_the_triggers_nothing_would_be_refused(transactional_db: None) -> None:
    with unguarded():
        assert not is_refused("UPDATE audit_accessevent SET actor_id = actor_id")
    assert is_refused("UPDATE audit_accessevent SET actor_id = actor_id")


def test_rows_are_still_added() -> None:
    before = AccessEvent.objects.count()
    events.record(Deed.LIST, actor=None, object_type="case")

    assert AccessEvent.objects.count() == before + 1
