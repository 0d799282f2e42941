"""Who a user name or e-mail address and a password belong to: one look, one run of the hasher.

Known and unknown, open and closed accounts cost the same. Django asks its backends in turn and
each would hash again, so this one comes first and ends the round.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from lotsen.accounts.models import User


class LoginBackend(ModelBackend):
    """Upper and lower case do not matter; a user name counts before an e-mail address."""

    @sensitive_variables("password")
    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        username: str | None = None,
        password: str | None = None,
        **others: Any,
    ) -> User | None:
        """The open account they belong to; None if this is no password sign-in at all.

        Raises:
            PermissionDenied: they belong to none; no other backend is asked.
        """
        login = username or others.get("email")
        if not login or password is None:
            return None
        user = _named(login)
        if not _is_password_of(user, password) or user is None or not user.is_active:
            raise PermissionDenied
        return user


def _named(login: str) -> User | None:
    found = list(User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login))[:3])
    found.sort(key=lambda u: (u.username != login, u.username.casefold() != login.casefold()))
    return found[0] if found else None


@sensitive_variables("password")
def _is_password_of(user: User | None, password: str) -> bool:
    """An account that does not exist, or has no password, takes as long."""
    if user is None or not user.has_usable_password():
        User().set_password(password)
        return False
    return user.check_password(password)
