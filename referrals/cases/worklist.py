"""Work lists: the cases a user may know of, last touched first, at the same cost for every house.

Three kinds of branch lead to a case: a house of the user holds it, takes part in it, or it is
shared with the user for a time. A case for insiders only is left out where its house holds it,
and stands on branches of its own: the user's, and one for each person the user stands in for.
They agree with `Case.objects.visible_to`, which single rows use; a test compares both on random
data.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Expression, Value
from django.utils.timezone import localdate, now

from lotsen.access import reach
from lotsen.access.reach import Branch, Listing, Page
from lotsen.access.rights import organisations_where, stands_in_for
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from referrals.cases.models import Case, CaseState, houses_of_work
from referrals.cases.rules import age_on

PAGE = 25


class Row(NamedTuple):
    """What a list shows of a case; complete, so that no template asks again."""

    id: UUID
    pseudonym: str
    state: str
    language: str
    interpreting: bool
    child_age_months: int
    aged_on: date
    household: str
    district_id: str
    district: str
    holder_id: UUID
    holder: str
    holder_slug: str
    insiders_only: bool
    assigned_to_id: UUID | None
    opened_at: datetime
    touched_at: datetime
    closure_reason: str
    beside: str  # what the caller's expression says of the case; "" without one

    @property
    def pk(self) -> UUID:
        return self.id

    def age_on(self, day: date) -> int:
        """The child's age in whole months on `day`; negative before birth."""
        return age_on(day, self.child_age_months, self.aged_on)


_ELSEWHERE = {
    "district": "district__name",
    "holder": "holder__short_name",
    "holder_slug": "holder__slug",
    "beside": "beside_shown",
}
_COLUMNS = [_ELSEWHERE.get(name, name) for name in Row._fields]


def page(
    user: User,
    *,
    after: str | None = None,
    size: int = PAGE,
    state: CaseState | None = None,
    beside: Callable[[], Expression] | None = None,
) -> Page[Row]:
    """One page of the user's cases. One query, however many rows there are.

    Args:
        after: mark from an earlier page, or None.
        state: only open or only closed cases.
        beside: makes an expression for `Row.beside`, from a floor above: how far a case has come,
            which parts of it are contested. The same function each time: it is compiled once.

    Raises:
        InvalidInput: `after` is no mark of a list.
    """
    listing = _listing(beside or _nothing)
    return reach.page(_branches(user, state), listing, after=after, size=size)


@cache
def _listing(beside: Callable[[], Expression]) -> Listing[Row]:
    return Listing(
        lambda: Case.objects.annotate(beside_shown=beside()).values_list(*_COLUMNS),
        Row,
        by="touched_at",
    )


def _nothing() -> Expression:
    return Value("")


def _branches(user: User, state: CaseState | None) -> list[Branch]:
    houses = organisations_where(user, Right.VIEW_CASES)
    held = [_held("NOT insiders_only AND holder_id = %s", (house,), state) for house in houses]
    inside = [
        _held(f"insiders_only AND assigned_to_id = %s AND {_IN_HOUSE}", (person, house), state)
        for house in houses
        for person in people_of(user, house)
    ]
    taking_part = [_taking_part(house, state) for house in houses]
    return [*held, *inside, *taking_part, *_shared(user, state)]


def people_of(user: User, house: UUID) -> list[UUID]:
    """Whose work in this house is the user's now: the own, and that of whom the user stands in for.

    Most stand in for nobody.
    """
    return [user.pk, *sorted(absent for where, absent in stands_in_for(user) if where == house)]


def known_inside(table: str, house: UUID, user: User) -> tuple[str, tuple[object, ...]]:
    """A condition on rows of `table` that hang on a case by a house, and its values.

    True for every case but those the house itself holds for insiders only, `user` being none:
    `Case.objects.hidden_from` for lists. One value for each row walked, never a way to rows.

    Args:
        table: has a column `case_id`. Never text from outside.
        house: whose rows are walked; `user` holds VIEW_CASES there.
    """
    people, moment = people_of(user, house), now()
    marks = ", ".join(["%s"] * len(people))
    shares = (
        "(SELECT count(*) FROM referrals_caseshare AS s WHERE s.case_id = c.id"
        " AND s.user_id = %s AND s.since <= %s AND s.until > %s)"
    )
    where = (
        f"(SELECT NOT c.insiders_only OR c.holder_id <> %s OR c.assigned_to_id IN ({marks})"  # noqa: S608  names and marks only
        f" OR {shares} > 0 FROM referrals_case AS c WHERE c.id = {table}.case_id)"
    )
    return where, (house, *people, user.pk, moment, moment)


# Plainly compared, SQLite would walk all cases of the house; those of one person are few.
_IN_HOUSE = "COALESCE(holder_id, NULL) = %s"


def _held(where: str, params: tuple[object, ...], state: CaseState | None) -> Branch:
    if state:
        where, params = f"{where} AND state = %s", (*params, state)
    return Branch("referrals_case", "id", "touched_at", where, params)


def _taking_part(house: UUID, state: CaseState | None) -> Branch:
    running = "organisation_id = %s AND until IS NULL AND (expires_on IS NULL OR expires_on >= %s)"
    return _elsewhere("referrals_participation", running, (house, localdate()), state)


def _shared(user: User, state: CaseState | None) -> list[Branch]:
    """Shared cases, while the user works in a house that holds the case or takes part in it."""
    houses = houses_of_work(user)
    if not houses:
        return []
    moment, marks = now(), ", ".join(["%s"] * len(houses))
    # One value for each share, not EXISTS: under OR, PostgreSQL would first read every case of
    # the houses, and the largest house would pay twenty times what others pay.
    # And the holder inside it: so PostgreSQL leaves a case of another house out before its own
    # fence asks about it, which costs more.
    held = (
        "(SELECT count(*) FROM referrals_case AS c"  # noqa: S608  names and marks only
        f" WHERE c.id = referrals_caseshare.case_id AND c.holder_id IN ({marks}))"
    )
    parts = (
        "(SELECT count(*) FROM referrals_participation AS p"  # noqa: S608  names and marks only
        f" WHERE p.case_id = referrals_caseshare.case_id AND p.organisation_id IN ({marks})"
        " AND p.until IS NULL AND (p.expires_on IS NULL OR p.expires_on >= %s))"
    )
    running = f"user_id = %s AND since <= %s AND until > %s AND ({held} > 0 OR {parts} > 0)"
    params = (user.pk, moment, moment, *houses, *houses, localdate())
    return [_elsewhere("referrals_caseshare", running, params, state)]


def _elsewhere(
    table: str, running: str, params: tuple[object, ...], state: CaseState | None
) -> Branch:
    """A branch along a table whose rows point at the case and carry a copy of its moment."""
    if state:
        running += (
            f" AND (SELECT c.state FROM referrals_case AS c WHERE c.id = {table}.case_id) = %s"  # noqa: S608  names only
        )
        params = (*params, state)
    return Branch(table, "case_id", "touched_at", running, params)
