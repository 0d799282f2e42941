"""Errors of the API as problem details (RFC 9457).

A refusal of the domain, a value that does not fit, nobody signed in, not allowed, not there: all
are built here.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lotsen.errors import InvalidInput, Refusal, TooOften
from lotsen.refusals import sentence, tell_operator

PROBLEM_JSON = "application/problem+json"

_SENTENCES = {
    400: _("The request cannot be read. Nothing was changed. Please check the values named."),
    401: _("Please sign in or send a valid token."),
    403: _("Your rights do not include this. Nothing was changed."),
    404: _("This does not exist, or you have no access to it."),
    405: _("This address does not know this method. Nothing was changed."),
    406: _("This address answers in JSON only."),
    413: _("What was sent is too large. Nothing was changed."),
    415: _("Please send JSON. Nothing was changed."),
    429: _("Too many requests. Please wait a little."),
}


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any error of an endpoint as problem details; what nobody expected stays an error."""
    error = _as_rest_knows_it(error)
    answer = exception_handler(error, context)  # rolls back, sets headers
    if answer is None or not isinstance(error, exceptions.APIException):
        return None
    cause = error.__cause__
    if isinstance(cause, Refusal):
        body = _problem(error.status_code, cause.code, sentence(cause), _field_of(cause))
        _remember_denial(cause, context)
        tell_operator(cause)
    else:
        errors = answer.data if isinstance(error, exceptions.ValidationError) else None
        body = _problem(error.status_code, _code_of(error), _sentence_of(error), errors)
    return Response(
        body, answer.status_code, headers=dict(answer.headers), content_type=PROBLEM_JSON
    )


def too_often(refusal: TooOften) -> HttpResponse:
    """The same problem for what is refused outside of any endpoint."""
    return JsonResponse(
        _problem(refusal.status, refusal.code, sentence(refusal)),
        status=refusal.status,
        content_type=PROBLEM_JSON,
        headers={"Retry-After": str(refusal.seconds)},
    )


def _as_rest_knows_it(error: Exception) -> Exception:
    if isinstance(error, Refusal):
        known = exceptions.APIException()
        known.status_code = error.status
        known.__cause__ = error
        if isinstance(error, TooOften):
            known.wait = error.seconds  # type: ignore[attr-defined]  # becomes Retry-After
        return known
    if isinstance(error, RequestDataTooBig):
        known = exceptions.APIException(code="too_large")
        known.status_code = 413
        return known
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    return error


def _problem(status: int, code: str, detail: object, errors: object = None) -> dict[str, object]:
    body = {
        "type": f"urn:lotsen:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    return body | ({"errors": errors} if errors else {})


def _field_of(refusal: Refusal) -> dict[str, list[str]] | None:
    return {refusal.field: [sentence(refusal)]} if isinstance(refusal, InvalidInput) else None


def _code_of(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "invalid_input"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _sentence_of(error: exceptions.APIException) -> object:
    return _SENTENCES.get(error.status_code, error.detail)


def _remember_denial(refusal: Refusal, context: Mapping[str, Any]) -> None:
    """Left on the request for the middleware, which writes the event after the rollback."""
    request = context.get("request")
    if refusal.is_recorded and isinstance(request, Request):
        plain: HttpRequest = request._request  # noqa: SLF001  the way DRF itself names it
        plain.denial = refusal  # type: ignore[attr-defined]
