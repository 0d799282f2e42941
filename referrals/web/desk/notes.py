"""Sealed notes of a case: that there are some is shown, what they say only on purpose."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from lotsen.web.forms import Choices, refusals_on
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case, CaseState
from referrals.cases.rules import Provenance
from referrals.consent.viewpoints import Viewpoint, viewpoint
from referrals.notes.actions import write
from referrals.notes.models import NoteKind
from referrals.notes.reading import read, readable_notes
from referrals.notes.rules import LONGEST
from referrals.web.case_in_hand import note_reading

_OPEN, _WRITE = "oeffnen", "schreiben"


class NoteForm(forms.Form):
    """A text about a family, who said it, and whether it was entrusted to the author alone."""

    text = forms.CharField(
        label=gettext_lazy("New note"),
        help_text=gettext_lazy("Is sealed at once. Write it so that the family could read it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write what should be kept.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"),
        choices=[
            (NoteKind.CASE, gettext_lazy("Those who work on this case")),
            (NoteKind.ENTRUSTED, gettext_lazy("Only me: it was entrusted to me")),
        ],
        initial=NoteKind.CASE,
        widget=Choices(
            hints={
                NoteKind.CASE: gettext_lazy("in this house, including deputies"),
                NoteKind.ENTRUSTED: gettext_lazy(
                    "Section 65 SGB VIII: no deputy and no superior reads it"
                ),
            }
        ),
    )
    provenance = forms.ChoiceField(
        label=gettext_lazy("Who said so?"),
        choices=[
            (Provenance.FAMILY, gettext_lazy("The family itself")),
            (Provenance.STAFF, gettext_lazy("Observed here")),
            (Provenance.THIRD_PARTY, gettext_lazy("Somebody else")),
        ],
        initial=Provenance.FAMILY,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: UserRequest, pk: UUID) -> HttpResponse:
    """The notes still sealed; POST opens those meant for the reader, or seals a new one.

    Raises:
        NotPermitted: the user reads no notes in any house of this case.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    view = viewpoint(case, request.user)
    permits.require(request.user, Right.VIEW_IDENTITY, view.house.pk)
    wish = request.POST.get("was", "")
    if wish == _OPEN:
        opened = read(case, actor=request.user, at=now())
        return _page(request, case, view, opened=opened)
    form = NoteForm(request.POST) if wish == _WRITE else None
    if form is not None and form.is_valid():
        _write(request.user, case, view, form)
        if form.is_valid():
            messages.success(request, _("Note sealed."))
            return redirect("case-notes", pk)
    return _page(request, case, view, form=form)


def _write(user: User, case: Case, view: Viewpoint, form: NoteForm) -> None:
    if not _may_write(user, case, view):
        raise NotPermitted("not_insider", right=Right.VIEW_IDENTITY.value)
    with refusals_on(form):
        write(case, organisation=view.house, **form.cleaned_data, actor=user, at=now())


def _may_write(user: User, case: Case, view: Viewpoint) -> bool:
    if case.state != CaseState.OPEN or case.restricted:
        return False
    return not view.is_holder or is_insider(case, user)


def _page(
    request: UserRequest,
    case: Case,
    view: Viewpoint,
    *,
    opened: list[Any] | None = None,
    form: NoteForm | None = None,
) -> HttpResponse:
    """Opening wrote its own event; a page with nothing opened writes one for itself."""
    if not opened:
        note_reading(case, actor=request.user, fields=())
    context = {
        "case": case,
        "in_confidence": view.in_confidence,
        "opened": opened or [],
        "sealed": [] if opened else readable_notes(case, request.user),
        "form": form,
        "entry_form": form or (NoteForm() if _may_write(request.user, case, view) else None),
    }
    status = 422 if form and form.errors else 200
    return render(request, "referrals/case_notes.html", context, status=status)
