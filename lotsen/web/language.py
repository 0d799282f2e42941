"""In which language a person reads lotsen: their own choice, else this browser's, else German."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import trans_real

from lotsen.accounts.models import User

COOKIE = f"{settings.COOKIE_PREFIX}lotsen_language"
CHOSEN = "language_chosen"  # in a session nobody has signed in to yet
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


class LanguageMiddleware:
    """Stands behind authentication, because the account's choice comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen(request: HttpRequest) -> str:
    """The language for this request; always one of settings.LANGUAGES."""
    if request.user.is_authenticated and request.user.language in LANGUAGES:
        return request.user.language
    cookie = request.COOKIES.get(COOKIE, "")
    return cookie if cookie in LANGUAGES else _of_browser(request)


def take_along(request: HttpRequest, user: User) -> None:
    """The language chosen on the sign-in page becomes that of the account that signs in.

    The cookie alone would not do: on a shared tablet it is the choice of whoever was here before.
    """
    language = request.session.pop(CHOSEN, "")
    if language in LANGUAGES and language != user.language:
        user.language = language
        user.save(update_fields=["language"])


def _of_browser(request: HttpRequest) -> str:
    wishes = trans_real.parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    wished = (wish.split("-")[0] for wish, _ in wishes)
    return next((code for code in wished if code in LANGUAGES), settings.LANGUAGE_CODE)
