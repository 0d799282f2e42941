"""The request of somebody signed in, as every page behind the sign-in gets it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lotsen.accounts.models import User
from lotsen.accounts.sessions import SessionStore


class UserRequest(HttpRequest):
    """A type only: LoginRequiredMiddleware lets nobody else through."""

    user: User
    session: SessionStore
    htmx: HtmxDetails
