"""The serving role on PostgreSQL: it works with rows, but audit rows only grow."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from tests.conftest import Cast

ROLE = "lotsen_test_serving"


@pytest.fixture
def role(cast: Cast) -> Iterator[str]:
    """A role like the serving one; it goes when the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    return ROLE


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
@pytest.mark.parametrize("table", ["audit_accessevent", "audit_changeentry"])
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM {table}",
        "UPDATE {table} SET actor_id = NULL",
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TRIGGER {table}_no_change ON {table}",
    ],
)
@pytest.mark.postgres
def test_the_serving_role_cannot_touch_what_is_written(table: str, sql: str) -> None:
    assert is_refused(sql.format(table=table))


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
        cursor.execute("ALTER ROLE lotsen_test_serving SUPERUSER")
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
