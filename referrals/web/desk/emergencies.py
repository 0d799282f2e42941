"""Letting oneself in when a family needs it now: from a case one sees, or by its pseudonym."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.web.forms import Choices, refusals_on
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case
from referrals.cases.passing_on import require_own
from referrals.emergencies.actions import find, take
from referrals.emergencies.rules import LENGTH, Reason
from referrals.identities.actions import LONGEST
from referrals.web import team_words
from referrals.web.case_in_hand import note_reading

_HOURS = int(LENGTH.total_seconds() // 3600)


class ReasonForm(forms.Form):
    """Why it cannot wait for whoever works on the case; the code goes to the review."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why can it not wait?"),
        choices=[(reason, team_words.REASONS[reason]) for reason in team_words.EMERGENCY],
        widget=Choices(
            hints={
                Reason.COVERING_ABSENCE: gettext_lazy("and nobody was named as deputy"),
                Reason.ACUTE_NEED: gettext_lazy("somebody could come to harm"),
            }
        ),
        error_messages={"required": gettext_lazy("Choose why it cannot wait.")},
    )


class StartForm(ReasonForm):
    """The same for a case that is not on one's lists: its code stands on the family's papers."""

    pseudonym = forms.CharField(
        label=gettext_lazy("Case code"),
        help_text=gettext_lazy(
            "For example 7K4M-QX2T-9RHV. Capitals, spaces and dashes do not matter."
        ),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        ),
        error_messages={"required": gettext_lazy("Please enter the case code.")},
    )
    field_order = ("pseudonym", "reason")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: UserRequest, pk: UUID) -> HttpResponse:
    """First what follows, then the button. Whoever works on the case needs none.

    Raises:
        NotPermitted: it belongs to the house that holds the case.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    require_own(case, request.user, Right.BREAK_GLASS)
    if is_insider(case, request.user):
        return redirect("case", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        take(case, **form.cleaned_data, actor=request.user, at=now())
        return _let_in(request, case)
    note_reading(case, actor=request.user, fields=())
    return _page(request, form, case=case)


@never_cache
@sensitive_post_parameters("pseudonym")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: UserRequest) -> HttpResponse:
    """For a case the user does not see; one that does not exist and one elsewhere are the same.

    Raises:
        NotPermitted: the user may not do so in any house.
    """
    permits.require_somewhere(request.user, Right.BREAK_GLASS)
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        case = _found(request, form)
        if case is not None:
            if not is_insider(case, request.user):
                take(case, reason=form.cleaned_data["reason"], actor=request.user, at=now())
            return _let_in(request, case)
    return _page(request, form)


def _found(request: UserRequest, form: StartForm) -> Case | None:
    case = None
    with refusals_on(form):
        case = find(form.cleaned_data["pseudonym"], actor=request.user, at=now())
    if case is None and form.is_valid():
        form.add_error(
            "pseudonym",
            _("No case of your house can be opened by this code. Please compare it once more."),
        )
    return case


def _let_in(request: UserRequest, case: Case) -> HttpResponse:
    messages.warning(
        request,
        _(
            "You work on this case until %(time)s. The data protection officer has been told and "
            "will ask you about it."
        )
        % {"time": f"{localtime(now() + LENGTH):%H:%M}"},
    )
    return redirect("case", case.pk)


def _page(request: UserRequest, form: forms.Form, *, case: Case | None = None) -> HttpResponse:
    context: dict[str, Any] = {"case": case, "form": form, "hours": _HOURS}
    status = 422 if form.errors else 200
    return render(request, "referrals/emergency.html", context, status=status)
