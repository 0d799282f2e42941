"""Standing in: who does my work while I am away, and whose work is mine until when."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, make_aware, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.access.rights import organisations_where, people_with
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.web.forms import Choices, DateInput, refusals_on
from referrals.cases.deputising import end_deputyship, name_deputy, visible_to
from referrals.cases.rules import LONGEST_SHARE, AbsenceReason
from referrals.web.desk.team import Colleague, end_of

_END = "beenden"
_NO_DATE = {"invalid": gettext_lazy("This is not a date. Please enter it like 24.12.2026.")}


class DeputyForm(forms.Form):
    """Who is away, who does the work, from when to when."""

    house = forms.ModelChoiceField(
        label=gettext_lazy("House"), queryset=Organisation.objects.none(), empty_label=None
    )
    absent = Colleague(
        label=gettext_lazy("Who is away?"), queryset=User.objects.none(), empty_label=None
    )
    deputy = Colleague(
        label=gettext_lazy("Who stands in?"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Please choose"),
        error_messages={"required": gettext_lazy("Choose who stands in.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Is the absence planned?"),
        help_text=gettext_lazy("Nobody has to say why."),
        choices=[
            (AbsenceReason.PLANNED, gettext_lazy("Yes, planned")),
            (AbsenceReason.UNPLANNED, gettext_lazy("No, at short notice")),
        ],
        initial=AbsenceReason.PLANNED,
        widget=Choices,
    )
    since = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput(),
        error_messages=_NO_DATE | {"required": gettext_lazy("Enter the first day.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DateInput(),
        error_messages=_NO_DATE | {"required": gettext_lazy("Enter the last day.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        houses = organisations_where(user, Right.VIEW_CASES)
        people = people_with(Right.VIEW_CASES, *houses)
        shared = people_with(Right.VIEW_CASES, *organisations_where(user, Right.SHARE_CASE))
        self._offer("house", Organisation.objects.filter(pk__in=houses))
        self._offer("absent", (shared | people.filter(pk=user.pk)).distinct())
        self._offer("deputy", people.exclude(pk=user.pk))
        self.fields["absent"].initial = user.pk
        self.fields["since"].initial = localdate()
        if len(houses) == 1:
            self.fields["house"].widget = forms.HiddenInput()
            self.fields["house"].initial = houses[0]
        self.fields["until"].help_text = _("At most %(days)s days.") % {"days": LONGEST_SHARE.days}

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_since(self) -> datetime:
        """From its first minute; today begins now."""
        return _beginning_of(self.cleaned_data["since"])

    def clean_until(self) -> datetime:
        return end_of(self.cleaned_data["until"])


def _beginning_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: UserRequest) -> HttpResponse:
    """Running and coming deputyships, and a form for one more; a POST may also end one.

    Raises:
        NotPermitted: the user works with no families.
    """
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    if request.POST.get("was") == _END:
        return _ended(request)
    form = DeputyForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            name_deputy(**form.cleaned_data, actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Noted. It ends by itself after the last day."))
            return redirect("deputies")
    context = {
        "rows": list(visible_to(request.user, now())),
        "moment": now(),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "referrals/deputies.html", context, status=status)


def _ended(request: UserRequest) -> HttpResponse:
    try:
        pk = UUID(request.POST.get("vertretung", ""))
    except ValueError:
        raise Http404 from None
    row = get_object_or_404(visible_to(request.user, now()), pk=pk)
    end_deputyship(row, actor=request.user, at=now())
    messages.success(request, _("Ended. It holds no more from now on."))
    return redirect("deputies")
