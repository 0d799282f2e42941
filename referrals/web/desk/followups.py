"""What is due in the user's houses, and ticking it off."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from referrals.followups import actions, due
from referrals.followups.models import FollowUp, FollowUpReason
from referrals.web import moments
from referrals.web.phrases import Phrase

# Word in the address → view of the list, and its name on the screen.
VIEWS: dict[str, tuple[due.View, Phrase]] = {
    "heute": ("today", gettext_lazy("Today and earlier")),
    "ueberfaellig": ("overdue", gettext_lazy("Overdue")),
    "woche": ("week", gettext_lazy("This week")),
    "alle": ("all", gettext_lazy("All")),
}


@dataclass(frozen=True)
class DueRow:
    """One line of what is due."""

    row: due.Row
    words: str
    due: str
    is_late: bool
    url: str


@require_safe
def list_due(request: UserRequest) -> HttpResponse:
    """The earliest first; what is late stays in sight until somebody ticks it off."""
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    word = request.GET.get("ansicht", "heute")
    word = word if word in VIEWS else "heute"
    page = due.page(request.user, view=VIEWS[word][0], after=request.GET.get("after"))
    shown = dict.fromkeys(row.pseudonym for row in page.rows)
    events.record(Deed.LIST, actor=request.user, object_type="follow_up", shown=shown)
    context = {
        "word": word,
        "views": [{"word": key, "name": name} for key, (_view, name) in VIEWS.items()],
        "page": page,
        "rows": [_due_row(row) for row in page.rows],
    }
    return render(request, "referrals/follow_ups.html", context)


@require_POST
def done(request: UserRequest, pk: UUID) -> HttpResponse:
    """It is dealt with; the list it stood on comes back, or where the day began."""
    follow_up = get_object_or_404(FollowUp.objects.visible_to(request.user), pk=pk)
    actions.done(follow_up, actor=request.user, at=now())
    messages.success(request, _("Done."))
    if request.POST.get("zurueck") == "anfang":
        return redirect("home")
    word = request.POST.get("ansicht", "")
    view = f"?ansicht={word}" if word in VIEWS else ""
    return redirect(reverse("follow-ups") + view)


def _due_row(row: due.Row) -> DueRow:
    today = localdate()
    words = dict(FollowUpReason.choices).get(row.reason, row.reason)
    return DueRow(
        row=row,
        words=str(words),
        due=moments.due_day(row.due_on, today=today),
        is_late=row.due_on < today,
        url=reverse("handover", args=[row.handover_id])
        if row.handover_id
        else reverse("case", args=[row.case_id]),
    )
