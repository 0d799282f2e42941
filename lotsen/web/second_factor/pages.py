"""The pages of one's own second factor: look, set up, keep recovery codes, take away."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.accounts.factors import STANDING
from lotsen.accounts.http import UserRequest
from lotsen.web.forms import refusals_on
from lotsen.web.second_factor import keeping, passkeys, requirement
from lotsen.web.second_factor.forms import CodeForm, NewPasskeyForm
from lotsen.web.second_factor.fresh import only_fresh

_SHOWN_NOW = gettext_lazy("The six digits the app shows now.")


@require_safe
def overview(request: UserRequest) -> HttpResponse:
    """What there is, what can be added, what can go."""
    context = {
        "kept": keeping.kept_by(request.user),
        "is_needed": requirement.needs_one(request.user),
        "is_missing": requirement.needs_one(request.user)
        and not requirement.has_proved_one(request, request.user),
    }
    return render(request, "account/second_factor.html", context)


@sensitive_post_parameters("code")
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@only_fresh
def app(request: UserRequest) -> HttpResponse:
    """Scan or type the key, then show by one code that it arrived. On a new phone, too."""
    form = CodeForm(request.POST if request.method == "POST" else None, hint=_SHOWN_NOW)
    if form.is_valid():
        with refusals_on(form):
            keeping.add_app(request, code=form.cleaned_data["code"])
        if form.is_valid():
            messages.success(request, _("Your app is set up."))
            return redirect("recovery-codes")
    secret = keeping.pending_secret(request.session)
    context = {
        "form": form,
        "replaces": keeping.kept_by(request.user).app is not None,
        "picture": keeping.qr_code(request.user, secret),
        "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    status = 422 if form.errors else 200
    return render(request, "account/second_factor_app.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@only_fresh
def passkey(request: UserRequest) -> HttpResponse:
    """The browser makes a passkey; its owner gives it a name."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            keeping.add_passkey(
                request,
                name=form.cleaned_data["name"],
                credential=passkeys.made(form.cleaned_data["credential"]),
            )
        if form.is_valid():
            messages.success(request, _("Your passkey is set up."))
            return redirect("recovery-codes")
    context = {"form": form, "options": passkeys.to_create(request.user)}
    status = 422 if form.errors else 200
    return render(request, "account/second_factor_passkey.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@only_fresh
def remove(request: UserRequest, factor: int) -> HttpResponse:
    """Asks once more, and says what follows."""
    own = Authenticator.objects.filter(user=request.user, type__in=STANDING)
    chosen = get_object_or_404(own, pk=factor)
    if request.method == "POST":
        keeping.remove(request, chosen)
        messages.success(request, _("Removed. It no longer signs anybody in."))
        return redirect("second-factor")
    kept = keeping.kept_by(request.user)
    is_last = len(kept.passkeys) + (kept.app is not None) == 1
    context = {
        "factor": chosen,
        "is_last": is_last,
        "is_kept": is_last and requirement.needs_one(request.user),
    }
    return render(request, "account/second_factor_remove.html", context)


@require_safe
def recovery_codes(request: UserRequest) -> HttpResponse:
    """The codes, while this session has just made them; else how many are left."""
    kept = keeping.kept_by(request.user)
    if not kept.is_any:
        return redirect("second-factor")
    context = {"kept": kept, "codes": keeping.codes_to_show(request)}
    return render(request, "account/recovery_codes.html", context)


@require_POST
@only_fresh
def make_recovery_codes(request: UserRequest) -> HttpResponse:
    """New ones; the old ones are void at once."""
    if not keeping.kept_by(request.user).is_any:
        raise Http404
    keeping.make_recovery_codes(request)
    return redirect("recovery-codes")


@require_POST
def keep_recovery_codes(request: UserRequest) -> HttpResponse:
    """The person has put them away; this session shows them no more."""
    keeping.codes_are_kept(request.session)
    return redirect("home")


@require_safe
def recovery_codes_file(request: UserRequest) -> HttpResponse:
    """The same codes as a text file; its name says whose service, not whose codes."""
    codes = keeping.codes_to_show(request)
    if not codes:
        raise Http404
    lines = [_("lotsen: recovery codes. Each works once."), "", *codes, ""]
    return HttpResponse(
        "\n".join(lines),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="lotsen-ersatzcodes.txt"'},
    )
