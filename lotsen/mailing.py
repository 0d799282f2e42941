"""Telling people by plain mail that something waits for them. Says that, never what or of whom.

A mail leaves the house: it passes servers and screens nobody here knows. So subject and text
name no family, no case, no pseudonym and nobody's house. Whoever reads it signs in and finds
there what it is about; without a mail server, pages alone say so, and nothing is lost.
"""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from lotsen.accounts.models import User

logger = logging.getLogger(__name__)


def is_possible() -> bool:
    """Whether this installation has a mail server (settings.SMTP_HOST)."""
    return bool(settings.SMTP_HOST)


def tell(users: Iterable[User], *, subject: str | Promise, text: str | Promise) -> None:
    """Each of `users` gets one mail of their own, once the transaction has been committed.

    Nothing is sent after a rollback, without a mail server, or to a closed account. A mail that
    cannot be sent is one line in the log without an address, and never stops what caused it.

    Args:
        subject: a translatable text is written in the language of each reader, as is
        text: the body, plain; lines are wrapped by the reader's program.
    """
    if not is_possible():
        return
    letters = [_letter(user, subject, text) for user in users if user.is_active]
    if letters:
        transaction.on_commit(lambda: _send(letters))


def _letter(user: User, subject: str | Promise, text: str | Promise) -> EmailMessage:
    with translation.override(user.language):
        return EmailMessage(subject=str(subject), body=str(text), to=[user.email])


def _send(letters: list[EmailMessage]) -> None:
    """One connection for all; whoever's address is refused does not keep it from the others."""
    try:
        with mailers.default as mailer:
            for letter in letters:
                _send_one(letter, mailer)
    except OSError as problem:  # every failure of smtplib is one
        _log(problem)


def _send_one(letter: EmailMessage, mailer: BaseEmailBackend) -> None:
    try:
        mailer.send_messages([letter])
    except (OSError, ValueError) as problem:  # ValueError: an address no server could take
        _log(problem)


def _log(problem: Exception) -> None:
    """The kind of failure alone: its text would repeat the address."""
    logger.error("a mail could not be sent (%s)", type(problem).__name__)
