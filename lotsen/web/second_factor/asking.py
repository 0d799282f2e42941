"""Asking for a second factor: while signing in, instead of a password, before a change."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.errors import Refusal
from lotsen.refusals import sentence
from lotsen.web import gate
from lotsen.web.lock import is_own_page
from lotsen.web.second_factor import codes, keeping, passkeys
from lotsen.web.second_factor.forms import CodeForm, PasskeyForm, SecretForm
from lotsen.web.second_factor.stage import SecondFactorStage

_CODE_HINT = gettext_lazy("The six digits your app shows now, or one of your recovery codes.")


@transaction.non_atomic_requests
@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sign_in(request: HttpRequest) -> HttpResponse:
    """After the password: a code or a passkey. Without a password before, nothing is here."""
    if request.user.is_authenticated:
        return redirect("home")
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None:
        return redirect("login")
    user: User = stage.login.user
    if not user.is_active:  # closed since the password
        return stage.abort()  # type: ignore[no-any-return]
    typed = CodeForm(_typed(request), hint=_CODE_HINT)
    form = _shown(request) or typed
    used = _factor(request, user, form, field="code")
    if used is not None:
        with transaction.atomic():  # the sign-in and its event
            response: HttpResponse = stage.exit()
        _warn_of_few(request, used)
        return response
    context = {"form": form, "typed": typed, "options": _options(user)}
    status = 422 if form.errors else 200
    return render(request, "account/confirm_sign_in.html", context, status=status)


@gate.own_secret
@transaction.non_atomic_requests
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: UserRequest) -> HttpResponse:
    """Who is there? Leads back to the page that wanted to know."""
    typed = SecretForm(_typed(request))
    form = _shown(request) or typed
    back_to = request.POST.get("next") or request.GET.get("next", "")
    if _knows_password(request, typed) or _factor(request, request.user, form, field="secret"):
        request.session.cycle_key()
        return redirect(back_to if is_own_page(request, back_to) else "second-factor")
    context = {"form": form, "typed": typed, "next": back_to, "options": _options(request.user)}
    status = 422 if form.errors else 200
    return render(request, "account/second_factor_ask.html", context, status=status)


@gate.password
@transaction.non_atomic_requests
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey alone: reading asks for one, sending shows it. Nobody learns which there are."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method != "POST":
        return HttpResponse(passkeys.to_prove(None), content_type="application/json")
    try:
        passkey = passkeys.shown(request.POST.get("credential", ""), None)
    except Refusal as refusal:
        messages.warning(request, sentence(refusal))
        return redirect("login")
    back_to = request.POST.get("next", "")
    login = Login(user=passkey.user, redirect_url=back_to if is_own_page(request, back_to) else "")
    with transaction.atomic():  # the sign-in and its event
        codes.proved(request, passkey.user, passkey, alone=True)
        return perform_login(request, login)  # type: ignore[no-any-return]


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was typed; None where the page is opened or a passkey is shown."""
    return request.POST if request.method == "POST" and not _shown(request) else None


def _shown(request: HttpRequest) -> PasskeyForm | None:
    """The passkey that is shown, if it is one."""
    return PasskeyForm(request.POST) if "credential" in request.POST else None


def _options(user: User) -> str:
    return passkeys.to_prove(user) if keeping.kept_by(user).passkeys else ""


def _factor(
    request: HttpRequest, user: User, form: BaseForm, *, field: str
) -> Authenticator | None:
    """The factor that was shown; None: there was none, or it does not fit and `form` says so."""
    if not form.is_valid():
        return None
    is_passkey = isinstance(form, PasskeyForm)
    try:
        if not is_passkey:
            return codes.accept(request, user, form.cleaned_data[field])
        shown = passkeys.shown(form.cleaned_data["credential"], user)
    except Refusal as refusal:
        form.add_error(None if is_passkey else field, sentence(refusal))
        return None
    codes.proved(request, user, shown)
    return shown


def _knows_password(request: UserRequest, form: BaseForm) -> bool:
    right = form.is_valid() and request.user.check_password(form.cleaned_data["secret"])
    if right:
        record_authentication(request, request.user, method="password", reauthenticated=True)
    return right


def _warn_of_few(request: HttpRequest, used: Authenticator) -> None:
    """Somebody who signs in with a recovery code learns how many are left."""
    if used.type != Authenticator.Type.RECOVERY_CODES:
        return
    left = codes.codes_left(used)
    text = ngettext(
        "One recovery code is left. Please make new ones under Account.",
        "%(left)s recovery codes are left. You make new ones under Account.",
        left,
    )
    messages.warning(request, text % {"left": left})
