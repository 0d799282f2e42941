"""The server's log names pages, never cases: not on an error, not when a service is away."""

import io
import logging
import logging.config
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.test import Client

from lotsen.audit import events
from lotsen.errors import Unavailable
from tests.conftest import Cast


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the console handler of the settings would print."""
    written = io.StringIO()
    config = logging.config.DictConfigurator(settings.LOGGING)  # type: ignore[arg-type]
    handler = logging.StreamHandler(written)
    handler.setFormatter(config.configure_formatter(dict(settings.LOGGING["formatters"]["plain"])))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.once
@pytest.mark.parametrize(
    "error", [DatabaseError("the log is full"), Unavailable("key_service_away")]
)
def test_a_page_that_fails_is_told_by_its_route(
    cast: Cast,
    signed_in: Callable[[str], Client],
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def fails(*_: object) -> None:
        raise error

    client = signed_in("anna")
    client.raise_request_exception = False
    monkeypatch.setattr(events, "_write", fails)

    pages = (f"/fall/{cast.case.pk}/", f"/api/v1/cases/{cast.case.pseudonym}/?case=x")
    assert {client.get(page).status_code for page in pages} <= {500, 503}

    text = log.getvalue()
    assert "django.request" in text
    assert ": case\n" in text
    assert ": api-case-detail\n" in text
    for name in (str(cast.case.pk), cast.case.pseudonym, "/fall/"):
        assert name not in text
        assert name not in caplog.text
    caplog.clear()


def test_an_address_without_a_route_is_not_told_either(
    client: Client, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "django.request"):
        client.get(f"/fall/{uuid4()}/nichts/")

    assert "Not Found: no route" in log.getvalue()
    assert "/fall/" not in caplog.text


def test_values_that_the_database_quotes_stay_out(log: io.StringIO) -> None:
    told = "violates a constraint\nDETAIL:  Key (pseudonym)=(7K4M-QX2T-9RHV) exists"
    logging.getLogger("lotsen.test").warning("not stored", exc_info=IntegrityError(told))

    assert "violates a constraint" in log.getvalue()
    assert "7K4M" not in log.getvalue()
