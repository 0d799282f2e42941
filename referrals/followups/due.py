"""What is due in the user's houses, the earliest first. Own work, so nothing is counted coarse."""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.timezone import localdate

from lotsen.access import reach
from lotsen.access.reach import Branch, Listing, Page
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from referrals.cases.worklist import known_inside
from referrals.followups.models import FollowUp

PAGE = 25

type View = Literal["today", "overdue", "week", "all"]
_WEEK = timedelta(days=7)


class Row(NamedTuple):
    """What a list shows of a follow-up; complete, so that no template asks again."""

    id: UUID
    case_id: UUID
    pseudonym: str
    handover_id: UUID | None
    reason: str
    due_on: date
    organisation_id: UUID
    organisation: str
    created_at: datetime

    @property
    def pk(self) -> UUID:
        return self.id


_COLUMNS = (
    "id", "case_id", "case__pseudonym", "handover_id", "reason", "due_on", "organisation_id",
    "organisation__short_name", "created_at",
)  # fmt: skip


_LISTING = Listing(lambda: FollowUp.objects.values_list(*_COLUMNS), Row, by="due_on")


def page(
    user: User, *, view: View = "all", after: str | None = None, size: int = PAGE
) -> Page[Row]:
    """One page of what is still due. One query, however many rows there are.

    Args:
        view: "overdue" before today, "today" until today (what is late is due today, too),
            "week" until seven days from today, "all" without an end.

    Raises:
        InvalidInput: `after` is no mark of a list.
    """
    return reach.page(_branches(user, view), _LISTING, after=after, size=size, newest_first=False)


def _branches(user: User, view: View) -> list[Branch]:
    today = localdate()
    # The last day of each view, inclusive.
    last_days = {
        "overdue": today - timedelta(days=1),
        "today": today,
        "week": today + _WEEK,
        "all": date.max,
    }
    return [
        _due_in(house, last_days[view], user)
        for house in organisations_where(user, Right.VIEW_CASES)
    ]


def _due_in(house: UUID, last_day: date, user: User) -> Branch:
    inside, values = known_inside("referrals_followup", house, user)
    where = f"organisation_id = %s AND done_at IS NULL AND due_on <= %s AND {inside}"
    return Branch("referrals_followup", "id", "due_on", where, (house, last_day, *values))
