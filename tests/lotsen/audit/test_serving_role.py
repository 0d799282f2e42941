"""The serving role on PostgreSQL: it works with rows, but audit rows only grow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from lotsen.seals import months, rules
from lotsen.seals.actions import seal_waiting
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.verifying import verify
from tests.conftest import Cast
from tests.serving import as_owner

ROLE = "lotsen_test_another"


@pytest.fixture
def role(cast: Cast) -> Iterator[str]:
    """A role like the serving one; it goes when the test's transaction is rolled back."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        yield ROLE


@pytest.fixture
def serving(role: str) -> Iterator[None]:
    call_command("grant_serving_role", role)
    call_command("grant_serving_role", role)  # twice changes nothing
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def is_refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.mark.usefixtures("serving")
@pytest.mark.postgres
def test_the_serving_role_works(cast: Cast) -> None:
    cast.case.restricted = True
    cast.case.save()
    events.record(Deed.READ, actor=cast.anna, object_type="case")

    assert AccessEvent.objects.count() == 1
    cast.case.delete()


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("table", ["audit_accessevent", "audit_changeentry", "seals_seal"])
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM {table}",
        "UPDATE {table} SET {column} = 7",
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TRIGGER {table}_no_change ON {table}",
    ],
)
@pytest.mark.postgres
def test_the_serving_role_cannot_touch_what_is_written(table: str, sql: str) -> None:
    column = "action" if table == "audit_changeentry" else "count"
    assert is_refused(sql.format(table=table, column=column))


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("log", ["audit_accessevent", "audit_changeentry"])
@pytest.mark.postgres
def test_a_partition_is_read_by_name_and_nothing_more(log: str) -> None:
    """A backup reads partitions by name; rows come in through their log alone."""
    months.ensure_ahead(at=now())  # there already
    later = rules.months_after(rules.month_of(now()), 9)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_ensure_month(%s, %s)", [log, later.date()])
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits"
                       " WHERE inhparent = %s::regclass", [log])  # fmt: skip
        partitions = [name for (name,) in cursor.fetchall()]
        assert f"{log}_{later:%Y_%m}" in partitions
        for name in partitions:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
    for name in partitions:
        assert is_refused(f"INSERT INTO {name} SELECT * FROM {log}"), name  # noqa: S608
        assert is_refused(f"TRUNCATE {name}"), name
        assert is_refused(f"DROP TABLE {name}"), name
        assert is_refused(f"ALTER TABLE {log} DETACH PARTITION {name}"), name


@pytest.mark.usefixtures("serving")
@pytest.mark.postgres
def test_only_months_of_the_logs_can_be_made() -> None:
    for table, month in (("referrals_case", "2026-01-01"), ("audit_accessevent", "2026-01-02"),
                         ("audit_accessevent", "2199-01-01")):  # fmt: skip
        with pytest.raises(DatabaseError, match="no month of a log"), transaction.atomic():
            connection.cursor().execute("SELECT audit_ensure_month(%s, %s)", [table, month])


@pytest.mark.usefixtures("serving")
@pytest.mark.postgres
def test_the_serving_role_seals_and_proves(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    events.record(Deed.READ, actor=cast.anna, object_type="case")

    assert seal_waiting(at=now()) > 0
    assert (Seal.objects.exists(), Unsealed.objects.exists()) == (True, False)
    assert verify(at=now(), file=tmp_path / "anchor.jsonl").sound
    assert is_refused("UPDATE seals_unsealed SET log = 'access'")


@pytest.mark.usefixtures("serving")
@pytest.mark.postgres
def test_the_serving_role_shapes_no_table() -> None:
    assert is_refused("DROP TABLE referrals_case")
    assert is_refused("CREATE TABLE public.own (id int)")
    assert is_refused("TRUNCATE referrals_case CASCADE")
    assert is_refused("DELETE FROM django_migrations")


@pytest.mark.postgres
def test_a_role_that_does_not_exist_is_refused(role: str) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("grant_serving_role", "nobody_of_this_name")


@pytest.mark.postgres
def test_the_migrating_role_cannot_serve(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {ROLE} SUPERUSER")
    with pytest.raises(CommandError, match="Superuser"):
        call_command("grant_serving_role", role)


@pytest.mark.postgres
def test_a_role_that_owns_the_tables_cannot_serve(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE lotsen_test_owner")
        cursor.execute(f"GRANT lotsen_test_owner TO {role}")
        cursor.execute("SET LOCAL ROLE lotsen_test_owner")
    with pytest.raises(CommandError, match="besitzt die Tabellen"):
        call_command("grant_serving_role", role)


@pytest.mark.sqlite
def test_sqlite_has_no_roles(db: None) -> None:
    with pytest.raises(CommandError, match="nur in PostgreSQL"):
        call_command("grant_serving_role", "anyone")
