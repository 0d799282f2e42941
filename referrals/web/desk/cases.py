"""The page of a case, who is responsible for it, and its end."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.web.forms import Choices, refusals_on
from referrals.cases import actions
from referrals.cases.models import Case, ClosureReason
from referrals.consent.viewpoints import viewpoint
from referrals.endings.actions import close_case
from referrals.handovers.rules import OPEN_STATES
from referrals.retention.due import goes_on
from referrals.web.case_in_hand import note_reading
from referrals.web.desk.case_pages import case_page


class ClosingForm(forms.Form):
    """Why the work on a case ends."""

    reason = forms.ChoiceField(
        label=gettext_lazy("How did it end?"),
        choices=ClosureReason.choices,
        widget=Choices(
            hints={
                ClosureReason.NOT_REACHED: gettext_lazy("after several attempts"),
                ClosureReason.INFO_ONLY: gettext_lazy("no handover was needed"),
                ClosureReason.HELP_ARRIVED: gettext_lazy("the family uses an offer"),
            }
        ),
        error_messages={"required": gettext_lazy("Choose how it ended.")},
    )


@require_safe
def detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """The case, as far as it is meant for the house that looks."""
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    view = viewpoint(case, request.user)
    page = case_page(case, view, user=request.user, now=now())
    note_reading(case, actor=request.user, fields=page.shown_fields)
    return render(request, "referrals/case.html", {"page": page, "case": case})


@require_POST
def assign(request: UserRequest, pk: UUID) -> HttpResponse:
    """From now on whoever asks is responsible, and reads identity and notes."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    actions.assign(case, to=request.user, actor=request.user, at=now())
    messages.success(request, _("You are responsible for this case now."))
    return redirect("case", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: UserRequest, pk: UUID) -> HttpResponse:
    """End the work on a case; what is still open is named before anybody tries.

    Raises:
        NotPermitted: closing belongs to the house that holds the case.
        InvalidMove: it is closed already, or restricted.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    permits.require(request.user, Right.CLOSE_CASE, case.holder_id)
    actions.require_work(case)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            close_case(case, reason=reason, actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Case closed. Nothing is due any more."))
            return redirect("case", pk)
    waiting = case.handovers.filter(state__in=OPEN_STATES).select_related("recipient")
    note_reading(case, actor=request.user, fields=("state",))
    context = {
        "case": case,
        "form": form,
        "waiting": list(waiting),
        "goes_on": goes_on(case, localdate()),
    }
    return render(request, "referrals/case_close.html", context, status=422 if form.errors else 200)
