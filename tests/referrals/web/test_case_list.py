"""The list of cases: whose they are, how far each has come, and no more than its page tells."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent
from referrals.endings.actions import close_case
from tests.builders import make_assessment, make_case
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]

LIST = "/faelle/"


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [("anna", 200, True), ("bilal", 200, False), ("carla", 200, False), ("dora", 403, False)],
)
def test_each_sees_the_cases_of_the_own_house(
    cast: Cast, signed_in: SignIn, who: str, status: int, sees: bool
) -> None:
    answer = signed_in(who).get(LIST)

    assert answer.status_code == status
    assert (cast.case.pseudonym[:4] in answer.content.decode()) is sees


def test_the_list_says_how_far_a_case_has_come(cast: Cast, signed_in: SignIn) -> None:
    make_assessment(make_case(cast.clinic, cast.anna), cast.anna, finished_at=None)
    make_assessment(make_case(cast.clinic, cast.anna), cast.anna)
    text = desk.text_of(signed_in("anna").get(LIST))

    for words in ("Noch nichts gefragt", "Aufnahme begonnen", "Hinweise und Wünsche erfasst"):
        assert words in text


def test_what_is_closed_stands_apart_with_its_reason(cast: Cast, signed_in: SignIn) -> None:
    close_case(cast.case, reason="moved_away", actor=cast.anna, at=now())
    anna = signed_in("anna")

    assert cast.case.pseudonym[:4] not in anna.get(LIST).content.decode()
    for view in ("geschlossen", "alle"):
        page = anna.get(LIST, {"ansicht": view})
        assert cast.case.pseudonym[:4] in page.content.decode()
        assert "Abgeschlossen: " in desk.text_of(page)


def test_a_house_that_takes_part_reads_no_more_than_was_released(
    cast: Cast, signed_in: SignIn
) -> None:
    desk.accepted(cast, categories=["name", "phone"])
    page = signed_in("bilal").get(LIST)

    assert cast.case.pseudonym[:4] in page.content.decode()
    assert [line.about for line in page.context["rows"]] == [""]
    assert "Übernommen von" in desk.text_of(page)


def test_a_look_at_the_list_leaves_one_event_and_costs_the_same_at_every_size(
    cast: Cast, signed_in: SignIn
) -> None:
    anna = signed_in("anna")
    before = AccessEvent.objects.count()
    first = _cost(anna)
    assert AccessEvent.objects.count() == before + 1
    for _ in range(5):
        make_assessment(make_case(cast.clinic, cast.anna), cast.anna)

    assert _cost(anna) == first


def _cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    return len(asked)
