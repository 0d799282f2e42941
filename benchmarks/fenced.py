"""Asking as a server in service asks: by a role that owns nothing, behind the fence.

What is compared with asks without any fence, over a connection of the owner's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from django.db import connection, connections, transaction

from lotsen.accounts.models import User
from lotsen.audit import serving
from lotsen.fence import standing

ROLE = "lotsen_bench_serving"
_CREATE = f"""
    DO $$ BEGIN
        CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
_floor = ["default"]


def floor() -> str:
    """Alias of the connection that floor and reference ask over."""
    return _floor[0]


def serve() -> None:
    """From now on the serving role asks; the floor keeps the owner's rights. PostgreSQL only."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CREATE)
        serving.grant(ROLE)
    settings = connections.settings["default"]
    connections.settings["floor"] = settings | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {},
    }
    _floor[0] = "floor"
    settings["OPTIONS"]["assume_role"] = ROLE
    connection.close()


@contextmanager
def asked_by(person: User) -> Iterator[None]:
    """Inside, this person asks in one transaction, as a request does."""
    if connection.vendor != "postgresql":
        yield
        return
    token = standing.begin_request()
    try:
        standing.stand_for(person.pk)
        with transaction.atomic():
            yield
    finally:
        standing.end_request(token)


def telling(person: User, rounds: int = 40) -> float:
    """Milliseconds (median) it takes to tell the server once a request who asks."""
    if connection.vendor != "postgresql":
        return 0.0
    times = []
    for _ in range(rounds):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            start = perf_counter()
            with _person(person):
                cursor.execute("SELECT 1")
            told = perf_counter() - start
            start = perf_counter()
            cursor.execute("SELECT 1")
            with _person(person):
                pass
            times.append((told - (perf_counter() - start)) * 1000)
    return sorted(times)[rounds // 2]


@contextmanager
def _person(person: User) -> Iterator[None]:
    token = standing.begin_request()
    standing.stand_for(person.pk)
    try:
        yield
    finally:
        standing.end_request(token)
