"""What holds for every answer: nobody keeps it, and a program never gets it in the clear."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from lotsen.web.detours import is_api, problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class NoStoreMiddleware:
    """`Cache-Control: no-store` on every answer; static files never come this far."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


class NoPlainApiMiddleware:
    """A program that asks without TLS is refused, not led on: a redirect would hide for ever that
    its token went over the line in the clear. People's browsers are led on (SECURE_SSL_REDIRECT).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if plain and is_api(request):
            return problem("tls_required", status=403)
        return self.get_response(request)


class KnownMethodsMiddleware:
    """TRACE, CONNECT and whatever else some server lets through reach no view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)
