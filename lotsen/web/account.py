"""One's own account: who I am here, in which language, with which PIN and password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.access.rights import organisations_where
from lotsen.accounts.factors import has_second_factor
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.devices import current_device, device_name
from lotsen.web import gate, menu, pins
from lotsen.web.context import running_memberships
from lotsen.web.forms import OwnPasswordForm, ask_for_new_password, refusals_on
from lotsen.web.language import CHOSEN, COOKIE, LANGUAGES
from lotsen.web.lock import is_own_page

_A_YEAR = 365 * 24 * 60 * 60


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """The front door leads to where this person's day begins."""
    return redirect(menu.home(frozenset(m.role for m in running_memberships(request))))


@require_safe
def account(request: UserRequest) -> HttpResponse:
    number = current_device()
    context = {
        "has_pin": bool(request.user.pin),
        "has_second_factor": has_second_factor(request.user),
        "device": device_name(number) if number else "",
        "works_on_cases": bool(organisations_where(request.user, Right.VIEW_CASES)),
    }
    return render(request, "account/account.html", context)


class PinForm(OwnPasswordForm):
    why = gettext_lazy("So that nobody else sets your PIN.")
    pin = forms.CharField(
        label=gettext_lazy("New PIN"),
        help_text=gettext_lazy("6 to 12 digits. Not 123456, not your birthday."),
        error_messages={"required": gettext_lazy("Enter the new PIN.")},
        max_length=40,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@gate.own_secret
@sensitive_post_parameters("pin", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: UserRequest) -> HttpResponse:
    form = PinForm(request.POST or None, request=request)
    if form.is_valid():
        with refusals_on(form):
            pins.choose(request.user, pin=form.cleaned_data["pin"])
        if form.is_valid():
            messages.success(request, _("Your PIN is set. It lifts the privacy screen."))
            return redirect("account")
    return _form_page(request, "account/pin.html", form)


class PasswordForm(PasswordChangeForm):
    """Django's own checks, our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_new_password(self)
        old = self.fields["old_password"]
        old.label = gettext_lazy("Your current password")
        old.error_messages["required"] = gettext_lazy("Enter your password.")


@gate.own_secret
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: UserRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)  # other sessions end, this one goes on
        messages.success(request, _("Your new password holds from now on."))
        return redirect("account")
    return _form_page(request, "account/password.html", form)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Kept with the account, and in this browser for the sign-in page.

    Whoever chooses on the sign-in page takes the choice along into the account.
    """
    back_to = request.POST.get("next", "")
    response = redirect(back_to if is_own_page(request, back_to) else "home")
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
        else:
            request.session[CHOSEN] = language
        response.set_cookie(
            COOKIE,
            language,
            max_age=_A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _form_page(request: HttpRequest, template: str, form: forms.BaseForm) -> HttpResponse:
    return render(request, template, {"form": form}, status=422 if form.errors else 200)
