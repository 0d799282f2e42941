"""The privacy screen and the family view: what a session may reach while it is on someone's lap.

Both live in the session, so the server decides, not the browser: a locked session reaches the
lock page alone, a session in family view reaches that view and the lock page. The way out is
the PIN or password of the person who signed in. A session in which nobody has done anything for
a while (settings.SESSION_IDLE_AGE) is locked like any other; what was sent just then is not
carried out, and the person is told so. When it ends for good: lotsen.accounts.sessions.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now

from lotsen.accounts.models import User
from lotsen.accounts.sessions import DEVICE, SIGNED_IN_AT, session_of
from lotsen.devices import remember_sign_in
from lotsen.web.detours import is_api, led_to

LOCKED = "locked"
FAMILY_VIEW = "family_view"
BACK_TO = "back_to"
NOT_CARRIED_OUT = "not_carried_out"  # something was sent when nobody had been here for long

# What lifts or deepens the lock, or shows nothing of anybody.
_ALWAYS_OPEN = ("unlock", "lock", "logout", "health")
_READS = ("GET", "HEAD")


def begin(request: HttpRequest, user: User) -> None:
    """`user` signed in: the session's hours are counted from now, on this device.

    Raises:
        NotPermitted: the device is blocked; nobody is signed in.
    """
    at = now()
    device = remember_sign_in(user, at=at)
    request.session[SIGNED_IN_AT] = int(at.timestamp())
    if device is not None:
        request.session[DEVICE] = device.hex


def lock(request: HttpRequest, *, back_to: str = "") -> None:
    """From now on this session reaches the lock page alone; unlocking leads to `back_to`."""
    request.session[LOCKED] = True
    if back_to and is_own_page(request, back_to):
        request.session[BACK_TO] = back_to


def unlock(request: HttpRequest) -> str:
    """Lift the screen and end the family view. Returns where to go on; the caller has checked.

    The session goes on under a new id: whoever saw the old one reaches no more than before.
    """
    session = request.session
    for flag in (LOCKED, FAMILY_VIEW, NOT_CARRIED_OUT):
        session.pop(flag, None)
    session.cycle_key()
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


def is_locked(session: SessionBase) -> bool:
    """Whether this session reaches the lock page alone."""
    return bool(session.get(LOCKED))


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
        if request.session.get(SIGNED_IN_AT) is not None and not self._is_open(request.path):
            _watch(request, at=now())
        way_out = self._way_out(request)
        if way_out is None:
            return self.get_response(request)
        return led_to(way_out, request, status=423, code="locked")

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


def _watch(request: HttpRequest, *, at: datetime) -> None:
    """Lock the session if nobody has been here for long; else somebody is here now."""
    session = session_of(request)
    if session.get(LOCKED):
        return
    if not session.is_idle(at=at):
        session.seen(at=at)
        return
    if request.method not in _READS:
        session[NOT_CARRIED_OUT] = True
    lock(request, back_to="" if session.get(FAMILY_VIEW) else _page_of(request))


def _page_of(request: HttpRequest) -> str:
    """Where the person was: the page asked for, or the one that something was sent from."""
    is_page = request.method in _READS and not request.headers.get("HX-Request")
    if is_page and not is_api(request):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from._replace(scheme="", netloc="").geturl()
