"""Access events about sessions: signed in, signed out, refused."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from lotsen.accounts.models import User
from lotsen.audit.events import record
from lotsen.audit.models import Deed

_SESSION = "session"


def watch() -> None:
    """Listen to Django's signals; every way of signing in sends them."""
    user_logged_in.connect(_signed_in, dispatch_uid="lotsen.audit.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="lotsen.audit.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="lotsen.audit.login_refused")


def _signed_in(sender: object, user: User, **_: Any) -> None:  # noqa: ARG001
    record(Deed.LOGIN, actor=user, object_type=_SESSION)


def _signed_out(sender: object, user: User | None, **_: Any) -> None:  # noqa: ARG001
    if user is not None:  # nobody was signed in
        record(Deed.LOGOUT, actor=user, object_type=_SESSION)


def _refused(sender: object, **_: Any) -> None:  # noqa: ARG001
    """Without the name that was typed: it may be a person's, or a password in the wrong field."""
    record(Deed.DENIED, actor=None, object_type=_SESSION, reason="login_failed")
