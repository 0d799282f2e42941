"""One handover: the recipient's work page and the sender's receipt, and the moves of both."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lotsen.accounts.http import UserRequest
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.web.forms import refusals_on
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.moving import require_side
from referrals.handovers.rules import Move, State, after
from referrals.handovers.verbs import VERBS
from referrals.web.desk import sides
from referrals.web.desk.handover_forms import MoveForm
from referrals.web.desk.panes import Pane, pane_of, shown_fields


@require_safe
def detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """What happened and what can be done now. The recipient's first look is kept as a fact."""
    handover = get_object_or_404(Handover.objects.visible_to(request.user).with_parties(), pk=pk)
    if sides.received(request.user, handover):
        actions.mark_seen(handover, actor=request.user, at=now())
    return _page(request, handover)


@require_POST
def move(request: UserRequest, pk: UUID, move: Move) -> HttpResponse:
    """Make one move of the state table. What is missing is asked for on the same page.

    Raises:
        NotPermitted: the move is the other side's; asked before the form is even read.
        InvalidMove: the state has no such arrow (any more).
    """
    handover = get_object_or_404(Handover.objects.visible_to(request.user).with_parties(), pk=pk)
    require_side(handover, move, request.user)
    after(State(handover.state), move)
    form = MoveForm(move, request.POST)
    if form.is_valid():
        with refusals_on(form):
            VERBS[move](handover, **form.cleaned_data, actor=request.user, at=now())
        if form.is_valid():
            return redirect(_way_back(request, handover))
    return _page(request, handover, bound=form)


def note_reading(request: UserRequest, pane: Pane) -> None:
    """The one access event of a page that shows this handover."""
    events.record(
        Deed.READ,
        actor=request.user,
        object_type="handover",
        shown=[pane.pseudonym],
        fields=shown_fields(pane),
    )


def _page(
    request: UserRequest, handover: Handover, *, bound: MoveForm | None = None
) -> HttpResponse:
    pane = pane_of(handover, user=request.user, now=now(), bound=bound)
    note_reading(request, pane)
    received = sides.received(request.user, handover)
    context = {
        "pane": pane,
        "form": bound,
        "back_url": reverse("inbox" if received else "sent"),
        "back_text": _("Inbox") if received else _("Sent"),
        "is_receipt": not received,
    }
    return render(request, "referrals/handover.html", context, status=422 if bound else 200)


def _way_back(request: UserRequest, handover: Handover) -> str:
    """Where the work goes on: in the inbox, if it was made there."""
    if request.POST.get("zurueck") == "eingang":
        return f"{reverse('inbox')}?uebergabe={handover.pk}"
    return reverse("handover", args=[handover.pk])
