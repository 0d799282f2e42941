"""Handovers at the desk: what came in, with a reading part beside it, and what went out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lotsen.access import permits
from lotsen.access.reach import Page
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from offers import labels
from referrals.followups.models import FollowUp
from referrals.handovers import actions, boxes
from referrals.handovers.boxes import Received, Sent
from referrals.handovers.feedback import Course
from referrals.handovers.rules import State
from referrals.web import moments
from referrals.web.desk import handover_words, sides
from referrals.web.desk.case_facts import language
from referrals.web.desk.handover_words import Standing
from referrals.web.desk.panes import Pane, pane_of, shown_fields
from referrals.web.moments import Deadline
from referrals.web.phrases import Phrase

# Word in the address → view of the box, and its name on the screen.
VIEWS: dict[str, tuple[boxes.View, Phrase]] = {
    "neu": ("new", gettext_lazy("New")),
    "meine": ("mine", gettext_lazy("Mine")),
    "laeuft": ("running", gettext_lazy("Under way")),
    "frist": ("overdue", gettext_lazy("Past the deadline")),
}

EMPTY: Page[Received] = Page([], None, None)


@dataclass(frozen=True)
class InboxRow:
    """One line of the inbox: before acceptance the glimpse and nothing else."""

    row: Received
    asked_for: str
    language: str
    deadline: Deadline | None
    standing: Standing | None  # once it was answered

    @property
    def is_new(self) -> bool:
        return self.row.state == State.REQUESTED and self.row.seen_at is None


@dataclass(frozen=True)
class SentRow:
    """One line of what was sent, as far as the family agreed to feedback."""

    row: Sent
    standing: Standing
    deadline: Deadline | None
    came_back: bool


@require_safe
def inbox(request: UserRequest) -> HttpResponse:
    """What came in, the earliest deadline first; one of it open in the reading part."""
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    moment = now()
    word = request.GET.get("ansicht", "neu")
    word = word if word in VIEWS else "neu"
    view, name = VIEWS[word]
    counts = boxes.received_counts(request.user)
    after = request.GET.get("after")
    is_empty = not (after or counts[view])  # the count says so: the rows need not be asked for
    page = EMPTY if is_empty else boxes.inbox(request.user, view=view, after=after)
    pane = _open_pane(request.user, request.GET.get("uebergabe"), moment)
    _note_list(request.user, [row.glimpse.pseudonym for row in page.rows], pane)
    context = {
        "word": word,
        "name": name,
        "views": _views(counts),
        "page": page,
        "rows": [_inbox_row(row, moment) for row in page.rows],
        "pane": pane,
        "next_due": None if page.rows or word != "neu" else _next_due(request.user),
    }
    return render(request, "referrals/inbox.html", context)


@require_safe
def sent(request: UserRequest) -> HttpResponse:
    """What went out and what became of it; what came back can be looked at alone."""
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    only_returned = request.GET.get("ansicht") == "zurueck"
    box = boxes.returned if only_returned else boxes.sent
    page = box(request.user, after=request.GET.get("after"))
    _note_list(request.user, [row.pseudonym for row in page.rows])
    context = {
        "page": page,
        "rows": [_sent_row(row, now()) for row in page.rows],
        "only_returned": only_returned,
        "returned_count": boxes.returned_count(request.user),
    }
    return render(request, "referrals/sent.html", context)


def _open_pane(user: User, chosen: str | None, moment: datetime) -> Pane | None:
    """The handover in the reading part; looking at it is the recipient's first look."""
    if not chosen:
        return None
    handover = sides.named(user, chosen)
    if sides.received(user, handover):
        actions.mark_seen(handover, actor=user, at=moment)
    return pane_of(handover, user=user, now=moment)


def _note_list(user: User, pseudonyms: list[str], pane: Pane | None = None) -> None:
    """The one access event of a list; a handover open beside it stands in the same row."""
    opened = [pane.pseudonym] if pane else []
    events.record(
        Deed.LIST,
        actor=user,
        object_type="handover",
        shown=[*dict.fromkeys([*opened, *pseudonyms])],
        fields=shown_fields(pane) if pane else (),
    )


def _views(counts: Mapping[boxes.View, int | str]) -> list[dict[str, object]]:
    return [
        {"word": word, "name": name, "count": counts[view]} for word, (view, name) in VIEWS.items()
    ]


def _inbox_row(row: Received, moment: datetime) -> InboxRow:
    seen = row.glimpse
    waits = row.state == State.REQUESTED
    course = Course(row.state, "", "", complete=True)
    return InboxRow(
        row=row,
        asked_for=labels.named_all(labels.NEED_GROUPS, seen.need_groups) or _("Request"),
        language=language(seen.language, interpreting=False),
        deadline=moments.deadline(row.due_at, now=moment) if waits else None,
        standing=None if waits else handover_words.standing(course, is_late=False, is_seen=True),
    )


def _sent_row(row: Sent, moment: datetime) -> SentRow:
    waits = row.course.state == State.REQUESTED
    return SentRow(
        row=row,
        standing=handover_words.standing(
            row.course, is_late=row.overdue, is_seen=row.seen_at is not None
        ),
        deadline=moments.deadline(row.due_at, now=moment) if waits else None,
        came_back=row.course.state in {State.REJECTED, State.FAILED},
    )


def _next_due(user: User) -> str:
    """The day of the next follow-up in words, for an inbox that is empty."""
    first = FollowUp.objects.visible_to(user).open().order_by("due_on").first()
    return moments.due_day(first.due_on, today=localdate()) if first else ""
