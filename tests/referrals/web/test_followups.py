"""What is due: in sight until it is done, for the house that owes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from lotsen.audit.models import Deed
from referrals.followups.actions import owe
from referrals.followups.models import FollowUp
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.referrals.web.test_inbox import cost

type SignIn = Callable[[str], Client]


def due_in(cast: Cast, days: int) -> FollowUp:
    return owe(
        cast.case,
        organisation=cast.clinic,
        reason="contact",
        due_on=localdate() + timedelta(days=days),
        actor=cast.anna,
        at=now(),
    )


def test_it_stands_on_the_list_of_the_house_that_owes_it(cast: Cast, signed_in: SignIn) -> None:
    due_in(cast, 0)

    assert len(signed_in("anna").get("/wiedervorlagen/").context["rows"]) == 1
    for elsewhere in ("bilal", "carla"):
        page = signed_in(elsewhere).get("/wiedervorlagen/?ansicht=alle")
        assert not page.context["rows"]
    assert signed_in("dora").get("/wiedervorlagen/").status_code == 403


@pytest.mark.parametrize(
    ("view", "days"),
    [
        ("heute", [-3, 0]),
        ("ueberfaellig", [-3]),
        ("woche", [-3, 0, 5]),
        ("alle", [-3, 0, 5, 30]),
        ("erfunden", [-3, 0]),
    ],
)
def test_views_reach_as_far_as_they_say(
    cast: Cast, signed_in: SignIn, view: str, days: list[int]
) -> None:
    for days_ahead in (30, 5, 0, -3):
        due_in(cast, days_ahead)

    rows = signed_in("anna").get(f"/wiedervorlagen/?ansicht={view}").context["rows"]

    assert [(line.row.due_on - localdate()).days for line in rows] == days
    assert [line.is_late for line in rows] == [day < 0 for day in days]


def test_done_is_done_and_the_same_view_comes_back(cast: Cast, signed_in: SignIn) -> None:
    follow_up = due_in(cast, -1)
    browser = signed_in("anna")

    answer = browser.post(f"/wiedervorlagen/{follow_up.pk}/erledigt/", {"ansicht": "woche"})

    assert answer.headers["Location"] == "/wiedervorlagen/?ansicht=woche"
    assert not browser.get("/wiedervorlagen/?ansicht=alle").context["rows"]


@pytest.mark.parametrize(("who", "status"), [("bilal", 404), ("carla", 404), ("dora", 404)])
def test_nobody_else_ticks_it_off(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    follow_up = due_in(cast, 0)

    assert signed_in(who).post(f"/wiedervorlagen/{follow_up.pk}/erledigt/").status_code == status
    follow_up.refresh_from_db()
    assert follow_up.done_at is None


def test_the_list_leaves_one_event(cast: Cast, signed_in: SignIn) -> None:
    due_in(cast, 0)

    signed_in("anna").get("/wiedervorlagen/")

    (event,) = desk.events_of(cast.anna)
    assert (event.deed, event.shown) == (Deed.LIST, [cast.case.pseudonym])


def test_the_list_costs_five_queries_for_1_and_20_rows(cast: Cast, signed_in: SignIn) -> None:
    for number in (1, 19):
        for _ in range(number):
            due_in(cast, 0)
        # Session, user, rights, rows, event.
        assert cost(signed_in("anna"), "/wiedervorlagen/") == 5
    assert len(signed_in("anna").get("/wiedervorlagen/").context["rows"]) == 20
