"""Inbox and sent: what stands there, for whom, at which cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from lotsen.audit.models import Deed
from offers import labels
from referrals.handovers import actions
from tests.builders import make_case
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]


def cost(browser: Client, page: str) -> int:
    """Queries of one page, without transaction control."""
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return len([q for q in queries.captured_queries if not q["sql"].startswith(control)])


def test_a_request_stands_in_the_inbox_of_the_recipient_alone(
    cast: Cast, signed_in: SignIn
) -> None:
    pseudonym = desk.requested(cast).case.pseudonym

    assert pseudonym in desk.text_of(signed_in("bilal").get("/eingang/"))
    for elsewhere in ("anna", "carla"):
        assert pseudonym not in desk.text_of(signed_in(elsewhere).get("/eingang/"))


def test_whoever_works_with_no_family_has_no_inbox(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("dora").get("/eingang/").status_code == 403
    assert signed_in("dora").get("/ausgang/").status_code == 403


def test_the_earliest_deadline_comes_first(cast: Cast, signed_in: SignIn) -> None:
    late = desk.requested(cast, at=now() - timedelta(days=9))
    fresh = desk.requested(cast, case=make_case(cast.clinic, cast.anna))

    rows = signed_in("bilal").get("/eingang/").context["rows"]

    assert [line.row.pk for line in rows] == [late.pk, fresh.pk]
    assert rows[0].deadline.is_over


def test_a_line_tells_no_more_than_the_glimpse(cast: Cast, signed_in: SignIn) -> None:
    desk.requested(cast)

    text = desk.text_of(signed_in("bilal").get("/eingang/"))

    assert desk.german(labels.NEED_GROUPS, "everyday") in text
    hidden = [desk.german(labels.NEEDS, "overload"), desk.NAME, desk.PHONE]
    assert not [word for word in hidden if word in text]


def test_listing_does_not_count_as_reading_but_opening_does(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)
    browser = signed_in("bilal")

    browser.get("/eingang/")
    handover.refresh_from_db()
    assert handover.seen_at is None

    browser.get(f"/eingang/?uebergabe={handover.pk}")
    handover.refresh_from_db()
    assert handover.seen_at is not None


def test_list_and_open_handover_leave_one_event(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)

    signed_in("bilal").get(f"/eingang/?uebergabe={handover.pk}")

    (event,) = desk.events_of(cast.bilal)
    assert (event.deed, event.shown) == (Deed.LIST, [handover.case.pseudonym])


def test_somebody_elses_handover_does_not_open_beside_the_list(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.requested(cast)

    assert signed_in("carla").get(f"/eingang/?uebergabe={handover.pk}").status_code == 404
    assert signed_in("bilal").get("/eingang/?uebergabe=nonsense").status_code == 404


def test_views_part_what_is_new_from_what_is_mine(cast: Cast, signed_in: SignIn) -> None:
    mine = desk.accepted(cast)
    browser = signed_in("bilal")

    assert not browser.get("/eingang/").context["rows"]
    (line,) = browser.get("/eingang/?ansicht=meine").context["rows"]
    assert line.row.pk == mine.pk


def test_an_empty_inbox_names_the_next_follow_up(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)  # leaves a call to make

    assert signed_in("bilal").get("/eingang/").context["next_due"]
    assert signed_in("carla").get("/eingang/").context["next_due"] == ""


def test_a_long_inbox_turns_pages(cast: Cast, signed_in: SignIn) -> None:
    desk.many(cast, 27)
    browser = signed_in("bilal")

    first = browser.get("/eingang/").context
    second = browser.get("/eingang/", {"after": first["page"].next}).context

    assert (len(first["rows"]), len(second["rows"])) == (25, 2)
    assert browser.get("/eingang/?after=damaged").status_code == 422


def test_what_was_sent_shows_state_and_what_came_back(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)
    actions.decline(handover, reason="no_capacity", actor=cast.bilal, at=now())
    desk.requested(cast, case=make_case(cast.clinic, cast.anna))
    browser = signed_in("anna")

    assert len(browser.get("/ausgang/").context["rows"]) == 2
    (line,) = browser.get("/ausgang/?ansicht=zurueck").context["rows"]
    assert line.came_back


@pytest.mark.parametrize(
    ("who", "page"),
    [("bilal", "/eingang/"), ("anna", "/ausgang/"), ("anna", "/ausgang/?ansicht=zurueck")],
)
def test_lists_cost_six_queries_for_1_and_20_rows(
    cast: Cast, signed_in: SignIn, who: str, page: str
) -> None:
    for number in (1, 19):
        for handover in desk.many(cast, number):
            if "zurueck" in page:
                actions.decline(handover, reason="no_capacity", actor=cast.bilal, at=now())
        # Session, user, rights, rows, counts, event.
        assert cost(signed_in(who), page) == 6
    assert len(signed_in(who).get(page).context["rows"]) == 20


def test_an_empty_inbox_costs_no_more(cast: Cast, signed_in: SignIn) -> None:
    # Session, user, rights, counts, next follow-up, event.
    assert cost(signed_in("bilal"), "/eingang/") == 6
    assert cost(signed_in("bilal"), "/eingang/?ansicht=meine") == 5
