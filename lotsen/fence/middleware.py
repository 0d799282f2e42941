"""Tells the fence whose request is being served."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lotsen.fence import standing


class FenceMiddleware:
    """Nobody's until the answer is about to be made; then of who is signed in, if anybody is.

    Stands before every middleware that asks the database. Who comes with a token is known later
    (lotsen.rest.authentication).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = standing.begin_request()
        try:
            return self.get_response(request)
        finally:
            standing.end_request(token)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],  # noqa: ARG002
        args: tuple[object, ...],  # noqa: ARG002
        kwargs: dict[str, object],  # noqa: ARG002
    ) -> None:
        if request.user.is_authenticated:
            standing.stand_for(request.user.pk)
