"""The pages of goals: a chain of effects, and how far the published numbers have come."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from referrals.planning.models import Goal
from tests.conftest import Cast
from tests.referrals.planning.stage import elsewhere, make_goal
from tests.referrals.statistics.stage import publish

type SignsIn = Callable[[str], Client]
PAGE, NEW = "/planung/ziele/", "/planung/ziele/neu/"
FIELDS = {
    "title": "Jede Familie wird gefragt", "due_on": "2099-12-31", "why": "Beschluss 14/2026",
    "input_0_text": "Eine halbe Stelle mehr", "output_0_text": "Gespräche auf jeder Station",
    "output_0_figure": "talks_wished", "output_0_target": "600",
    "outcome_0_text": "Weniger Absagen", "outcome_0_figure": "unmet_total",
    "outcome_0_target": "700", "impact_0_text": "Familien fühlen sich begleitet",
}  # fmt: skip


def _set(client: Client, **changes: str) -> Goal:
    answer = client.post(NEW, FIELDS | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Goal.objects.get()


def test_a_goal_is_set_and_says_when_it_is_not_measurable_yet(
    cast: Cast, signed_in: SignsIn
) -> None:
    dora = signed_in("dora")
    goal = _set(dora)
    assert goal.steps.count() == 4
    page = dora.get(f"{PAGE}{goal.pk}/").content.decode()
    assert "noch nicht messbar" in page
    assert "mindestens 600" in page
    assert "höchstens 700" in page
    assert "noch nicht messbar" in dora.get(PAGE).content.decode()


def test_published_values_stand_beside_the_target(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    goal = _set(dora)
    publish(cast.clinic.municipality, "2026Q2", times=0.5)
    publish(cast.clinic.municipality, "2026Q3")
    page = dora.get(f"{PAGE}{goal.pk}/").content.decode()
    assert "2/26" in page
    assert "560" in page
    assert "noch nicht erreicht" in page  # 560 of 600
    assert "1 von 2 Zielwerten erreicht" in dora.get(PAGE).content.decode()  # 580 of at most 700


def test_a_goal_is_changed_ended_and_opened_again(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    goal = _set(dora)
    address = f"{PAGE}{goal.pk}/"
    page = dora.get(f"{address}aendern/").content.decode()
    assert 'value="Eine halbe Stelle mehr"' in page
    assert 'value="600"' in page
    answer = dora.post(f"{address}aendern/", FIELDS | {"title": "Anders", "impact_0_text": ""})
    assert answer.status_code == 302
    goal.refresh_from_db()
    assert (goal.title, goal.steps.count()) == ("Anders", 3)
    assert dora.post(f"{address}stand/", {"state": "reached"}).status_code == 302
    assert dora.get(f"{address}aendern/").status_code == 409
    assert "Erreicht" in dora.get(PAGE).content.decode()
    assert dora.post(f"{address}stand/", {"state": "open"}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"why": "x" * 601}, "why"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "irgendwann"}, "due_on"),
        ({"output_0_text": ""}, "output_0_text"),
        ({"output_0_figure": ""}, "output_0_figure"),
        ({"output_0_figure": "names_of_families"}, "output_0_figure"),
        ({"output_0_target": "viel"}, "output_0_target"),
        ({"output_0_target": "-5"}, "output_0_target"),
        ({"output_0_figure": "screening_rate", "output_0_target": "1001"}, "output_0_target"),
        ({"impact_1_text": "x" * 301}, "impact_1_text"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    cast: Cast, signed_in: SignsIn, changes: dict[str, str], field: str
) -> None:
    answer = signed_in("dora").post(NEW, FIELDS | changes)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Goal.objects.exists()


def test_the_form_asks_to_name_no_family(cast: Cast, signed_in: SignsIn) -> None:
    assert "keine Familie" in signed_in("dora").get(NEW).content.decode()


def test_who_coordinates_elsewhere_neither_sees_nor_changes_a_goal(
    cast: Cast, signed_in: SignsIn
) -> None:
    goal = make_goal(cast.dora)
    _clinic, cast.carla = elsewhere()  # type: ignore[misc]
    emil = signed_in("carla")
    assert goal.title not in emil.get(PAGE).content.decode()
    for end in ("", "aendern/"):
        assert emil.get(f"{PAGE}{goal.pk}/{end}").status_code == 404
    assert emil.post(f"{PAGE}{goal.pk}/aendern/", FIELDS).status_code == 404
    assert emil.post(f"{PAGE}{goal.pk}/stand/", {"state": "reached"}).status_code == 404
    assert emil.post(f"{NEW}?stadt=duesseldorf", FIELDS).status_code == 404
    goal.refresh_from_db()
    assert goal.state == "open"


def test_nobody_else_plans_and_learns_of_no_goal(cast: Cast, signed_in: SignsIn) -> None:
    goal = make_goal(cast.dora)
    for address in (
        PAGE,
        NEW,
        f"{PAGE}{goal.pk}/",
        f"{PAGE}{uuid4()}/",
        f"{PAGE}{goal.pk}/aendern/",
    ):
        assert signed_in("anna").get(address).status_code == 403
    assert signed_in("anna").post(f"{PAGE}{goal.pk}/stand/").status_code == 403
