"""Who needs a second factor: everybody whose account could do harm in wrong hands.

Asked on the server at every request of a session. Whoever needs one and has not proved one in
this session reaches the pages to set one up, the own account, the way out, and what everybody may
read. A token of the API is no session; only somebody with a second factor gets one.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from lotsen.access.rights import rights_of
from lotsen.accounts.factors import has_second_factor
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.web.detours import is_api, led_to

# Public anyway, or in fives: a password is enough. A new right counts as harmful until it stands
# here.
HARMLESS = frozenset(
    {Right.UPDATE_CAPACITY, Right.EDIT_CATALOGUE, Right.VIEW_STATISTICS, Right.PLAN}
)
PROVIDER_PROVED = "second_factor"  # in the record of a municipal sign-in: the service asked for one

# What stays open until there is one; what lies below SET_UP, too.
SET_UP = "second-factor"
_OPEN = frozenset({"account", "password", "lock", "unlock"})


def may_harm(user: User) -> bool:
    """Whether one of the person's rights is more than harmless."""
    return any(right not in HARMLESS for right, _house in rights_of(user))


def needs_one(user: User) -> bool:
    """Whether `user` may not do without. In the demo nobody needs one."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and may_harm(user)


def has_proved_one(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened or confirmed with a second factor, ours or the municipal
    service's where that counts (settings.OIDC_SECOND_FACTOR)."""
    return any(
        record.get("method") == "mfa" or record.get(PROVIDER_PROVED)
        for record in get_authentication_records(request, user)
    )


class SecondFactorMiddleware:
    """Stands before every view, beside the lock; a view need not know of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        """None: the view may answer."""
        user = request.user
        if not user.is_authenticated or not settings.SECOND_FACTOR_REQUIRED:
            return None
        if has_proved_one(request, user) or _is_open(request, view) or not may_harm(user):
            return None
        if has_second_factor(user):  # set up elsewhere: this session began before it
            logout(request)
            return _elsewhere(request, reverse("login"))
        return _elsewhere(request, reverse(SET_UP))


def _is_open(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    """Pages for everybody, the own account, and the way to a second factor."""
    if is_api(request):  # asks by itself who is there, and so calls itself public
        return False
    name = request.resolver_match.url_name if request.resolver_match else ""
    is_public = not getattr(view, "login_required", True)
    return is_public or name in _OPEN or request.path.startswith(reverse(SET_UP))


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    return led_to(address, request, status=403, code="second_factor_missing")
