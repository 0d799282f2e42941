"""The register of what families asked for by right: for whoever looks after data protection."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.fence.standing import lifted
from referrals.cases.models import Case
from referrals.rights import actions
from referrals.rights.models import RequestKind, RequestState, RightsRequest
from referrals.rights.rules import overdue

MOST_ENDED = 100  # answered requests on the page, the latest first


@dataclass(frozen=True)
class Line:
    """One request: when, what, how far. The code is on the family's own sheet."""

    row: RightsRequest
    is_open: bool
    is_late: bool
    is_erased: bool  # the case is gone, as the family asked: only the entry is to be ended


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: UserRequest) -> HttpResponse:
    """Open requests by their due date, then what was answered. POST ends a done erasure.

    Raises:
        NotPermitted: there is no house whose register the user keeps.
    """
    permits.require_somewhere(request.user, Right.VIEW_AUDIT)
    if request.method == "POST":
        actions.fulfil(_row(request), actor=request.user, at=now())
        messages.success(request, _("Recorded as answered."))
        return redirect("rights-requests")
    lines = _lines(request)
    shown = dict.fromkeys(line.row.pseudonym for line in lines)
    events.record(Deed.LIST, actor=request.user, object_type="rights_request", shown=shown)
    context = {
        "waiting": [line for line in lines if line.is_open],
        "ended": [line for line in lines if not line.is_open],
        "late": sum(line.is_late for line in lines),
    }
    return render(request, "privacy/requests.html", context)


def _lines(request: UserRequest) -> list[Line]:
    rows = RightsRequest.objects.visible_to(request.user).select_related("organisation")
    waiting = list(rows.open().order_by("due_on", "id"))
    ended = rows.exclude(state=RequestState.OPEN).order_by("-ended_at", "-id")[:MOST_ENDED]
    erasing = [row for row in waiting if row.kind == RequestKind.ERASURE]
    ids = [row.case_id for row in erasing if row.case_id]
    with lifted("an officer learns whether a case still exists, and no more"):
        stored = set(Case.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [_line(row, stored) for row in (*waiting, *ended)]


def _line(row: RightsRequest, stored: set[UUID]) -> Line:
    is_open = row.state == RequestState.OPEN
    erases = row.kind == RequestKind.ERASURE
    return Line(
        row=row,
        is_open=is_open,
        is_late=overdue(row.due_on, is_open=is_open, on=localdate()),
        is_erased=is_open and erases and row.case_id not in stored,
    )


def _row(request: UserRequest) -> RightsRequest:
    try:
        pk = UUID(request.POST.get("anfrage", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(RightsRequest.objects.visible_to(request.user), pk=pk)
