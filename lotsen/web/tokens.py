"""One's own tokens for the API: make one, see what there is, end one. Shown once, kept hashed.

When a token was used last is not written down: it would be a write with every call. The access
log tells it, as it does for pages.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.accounts import areas, tokens
from lotsen.accounts.areas import Area
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import ApiToken, Purpose
from lotsen.web import gate
from lotsen.web.forms import ChoiceChecks, OwnPasswordForm

AREAS = (
    (areas.code(Area.CASES, writes=False), gettext_lazy("Cases: read")),
    (areas.code(Area.CASES, writes=True), gettext_lazy("Cases: create and change")),
    (areas.code(Area.OFFERS, writes=False), gettext_lazy("Offers: read")),
    (areas.code(Area.OFFERS, writes=True), gettext_lazy("Offers: change")),
    (areas.code(Area.STATISTICS, writes=False), gettext_lazy("Statistics: read")),
    (areas.code(Area.AUDIT, writes=False), gettext_lazy("Access log: read")),
)
DAYS = ((30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("1 year")))


@dataclass(frozen=True)
class Line:
    """A token as words; its digest stays where it is."""

    key: str
    purpose: str
    areas: list[str]
    token: ApiToken


class TokenForm(OwnPasswordForm):
    why = gettext_lazy("So that nobody else makes a token in your name.")
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=Purpose.choices)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("What it may be used for"),
        help_text=gettext_lazy("Never more than you may do yourself."),
        choices=AREAS,
        widget=ChoiceChecks,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it works"), choices=DAYS, coerce=int, initial=90
    )


@gate.own_secret
@sensitive_post_parameters("password")
@sensitive_variables("text")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: UserRequest) -> HttpResponse:
    """One's living tokens, and a form for a new one."""
    form = TokenForm(request.POST or None, request=request)
    text = ""
    if form.is_valid():
        values = form.cleaned_data
        text = tokens.issue_for(
            request.user,
            values["areas"],
            purpose=Purpose(values["purpose"]),
            days=values["days"],
            at=now(),
        )
        form = TokenForm(request=request)
    lines = [_line(token) for token in tokens.all_living(request.user, at=now())]
    context = {"form": form, "text": text, "lines": lines}
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: UserRequest) -> HttpResponse:
    """End one of one's own; what is no living token of one's own is over as well."""
    field = forms.UUIDField(required=False)
    try:
        number = field.clean(request.POST.get("token", ""))
    except forms.ValidationError:
        number = None
    if number is not None:
        tokens.revoke(request.user, number, at=now())
    messages.success(request, _("This token no longer works."))
    return redirect("tokens")


def _line(token: ApiToken) -> Line:
    names = [str(name) for code, name in AREAS if code in token.areas]
    return Line(str(token.pk), token.get_purpose_display(), names, token)
