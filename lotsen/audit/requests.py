"""A number for each request, so that one row per request can be found again."""

from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The number of the request being served, or "" outside one."""
    return _current.get()


class RequestIdMiddleware:
    """Numbers each request; error pages show the number, logs may carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _current.set(str(uuid4()))
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)
