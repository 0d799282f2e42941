"""Error pages: what happened, whether data is safe, what to do now, and the request's number."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

from lotsen.audit.requests import current_request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _bare("errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(request, "errors/403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(request, "errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _bare("errors/500.html", 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(request, "errors/csrf.html", 403)


class MethodNotAllowedMiddleware:
    """An address opened the wrong way gets a page, too: Django answers with an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = _page(request, "errors/405.html", 405)
        page["Allow"] = response["Allow"]
        return page


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"number": current_request_id()}, status=status)


def _bare(template: str, status: int) -> HttpResponse:
    """Without the request's context, hence without a database: that may be what is broken."""
    page = render_to_string(template, {"number": current_request_id()})
    return HttpResponse(page, status=status)
