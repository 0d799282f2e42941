"""The pages of the privacy screen: draw it, lift it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.web import pins
from lotsen.web.lock import FAMILY_VIEW, NOT_CARRIED_OUT, is_shut, lock, unlock


@require_POST
def present(request: UserRequest) -> HttpResponse:  # noqa: ARG001
    """Somebody types on a page without sending it: the session is in use all the same."""
    return HttpResponse(status=204)


@require_POST
def draw(request: UserRequest) -> HttpResponse:
    """One tap: this session shows nothing any more until its person is back."""
    back_to = "" if request.session.get(FAMILY_VIEW) else request.POST.get("next", "")
    lock(request, back_to=back_to)
    return redirect("unlock")


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: UserRequest) -> HttpResponse:
    """The neutral page: time, initials, one field.

    A page that drew the curtain over itself (static/js/idle.js) asks as a part of a page, and
    goes on where it is.
    """
    if not is_shut(request.session):
        return _onward(request, reverse("home"))
    if request.method != "POST":
        return _page(request)
    if _is_right(request):
        return _lifted(request)
    if pins.is_used_up(request.user):
        logout(request)
        messages.warning(request, _("Too many tries. Nothing is lost. Please sign in again."))
        return _leave(request)
    return _page(request, tries_left=pins.TRIES - request.user.unlock_tries)


def _lifted(request: UserRequest) -> HttpResponse:
    if request.session.get(NOT_CARRIED_OUT):
        messages.warning(
            request,
            _(
                "Nobody had been here for a while, so what you sent last was not carried out. "
                "Please check the page and send it again."
            ),
        )
    return _onward(request, unlock(request))


def _onward(request: UserRequest, address: str) -> HttpResponse:
    return HttpResponse(status=204) if request.htmx else redirect(address)


def _leave(request: UserRequest) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("login")})
    return redirect("login")


def _is_right(request: UserRequest) -> bool:
    with transaction.atomic():
        # One try at a time, whichever session it comes from.
        User.objects.select_for_update().get(pk=request.user.pk)
        return pins.unlocks(request.user, request.POST.get("secret", ""))


def _page(request: UserRequest, *, tries_left: int | None = None) -> HttpResponse:
    context = {
        "time": localtime(),
        "tries_left": tries_left,
        "with_pin": bool(request.user.pin),
        "family_view": request.session.get(FAMILY_VIEW, ""),
    }
    return render(request, "account/lock.html", context, status=422 if tries_left else 200)
