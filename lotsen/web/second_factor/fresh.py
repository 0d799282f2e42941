"""Asking again before a second factor changes: whoever finds an open session takes nothing over."""

from collections.abc import Callable
from functools import wraps
from time import time

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from lotsen.accounts.factors import has_second_factor
from lotsen.accounts.http import UserRequest

FOR = 5 * 60  # seconds a password or second factor counts as just shown

type _View = Callable[..., HttpResponse]


def is_fresh(request: UserRequest) -> bool:
    """Whether this person showed password or second factor in this session just now.

    Who has neither signs in by the municipal service alone; then that counts.
    """
    ways = {"password", "mfa"}
    if not can_confirm(request):
        ways.add("socialaccount")
    shown = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") in ways
    ]
    return bool(shown) and time() - max(shown) < FOR


def can_confirm(request: UserRequest) -> bool:
    """Whether there is anything to ask for: a password, or a second factor."""
    return request.user.has_usable_password() or has_second_factor(request.user)


def only_fresh(view: _View) -> _View:
    """Leads to the question who is there, and back to this page afterwards; nothing is changed."""

    @wraps(view)
    def asked(request: UserRequest, *args: object, **kwargs: object) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('second-factor-ask')}?{urlencode({'next': request.path})}")

    return asked
