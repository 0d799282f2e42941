"""Who works on a case besides the responsible person, and whether the house knows of it at all."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import make_aware, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lotsen.access.models import ShareKind
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.web.forms import Choices, DateInput, refusals_on
from referrals.cases import actions, sharing
from referrals.cases.insiders import is_insider, require_steering
from referrals.cases.models import Case, CaseState
from referrals.cases.passing_on import require_own
from referrals.cases.rules import LONGEST_SHARE, ShareReason
from referrals.web import team_words
from referrals.web.case_in_hand import note_reading

_END, _GUARD, _OPEN = "beenden", "nur-beteiligte", "fuer-alle"


class Colleague(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django takes none
    """A colleague, by the name everybody here knows."""

    def label_from_instance(self, person: User) -> str:
        return person.display_name


class ShareForm(forms.Form):
    """Who joins, as what, why, and until when."""

    user = Colleague(
        label=gettext_lazy("Colleague"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Please choose"),
        error_messages={"required": gettext_lazy("Choose a colleague.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What for?"),
        choices=[
            (ShareKind.JOINT, gettext_lazy("We work on this case together")),
            (ShareKind.DEPUTY, gettext_lazy("Deputy for this case")),
        ],
        initial=ShareKind.JOINT,
        widget=Choices,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[(reason, team_words.REASONS[reason]) for reason in team_words.GIVEN],
        initial=ShareReason.JOINT_VISIT,
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DateInput(),
        error_messages={
            "required": gettext_lazy("Enter the last day."),
            "invalid": gettext_lazy("This is not a date. Please enter it like 24.12.2026."),
        },
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("At most %(days)s days from now.") % {
            "days": LONGEST_SHARE.days
        }
        chosen = self.fields["user"]
        chosen.queryset = sharing.colleagues(case, user)  # type: ignore[attr-defined]

    def clean_until(self) -> datetime:
        return end_of(self.cleaned_data["until"])


def end_of(day: date) -> datetime:
    """The moment in which a last day is over."""
    return make_aware(datetime.combine(day + timedelta(days=1), time.min))


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: UserRequest, pk: UUID) -> HttpResponse:
    """Running shares, and a form for one more; a POST may also end one or guard the case.

    Raises:
        NotPermitted: who works on a case is decided in the house that holds it; of a case for
            insiders only, by them.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    require_own(case, request.user, Right.SHARE_CASE)
    require_steering(case, request.user)
    wish = request.POST.get("was", "")
    if wish in (_GUARD, _OPEN):
        return _guarded(request, case, guard=wish == _GUARD)
    if wish == _END:
        return _ended(request, case)
    form = ShareForm(
        request.POST if request.method == "POST" else None, case=case, user=request.user
    )
    if form.is_valid():
        with refusals_on(form):
            actions.share(case, **form.cleaned_data, actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Shared. It ends by itself on the day you chose."))
            return redirect("case-team", pk)
    return _page(request, case, form)


def _guarded(request: UserRequest, case: Case, *, guard: bool) -> HttpResponse:
    turn = sharing.keep_among_insiders if guard else sharing.open_to_house
    turn(case, actor=request.user, at=now())
    told = _("Only those who work on this case see it now.") if guard else _("Open to your house.")
    messages.success(request, told)
    return redirect("case-team", case.pk)


def _ended(request: UserRequest, case: Case) -> HttpResponse:
    """A share of another case does not exist here."""
    try:
        pk = UUID(request.POST.get("freigabe", ""))
    except ValueError:
        raise Http404 from None
    sharing.end_share(get_object_or_404(case.shares.all(), pk=pk), actor=request.user, at=now())
    messages.success(request, _("Ended. It holds no more from now on."))
    return redirect("case-team", case.pk)


def _page(request: UserRequest, case: Case, form: ShareForm) -> HttpResponse:
    note_reading(case, actor=request.user, fields=())
    context = {
        "case": case,
        "shares": [
            (share, team_words.REASONS[share.reason])
            for share in sharing.running_shares(case, now())
        ],
        "form": form,
        "goes_on": case.state == CaseState.OPEN and not case.restricted,
        "is_inside": is_insider(case, request.user),
    }
    return render(request, "referrals/case_team.html", context, status=422 if form.errors else 200)
