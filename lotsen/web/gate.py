"""Before a secret is looked at: may this device, and may somebody try this often?

A view that looks at passwords, codes or links says so with one of the guards below. The gate
stands before the view and outside its transaction: a refused attempt never reaches the hasher,
and no rollback takes a count back.

No limit hangs on an account alone, or anybody could keep its owner out by trying. Attempts count
per account and network address, and per address; whoever has signed in on a device before is
counted there apart from all others, so a colleague behind the same address keeps nobody out.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from lotsen import refusals
from lotsen.accounts import limits
from lotsen.accounts.limits import Counter, Limit
from lotsen.accounts.sessions import session_of
from lotsen.devices import kept_device, knows, require_unblocked
from lotsen.errors import Refusal, TooOften
from lotsen.rest.problems import too_often
from lotsen.web.addresses import network_of

type View = Callable[..., Any]
type Counters = Callable[[HttpRequest], Sequence[Counter]]

_QUARTER, _MINUTE, _HOUR = timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=1)

PER_ACCOUNT_AND_ADDRESS = Limit("account and address", 10, _QUARTER)
PER_ACCOUNT_AND_DEVICE = Limit("account and device", 10, _QUARTER)
PER_ADDRESS = Limit("address", 30, _MINUTE)
PER_ADDRESS_AND_HOUR = Limit("address by the hour", 60, _HOUR)
OWN_SECRET = Limit("own secret", 10, _QUARTER)
LINKS_PER_ADDRESS = Limit("links by address", 30, _MINUTE)
BAD_TOKENS_PER_ADDRESS = Limit("bad tokens by address", 30, _MINUTE)

_GUARD = "guard"
_ROWS = "_attempts"


def password(view: View) -> View:
    """Signing in: the account typed, at the device it is known by or at this address."""
    return _guarded(view, _of_sign_in)


def own_secret(view: View) -> View:
    """Somebody signed in types their own password again: counted in this session alone."""
    return _guarded(view, lambda request: [Counter(OWN_SECRET, (session_of(request).row_key,))])


def link(view: View) -> View:
    """An address that is itself the secret: each look at it counts, found or not."""
    view = _guarded(view, lambda request: [Counter(LINKS_PER_ADDRESS, (network_of(request),))])
    view.counts_reading = True  # type: ignore[attr-defined]
    return view


class GateMiddleware:
    """Refuses before the view; gives an attempt back when the view sends onward."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rows = getattr(request, _ROWS, None)
        if rows and 300 <= response.status_code < 400:  # what was wrong stays on its page
            limits.give_back(rows)
        if getattr(request, "has_bad_token", False):  # left by lotsen.rest.authentication
            return _counted(request, response)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        args: object,  # noqa: ARG002
        kwargs: object,  # noqa: ARG002
    ) -> HttpResponse | None:
        """Runs before the request's transaction begins."""
        counters: Counters | None = getattr(view, _GUARD, None)
        if counters is None:
            return None
        try:
            require_unblocked(kept_device())
            if request.method == "POST" or getattr(view, "counts_reading", False):
                setattr(request, _ROWS, limits.take(counters(request), at=now()))
        except Refusal as refusal:
            return refusals.page(request, refusal)
        return None


def _guarded(view: View, counters: Counters) -> View:
    setattr(view, _GUARD, counters)
    return view


def _counted(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a token that opens nothing; from too many of one address, another one.

    A good token is never counted, so nobody is kept out by others behind the same address.
    """
    try:
        limits.take([Counter(BAD_TOKENS_PER_ADDRESS, (network_of(request),))], at=now())
    except TooOften as refusal:
        return too_often(refusal)
    return response


def _of_sign_in(request: HttpRequest) -> Sequence[Counter]:
    login = request.POST.get("login", "").strip().casefold()
    device = kept_device()
    if device is not None and knows(device, login):
        return [Counter(PER_ACCOUNT_AND_DEVICE, (login, device.hex))]
    address = network_of(request)
    return [
        Counter(PER_ACCOUNT_AND_ADDRESS, (login, address)),
        Counter(PER_ADDRESS, (address,)),
        Counter(PER_ADDRESS_AND_HOUR, (address,)),
    ]
