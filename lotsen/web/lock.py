"""The privacy screen and the family view: what a session may reach while it is on someone's lap.

Both live in the session, so the server decides, not the browser: a locked session reaches the
lock page alone, a session in family view reaches that view and the lock page. The way out is
the PIN or password of the person who signed in. Here a session also ends for good: ten hours
after signing in, however busy it was.
"""

from collections.abc import Callable
from time import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LOCKED = "locked"
FAMILY_VIEW = "family_view"
BACK_TO = "back_to"
SIGNED_IN_AT = "signed_in_at"  # seconds since the epoch

# What lifts or deepens the lock, or shows nothing of anybody.
_ALWAYS_OPEN = ("unlock", "lock", "logout", "health")


def begin(request: HttpRequest) -> None:
    """Somebody signed in: the session's hours are counted from now."""
    request.session[SIGNED_IN_AT] = int(time())


def lock(request: HttpRequest, *, back_to: str = "") -> None:
    """From now on this session reaches the lock page alone; unlocking leads to `back_to`."""
    request.session[LOCKED] = True
    if back_to and is_own_page(request, back_to):
        request.session[BACK_TO] = back_to


def unlock(request: HttpRequest) -> str:
    """Lift the screen and end the family view. Returns where to go on; the caller has checked."""
    session = request.session
    for flag in (LOCKED, FAMILY_VIEW):
        session.pop(flag, None)
    return str(session.pop(BACK_TO, "") or reverse("home"))


def enter_family_view(request: HttpRequest, url: str, *, back_to: str = "") -> None:
    """From now on this session reaches only `url`, what lies below it, and the lock page.

    Args:
        url: path of the family's page, ending with a slash.
        back_to: where the professional goes on after lifting the lock.
    """
    request.session[FAMILY_VIEW] = url
    request.session.pop(BACK_TO, None)
    if back_to and is_own_page(request, back_to):
        request.session[BACK_TO] = back_to


def is_shut(session: SessionBase) -> bool:
    """Whether the lock page has something to lift."""
    return bool(session.get(LOCKED) or session.get(FAMILY_VIEW))


def is_own_page(request: HttpRequest, url: str) -> bool:
    """Whether `url` is a page of this site, so that nobody is led astray."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


class LockMiddleware:
    """Stands before every view; a view need not know that there is a lock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = request.session.get(SIGNED_IN_AT)
        if begun is not None and time() - begun > settings.SESSION_COOKIE_AGE:
            logout(request)
        way_out = self._way_out(request)
        if way_out is None:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse(
                {"type": "about:blank", "status": 423, "code": "locked"},
                status=423,
                content_type="application/problem+json",
            )
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": way_out})
        return redirect(way_out)

    def _way_out(self, request: HttpRequest) -> str | None:
        """Where a shut session is sent instead; None if it may go on."""
        if not is_shut(request.session) or self._is_open(request.path):
            return None
        family_view = str(request.session.get(FAMILY_VIEW, ""))
        if request.session.get(LOCKED):
            return reverse("unlock")
        return None if request.path.startswith(family_view) else family_view

    def _is_open(self, path: str) -> bool:
        return path.startswith(f"/{settings.STATIC_URL.strip('/')}/") or path in {
            reverse(route) for route in _ALWAYS_OPEN
        }
