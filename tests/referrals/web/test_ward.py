from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lotsen.audit.models import AccessEvent
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from tests.builders import NOON, make_assessment, make_case, make_consent
from tests.conftest import Cast
from tests.referrals.web.test_inbox import cost

SignIn = Callable[[str], Client]


def add_rows(cast: Cast, number: int) -> None:
    """An intake, a draft and an outcome each, all Anna's."""
    for _ in range(number):
        case = make_case(cast.clinic, cast.anna)
        make_assessment(case, cast.anna, finished_at=None)
        handover = Handover.objects.create(
            case=case, offer=cast.offer, sender=cast.clinic, recipient=cast.office,
            provenance="health_secret", drafted_at=NOON, drafted_by=cast.anna,
        )  # fmt: skip
        FollowUp.objects.create(
            case=case, handover=handover, organisation=cast.clinic, reason="outcome_read",
            due_on=NOON.date(), created_at=NOON, created_by=cast.bilal,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 200), ("carla", 200), ("dora", 403)]
)
def test_the_ward_is_for_those_who_open_cases(
    cast: Cast, signed_in: SignIn, who: str, status: int
) -> None:
    assert signed_in(who).get("/station/").status_code == status


def test_an_empty_ward_says_so_and_offers_to_begin(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("anna").get("/station/").content.decode()

    assert 'class="panel empty' in page
    assert "/aufnahme/neu/" in page


def test_everything_begun_drafted_and_reported_is_there(cast: Cast, signed_in: SignIn) -> None:
    add_rows(cast, 1)
    case = Handover.objects.get().case
    page = signed_in("anna").get("/station/").content.decode()

    for path in (
        f"/aufnahme/{case.pk}/hinweise/",
        f"/uebergabe/{case.handovers.get().pk}/pruefen/",
        f"/uebergabe/{case.handovers.get().pk}/",
    ):
        assert f'href="{path}"' in page


@pytest.mark.parametrize(
    ("recorded", "page"),
    [
        ({}, "hinweise"),
        ({"answers": {"born_early": "yes"}}, "wuensche"),
        ({"answers": {"born_early": "yes"}, "talk_wish": "no"}, "pruefen"),
    ],
)
def test_an_intake_goes_on_where_it_was_left(
    cast: Cast, signed_in: SignIn, recorded: dict[str, object], page: str
) -> None:
    make_assessment(cast.case, cast.anna, finished_at=None, **recorded)

    content = signed_in("anna").get("/station/").content.decode()

    assert f'href="/aufnahme/{cast.case.pk}/{page}/"' in content


def test_nobody_else_sees_it(cast: Cast, signed_in: SignIn) -> None:
    add_rows(cast, 1)
    pseudonym = Handover.objects.get().case.pseudonym

    for who in ("carla", "bilal"):
        assert pseudonym[5:] not in signed_in(who).get("/station/").content.decode()


def test_one_event_names_what_was_shown(cast: Cast, signed_in: SignIn) -> None:
    add_rows(cast, 1)
    signed_in("anna").get("/station/")

    event = AccessEvent.objects.get(deed="list")
    assert event.shown == [Handover.objects.get().case.pseudonym]


def test_the_page_costs_six_queries_for_one_row_and_for_twenty(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    for number in (1, 19):
        add_rows(cast, number)
        # Session, user, rights, unfinished work, news, event.
        assert cost(client, "/station/") == 6
    page = client.get("/station/").context
    assert (len(page["begun"]), len(page["drafts"]), len(page["news"])) == (20, 20, 20)


def test_unfinished_work_stands_the_latest_first(cast: Cast, signed_in: SignIn) -> None:
    for days in (2, 0, 1):
        case = make_case(cast.clinic, cast.anna)
        make_assessment(case, cast.anna, finished_at=None, started_at=NOON + timedelta(days=days))

    begun = signed_in("anna").get("/station/").context["begun"]

    assert [line.started_at for line in begun] == [NOON + timedelta(days=n) for n in (2, 1, 0)]


def test_a_draft_tells_whether_the_consent_is_there(cast: Cast, signed_in: SignIn) -> None:
    add_rows(cast, 2)
    waiting, ready = Handover.objects.all()
    ready.consent = make_consent(ready.case, cast.office, cast.anna)
    ready.save()

    drafts = signed_in("anna").get("/station/").context["drafts"]

    assert {line.handover_id: line.has_consent for line in drafts} == {
        waiting.pk: False,
        ready.pk: True,
    }
    assert {line.offer for line in drafts} == {cast.offer.name}


def test_feedback_stands_newest_first_with_its_day_and_says_what_it_is(
    cast: Cast, signed_in: SignIn
) -> None:
    for reason, days in (("outcome_read", 3), ("further_action", 1), ("consent_withdrawn", 2)):
        add_rows(cast, 1)
        FollowUp.objects.filter(reason="outcome_read", created_at=NOON).update(
            reason=reason, created_at=NOON - timedelta(days=days)
        )
    answer = signed_in("anna").get("/station/")
    text = answer.content.decode()

    shown = [item.reason for item in answer.context["news"]]
    assert shown == ["further_action", "consent_withdrawn", "outcome_read"]
    assert text.index("Wieder bei Ihnen") < text.index("Widerrufen") < text.index("So ging es")
