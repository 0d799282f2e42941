"""The page of a case: who sees how much, who may take it over, who may end it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.timezone import localdate, now

from lotsen.accounts.models import User
from lotsen.audit.models import Deed
from offers import labels
from referrals.followups.actions import record_contact
from referrals.handovers import actions
from tests.builders import make_user
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]


def page_of(cast: Cast, word: str = "") -> str:
    return f"/fall/{cast.case.pk}/{word + '/' if word else ''}"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 404), ("carla", 404), ("dora", 404)]
)
def test_a_request_alone_opens_the_case_to_nobody_else(
    cast: Cast, signed_in: SignIn, who: str, status: int
) -> None:
    desk.requested(cast)

    assert signed_in(who).get(page_of(cast)).status_code == status


def test_a_house_that_takes_part_sees_the_released_categories_alone(
    cast: Cast, signed_in: SignIn
) -> None:
    desk.accepted(cast, categories=["phone", "needs"])

    page = signed_in("bilal").get(page_of(cast)).context["page"]

    assert [fact.value for fact in page.facts] == [desk.german(labels.NEEDS, "overload")]
    assert not page.trail


def test_nothing_leads_to_an_identity_that_was_not_released(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast, categories=["needs"])

    page = signed_in("bilal").get(page_of(cast))

    assert "identity" not in page.context["page"].allowed
    assert "/kontaktdaten/" not in page.content.decode()


def test_a_house_that_takes_part_learns_of_no_other_handover(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)
    other = make_user("emre", cast.other_clinic)
    elsewhere = desk.requested(cast, to=cast.other_clinic)

    text = desk.text_of(signed_in("bilal").get(page_of(cast)))

    assert elsewhere.recipient.name not in text
    assert elsewhere.recipient.name in desk.text_of(signed_in("anna").get(page_of(cast)))
    assert browser_of(other).get(page_of(cast)).status_code == 404


def test_no_page_of_a_case_shows_who_the_family_is(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    for who in ("anna", "bilal"):
        text = desk.text_of(signed_in(who).get(page_of(cast)))
        assert desk.NAME not in text
        assert desk.PHONE not in text


def test_each_look_leaves_exactly_one_event(cast: Cast, signed_in: SignIn) -> None:
    signed_in("anna").get(page_of(cast))

    (event,) = desk.events_of(cast.anna)
    assert (event.deed, event.shown) == (Deed.READ, [cast.case.pseudonym])


def test_a_colleague_takes_the_case_over(cast: Cast) -> None:
    alma = make_user("alma", cast.clinic)
    browser = browser_of(alma)
    assert "assign" in browser.get(page_of(cast)).context["page"].allowed

    assert browser.post(page_of(cast, "zustaendig")).status_code == 302

    cast.case.refresh_from_db()
    assert cast.case.assigned_to == alma
    assert "assign" not in browser.get(page_of(cast)).context["page"].allowed


@pytest.mark.parametrize(
    ("who", "word", "status"),
    [
        ("bilal", "zustaendig", 403),
        ("bilal", "abschliessen", 403),
        ("carla", "zustaendig", 404),
        ("carla", "abschliessen", 404),
        ("dora", "abschliessen", 404),
    ],
)
def test_the_holders_steps_are_the_holders(
    cast: Cast, signed_in: SignIn, who: str, word: str, status: int
) -> None:
    desk.accepted(cast)

    answer = signed_in(who).post(page_of(cast, word), {"reason": "other"})

    assert answer.status_code == status


def test_a_draft_is_the_holders_next_step(cast: Cast, signed_in: SignIn) -> None:
    draft = desk.requested(cast)
    draft.state, draft.requested_at, draft.due_at = "draft", None, None
    draft.save()

    page = signed_in("anna").get(page_of(cast)).content.decode()

    assert "Prüfen und übergeben: Familienhebamme Bilk" in page
    assert f"/uebergabe/{draft.pk}/pruefen/" in page
    assert "Angebot finden und übergeben" not in page


def test_closing_names_the_open_handover_and_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    desk.requested(cast)
    browser = signed_in("anna")

    page = browser.get(page_of(cast, "abschliessen"))
    answer = browser.post(page_of(cast, "abschliessen"), {"reason": "other"})

    assert cast.office.name in desk.text_of(page)
    assert answer.status_code == 409
    cast.case.refresh_from_db()
    assert cast.case.state == "open"


def test_closing_asks_for_a_reason(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in("anna")

    assert browser.post(page_of(cast, "abschliessen"), {}).status_code == 422
    assert browser.post(page_of(cast, "abschliessen"), {"reason": "invented"}).status_code == 422
    assert browser.post(page_of(cast, "abschliessen"), {"reason": "info_only"}).status_code == 302

    page = browser.get(page_of(cast)).context["page"]
    assert page.case.state == "closed"
    assert page.allowed == {"rights", "accesses"}  # they do not end with the work
    assert browser.get(page_of(cast, "abschliessen")).status_code == 409


def test_closing_says_when_the_case_is_erased(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("anna").get(page_of(cast, "abschliessen"))

    day = page.context["goes_on"]
    assert day is not None
    assert day > localdate()
    assert f"ab dem {date_format(day, 'SHORT_DATE_FORMAT')}" in desk.text_of(page)


def test_what_came_back_leads_to_another_offer(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)
    actions.decline(handover, reason="no_capacity", actor=cast.bilal, at=now())

    (line,) = signed_in("anna").get(page_of(cast)).context["page"].handovers

    assert line.next_url == page_of(cast, "angebote")


@pytest.mark.parametrize("who", ["anna", "bilal"])
def test_a_long_history_costs_no_more_queries(cast: Cast, signed_in: SignIn, who: str) -> None:
    handover = desk.accepted(cast)
    browser = signed_in(who)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page_of(cast)).status_code == 200
        return len(queries.captured_queries)

    contact = {"channel": "phone", "result": "not_reached", "actor": cast.bilal, "at": now()}
    record_contact(cast.case, handover=handover, organisation=cast.office, **contact)
    cost()
    few = cost()
    for _ in range(19):
        record_contact(cast.case, handover=handover, organisation=cast.office, **contact)

    assert cost() == few
