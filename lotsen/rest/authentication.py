"""Signing in to the API with a token."""

from django.utils.timezone import now
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from lotsen.accounts import tokens
from lotsen.accounts.models import ApiToken, TokenScope, User
from lotsen.audit.changes import attribute_to
from lotsen.errors import NotPermitted

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. A token with scope "read" reads, whatever its user may do."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """
        Raises:
            AuthenticationFailed: there is a bearer token, but no living one.
            NotPermitted: a read token asks for a change; like every denial it leaves an event.
        """
        scheme, _space, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.living(text.strip().decode("ascii", "replace"), at=now())
        if token is None:
            raise exceptions.AuthenticationFailed(code="token_not_valid")
        if token.scope == TokenScope.READ and request.method not in SAFE_METHODS:
            request.user = token.user  # whom the event names
            raise NotPermitted("token_read_only", right="write")
        attribute_to(token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return 'Bearer realm="lotsen"'
