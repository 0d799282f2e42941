"""Lists of handovers: what a house received, what it sent, what came back.

Rows are complete and carry no more than their reader may know: a recipient gets the glimpse, a
sender the course it may see. They agree with `Handover.objects.visible_to`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.timezone import localdate, now

from lotsen.access import reach
from lotsen.access.reach import Branch, Listing, Page
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from referrals.cases.worklist import known_inside, people_of
from referrals.followups.models import FollowUp, FollowUpReason
from referrals.handovers import feedback, glimpse
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES, RELEASED_STATES, State, overdue

PAGE = 25
CAP = 99

type View = Literal["all", "new", "mine", "overdue", "running"]
VIEWS: tuple[View, ...] = ("new", "mine", "overdue", "running", "all")


@dataclass(frozen=True)
class Received:
    """A handover as a list of the recipient shows it."""

    id: UUID
    case_id: UUID
    state: str
    glimpse: glimpse.Glimpse
    offer: str
    sender: str
    recipient: str
    requested_at: datetime
    due_at: datetime
    seen_at: datetime | None
    answered_by_id: UUID | None
    resume_on: date | None
    overdue: bool
    released: bool  # accepted and running: the case can be opened

    @property
    def pk(self) -> UUID:
        return self.id


@dataclass(frozen=True)
class Sent:
    """A handover as a list of the sender shows it."""

    id: UUID
    case_id: UUID
    pseudonym: str
    course: feedback.Course
    offer: str
    sender: str
    recipient: str
    drafted_at: datetime
    requested_at: datetime | None
    due_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    overdue: bool

    @property
    def pk(self) -> UUID:
        return self.id


def inbox(
    user: User, *, view: View = "all", after: str | None = None, size: int = PAGE
) -> Page[Received]:
    """Open handovers to the user's houses, the earliest deadline first. One query.

    Args:
        view: "new" unanswered, "overdue" unanswered and late, "running" accepted by the house,
            "mine" of these the ones answered by the user or whom the user stands in for,
            "all" whatever is open.

    Raises:
        InvalidInput: `after` is no mark of a list.
    """
    moment = now()
    branches = _received(user, view, moment)
    found = reach.page(branches, _RECEIVED, after=after, size=size, newest_first=False)
    today = localdate(moment)
    return found.each(lambda row: _as_received(row, moment, today))


def sent(user: User, *, after: str | None = None, size: int = PAGE) -> Page[Sent]:
    """All handovers of the user's houses, drafts included, the latest first. One query.

    Raises:
        InvalidInput: `after` is no mark of a list.
    """
    moment = now()
    found = reach.page(_sent(user), _SENT, after=after, size=size)
    return found.each(lambda row: _as_sent(row, moment))


def returned(user: User, *, after: str | None = None, size: int = PAGE) -> Page[Sent]:
    """Handovers of the user's houses that have ended and still ask for another way.

    They stay until the follow-up is done. One query.

    Raises:
        InvalidInput: `after` is no mark of a list.
    """
    moment = now()
    found = reach.page(_returned(user), _RETURNED, after=after, size=size, newest_first=False)
    return found.each(lambda row: _as_sent(row.handover, moment))


def received_counts(user: User) -> dict[View, int | str]:
    """How many stand in each view of the inbox, at most "99+"; never a true total. One query."""
    moment = now()
    views = [view for view in VIEWS if view != "all"]
    return _capped({view: _received(user, view, moment) for view in views})


def returned_count(user: User) -> int | str:
    """How many came back and still ask for another way, at most "99+". One query."""
    return _capped({"returned": _returned(user)})["returned"]


def _capped[Name: str](branches: Mapping[Name, Sequence[Branch]]) -> dict[Name, int | str]:
    found = reach.counts(branches, cap=CAP)
    return {name: count if count <= CAP else f"{CAP}+" for name, count in found.items()}


def _codes(*states: State) -> str:
    return ", ".join(f"'{state}'" for state in states)


# Written out exactly like the condition of the index handover_inbox, or SQLite walks the table.
_OPEN = f"state IN ({_codes(*OPEN_STATES)})"
_RELEASED = f"state IN ({_codes(*RELEASED_STATES)})"
_NARROWED: dict[str, str] = {
    "all": "",
    "new": f" AND state = '{State.REQUESTED}'",
    "overdue": f" AND state = '{State.REQUESTED}' AND due_at < %s",
    "running": f" AND {_RELEASED}",
    "mine": f" AND {_RELEASED}",
}
# What stays to be done about an ended handover; without feedback its kind is not told.
_ASKS = f"'{FollowUpReason.FURTHER_ACTION}', '{FollowUpReason.OTHER}'"
_CAME_BACK = (
    f"organisation_id = %s AND done_at IS NULL AND reason IN ({_ASKS}) AND EXISTS ("  # noqa: S608
    "SELECT 1 FROM referrals_handover AS h WHERE h.id = handover_id AND h.ended_at IS NOT NULL"
    " AND h.sender_id = organisation_id)"
)


def _received(user: User, view: View, moment: datetime) -> list[Branch]:
    return [
        _received_by(house, user, view, moment)
        for house in organisations_where(user, Right.VIEW_CASES)
    ]


def _received_by(house: UUID, user: User, view: View, moment: datetime) -> Branch:
    """What a house received. Whoever stands in for somebody finds their work among "mine"."""
    where = f"recipient_id = %s AND {_OPEN}{_NARROWED[view]}"
    values: tuple[object, ...] = (moment,) if view == "overdue" else ()
    if view == "mine":
        people = people_of(user, house)
        where += f" AND answered_by_id IN ({', '.join(['%s'] * len(people))})"
        values = tuple(people)
    return Branch("referrals_handover", "id", "due_at", where, (house, *values))


def _sent(user: User) -> list[Branch]:
    branches = []
    for house in organisations_where(user, Right.VIEW_CASES):
        inside, values = known_inside("referrals_handover", house, user)
        where = f"sender_id = %s AND {inside}"
        branches.append(Branch("referrals_handover", "id", "drafted_at", where, (house, *values)))
    return branches


def _returned(user: User) -> list[Branch]:
    branches = []
    for house in organisations_where(user, Right.VIEW_CASES):
        inside, values = known_inside("referrals_followup", house, user)
        where = f"{_CAME_BACK} AND {inside}"
        branches.append(Branch("referrals_followup", "id", "due_on", where, (house, *values)))
    return branches


class _ReceivedLine(NamedTuple):
    """What is read for a recipient, before it is narrowed to the glimpse; named by its columns."""

    id: UUID
    case_id: UUID
    state: str
    categories: list[str]
    need_groups: list[str]
    requested_at: datetime | None
    due_at: datetime | None
    seen_at: datetime | None
    answered_by_id: UUID | None
    resume_on: date | None
    case__pseudonym: str
    case__language: str
    case__interpreting: bool
    case__district__name: str
    offer__name: str
    sender__short_name: str
    recipient__short_name: str
    consent__withdrawn_at: datetime | None
    consent__valid_until: date | None


class _SentLine(NamedTuple):
    """What is read for a sender, before it is narrowed to the course; named by its columns."""

    id: UUID
    case_id: UUID
    state: str
    reason: str
    outcome: str
    drafted_at: datetime
    requested_at: datetime | None
    due_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    case__pseudonym: str
    offer__name: str
    sender__short_name: str
    recipient__short_name: str
    consent__purposes: list[str] | None
    consent__withdrawn_at: datetime | None
    consent__valid_until: date | None


class _CameBack(NamedTuple):
    """The follow-up a handover that came back is listed by."""

    id: UUID
    due_on: date
    handover: _SentLine


_RECEIVED = Listing(
    lambda: Handover.objects.values_list(*_ReceivedLine._fields), _ReceivedLine, by="due_at"
)
_SENT = Listing(
    lambda: Handover.objects.values_list(*_SentLine._fields), _SentLine, by="drafted_at"
)
_RETURNED = Listing(
    lambda: FollowUp.objects.values_list(
        "id", "due_on", *(f"handover__{name}" for name in _SentLine._fields)
    ),
    lambda key, due_on, *handover: _CameBack(key, due_on, _SentLine(*handover)),
    by="due_on",
)


def _as_received(row: _ReceivedLine, moment: datetime, today: date) -> Received:
    if row.requested_at is None or row.due_at is None:
        raise ValueError("an open handover was requested and has a deadline")
    everything = glimpse.Glimpse(
        pseudonym=row.case__pseudonym,
        need_groups=tuple(row.need_groups),
        language=row.case__language,
        interpreting=row.case__interpreting,
        district=row.case__district__name,
        due_at=row.due_at,
    )
    return Received(
        id=row.id,
        case_id=row.case_id,
        state=row.state,
        glimpse=glimpse.narrowed(
            everything,
            state=row.state,
            categories=row.categories,
            withdrawn_at=row.consent__withdrawn_at,
            valid_until=row.consent__valid_until,
            on=today,
        ),
        offer=row.offer__name,
        sender=row.sender__short_name,
        recipient=row.recipient__short_name,
        requested_at=row.requested_at,
        due_at=row.due_at,
        seen_at=row.seen_at,
        answered_by_id=row.answered_by_id,
        resume_on=row.resume_on,
        overdue=overdue(State(row.state), row.due_at, moment),
        released=row.state in RELEASED_STATES,
    )


def _as_sent(row: _SentLine, moment: datetime) -> Sent:
    everything = feedback.Course(row.state, row.reason, row.outcome, complete=True)
    return Sent(
        id=row.id,
        case_id=row.case_id,
        pseudonym=row.case__pseudonym,
        course=feedback.narrowed(everything, _agreement(row), moment=row.ended_at or moment),
        offer=row.offer__name,
        sender=row.sender__short_name,
        recipient=row.recipient__short_name,
        drafted_at=row.drafted_at,
        requested_at=row.requested_at,
        due_at=row.due_at,
        seen_at=row.seen_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        overdue=overdue(State(row.state), row.due_at, moment),
    )


def _agreement(row: _SentLine) -> feedback.Agreement | None:
    purposes, valid_until = row.consent__purposes, row.consent__valid_until
    if purposes is None or valid_until is None:
        return None
    return feedback.Agreement(purposes, row.consent__withdrawn_at, valid_until)
