"""Everything the page of a case shows, gathered for one viewpoint in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from referrals.assessments.models import Assessment
from referrals.cases.insiders import reads_log, standing
from referrals.cases.models import Case, CaseState
from referrals.cases.rules import Standing as Work
from referrals.consent.models import Consent
from referrals.consent.rules import IDENTITY, Category
from referrals.consent.viewpoints import Viewpoint
from referrals.emergencies import reading as emergencies
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES, State
from referrals.identities.reading import filled_fields
from referrals.notes.reading import readable_notes
from referrals.rights import marks
from referrals.web import moments, phrases, team_words
from referrals.web.desk import case_history, handover_words
from referrals.web.desk.case_facts import Fact, language, marked, wishes_of
from referrals.web.desk.handover_words import Standing
from referrals.web.desk.history import Entry


@dataclass(frozen=True)
class Task:
    """One thing to do: a link where it is done, a word for how far it is."""

    words: phrases.Phrase
    url: str
    status: str
    tone: str = ""  # of the badge; "" is plain text


@dataclass(frozen=True)
class HandoverLine:
    """One handover in the table of the case."""

    url: str
    house: str
    offer: str
    standing: Standing
    due: str
    next_url: str


@dataclass(frozen=True)
class ConsentLine:
    """One consent beside the case."""

    pk: object
    house: str
    categories: str
    is_withdrawn: bool
    is_over: bool


@dataclass(frozen=True)
class CasePage:
    """The page of a case; every line is meant for the house that looks."""

    case: Case
    is_holder: bool
    in_confidence: bool  # what it shows goes no further without a new consent
    finding: str
    responsible: str
    trail: list[dict[str, object]]
    facts: list[Fact]
    contested: str  # what the family contests, in words
    tasks: list[Task]
    handovers: list[HandoverLine]
    consents: list[ConsentLine]
    log: list[Entry]
    notes: int
    has_identity: bool
    let_in: list[Entry]  # who used an emergency access lately, for those who work on the case
    allowed: frozenset[str]  # which buttons lead somewhere
    shown_fields: tuple[str, ...]


def case_page(case: Case, view: Viewpoint, *, user: User, now: datetime) -> CasePage:
    """The case as `view` shows it. Thirteen queries at most, however long its history is."""
    assessments = list(case.assessments.order_by("started_at"))
    handovers = list(_handovers(case, view))
    consents = list(Consent.objects.visible_to(user).filter(case=case).with_parties())
    consents.sort(key=lambda consent: consent.given_at)
    contested = marks.of_case(case, categories=view.categories, is_holder=view.is_holder)
    how = standing(case, user) if view.is_holder else None
    return CasePage(
        case=case,
        is_holder=view.is_holder,
        in_confidence=view.in_confidence,
        finding=_finding(handovers, view, now),
        responsible=_responsible(case, view, how),
        trail=_trail(handovers, now) if view.is_holder else [],
        facts=marked(_facts(case, view, assessments, now), contested),
        contested=marks.words(contested),
        tasks=[*_steps(case, view, assessments, handovers, user), *_due(case, view, now)],
        handovers=[_line(handover, view, user, now) for handover in handovers],
        consents=[_consent_line(consent, now) for consent in reversed(consents)],
        log=case_history.log(
            case,
            view,
            assessments=assessments,
            consents=consents,
            handovers=handovers,
            now=now,
        ),
        notes=len(readable_notes(case, user)),
        has_identity=bool(filled_fields(case)),
        let_in=_let_in(case) if how else [],
        allowed=_allowed(case, view, user, how),
        shown_fields=tuple(sorted(view.categories)),
    )


def _handovers(case: Case, view: Viewpoint) -> list[Handover]:
    """All of them for the holder; for a guest what it was asked for."""
    rows = Handover.objects.with_parties().filter(case=case).order_by("-drafted_at", "-id")
    if view.is_holder:
        return list(rows)
    return list(rows.filter(recipient=view.house, requested_at__isnull=False))


def _finding(handovers: Sequence[Handover], view: Viewpoint, now: datetime) -> str:
    """The sentence of the handover that matters most: an open one, else the latest."""
    living = [handover for handover in handovers if handover.state in OPEN_STATES]
    for handover in (living or list(handovers))[:1]:
        received = not view.is_holder
        course = handover_words.course_of(handover, received=received, now=now)
        return handover_words.finding(handover, course, received=received, now=now)
    return ""


def _responsible(case: Case, view: Viewpoint, how: Work | None) -> str:
    if not view.is_holder or case.state == CaseState.CLOSED:
        return ""
    if how is Work.ASSIGNED:
        return _("You are responsible.")
    if case.assigned_to is None:
        return _("Nobody is responsible yet.")
    words = {
        Work.DEPUTY: _("You stand in for %(person)s."),
        Work.SHARED: _("Responsible: %(person)s. You work on it, too."),
        Work.EMERGENCY: _("Responsible: %(person)s. You let yourself in for a while."),
        None: _("Responsible: %(person)s."),
    }
    # The last initial brings the full stop that the sentence has, too.
    return words[how] % {"person": case.assigned_to.initials.removesuffix(".")}


def _let_in(case: Case) -> list[Entry]:
    """Whoever works on the case sees who let themselves in, when, and why."""
    return [
        Entry(access.taken_by.display_name, access.since, team_words.REASONS[access.reason])
        for access in emergencies.of_case(case)
    ]


def _trail(handovers: Sequence[Handover], now: datetime) -> list[dict[str, object]]:
    """How far the furthest handover has come, as the sender may know it."""
    here = max((_reached(handover, now) for handover in handovers), default=1)
    path = (_("Taken in"), _("Handed over"), _("Answer"), _("Support"), _("Arrived"))
    return [
        {"label": words, "url": None, "state": _step_state(place, here)}
        for place, words in enumerate(path)
    ]


def _step_state(place: int, here: int) -> str:
    if place == here:
        return "now"
    return "done" if place < here else ""


_STAGES = {
    State.REQUESTED: 2,
    State.ACCEPTED: 3,
    State.IN_PROGRESS: 3,
    State.ON_HOLD: 3,
    State.COMPLETED: 5,
}


def _reached(handover: Handover, now: datetime) -> int:
    course = handover_words.course_of(handover, received=False, now=now)
    return {state.value: stage for state, stage in _STAGES.items()}.get(course.state, 1)


def _facts(
    case: Case, view: Viewpoint, assessments: Sequence[Assessment], now: datetime
) -> list[Fact]:
    finished = [assessment for assessment in assessments if assessment.finished_at]
    facts = wishes_of(finished[-1], view.categories) if finished else []
    if view.sees(Category.LANGUAGE):
        words = language(case.language, interpreting=case.interpreting)
        facts.append(Fact(_("Language"), words, part="language"))
    if view.sees(Category.DISTRICT):
        facts.append(Fact(_("Lives in"), case.district.name, part="district"))
    if view.is_holder:
        age = moments.child_age(case.age_on(localdate(now)))
        household = case.get_household_display()
        facts.append(Fact(_("Child"), age, part="age"))
        facts.append(Fact(_("Household"), household, part="household"))
    return facts


def _steps(
    case: Case,
    view: Viewpoint,
    assessments: Sequence[Assessment],
    handovers: Sequence[Handover],
    user: User,
) -> list[Task]:
    """The way to a first handover, for those who can go it."""
    if not view.is_holder or case.state == CaseState.CLOSED or case.restricted:
        return []
    if not permits.allows(user, Right.ASSESS_CASE, case.holder_id):
        return []
    finished = any(assessment.finished_at for assessment in assessments)
    sent = any(handover.requested_at for handover in handovers)
    drafts = [handover for handover in handovers if handover.state == State.DRAFT]
    tasks = [_task(_("Record indicators and wishes"), "intake-screening", case, is_done=finished)]
    if finished and not drafts:
        tasks.append(_task(_("Find and hand over an offer"), "matches", case, is_done=sent))
    return [*tasks, *(_draft_task(draft) for draft in drafts)]


def _draft_task(draft: Handover) -> Task:
    words = _("Check and hand over: %(offer)s") % {"offer": draft.offer.name}
    return Task(words, reverse("handover-review", args=[draft.pk]), _("Still open"))


def _task(words: str, page: str, case: Case, *, is_done: bool) -> Task:
    status, tone = (_("Done"), "success") if is_done else (_("Still open"), "")
    return Task(words, reverse(page, args=[case.pk]), status, tone)


def _due(case: Case, view: Viewpoint, now: datetime) -> list[Task]:
    today = localdate(now)
    rows = FollowUp.objects.open().filter(case=case, organisation=view.house)
    return [_due_task(row, today) for row in rows.order_by("due_on", "id")]


def _due_task(row: FollowUp, today: date) -> Task:
    late = row.due_on < today
    words = moments.due_day(row.due_on, today=today)
    url = reverse("handover", args=[row.handover_id]) if row.handover_id else reverse("follow-ups")
    return Task(row.get_reason_display(), url, words, "warning" if late else "")


def _line(handover: Handover, view: Viewpoint, user: User, now: datetime) -> HandoverLine:
    received = not view.is_holder
    course = handover_words.course_of(handover, received=received, now=now)
    due = moments.deadline(handover.due_at, now=now)
    waits = handover.state == State.REQUESTED and due is not None
    return HandoverLine(
        url=_handover_url(handover, user),
        house=handover.sender.name if received else handover.recipient.name,
        offer=handover.offer.name,
        standing=handover_words.standing_of(handover, course, now=now),
        due=due.words if waits and due else "",
        next_url=handover_words.next_url(handover, course, user),
    )


def _handover_url(handover: Handover, user: User) -> str:
    """Where the handover is; a draft goes on where it was begun."""
    if not permits.allows(user, Right.VIEW_CASES, handover.sender_id) and not permits.allows(
        user, Right.VIEW_CASES, handover.recipient_id
    ):
        return ""
    page = "handover-review" if handover.state == State.DRAFT else "handover"
    return reverse(page, args=[handover.pk])


def _consent_line(consent: Consent, now: datetime) -> ConsentLine:
    return ConsentLine(
        pk=consent.pk,
        house=consent.recipient.name if consent.recipient else _("In this house"),
        categories=phrases.categories(consent.categories) or phrases.purposes(consent.purposes),
        is_withdrawn=consent.withdrawn_at is not None,
        is_over=consent.valid_until < localdate(now),
    )


def _allowed(case: Case, view: Viewpoint, user: User, how: Work | None) -> frozenset[str]:
    """The buttons that would not be refused: what somebody may not do is not offered."""
    rights = {"rights"} if permits.allows(user, Right.VIEW_IDENTITY, case.holder_id) else set()
    if reads_log(case, user, how):
        rights.add("accesses")
    breaks_glass = permits.allows(user, Right.BREAK_GLASS, case.holder_id)
    if breaks_glass and view.is_holder and how is None and not case.restricted:
        rights.add("emergency")
    if case.state == CaseState.CLOSED or case.restricted:
        return frozenset(rights)
    wanted = {
        "contact": (Right.FOLLOW_UP, view.house.pk),
        "hand_over": (Right.REQUEST_HANDOVER, case.holder_id),
        "close": (Right.CLOSE_CASE, case.holder_id),
        "identity": (Right.VIEW_IDENTITY, view.house.pk),
        "notes": (Right.VIEW_IDENTITY, view.house.pk),
    }
    if not view.categories & IDENTITY:
        del wanted["identity"]
    found = {name for name, (right, house) in wanted.items() if permits.allows(user, right, house)}
    if view.is_holder and permits.allows(user, Right.SHARE_CASE, case.holder_id):
        found |= {"team"} if how is Work.ASSIGNED else {"team", "assign"}
    return frozenset(found | rights)
