"""What is due: the same rows as a naive reading, at a fixed price."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lotsen.access import rights
from referrals.followups import due
from referrals.followups.models import FollowUp
from tests.builders import NOON, make_case
from tests.conftest import Cast

TODAY = date(2026, 3, 2)
LAST_DAY = {
    "overdue": TODAY - timedelta(days=1),
    "today": TODAY,
    "week": TODAY + timedelta(days=7),
    "all": TODAY + timedelta(days=1000),
}


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def owed(cast: Cast) -> list[FollowUp]:
    """Duties of two houses around today, some done."""
    return [
        FollowUp.objects.create(
            case=make_case(cast.clinic, cast.anna),
            organisation=cast.clinic if n % 4 else cast.other_clinic,
            reason="contact",
            due_on=TODAY + timedelta(days=(n * 5) % 21 - 8),
            created_at=NOON,
            created_by=cast.anna,
            done_at=NOON if n % 7 == 0 else None,
        )
        for n in range(30)
    ]


@pytest.mark.parametrize("view", list(LAST_DAY))
def test_a_view_shows_what_a_naive_reading_finds(
    cast: Cast, owed: list[FollowUp], view: Any
) -> None:
    expected = sorted(
        (
            row
            for row in FollowUp.objects.visible_to(cast.anna).open()
            if row.due_on <= LAST_DAY[view]
        ),
        key=lambda row: (row.due_on, row.pk),
    )
    found: list[due.Row] = []
    mark = None
    while True:
        page = due.page(cast.anna, view=view, after=mark, size=4)
        found += page.rows
        if (mark := page.next) is None:
            break

    assert [row.pk for row in found] == [row.pk for row in expected]
    assert found
    assert {row.organisation_id for row in found} == {cast.clinic.pk}


def test_carla_sees_her_own_and_dora_nothing(cast: Cast, owed: list[FollowUp]) -> None:
    assert {row.organisation_id for row in due.page(cast.carla).rows} == {cast.other_clinic.pk}
    assert due.page(cast.dora).rows == []


def test_a_page_costs_the_same_for_one_row_and_for_many(cast: Cast, owed: list[FollowUp]) -> None:
    prices = []
    for size in (1, 25):
        rights.forget(cast.anna)
        with CaptureQueriesContext(connection) as queries:
            due.page(cast.anna, size=size)
        prices.append(len(queries))

    assert prices == [2, 2]  # rights, rows
