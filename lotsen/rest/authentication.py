"""Signing in to the API with a token."""

from django.utils.timezone import now
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from lotsen.accounts import tokens
from lotsen.accounts.areas import Area, code, is_covered
from lotsen.accounts.models import ApiToken, User
from lotsen.audit.changes import attribute_to
from lotsen.errors import NotPermitted
from lotsen.fence.standing import stand_for

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. A token reaches the areas it carries, whatever its user may do.

    Each endpoint names its area (`area = Area.CASES`); one that names none is reached by no token.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """
        Raises:
            AuthenticationFailed: there is a bearer token, but no living one.
            NotPermitted: it does not carry the area; like every denial it leaves an event.
        """
        scheme, _space, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.living(text.strip().decode("ascii", "replace"), at=now())
        if token is None:
            request._request.has_bad_token = True  # type: ignore[attr-defined]  # noqa: SLF001  counted by lotsen.web.gate
            raise exceptions.AuthenticationFailed(code="token_not_valid")
        _require_area(request, token)
        attribute_to(token.user)
        stand_for(token.user.pk)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return 'Bearer realm="lotsen"'


def _require_area(request: Request, token: ApiToken) -> None:
    view = (request.parser_context or {}).get("view")
    area: Area | None = getattr(view, "area", None)
    writes = request.method not in SAFE_METHODS
    if area is None or not is_covered(frozenset(token.areas), area, writes=writes):
        request.user = token.user  # whom the event names
        missing = code(area, writes=writes) if area else "?"
        raise NotPermitted("token_scope_missing", right=missing)
