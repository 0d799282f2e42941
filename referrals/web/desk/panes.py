"""One handover as one side sees it: the recipient's work page, the sender's receipt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from offers import labels
from referrals.cases.models import Participation
from referrals.cases.rules import Provenance
from referrals.consent.rules import IDENTITY, Category
from referrals.followups.models import FollowUp, FollowUpReason
from referrals.handovers import glimpse
from referrals.handovers.models import Handover
from referrals.handovers.rules import RELEASED_STATES, Move, State
from referrals.rights import marks
from referrals.web import moments, phrases
from referrals.web.desk import handover_words, sides
from referrals.web.desk.case_facts import Fact, language, marked, wishes
from referrals.web.desk.handover_forms import MoveForm
from referrals.web.desk.history import Entry
from referrals.web.moments import Deadline


@dataclass(frozen=True)
class Pane:
    """What the page and the reading part of the inbox show; every line is meant for this side."""

    pk: UUID
    case_id: UUID
    pseudonym: str
    title: str
    parties: str
    deadline: Deadline | None
    trail: list[dict[str, object]]
    finding: str
    facts: list[Fact]
    contested: str  # what the family contests, in words
    is_restricted: bool
    consent_line: str
    consent: UUID | None  # that can be withdrawn from here
    in_confidence: bool  # what it shows goes no further without a new consent
    moves: list[MoveForm]
    log: list[Entry]
    released: frozenset[str]
    links_case: bool
    may_contact: bool
    shows_identity: bool
    shows_notes: bool
    next_url: str
    unread: UUID | None  # the follow-up that is done once the sender has read the outcome

    @property
    def taps(self) -> list[MoveForm]:
        return [form for form in self.moves if not form.asks]

    @property
    def forms(self) -> list[MoveForm]:
        return [form for form in self.moves if form.asks]


def pane_of(
    handover: Handover, *, user: User, now: datetime, bound: MoveForm | None = None
) -> Pane:
    """The handover for `user`, who may know of it. At most five queries.

    Args:
        bound: the form that was just refused, with its errors and what was typed.
    """
    received = sides.received(user, handover)
    released = _released(handover) if received else frozenset()
    course = handover_words.course_of(handover, received=received, now=now)
    parts = marks.contested(handover.case_id)
    told = marks.of_handover(handover, parts, released=released, received=received)
    contacts = _contacts(handover) if received else []
    return Pane(
        pk=handover.pk,
        case_id=handover.case_id,
        pseudonym=handover.case.pseudonym,
        title=_title(handover, received=received),
        parties=_parties(handover, received=received),
        deadline=_deadline(handover, now),
        trail=handover_words.trail(handover, course),
        finding=handover_words.finding(handover, course, received=received, now=now),
        facts=marked(_facts(handover, released, now=now), told) if received else [],
        contested=marks.words(told),
        is_restricted=handover.case.restricted,
        consent_line=_consent_line(handover) if released or not received else "",
        consent=_withdrawable(handover, user),
        in_confidence=bool(released) and handover.provenance == Provenance.HEALTH_SECRET,
        moves=_forms(sides.open_moves(user, handover), bound),
        log=handover_words.log(handover, course, more=contacts, received=received, now=now),
        released=released,
        links_case=bool(released) or not received,
        may_contact=_may_contact(handover, released, user),
        shows_identity=bool(IDENTITY & released) and not handover.case.restricted,
        shows_notes=Category.NOTE in released and not handover.case.restricted,
        next_url=handover_words.next_url(handover, course, user),
        unread=None if received else _unread(handover, user),
    )


def shown_fields(pane: Pane) -> list[str]:
    """The names of what the pane shows, for the access event."""
    return sorted(pane.released | {"state"})


def _released(handover: Handover) -> frozenset[str]:
    """What the recipient may read now: the running participation decides, not the state alone."""
    if handover.state not in RELEASED_STATES:
        return frozenset()
    running = Participation.objects.running_for([handover.recipient_id])
    part = running.filter(case=handover.case_id, origin=handover.pk).first()
    return frozenset(part.categories) if part else frozenset()


def _may_contact(handover: Handover, released: frozenset[str], user: User) -> bool:
    if handover.case.restricted:
        return False
    return bool(released) and permits.allows(user, Right.FOLLOW_UP, handover.recipient_id)


def _title(handover: Handover, *, received: bool) -> str:
    if not received:
        return handover.offer.name
    groups = glimpse.of(handover).need_groups
    return labels.named_all(labels.NEED_GROUPS, groups) or _("Request")


def _unread(handover: Handover, user: User) -> UUID | None:
    if not permits.allows(user, Right.FOLLOW_UP, handover.sender_id):
        return None
    due = FollowUp.objects.open().filter(
        handover=handover,
        organisation=handover.sender_id,
        reason=FollowUpReason.OUTCOME_READ,
    )
    return due.values_list("pk", flat=True).first()


def _parties(handover: Handover, *, received: bool) -> str:
    if received:
        return _("from %(house)s") % {"house": handover.sender.name}
    return _("to %(house)s") % {"house": handover.recipient.name}


def _deadline(handover: Handover, now: datetime) -> Deadline | None:
    if handover.state != State.REQUESTED:
        return None
    return moments.deadline(handover.due_at, now=now)


def _facts(handover: Handover, released: frozenset[str], *, now: datetime) -> list[Fact]:
    """Before acceptance the glimpse and nothing else; afterwards what the family released."""
    seen = glimpse.of(handover)
    facts = [
        Fact(
            _("Language"),
            language(seen.language, interpreting=seen.interpreting),
            part="language",
        ),
        Fact(_("Lives in"), seen.district, part="district"),
    ]
    if handover.state == State.REQUESTED:
        facts.append(Fact(_("Everything else"), _("visible after accepting"), is_quiet=True))
    if released:
        facts.insert(0, Fact(_("Offer"), handover.offer.name))
        facts += [*wishes(handover.case, released), *_due_next(handover, now)]
    return [fact for fact in facts if fact.value]


def _due_next(handover: Handover, now: datetime) -> list[Fact]:
    due = (
        FollowUp.objects.open()
        .filter(handover=handover, organisation=handover.recipient_id)
        .order_by("due_on", "id")
        .first()
    )
    if due is None:
        return []
    words = f"{moments.day(due.due_on, today=localdate(now))}: {due.get_reason_display()}"
    return [Fact(_("Next due"), words)]


def _consent_line(handover: Handover) -> str:
    if handover.consent is None or handover.consent.withdrawn_at is not None:
        return ""
    return _("The family agreed to pass on: %(categories)s") % {
        "categories": phrases.categories(handover.categories)
    }


def _withdrawable(handover: Handover, user: User) -> UUID | None:
    """The consent this rests on, for whoever may take the family's word: either side."""
    consent, recipient = handover.consent, handover.recipient_id
    if consent is None or consent.withdrawn_at is not None or handover.requested_at is None:
        return None
    asks = permits.allows(user, Right.ASSESS_CASE, handover.case.holder_id)
    answers = permits.allows(user, Right.ANSWER_HANDOVER, recipient)
    return consent.pk if asks or answers else None


def _contacts(handover: Handover) -> list[Entry]:
    return [
        Entry(attempt.get_result_display(), attempt.at, attempt.get_channel_display())
        for attempt in handover.contact_attempts.all()
    ]


def _forms(moves: list[Move], bound: MoveForm | None) -> list[MoveForm]:
    return [bound if bound and bound.move is move else MoveForm(move) for move in moves]
