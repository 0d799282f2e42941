"""The one place where a refusal becomes a sentence (lotsen.sentences) and an HTTP answer."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from lotsen.audit import events
from lotsen.errors import Refusal, TooOften, Unavailable
from lotsen.sentences import SENTENCES

logger = logging.getLogger(__name__)


def sentence(refusal: Refusal) -> str:
    """What people read instead of a code: in forms, on the page and in API answers.

    A code without a sentence of its own (a test finds it) is answered as its kind.
    """
    text = SENTENCES.get(refusal.code, SENTENCES[type(refusal).code])
    return str(text) % refusal.parameters


def tell_operator(refusal: Refusal) -> None:
    """The log says in full what the person reads in one sentence: they cannot mend a server."""
    if isinstance(refusal, Unavailable):
        logger.error("%s", refusal)


class RefusalMiddleware:
    """A refusal from anywhere below a view becomes one page, and one event where one is due."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        denial = getattr(request, "denial", None)  # left by lotsen.rest.problems
        if denial is not None:
            events.record_denied(request, denial)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Runs after the request's transaction was rolled back: nothing was changed."""
        return page(request, error) if isinstance(error, Refusal) else None


def page(request: HttpRequest, error: Refusal) -> HttpResponse:
    """What a refused person reads; with the event that is due. Call it outside the rolled back
    transaction."""
    if error.is_recorded:
        events.record_denied(request, error)
    tell_operator(error)
    context = {"sentence": sentence(error), "back": _came_from(request)}
    response = render(request, "refused.html", context, status=error.status)
    if isinstance(error, TooOften):
        response["Retry-After"] = str(error.seconds)
    return response


def _came_from(request: HttpRequest) -> str:
    """The page of ours the person was on, or ""; another site's address is not followed."""
    came_from = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts=hosts):
        return ""
    address = urlsplit(came_from)._replace(scheme="", netloc="").geturl()
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
