"""Mail says that something waits. It never stops what caused it, and no log holds an address."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from lotsen.mailing import tell
from tests.conftest import Cast

pytestmark = pytest.mark.once


class Refusing(BaseEmailBackend):
    """A server that takes nobody whose address begins with an a."""

    def send_messages(self, messages: Any) -> int:
        if messages[0].to[0].startswith("a"):
            raise OSError(f"550 no such user: {messages[0].to[0]}")
        mail.outbox.extend(messages)
        return 1


class Gone(BaseEmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError("mail.stadt.example")


@pytest.fixture
def server(settings: Settings) -> None:
    settings.SMTP_HOST = "mail.example"


def test_each_gets_a_mail_of_their_own_in_their_language(
    cast: Cast, server: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    cast.bilal.language = "en"
    with django_capture_on_commit_callbacks(execute=True):
        tell([cast.anna, cast.bilal], subject=_("Sign in"), text=_("Password"))

    assert [letter.to for letter in mail.outbox] == [[cast.anna.email], [cast.bilal.email]]
    assert [letter.subject for letter in mail.outbox] == ["Anmelden", "Sign in"]


def test_nothing_leaves_after_a_rollback_to_a_closed_account_or_without_a_server(
    cast: Cast,
    settings: Settings,
    server: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    cast.anna.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        tell([cast.anna], subject="s", text="t")
        with transaction.atomic():
            tell([cast.bilal], subject="s", text="t")
            transaction.set_rollback(True)
        settings.SMTP_HOST = ""
        tell([cast.bilal], subject="s", text="t")
    assert mail.outbox == []


@pytest.mark.parametrize(("backend", "reached"), [(Refusing, ["bilal@example.org"]), (Gone, [])])
def test_a_mail_that_fails_is_one_line_without_an_address(
    cast: Cast,
    settings: Settings,
    server: None,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    backend: type,
    reached: list[str],
) -> None:
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.{backend.__name__}"}}
    with django_capture_on_commit_callbacks(execute=True):
        tell([cast.anna, cast.bilal], subject="s", text="t")

    assert [address for letter in mail.outbox for address in letter.to] == reached
    [line] = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert "Error" in line.getMessage()
    assert "@" not in line.getMessage() + str(line.exc_info)
    assert "mail.stadt" not in line.getMessage()
    caplog.clear()
