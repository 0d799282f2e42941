"""Recording that somebody tried to reach a family, and when to try again."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.web.forms import ChipRadios, DateInput, refusals_on
from referrals.cases.actions import require_work
from referrals.cases.models import Case
from referrals.consent.viewpoints import Viewpoint, viewpoint
from referrals.followups.actions import record_contact
from referrals.followups.models import Channel, ContactResult
from referrals.handovers.models import Handover
from referrals.web.case_in_hand import note_reading
from referrals.web.desk import sides

_AHEAD = {"two_days": 2, "one_week": 7, "four_weeks": 28}  # days
_ON_A_DAY = "on_a_day"


class ContactForm(forms.Form):
    """What came of an attempt to reach the family, in four taps and without typing."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did you try to reach the family?"),
        choices=Channel.choices,
        initial=Channel.PHONE,
        widget=ChipRadios,
        error_messages={"required": gettext_lazy("Choose how you tried to reach the family.")},
    )
    result = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=ContactResult.choices,
        widget=ChipRadios,
        error_messages={"required": gettext_lazy("Choose what came of it.")},
    )
    next_step = forms.ChoiceField(
        label=gettext_lazy("When to look again?"),
        choices=[
            ("two_days", gettext_lazy("in 2 days")),
            ("one_week", gettext_lazy("in 1 week")),
            ("four_weeks", gettext_lazy("in 4 weeks")),
            (_ON_A_DAY, gettext_lazy("on another day")),
            ("none", gettext_lazy("no follow-up")),
        ],
        widget=ChipRadios,
        error_messages={"required": gettext_lazy("Choose when to look again.")},
    )
    next_on = forms.DateField(
        label=gettext_lazy("Another day"),
        required=False,
        widget=DateInput(),
        error_messages={"invalid": gettext_lazy("Enter a day, for example 24.11.2026.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Is sealed at once. Only those who work on this case read it."),
        required=False,
        max_length=4000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        waits_for_day = facts.get("next_step") == _ON_A_DAY and "next_on" not in self.errors
        if waits_for_day and not facts.get("next_on"):
            self.add_error("next_on", _("Enter the day on which to look again."))
        return facts

    def due_on(self, today: date) -> date | None:
        """The day chosen, or None where nothing is due."""
        step = self.cleaned_data["next_step"]
        if step in _AHEAD:
            return today + timedelta(days=_AHEAD[step])
        chosen: date | None = self.cleaned_data["next_on"]
        return chosen if step == _ON_A_DAY else None


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: UserRequest, pk: UUID) -> HttpResponse:
    """Note an attempt for the house the user works in.

    Raises:
        NotPermitted: the user may not follow up there.
        InvalidMove: the case is closed or restricted.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    view = viewpoint(case, request.user)
    permits.require(request.user, Right.FOLLOW_UP, view.house.pk)
    require_work(case)
    handover = _handover(request, case, view)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _record(request, form, case, view, handover)
        if form.is_valid():
            messages.success(request, _("Contact recorded."))
            return redirect(_way_back(case, handover))
    note_reading(case, actor=request.user, fields=())
    context = {
        "case": case,
        "form": form,
        "handover": handover,
        "back_url": _way_back(case, handover),
    }
    return render(request, "referrals/contact.html", context, status=422 if form.errors else 200)


def _record(
    request: UserRequest,
    form: ContactForm,
    case: Case,
    view: Viewpoint,
    handover: Handover | None,
) -> None:
    with refusals_on(form):
        record_contact(
            case,
            handover=handover,
            organisation=view.house,
            channel=Channel(form.cleaned_data["channel"]),
            result=ContactResult(form.cleaned_data["result"]),
            note=form.cleaned_data["note"],
            next_on=form.due_on(localdate()),
            actor=request.user,
            at=now(),
        )


def _handover(request: UserRequest, case: Case, view: Viewpoint) -> Handover | None:
    """The handover the call belongs to: the one named, for a guest else its running one."""
    text = request.POST.get("uebergabe") or request.GET.get("uebergabe")
    if text:
        return sides.named(request.user, text)
    if view.is_holder:
        return None
    mine = Handover.objects.visible_to(request.user).filter(case=case, recipient=view.house)
    return mine.order_by("-requested_at").first()


def _way_back(case: Case, handover: Handover | None) -> str:
    if handover is not None:
        return reverse("handover", args=[handover.pk])
    return reverse("case", args=[case.pk])
