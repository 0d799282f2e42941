import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from lotsen.access import reach
from lotsen.access.reach import Branch, Listing, Page
from lotsen.errors import InvalidInput
from referrals.cases.models import Case
from tests.builders import NOON, make_case
from tests.conftest import Cast


@dataclass
class Listed:
    id: UUID
    touched_at: datetime
    aged_on: date


def held(cast: Cast) -> Branch:
    return Branch("referrals_case", "id", "touched_at", "holder_id = %s", (cast.clinic.pk,))


def turn(
    branches: list[Branch],
    *,
    after: str | None = None,
    size: int = 25,
    by: str = "touched_at",
    newest_first: bool = True,
) -> Page[Listed]:
    listing = Listing(
        lambda: Case.objects.values_list("id", "touched_at", "aged_on"), Listed, by=by
    )
    return reach.page(branches, listing, after=after, size=size, newest_first=newest_first)


def ids(*pages: Page[Listed]) -> list[UUID]:
    return [row.id for page in pages for row in page.rows]


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    """Seven cases of the clinic; three were touched at the same moment."""
    minutes = (1, 2, 3, 3, 3, 4, 5)
    return [
        make_case(cast.clinic, cast.anna, touched_at=NOON + timedelta(minutes=minute))
        for minute in minutes
    ]


def in_order(newest_first: bool = True) -> list[UUID]:
    rows = sorted(Case.objects.values_list("touched_at", "id"), reverse=newest_first)
    return [key for _, key in rows]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 25])
def test_turning_pages_shows_every_row_once_in_order(
    cast: Cast, cases: list[Case], size: int, newest_first: bool
) -> None:
    seen, after = [], None
    while True:
        page = turn([held(cast)], after=after, size=size, newest_first=newest_first)
        seen += ids(page)
        after = page.next
        if after is None:
            break

    assert seen == in_order(newest_first)


@pytest.mark.parametrize("newest_first", [True, False])
def test_turning_back_shows_the_pages_turned_before(
    cast: Cast, cases: list[Case], newest_first: bool
) -> None:
    def show(after: str | None) -> Page[Listed]:
        return turn([held(cast)], after=after, size=3, newest_first=newest_first)

    first = show(None)
    second = show(first.next)
    third = show(second.next)

    assert (first.previous, third.next) == (None, None)
    assert ids(show(third.previous)) == ids(second)
    back = show(second.previous)
    assert (ids(back), back.previous) == (ids(first), None)
    assert ids(show(back.next)) == ids(second)


def test_a_row_found_through_two_branches_is_listed_once(cast: Cast, cases: list[Case]) -> None:
    assert ids(turn([held(cast), held(cast)])) == in_order()


def test_without_branches_the_page_is_empty(db: None, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        assert turn([]).rows == []


def test_a_page_costs_one_query(
    cast: Cast, cases: list[Case], django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        turn([held(cast)], size=3)


def mark(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


SOME_ID = UUID(int=7).hex  # the same in every process: it names the test


@pytest.mark.parametrize(
    "damaged",
    [
        "x",
        "äöü",
        "%%%",
        "bm90IGpzb24",
        mark(),
        mark("2026-03-02T12:00:00+00:00", "no-uuid", "after"),
        mark("yesterday", SOME_ID, "after"),
        mark("2026-03-02T12:00:00", SOME_ID, "after"),
        mark("2026-03-02T12:00:00+00:00", SOME_ID, "sideways"),
        mark("2026-03-02T12:00:00+00:00", SOME_ID, ["after"]),
        mark(7, SOME_ID, "after"),
    ],
)
def test_a_damaged_mark_is_refused_and_read_by_no_database(cast: Cast, damaged: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        turn([held(cast)], after=damaged)

    assert refusal.value.code == "cursor_damaged"


def test_a_mark_of_one_list_does_not_break_a_list_of_days(cast: Cast, cases: list[Case]) -> None:
    """Lists by day use the same marks; dates and moments both come back as they went in."""
    by_day = Branch("referrals_case", "id", "aged_on", "holder_id = %s", (cast.clinic.pk,))
    first = turn([by_day], by="aged_on", size=5, newest_first=False)
    second = turn([by_day], by="aged_on", after=first.next, size=5, newest_first=False)

    assert sorted(ids(first, second)) == sorted(in_order())
    assert isinstance(reach._read_mark(first.next or "").moment, date)


def test_moments_with_and_without_microseconds_stay_in_order(cast: Cast) -> None:
    Case.objects.all().delete()
    moments = [datetime(2026, 3, 2, 12, 0, 0, micro, tzinfo=UTC) for micro in (0, 1, 999999, 500)]
    for moment in moments:
        make_case(cast.clinic, cast.anna, touched_at=moment)
    first = turn([held(cast)], size=2)
    second = turn([held(cast)], after=first.next, size=2)

    assert ids(first, second) == in_order()
