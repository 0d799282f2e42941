"""Closing an account at once, and opening it again: for a password or a device in wrong hands."""

import secrets
from datetime import datetime

from django.db import transaction

from lotsen.accounts import sessions, tokens
from lotsen.accounts.factors import drop_municipal_links, drop_second_factors
from lotsen.accounts.models import User


@transaction.atomic
def close(user: User, *, at: datetime) -> None:
    """`user` gets no further answer: sessions, tokens, password, PIN, second factors and the link
    to the municipal sign-on are all ended.

    Memberships stay, so that what the account saw is still told. Closing again changes nothing.
    """
    sessions.end_all(user)
    tokens.revoke_all(user, at=at)
    drop_second_factors(user)
    drop_municipal_links(user)
    user.is_active = False
    user.pin = ""
    user.set_unusable_password()
    user.save(update_fields=["is_active", "pin", "password"])


@transaction.atomic
def reopen(user: User) -> str:
    """`user` may sign in again, with the new password that is returned; nothing old works."""
    password = secrets.token_urlsafe(12)
    user.is_active = True
    user.set_password(password)
    user.save(update_fields=["is_active", "password"])
    return password
