"""Which device a request comes from: a random number in a long-lived cookie, nothing else.

A tablet of a ward is one device, whoever signs in there. When it is lost, the access events that
carry its number tell what was seen on it (lotsen.audit.reading). Nothing about the browser is
measured or compared: a browser whose cookies are cleared is a new device. The number authorises
nothing, and a request with a token of the API has none.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from lotsen.accounts.models import BlockedDevice, SignInPlace, User
from lotsen.errors import InvalidInput, NotPermitted
from lotsen.pseudonyms import ALPHABET, check_symbol

COOKIE = f"{settings.COOKIE_PREFIX}lotsen_device"
# Browsers keep a cookie for 400 days at most (RFC 6265bis); each use counts from the start again.
LIFETIME = 400 * 24 * 60 * 60  # seconds

_SALT = "lotsen.devices"
_SYMBOLS = 7
_BITS = 34  # what seven symbols can tell: 2³⁴ < 29⁷; a random number begins with 48 random bits
_REST = 128 - _BITS


@dataclass
class _Device:
    """The device of one request; its number is drawn when somebody first asks for it."""

    number: UUID | None
    is_asked_for: bool = False


_current: ContextVar[_Device | None] = ContextVar("device", default=None)


def current_device() -> UUID | None:
    """The device of the request being served; None outside one, and for a token of the API.

    A browser without a number gets one here, so whoever only reads the imprint gets none.
    """
    device = _current.get()
    if device is None:
        return None
    device.is_asked_for = True
    device.number = device.number or uuid4()
    return device.number


def kept_device() -> UUID | None:
    """Like `current_device`, but a browser without a number gets none."""
    device = _current.get()
    return device.number if device else None


def require_unblocked(number: UUID | None) -> None:
    """Return silently if people may sign in on this device.

    Raises:
        NotPermitted: it is blocked; says nothing of any account.
    """
    if number is not None and BlockedDevice.objects.filter(number=number).exists():
        raise NotPermitted("device_blocked")


def remember_sign_in(user: User, *, at: datetime) -> UUID | None:
    """`user` signs in on the device of this request, which knows them from now on; its number.

    Raises:
        NotPermitted: the device is blocked.
    """
    number = current_device()
    require_unblocked(number)
    if number is not None:
        SignInPlace.objects.update_or_create(user=user, device=number, defaults={"last_at": at})
    return number


def knows(number: UUID, login: str) -> bool:
    """Whether the account with this user name or e-mail address has signed in there before."""
    whose = Q(user__username__iexact=login) | Q(user__email__iexact=login)
    return SignInPlace.objects.filter(whose, device=number).exists()


def device_name(number: UUID) -> str:
    """What stands on the sticker: eight symbols, the last one checks the others."""
    rest, body = number.int >> _REST, ""
    for _ in range(_SYMBOLS):
        rest, symbol = divmod(rest, len(ALPHABET))
        body = ALPHABET[symbol] + body
    name = body + check_symbol(body)
    return f"{name[:4]}-{name[4:]}"


def numbers_named(typed: str) -> tuple[UUID, UUID]:
    """The first and the last number with this name, whatever its case, spaces and dashes.

    All numbers between them have the same name; two devices share one by a chance of 1 in 2³⁴.

    Raises:
        InvalidInput: no such name can be, or a symbol is mistyped.
    """
    name = "".join(typed.upper().split()).replace("-", "")
    if len(name) != _SYMBOLS + 1 or any(symbol not in ALPHABET for symbol in name):
        raise InvalidInput("device_malformed", field="device")
    first = 0
    for symbol in name[:_SYMBOLS]:
        first = first * len(ALPHABET) + ALPHABET.index(symbol)
    if check_symbol(name[:_SYMBOLS]) != name[_SYMBOLS] or first >> _BITS:
        raise InvalidInput("device_mistyped", field="device")
    return UUID(int=first << _REST), UUID(int=((first + 1) << _REST) - 1)


class DeviceMiddleware:
    """Reads the number of this browser and keeps it there, over sign-outs and persons."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_program(request):
            return self.get_response(request)
        device = _Device(_kept_by(request))
        token = _current.set(device)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        if device.is_asked_for and device.number:
            _keep(response, device.number)
        return response


def _is_program(request: HttpRequest) -> bool:
    """Whether a token of the API decides who asks; on pages the header changes nothing."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return request.path.startswith("/api/") and scheme.lower() == "bearer"


def _kept_by(request: HttpRequest) -> UUID | None:
    """The number this browser brings, if we signed it."""
    number = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return UUID(number) if number else None


def _keep(response: HttpResponse, number: UUID) -> None:
    response.set_signed_cookie(
        COOKIE,
        number.hex,
        salt=_SALT,
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
