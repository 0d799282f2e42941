"""What cannot be written down is not shown: 503, without a word about any case."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from lotsen.audit.models import AccessEvent
from tests.conftest import Cast
from tests.serving import as_owner

REFUSE = {
    "sqlite": [
        (
            "CREATE TRIGGER full BEFORE INSERT ON audit_accessevent"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ),
    ],
    "postgresql": [
        (
            "CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
        ),
        (
            "CREATE TRIGGER a_full BEFORE INSERT ON audit_accessevent"
            " FOR EACH ROW EXECUTE FUNCTION public.full()"
        ),
    ],
}[connection.vendor]


@pytest.fixture
def full(cast: Cast) -> None:
    """A log that takes no row."""
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in REFUSE:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "path", ["/fall/{pk}/", "/faelle/", "/api/v1/cases/{pseudonym}/", "/api/v1/cases/"]
)
def test_no_event_no_answer(
    cast: Cast,
    signed_in: Callable[[str], Client],
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    address = path.format(pseudonym=cast.case.pseudonym, pk=cast.case.pk)
    client = signed_in("anna")
    shown = client.get(address)
    assert shown.status_code == 200, address
    names = {str(cast.case.pk), cast.case.pseudonym, cast.case.pseudonym[:4]}
    assert any(name in shown.content.decode() for name in names)
    events = AccessEvent.objects.count()

    request.getfixturevalue("full")
    answer = client.get(address)

    assert answer.status_code == 503
    text = answer.content.decode()
    assert not any(name in text for name in names - {str(cast.case.pk)})  # they asked for that
    assert "Zugriffsprotokoll" in text
    assert AccessEvent.objects.count() == events
    caplog.clear()  # the operator is told
