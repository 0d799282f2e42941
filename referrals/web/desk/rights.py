"""What a family can ask for by right, and doing it: in the house that holds the case."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.accounts.http import UserRequest
from lotsen.web.forms import refusals_on
from referrals.cases.correcting import correct
from referrals.cases.models import Case
from referrals.documents import access_report
from referrals.documents.access_report import Document
from referrals.notes.models import Note, NoteKind
from referrals.retention.actions import plan_for_case
from referrals.rights import actions
from referrals.rights.models import Dispute, RequestKind, RequestState, Restriction, RightsRequest
from referrals.rights.rules import overdue
from referrals.web.case_in_hand import note_reading
from referrals.web.desk.rights_forms import (
    CorrectionForm,
    DisputeForm,
    RefuseForm,
    RequestForm,
    RestrictForm,
)

type Deed = Callable[[UserRequest, Case], forms.Form | None]


@dataclass(frozen=True)
class Asked:
    """A request of the family, and what can be done for it now."""

    row: RightsRequest
    is_open: bool
    is_late: bool
    refusing: RefuseForm

    @property
    def gives_pdf(self) -> bool:
        return self.row.kind == RequestKind.ACCESS

    @property
    def gives_file(self) -> bool:
        return self.row.kind in (RequestKind.ACCESS, RequestKind.PORTABILITY)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: UserRequest, pk: UUID) -> HttpResponse:
    """What the family asked for and contests; each POST is one step of an answer.

    Raises:
        NotPermitted: another house answers this family; the page names it.
    """
    case = _case_to_answer(request, pk)
    refused: forms.Form | None = None
    deed = _DEEDS.get(request.POST.get("was", "")) if request.method == "POST" else None
    if request.method == "POST":
        refused = deed(request, case) if deed else RequestForm(request.POST)
        if refused is None:
            return redirect("case-rights", pk)
    note_reading(case, actor=request.user, fields=("rights",))
    return render(
        request, "referrals/case_rights.html", _context(case, request, refused),
        status=422 if refused else 200,
    )  # fmt: skip


@require_POST
def file(request: UserRequest, pk: UUID) -> HttpResponse:
    """The answer as a file. A GET would write an export event by a mere link, so there is none.

    Raises:
        NotPermitted, Refusal: as for `access_report.export`.
    """
    case = _case_to_answer(request, pk)
    document = access_report.export(
        _request_of(request, case),
        form=request.POST.get("form", ""),
        entrusted="entrusted" in request.POST,
        actor=request.user,
        at=now(),
    )
    return attachment(document)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: UserRequest, pk: UUID) -> HttpResponse:
    """Put the coarse facts right; each other part has its own way, named on the page.

    Raises:
        NotPermitted: another house answers this family.
        InvalidMove: the case is restricted.
    """
    case = _case_to_answer(request, pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, case=case)
    if form.is_valid():
        with refusals_on(form):
            correct(case, actor=request.user, at=now(), **form.corrections())
        if form.is_valid():
            messages.success(request, _("Put right. No log holds what stood there before."))
            return redirect("case-rights", pk)
    note_reading(case, actor=request.user, fields=("language", "district", "household"))
    context = {"case": case, "form": form}
    return render(
        request, "referrals/case_correct.html", context, status=422 if form.errors else 200
    )


def attachment(document: Document) -> HttpResponse:
    """A file to keep, never to be shown inside the page or stored on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="{document.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(document.content, content_type=document.content_type, headers=headers)


def _case_to_answer(request: UserRequest, pk: UUID) -> Case:
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    actions.require_answering(case, request.user)
    return case


def _context(case: Case, request: UserRequest, refused: forms.Form | None) -> dict[str, object]:
    rows = RightsRequest.objects.filter(case_id=case.pk).order_by("-received_on", "-recorded_at")
    disputes = Dispute.objects.filter(case=case).order_by("raised_at")
    entrusted = Note.objects.filter(case=case, kind=NoteKind.ENTRUSTED, author=request.user)
    return {
        "case": case,
        "form": refused,
        "asked": [_asked(row, refused) for row in rows],
        "running": [row for row in disputes if row.settled_at is None],
        "restriction": Restriction.objects.filter(case=case, until=None).first(),
        "request_form": _or_new(refused, RequestForm),
        "dispute_form": _or_new(refused, DisputeForm, prefix="dispute"),
        "restrict_form": _or_new(refused, RestrictForm, prefix="restrict"),
        "entrusted_to_reader": entrusted.exists(),
    }


def _or_new[F: forms.Form](refused: forms.Form | None, kind: type[F], prefix: str = "") -> F:
    """The form that was just refused, with what was typed, or an empty one."""
    if isinstance(refused, kind):
        return refused
    return kind(prefix=prefix or None)


def _asked(row: RightsRequest, refused: forms.Form | None) -> Asked:
    is_open = row.state == RequestState.OPEN
    prefix = _refusing(row)
    bound = isinstance(refused, RefuseForm) and refused.prefix == prefix
    return Asked(
        row=row,
        is_open=is_open,
        is_late=overdue(row.due_on, is_open=is_open, on=localdate()),
        refusing=refused if bound else RefuseForm(prefix=prefix),  # type: ignore[arg-type]
    )


def _refusing(row: RightsRequest) -> str:
    return f"refuse-{row.pk.hex[:8]}"


def _receive(request: UserRequest, case: Case) -> forms.Form | None:
    form = RequestForm(request.POST)
    if form.is_valid():
        check, day = form.facts()
        with refusals_on(form):
            actions.receive(
                case,
                kind=form.cleaned_data["kind"],
                identity_check=check,
                received_on=day,
                actor=request.user,
                at=now(),
            )
    return _done(request, form, _("Recorded. The answer is due within a month."))


def _dispute(request: UserRequest, case: Case) -> forms.Form | None:
    form = DisputeForm(request.POST, prefix="dispute")
    if form.is_valid():
        with refusals_on(form):
            actions.dispute(case, **form.cleaned_data, actor=request.user, at=now())
    return _done(request, form, _("Marked. It is shown and passed on with this mark only."))


def _restrict(request: UserRequest, case: Case) -> forms.Form | None:
    form = RestrictForm(request.POST, prefix="restrict")
    if form.is_valid():
        with refusals_on(form):
            actions.restrict(case, **form.cleaned_data, actor=request.user, at=now())
    return _done(request, form, _("Restricted. The case is stored, and nobody uses it."))


def _refuse(request: UserRequest, case: Case) -> forms.Form | None:
    row = _request_of(request, case)
    form = RefuseForm(request.POST, prefix=_refusing(row))
    if form.is_valid():
        with refusals_on(form):
            actions.refuse(row, **form.cleaned_data, actor=request.user, at=now())
    return _done(request, form, _("Recorded. Tell the family why, and that it can complain."))


def _fulfil(request: UserRequest, case: Case) -> None:
    actions.fulfil(_request_of(request, case), actor=request.user, at=now())
    messages.success(request, _("Recorded as answered."))


def _lift(request: UserRequest, case: Case) -> None:
    actions.lift(case, actor=request.user, at=now())
    messages.success(request, _("Lifted. Work on this case can go on."))


def _settle(request: UserRequest, case: Case) -> None:
    dispute = get_object_or_404(Dispute, case=case, pk=_id(request, "bestritten"))
    actions.settle_dispute(dispute, actor=request.user, at=now())
    messages.success(request, _("Settled. The mark is gone."))


def _erase(request: UserRequest, case: Case) -> None:
    """Only with a request of the family; a second person approves before anything is erased."""
    row = _request_of(request, case)
    if row.kind != RequestKind.ERASURE or row.state != RequestState.OPEN:
        raise Http404
    plan_for_case(case, actor=request.user, at=now())
    messages.success(request, _("Prepared. A second person approves, then the case is erased."))


_DEEDS: dict[str, Deed] = {
    "eintragen": _receive,
    "bestreiten": _dispute,
    "beilegen": _settle,
    "einschraenken": _restrict,
    "aufheben": _lift,
    "beantwortet": _fulfil,
    "ablehnen": _refuse,
    "loeschen": _erase,
}


def _done(request: UserRequest, form: forms.Form, words: str) -> forms.Form | None:
    """None once it is done, else the form with its errors."""
    if not form.is_valid():
        return form
    messages.success(request, words)
    return None


def _request_of(request: UserRequest, case: Case) -> RightsRequest:
    return get_object_or_404(RightsRequest, case_id=case.pk, pk=_id(request, "anfrage"))


def _id(request: UserRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        raise Http404 from None
