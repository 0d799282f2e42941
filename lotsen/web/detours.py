"""Sending a request elsewhere before any view is asked: programs, parts of pages, people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect


def is_api(request: HttpRequest) -> bool:
    """Whether the API is asked, which answers in problem details and never leads on."""
    return request.path.startswith("/api/")


def problem(code: str, *, status: int) -> JsonResponse:
    """What a program is told outside of any endpoint (RFC 9457)."""
    body = {"type": f"urn:lotsen:problem:{code}", "status": status, "code": code}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def led_to(address: str, request: HttpRequest, *, status: int, code: str) -> HttpResponse:
    """People are led to `address`, a part of a page takes the whole page along; a program is told
    `code` under `status`."""
    if is_api(request):
        return problem(code, status=status)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
