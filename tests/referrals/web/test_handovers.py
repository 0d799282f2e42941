"""The page of a handover, for the side that asks and the side that is asked."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.audit.models import Deed
from offers import labels
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.web import phrases
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]


def page_of(handover: Handover, verb: str = "") -> str:
    return f"/uebergabe/{handover.pk}/{verb + '/' if verb else ''}"


@pytest.mark.parametrize(
    ("who", "get", "accept"),
    [("anna", 200, 403), ("bilal", 200, 302), ("carla", 404, 404), ("dora", 404, 404)],
)
def test_who_may_see_and_answer(
    cast: Cast, signed_in: SignIn, who: str, get: int, accept: int
) -> None:
    handover = desk.requested(cast)
    browser = signed_in(who)

    assert browser.get(page_of(handover)).status_code == get
    assert browser.post(page_of(handover, "annehmen")).status_code == accept


def test_nobody_sees_it_without_signing_in(cast: Cast) -> None:
    assert Client().get(page_of(desk.requested(cast))).status_code == 302


@pytest.mark.parametrize(
    "verb", ["nicht-moeglich", "beginnen", "ruhen", "abschliessen", "nicht-zustande"]
)
def test_the_sender_is_refused_the_recipients_moves_before_any_form(
    cast: Cast, signed_in: SignIn, verb: str
) -> None:
    assert signed_in("anna").post(page_of(desk.accepted(cast), verb)).status_code == 403


def test_before_acceptance_the_recipient_sees_the_glimpse_alone(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.requested(cast)

    page = signed_in("bilal").get(page_of(handover))
    text = desk.text_of(page)

    assert handover.case.pseudonym in text
    assert "Bilk" in text
    hidden = [desk.german(labels.NEEDS, "overload"), desk.NAME, desk.PHONE]
    assert not [word for word in hidden if word in text]
    assert f"/fall/{handover.case_id}/" not in page.content.decode()


def test_after_acceptance_the_recipient_reads_the_released_wishes(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast)

    text = desk.text_of(signed_in("bilal").get(page_of(handover)))

    assert desk.german(labels.NEEDS, "overload") in text
    assert desk.german(labels.RESOURCES, "good_health") not in text  # not released
    assert desk.NAME not in text  # opened on a page of its own


def test_a_category_that_was_not_released_stays_hidden_after_acceptance(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast, categories=["phone", "needs"])

    text = signed_in("bilal").get(page_of(handover)).content.decode()

    assert "/kontaktdaten/" in text
    assert "<dd>Bilk<" not in text  # the name of the offer may hold it
    assert signed_in("bilal").get(page_of(handover)).context["pane"].released == {
        "phone",
        "needs",
    }


def test_the_first_look_of_the_recipient_is_kept_and_only_that(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.requested(cast)

    signed_in("anna").get(page_of(handover))
    handover.refresh_from_db()
    assert handover.seen_at is None

    signed_in("bilal").get(page_of(handover))
    handover.refresh_from_db()
    first = handover.seen_at
    signed_in("bilal").get(page_of(handover))
    handover.refresh_from_db()
    assert first is not None
    assert handover.seen_at == first


def test_each_look_leaves_exactly_one_event(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)

    signed_in("bilal").get(page_of(handover))

    (event,) = desk.events_of(cast.bilal)
    assert (event.deed, event.shown) == (Deed.READ, [handover.case.pseudonym])


def test_accepting_leads_back_to_the_work_page(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)

    answer = signed_in("bilal").post(page_of(handover, "annehmen"))

    handover.refresh_from_db()
    assert handover.state == "accepted"
    assert answer.headers["Location"] == page_of(handover)


def test_accepting_in_the_inbox_stays_in_the_inbox(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)

    answer = signed_in("bilal").post(page_of(handover, "annehmen"), {"zurueck": "eingang"})

    assert answer.headers["Location"] == f"/eingang/?uebergabe={handover.pk}"


def test_a_no_without_a_reason_is_asked_for_it_and_nothing_changes(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.requested(cast)

    answer = signed_in("bilal").post(page_of(handover, "nicht-moeglich"))

    handover.refresh_from_db()
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert handover.state == "requested"


def test_a_day_in_the_past_is_told_at_its_field_and_the_reason_is_kept(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast)

    answer = signed_in("bilal").post(
        page_of(handover, "ruhen"), {"reason": "waiting_list", "resume_on": "2020-01-01"}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["resume_on"]
    assert answer.context["form"]["reason"].value() == "waiting_list"


def test_what_came_back_shows_why_and_leads_to_another_offer(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)
    actions.decline(handover, reason="no_capacity", actor=cast.bilal, at=now())

    pane = signed_in("anna").get(page_of(handover)).context["pane"]

    assert pane.next_url == f"/fall/{handover.case_id}/angebote/"
    assert ": " in pane.finding


@pytest.mark.parametrize(
    ("purposes", "is_told"),
    [(["documentation", "handover", "feedback"], True), (["documentation", "handover"], False)],
)
def test_the_sender_reads_the_outcome_only_with_consent_to_feedback(
    cast: Cast, signed_in: SignIn, purposes: list[str], is_told: bool
) -> None:
    handover = desk.accepted(cast, purposes=purposes)
    actions.complete(handover, outcome="counselling_done", actor=cast.bilal, at=now())

    text = desk.text_of(signed_in("anna").get(page_of(handover)))

    assert (desk.german(phrases.OUTCOMES, "counselling_done") in text) is is_told


@pytest.mark.parametrize(
    ("purposes", "is_offered"),
    [(["documentation", "handover", "feedback"], True), (["documentation", "handover"], False)],
)
def test_an_outcome_that_was_read_is_ticked_off_where_it_is_read(
    cast: Cast, signed_in: SignIn, purposes: list[str], is_offered: bool
) -> None:
    handover = desk.accepted(cast, purposes=purposes)
    actions.complete(handover, outcome="counselling_done", actor=cast.bilal, at=now())
    anna, bilal = signed_in("anna"), signed_in("bilal")

    assert bilal.get(page_of(handover)).context["pane"].unread is None
    unread = anna.get(page_of(handover)).context["pane"].unread
    assert (unread is not None) is is_offered
    if unread:
        done = anna.post(f"/wiedervorlagen/{unread}/erledigt/", {"zurueck": "anfang"})
        assert done["Location"] == "/"
        assert anna.get(page_of(handover)).context["pane"].unread is None


def test_after_accepting_the_recipient_reads_which_of_its_offers_is_meant(
    cast: Cast, signed_in: SignIn
) -> None:
    waiting = desk.requested(cast)
    assert cast.offer.name not in desk.text_of(signed_in("bilal").get(page_of(waiting)))
    actions.accept(waiting, actor=cast.bilal, at=now())
    assert cast.offer.name in desk.text_of(signed_in("bilal").get(page_of(waiting)))


def test_without_feedback_a_failure_offers_no_way_that_would_tell_it(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast, purposes=["documentation", "handover"])
    actions.fail(handover, reason="not_reached", actor=cast.bilal, at=now())

    assert not signed_in("anna").get(page_of(handover)).context["pane"].next_url


def test_after_the_end_the_recipient_reads_nothing_of_the_family(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast)
    actions.complete(handover, outcome="taken_up", actor=cast.bilal, at=now())

    pane = signed_in("bilal").get(page_of(handover)).context["pane"]

    assert not pane.released
    assert not pane.facts
    assert not pane.links_case


def test_the_page_costs_the_same_for_a_long_history(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    handover = desk.accepted(cast)
    browser = signed_in("bilal")
    browser.get(page_of(handover))

    with django_assert_max_num_queries(13):
        browser.get(page_of(handover))
