"""On PostgreSQL every test is served by a role that owns nothing, as a server is in service.

The tests sign in as a superuser, who could see over the fence; so each connection takes another
role. Roles belong to the whole server: several rounds may run side by side.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from lotsen.audit import serving

ROLE = "lotsen_test_serving"
_CREATE = f"""
    DO $$ BEGIN
        CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""


_as_migrated: list[bytes] = []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, and from here on only the rights of the serving role."""
    if connection.vendor != "postgresql":
        with django_db_blocker.unblock():
            connection.ensure_connection()
            _as_migrated.append(connection.connection.serialize())
        yield
        _as_migrated.clear()
        return
    options = connection.settings_dict["OPTIONS"]  # the same for the connections of all threads
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(_CREATE)
        with transaction.atomic():
            serving.grant(ROLE)
        options["assume_role"] = ROLE
        connection.close()
    yield
    del options["assume_role"]
    with django_db_blocker.unblock():
        connection.close()


def lay_migrated(file: Path) -> None:
    """Put a SQLite database there as migrations leave it, at the price of its bytes.

    For installations apart that are about something else: to migrate costs them five seconds each.
    On PostgreSQL nothing: they migrate.
    """
    for content in _as_migrated:
        file.write_bytes(content)


@contextmanager
def as_owner() -> Iterator[None]:
    """Do what only the owner of the tables may: empty, change or look past the fence."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        try:
            yield
        finally:
            cursor.execute(f"SET ROLE {ROLE}")
