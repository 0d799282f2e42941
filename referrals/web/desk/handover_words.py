"""Where a handover stands, in words for either side. Nothing here asks the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from referrals.cases.models import CaseState
from referrals.handovers import feedback
from referrals.handovers.feedback import Course
from referrals.handovers.models import Handover
from referrals.handovers.rules import ENDED, State, overdue
from referrals.web import moments
from referrals.web.desk.history import Entry, happened, newest_first
from referrals.web.phrases import OUTCOMES, REASONS, Phrase


@dataclass(frozen=True)
class Standing:
    """A state as a word with its sign; the tone never stands alone."""

    text: str
    icon: str
    tone: str = ""


_SIGNS: Mapping[str, tuple[Phrase, str, str]] = {
    State.DRAFT: (gettext_lazy("Draft"), "edit", ""),
    State.REQUESTED: (gettext_lazy("Waiting for an answer"), "clock", ""),
    State.ACCEPTED: (gettext_lazy("Accepted"), "check", "good"),
    State.IN_PROGRESS: (gettext_lazy("Support is under way"), "half", ""),
    State.ON_HOLD: (gettext_lazy("On hold"), "pause", ""),
    State.COMPLETED: (gettext_lazy("Completed"), "check", "good"),
    State.REJECTED: (gettext_lazy("Came back"), "undo", "warn"),
    State.FAILED: (gettext_lazy("Came back"), "undo", "warn"),
    State.CANCELLED: (gettext_lazy("Withdrawn"), "undo", ""),
    State.ENTERED_IN_ERROR: (gettext_lazy("Entered in error"), "close", ""),
    ENDED: (gettext_lazy("Ended"), "check", ""),  # how is not this side's to know
}

_PATH: tuple[Phrase, ...] = (
    gettext_lazy("Handed over"),
    pgettext_lazy("handover", "Read"),
    gettext_lazy("Answer"),
    gettext_lazy("Support"),
    gettext_lazy("Arrived"),
)
_STOPPED = (State.REJECTED, State.FAILED, State.CANCELLED, State.ENTERED_IN_ERROR, ENDED)


def course_of(handover: Handover, *, received: bool, now: datetime) -> Course:
    """State, reason and outcome as this side may know them. Needs the consent loaded."""
    if received:
        return Course(handover.state, handover.reason, handover.outcome, complete=True)
    return feedback.for_sender(handover, at=now)


def standing(course: Course, *, is_late: bool, is_seen: bool) -> Standing:
    """The state in a word and a sign, with the reason or outcome this side may know."""
    text, icon, tone = _SIGNS[course.state]
    if is_late:
        return Standing(_("Past the deadline"), "alert", "warn")
    if course.state == State.REQUESTED and is_seen:
        return Standing(_("Read, waiting for an answer"), "half")
    told = why(course)
    return Standing(f"{text}: {told}" if told else str(text), icon, tone)


def standing_of(handover: Handover, course: Course, *, now: datetime) -> Standing:
    """The same for a handover at hand."""
    return standing(
        course,
        is_late=overdue(State(handover.state), handover.due_at, now),
        is_seen=handover.seen_at is not None,
    )


def why(course: Course) -> str:
    """The reason or the outcome in words, or "" where there is none to tell."""
    return str(OUTCOMES.get(course.outcome) or REASONS.get(course.reason) or "")


def trail(handover: Handover, course: Course) -> list[dict[str, object]]:
    """The way of a handover as steps: gone, here, still ahead; it may end before its end."""
    here = _reached(handover, course)
    path = list(_PATH)
    if course.state in _STOPPED:
        path = [*path[:here], _SIGNS[course.state][0]]
    return [
        {"label": words, "url": None, "state": _gone(place, here)}
        for place, words in enumerate(path)
    ]


def _gone(place: int, here: int) -> str:
    if place == here:
        return "now"
    return "done" if place < here else ""


def _reached(handover: Handover, course: Course) -> int:
    if handover.requested_at is None:
        return 0
    if course.state == State.COMPLETED:
        return len(_PATH)
    if handover.answered_at and course.state != State.REJECTED:
        return 3
    return 2 if handover.seen_at else 1


def finding(handover: Handover, course: Course, *, received: bool, now: datetime) -> str:
    """The one sentence a reader needs first, or "" where heading and deadline say it all."""
    house = {"house": handover.recipient.name}
    due = moments.deadline(handover.due_at, now=now)
    if course.state == ENDED:
        return _("Ended. The family has not agreed to any further feedback.")
    if course.state in {State.ACCEPTED, State.IN_PROGRESS}:
        return "" if received else _("%(house)s has accepted and is in touch.") % house
    if course.state == State.ON_HOLD and handover.resume_on:
        return _resting(handover, course, now)
    if course.state == State.REQUESTED and due:
        return "" if received else _waiting(due) % (house | {"when": due.words})
    if course.state == State.DRAFT:
        return _("A draft: nothing has been passed on yet.")
    return f"{standing_of(handover, course, now=now).text}."


def _waiting(due: moments.Deadline) -> str:
    if due.is_over:
        return _("%(house)s has not answered yet, past the deadline %(when)s.")
    return _("Waiting for the answer of %(house)s, by %(when)s.")


def _resting(handover: Handover, course: Course, now: datetime) -> str:
    day = handover.resume_on
    words = moments.day(day, today=localdate(now)) if day else ""
    return _("On hold: %(why)s. Look again: %(day)s.") % {"why": why(course), "day": words}


def log(
    handover: Handover, course: Course, *, more: list[Entry], received: bool, now: datetime
) -> list[Entry]:
    """What happened with this handover, newest first, and what comes next."""
    consent = handover.consent
    answered = None if handover.state == State.REJECTED else handover.answered_at
    return newest_first(
        [
            _next_step(handover, course, received=received, now=now),
            happened(_("The family has agreed"), consent.given_at if consent else None),
            happened(
                _("Handed over to %(house)s") % {"house": handover.recipient.name},
                handover.requested_at,
                handover.sender.name,
            ),
            happened(pgettext("handover", "Read"), handover.seen_at, handover.recipient.name),
            happened(_("Accepted"), answered, handover.recipient.name),
            *more,
            happened(standing_of(handover, course, now=now).text, handover.ended_at),
        ]
    )


def _next_step(
    handover: Handover, course: Course, *, received: bool, now: datetime
) -> Entry | None:
    due = moments.deadline(handover.due_at, now=now)
    if course.state == State.REQUESTED and due:
        words = _("Your answer") if received else _("Answer of the service")
        when = due.words if due.is_over else _("by %(when)s") % {"when": due.words}
        return Entry(words, detail=when)
    if course.state == State.ON_HOLD and handover.resume_on:
        day = moments.day(handover.resume_on, today=localdate(now))
        return Entry(_("Look again"), detail=day)
    return None


def next_url(handover: Handover, course: Course, user: User) -> str:
    """What came back needs another way: where the holder looks for another offer, or ""."""
    came_back = course.state in {State.REJECTED, State.FAILED}
    is_open = handover.case.state == CaseState.OPEN
    holder = handover.case.holder_id
    if came_back and is_open and permits.allows(user, Right.REQUEST_HANDOVER, holder):
        return reverse("matches", args=[handover.case_id])
    return ""
