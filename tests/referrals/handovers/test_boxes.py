"""Inbox and outbox: the same rows as a naive reading, at a fixed price, no word too much."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lotsen.access import rights
from lotsen.accounts.models import User
from referrals.followups.models import FollowUp
from referrals.handovers import boxes
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES, RELEASED_STATES, State
from tests.builders import NOON, make_case, make_consent, make_offer, make_user
from tests.conftest import Cast
from tests.referrals.handovers.stage import at_state

LATER = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock(time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)


def many(cast: Cast, number: int) -> list[Handover]:
    """Handovers in all states between three houses, some late."""
    dice = random.Random(7)  # noqa: S311
    colleague = User.objects.filter(username="bela").first() or make_user("bela", cast.office)
    offers = {
        cast.office: cast.offer,
        cast.other_clinic: make_offer("Elsewhere", recipient=cast.other_clinic),
    }
    made = []
    for n in range(number):
        state = dice.choice([*State, State.REQUESTED, State.REQUESTED])
        recipient = dice.choice([cast.office, cast.office, cast.other_clinic])
        case = make_case(cast.clinic, cast.anna)
        moment = NOON + timedelta(minutes=n)
        asked = state is not State.DRAFT
        answered = asked and state not in (State.REQUESTED, State.CANCELLED)
        ended = state not in (State.DRAFT, *OPEN_STATES)
        made.append(
            Handover.objects.create(
                case=case,
                offer=offers[recipient],
                consent=make_consent(case, recipient, cast.anna) if asked else None,
                sender=cast.clinic,
                recipient=recipient,
                state=state,
                categories=["name", "language"],
                provenance="health_secret",
                drafted_at=moment,
                drafted_by=cast.anna,
                requested_at=moment if asked else None,
                requested_by=cast.anna if asked else None,
                due_at=LATER + timedelta(hours=dice.randint(-5, 5)) if asked else None,
                answered_at=moment if answered else None,
                answered_by=dice.choice([cast.bilal, colleague]) if answered else None,
                ended_at=moment if ended else None,
                ended_by=cast.anna if ended else None,
            )
        )
        if state in (State.REJECTED, State.FAILED) and dice.random() < 0.7:
            FollowUp.objects.create(
                case=case,
                handover=made[-1],
                organisation=cast.clinic,
                reason="further_action",
                due_on=moment.date() + timedelta(days=dice.randint(0, 3)),
                created_at=moment,
                created_by=cast.bilal,
                done_at=dice.choice([None, moment]),
            )
    return made


def naive(user: User, view: str) -> list[Handover]:
    """Read everything visible and sift it in Python."""
    rows = [
        row
        for row in Handover.objects.visible_to(user)
        if row.state in OPEN_STATES and row.recipient.memberships.filter(user=user).exists()
    ]
    keep = {
        "all": lambda row: row.state in OPEN_STATES,
        "new": lambda row: row.state == State.REQUESTED,
        "overdue": lambda row: row.state == State.REQUESTED and row.due_at < LATER,
        "running": lambda row: row.state in RELEASED_STATES,
        "mine": lambda row: row.state in RELEASED_STATES and row.answered_by == user,
    }[view]
    return sorted(filter(keep, rows), key=lambda row: (row.due_at, row.pk))


def turned(box: Any, user: User, **view: str) -> list[Any]:
    """All rows of a box, page by page."""
    rows, mark = [], None
    while True:
        page = box(user, after=mark, size=3, **view)
        rows += page.rows
        mark = page.next
        if mark is None:
            return rows


@pytest.mark.parametrize("view", ["all", "new", "overdue", "running", "mine"])
def test_the_inbox_shows_what_a_naive_reading_finds(cast: Cast, view: str) -> None:
    many(cast, 60)
    expected = [row.pk for row in naive(cast.bilal, view)]

    assert [row.pk for row in turned(boxes.inbox, cast.bilal, view=view)] == expected
    assert expected


def test_the_outbox_holds_everything_sent_the_latest_first(cast: Cast) -> None:
    made = many(cast, 20)

    assert [row.pk for row in turned(boxes.sent, cast.anna)] == [row.pk for row in reversed(made)]


def test_what_came_back_stays_until_it_is_dealt_with(cast: Cast) -> None:
    many(cast, 60)
    open_ones = FollowUp.objects.open().filter(organisation=cast.clinic)

    assert {row.pk for row in turned(boxes.returned, cast.anna)} == {
        follow_up.handover_id for follow_up in open_ones
    }
    open_ones.update(done_at=LATER)
    assert boxes.returned(cast.anna).rows == []


def test_counts_agree_with_the_lists_and_stop_at_ninety_nine(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, 60)
    views = ["new", "overdue", "running", "mine"]

    assert boxes.received_counts(cast.bilal) == {
        view: len(naive(cast.bilal, view)) for view in views
    }
    assert boxes.returned_count(cast.anna) == len(turned(boxes.returned, cast.anna)) > 2
    monkeypatch.setattr(boxes, "CAP", 2)
    assert boxes.received_counts(cast.bilal)["new"] == "2+"
    assert boxes.returned_count(cast.anna) == "2+"


def test_carla_and_dora_find_empty_boxes(cast: Cast) -> None:
    for handover in many(cast, 12):
        Handover.objects.filter(pk=handover.pk, recipient=cast.other_clinic).delete()

    for user in (cast.carla, cast.dora):
        assert boxes.inbox(user).rows == boxes.sent(user).rows == boxes.returned(user).rows == []
        assert {*boxes.received_counts(user).values(), boxes.returned_count(user)} == {0}


def test_a_box_costs_the_same_for_one_row_and_for_many(cast: Cast) -> None:
    def price(user: User, box: Any) -> int:
        rights.forget(user)
        with CaptureQueriesContext(connection) as queries:
            box(user)
        return len(queries)

    many(cast, 2)
    prices = [[2, 2, 2]] * 2  # rights, rows
    for number in (2, 30):
        many(cast, number)
        assert prices.pop() == [
            price(cast.bilal, boxes.inbox),
            price(cast.anna, boxes.sent),
            price(cast.anna, boxes.returned),
        ]
    assert price(cast.bilal, boxes.received_counts) == price(cast.anna, boxes.returned_count) == 2


@pytest.mark.sqlite  # PostgreSQL chooses by size; on three rows it reads the table
def test_the_inbox_walks_its_partial_index(cast: Cast) -> None:
    many(cast, 3)
    with CaptureQueriesContext(connection) as queries:
        boxes.inbox(cast.bilal, view="new")
    page = next(q["sql"] for q in queries if "AS moment" in q["sql"])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {page}")
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "handover_inbox" in plan


def test_an_unconsented_outcome_does_not_reach_the_outbox(cast: Cast) -> None:
    at_state(cast, State.FAILED, purposes=["handover"])

    (row,) = boxes.sent(cast.anna).rows

    assert (row.course.state, row.course.reason) == ("ended", "")
    assert [r.pk for r in boxes.returned(cast.anna).rows] == [row.pk]


def test_the_inbox_shows_the_glimpse_and_no_more(cast: Cast) -> None:
    at_state(cast, State.REQUESTED, categories=["name"])

    (row,) = boxes.inbox(cast.bilal, view="new").rows

    assert (row.glimpse.language, row.glimpse.district) == ("", "")
    assert not row.released
