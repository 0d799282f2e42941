"""The history of a case for the house that looks: its own steps, and what it may know."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from referrals.assessments.models import Assessment
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.consent.viewpoints import Viewpoint
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.matching.models import Suggestion
from referrals.web import moments
from referrals.web.desk import handover_words
from referrals.web.desk.history import Entry, happened, newest_first


def log(
    case: Case,
    view: Viewpoint,
    *,
    assessments: Iterable[Assessment],
    consents: Iterable[Consent],
    handovers: Iterable[Handover],
    now: datetime,
) -> list[Entry]:
    """What happened so far, newest first. Two queries for the holder, one for a guest."""
    entries: list[Entry | None] = []
    if view.is_holder:
        entries += _beginning(case, assessments)
    entries += [entry for consent in consents for entry in _of_consent(consent)]
    entries += [entry for handover in handovers for entry in _of_handover(handover, view, now)]
    entries += _contacts(case, view)
    if view.is_holder:
        entries.append(
            happened(_("Case closed"), case.closed_at, case.get_closure_reason_display())
        )
    return newest_first(entries)


def _beginning(case: Case, assessments: Iterable[Assessment]) -> list[Entry | None]:
    suggestions = Suggestion.objects.filter(case=case).order_by("shown_at")
    return [
        Entry(_("Case opened"), case.opened_at, case.holder.short_name),
        *(happened(_("Indicators and wishes recorded"), a.finished_at) for a in assessments),
        *(Entry(_("Offers looked at"), suggestion.shown_at) for suggestion in suggestions),
    ]


def _of_consent(consent: Consent) -> list[Entry | None]:
    house = consent.recipient.name if consent.recipient else ""
    return [
        happened(_("The family has agreed"), consent.given_at, house),
        happened(_("The family has withdrawn its consent"), consent.withdrawn_at, house),
    ]


def _of_handover(handover: Handover, view: Viewpoint, now: datetime) -> list[Entry | None]:
    received = not view.is_holder
    course = handover_words.course_of(handover, received=received, now=now)
    house = handover.recipient.name
    answered = None if handover.state == State.REJECTED else handover.answered_at
    ended = handover_words.standing_of(handover, course, now=now).text
    return [
        _expected(handover, now, received=received),
        happened(_("Handed over to %(house)s") % {"house": house}, handover.requested_at),
        happened(pgettext("handover", "Read"), handover.seen_at, house),
        happened(_("Accepted"), answered, house),
        happened(ended, handover.ended_at, house),
    ]


def _expected(handover: Handover, now: datetime, *, received: bool) -> Entry | None:
    due = moments.deadline(handover.due_at, now=now)
    if handover.state != State.REQUESTED or due is None:
        return None
    if received:
        return Entry(_("Your answer"), detail=due.words)
    return Entry(_("Answer of %(house)s") % {"house": handover.recipient.name}, detail=due.words)


def _contacts(case: Case, view: Viewpoint) -> list[Entry | None]:
    """Only the own house's attempts: what another house did is for it to report."""
    attempts = case.contact_attempts.filter(organisation=view.house).order_by("at")
    return [
        Entry(attempt.get_result_display(), attempt.at, attempt.get_channel_display())
        for attempt in attempts
    ]
