"""Emergency accesses for whoever looks after data protection: what was opened, and a finding."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.web.forms import Choices
from referrals.emergencies import reading
from referrals.emergencies.actions import review
from referrals.emergencies.models import Finding
from referrals.web import team_words
from referrals.web.phrases import Phrase
from referrals.web.privacy import access_words


class FindingForm(forms.Form):
    """What came of looking at it and asking."""

    finding = forms.ChoiceField(
        label=gettext_lazy("Your finding"),
        choices=Finding.choices,
        widget=Choices,
        error_messages={"required": gettext_lazy("Choose what you found.")},
    )


@dataclass(frozen=True)
class Line:
    """One access in words, with a form while it waits for this reader."""

    line: reading.Line
    reason: Phrase
    deeds: str
    fields: str
    form: FindingForm | None


@require_http_methods(["GET", "HEAD", "POST"])
def emergencies(request: UserRequest) -> HttpResponse:
    """What waits for a review, then what was reviewed lately.

    Raises:
        NotPermitted: there is no house whose access log the user may read.
    """
    permits.require_somewhere(request.user, Right.VIEW_AUDIT)
    refused: dict[UUID, FindingForm] = {}
    if request.method == "POST":
        pk = _named(request)
        form = FindingForm(request.POST, prefix=None, auto_id=f"id_%s_{pk.hex}")
        access = get_object_or_404(reading.visible_to(request.user), pk=pk)
        if form.is_valid():
            review(access, **form.cleaned_data, actor=request.user, at=now())
            messages.success(request, _("Your finding stands."))
            return redirect("emergencies")
        refused[pk] = form
    lines = [_line(line, refused) for line in reading.to_review(request.user, at=now())]
    context = {
        "waiting": [line for line in lines if line.line.access.reviewed_at is None],
        "reviewed": [line for line in lines if line.line.access.reviewed_at is not None],
        "left_alone": reading.left_alone(request.user),
        "form": next(iter(refused.values()), None),
    }
    status = 422 if refused else 200
    return render(request, "privacy/emergencies.html", context, status=status)


def _line(line: reading.Line, refused: dict[UUID, FindingForm]) -> Line:
    pk = line.access.pk
    empty = FindingForm(auto_id=f"id_%s_{pk.hex}")
    return Line(
        line=line,
        reason=team_words.REASONS[line.access.reason],
        deeds=access_words.deeds(line.opened.deeds),
        fields=access_words.fields(line.opened.fields),
        form=refused.get(pk, empty) if line.may_review else None,
    )


def _named(request: UserRequest) -> UUID:
    try:
        return UUID(request.POST.get("zugriff", ""))
    except ValueError:
        raise Http404 from None
