"""What the server is told, and that it forgets: nothing leaks into what is asked next."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lotsen.fence import standing
from lotsen.fence.standing import NOBODY, SYSTEM
from referrals.models import Case
from tests.builders import make_case
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.postgres


@pytest.fixture
def in_request() -> Iterator[None]:
    token = standing.begin_request()
    yield
    standing.end_request(token)


def told() -> tuple[Any, ...]:
    """What the server knows, asked past the fence."""
    names = ("standing", "user", "houses")
    asked = ", ".join(f"coalesce(current_setting('lotsen.{name}', true), '')" for name in names)
    return tuple(connection.connection.execute(f"SELECT {asked}").fetchone())


def test_the_server_learns_who_asks_and_follows_within_a_transaction(
    cast: Cast, in_request: None
) -> None:
    assert not Case.objects.exists()
    assert told()[:2] == (NOBODY, "")
    standing.stand_for(cast.anna.pk)
    assert Case.objects.exists()
    assert told() == ("person", str(cast.anna.pk), f"{{{cast.clinic.pk}}}")
    with standing.lifted("a test looks at everything"):
        assert Case.objects.exists()
        assert told()[:2] == (SYSTEM, "")
    standing.stand_for(cast.carla.pk)
    assert not Case.objects.exists()


def test_what_a_savepoint_undoes_is_told_again(cast: Cast, in_request: None) -> None:
    standing.stand_for(cast.anna.pk)
    assert Case.objects.exists()
    with transaction.atomic():
        standing.stand_for(cast.carla.pk)
        assert not Case.objects.exists()
        transaction.set_rollback(True)
    assert not Case.objects.exists()
    standing.stand_for(cast.anna.pk)
    assert Case.objects.exists()


def test_rows_that_are_fetched_in_parts_are_the_persons_too(cast: Cast, in_request: None) -> None:
    with standing.lifted("a test makes what it looks for"):
        make_case(cast.other_clinic, cast.carla)
    standing.stand_for(cast.anna.pk)
    assert [case.pk for case in Case.objects.iterator(chunk_size=1)] == [cast.case.pk]


def test_telling_counts_nowhere(cast: Cast, in_request: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        standing.stand_for(cast.anna.pk)
        Case.objects.exists()
    assert len(captured.captured_queries) == 1


def test_a_removed_membership_counts_from_the_next_request(cast: Cast) -> None:
    for is_member in (True, False):
        token = standing.begin_request()
        standing.stand_for(cast.anna.pk)
        assert Case.objects.exists() is is_member
        standing.end_request(token)
        cast.anna.groups.clear()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_over_the_same_connection() -> None:
    cast = make_cast()
    server = connection.connection
    token = standing.begin_request()
    standing.stand_for(cast.anna.pk)
    assert not Case.objects.exists(), "outside a transaction nobody is told"
    for end in (lambda: None, lambda: transaction.set_rollback(True)):
        with transaction.atomic():
            assert Case.objects.exists()
            end()
        assert told() == ("", "", "")
        assert not Case.objects.exists()
    standing.end_request(token)

    assert Case.objects.exists(), "a command works without transactions in places"
    assert [case.pk for case in Case.objects.iterator(chunk_size=1)] == [cast.case.pk]
    Case.objects.update(interpreting=True)
    assert told() == ("", "", "")

    token = standing.begin_request()
    with transaction.atomic():
        assert not Case.objects.exists()
    standing.end_request(token)
    assert connection.connection is server
