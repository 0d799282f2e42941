"""The whole loop through the API: Anna asks, Bilal answers, Carla learns nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.membership import actions as membership
from referrals.models import Case, Consent, Handover
from tests.builders import (
    NOON,
    make_consent_text,
    make_district,
    make_instrument,
    make_organisation,
)
from tests.conftest import Cast


class Api:
    """One person's way to the API: short calls that check the status."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1/{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, data: object = None, status: int = 201) -> Any:
        answer = self.client.post(
            f"/api/v1/{path}",
            data=data if data is not None else {},
            content_type="application/json",
        )
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def anna(signed_in: Callable[[str], Client]) -> Api:
    return Api(signed_in("anna"))


@pytest.fixture
def bilal(signed_in: Callable[[str], Client]) -> Api:
    return Api(signed_in("bilal"))


@pytest.fixture
def carla(signed_in: Callable[[str], Client]) -> Api:
    return Api(signed_in("carla"))


def _case(anna: Api) -> str:
    district = make_district()
    values = {
        "district": district.key, "language": "tr", "child_age_months": 0,
        "household": "two_parents",
    }  # fmt: skip
    pseudonym: str = anna.post("cases/", values)["pseudonym"]
    return pseudonym


def _assessment(anna: Api, case: str) -> Any:
    version = make_instrument()
    item = version.content.groups[0].items[0].code
    values = {
        "instrument": version.instrument.name, "version": version.version,
        "answers": {item: "yes"}, "needs": ["overload"], "resources": ["family_friends"],
        "talk_wish": "yes",
    }  # fmt: skip
    return anna.post(f"cases/{case}/assessments/", values)


def _consent(anna: Api, case: str, cast: Cast, **changed: object) -> Any:
    make_consent_text()
    values = {
        "recipient": str(cast.office.pk), "purposes": ["documentation", "handover", "feedback"],
        "categories": ["name", "phone", "language", "needs"], "text_version": "1",
        "language": "de", "form": "paper",
    }  # fmt: skip
    return anna.post(f"cases/{case}/consents/", values | changed)


def _requested(anna: Api, cast: Cast) -> tuple[str, str, str]:
    case = _case(anna)
    _assessment(anna, case)
    consent = _consent(anna, case, cast)["id"]
    handover = anna.post(
        f"cases/{case}/handovers/", {"consent": consent, "offer": str(cast.offer.pk)}
    )
    assert handover["state"] == "requested"
    return case, consent, handover["id"]


def test_the_loop_from_intake_to_outcome(anna: Api, bilal: Api, cast: Cast) -> None:
    case = _case(anna)
    assert _assessment(anna, case)["needs"] == ["overload"]
    found = anna.get(f"cases/{case}/matches/")
    assert [match["offer"] for match in found["results"]] == [str(cast.offer.pk)]
    assert found["results"][0]["reasons"][0].keys() == {"code", "text"}
    consent = _consent(anna, case, cast)
    handover = anna.post(
        f"cases/{case}/handovers/", {"consent": consent["id"], "offer": str(cast.offer.pk)}
    )["id"]

    assert [row["id"] for row in bilal.get("handovers/?box=inbox")["results"]] == [handover]
    assert bilal.post(f"handovers/{handover}/accept/", status=200)["state"] == "accepted"
    assert bilal.post(f"handovers/{handover}/start/", status=200)["state"] == "in-progress"
    done = bilal.post(f"handovers/{handover}/complete/", {"outcome": "taken_up"}, status=200)
    assert (done["state"], done["outcome"]) == ("completed", "taken_up")

    [told] = anna.get("handovers/?box=sent")["results"]
    assert (told["state"], told["outcome"]) == ("completed", "taken_up")


def test_the_outsider_learns_nothing(anna: Api, carla: Api, cast: Cast) -> None:
    case, consent, handover = _requested(anna, cast)
    carla.get(f"cases/{case}/", status=404)
    carla.get(f"cases/{case}/matches/", status=404)
    carla.get(f"handovers/{handover}/", status=404)
    carla.post(f"consents/{consent}/withdraw/", status=404)
    carla.post(f"handovers/{handover}/accept/", status=404)
    for box in ("inbox", "sent"):
        assert carla.get(f"handovers/?box={box}")["results"] == []
    assert carla.get("cases/")["results"] == []


def test_before_accepting_the_recipient_reads_no_case(anna: Api, bilal: Api, cast: Cast) -> None:
    case, _, handover = _requested(anna, cast)
    bilal.get(f"cases/{case}/", status=404)
    seen = bilal.get(f"handovers/{handover}/")
    assert seen["need_groups"] == ["everyday"]
    assert seen["district"] == ""  # not among the consented details
    bilal.post(f"handovers/{handover}/accept/", status=200)
    assert bilal.get(f"cases/{case}/")["pseudonym"] == case


def test_a_move_of_the_other_side_is_not_allowed(anna: Api, cast: Cast) -> None:
    *_, handover = _requested(anna, cast)
    problem = anna.post(f"handovers/{handover}/accept/", status=403)
    assert problem["code"] == "not_permitted"


def test_withdrawing_ends_what_rests_on_it(anna: Api, bilal: Api, cast: Cast) -> None:
    case, consent, handover = _requested(anna, cast)
    bilal.post(f"handovers/{handover}/accept/", status=200)
    assert anna.post(f"consents/{consent}/withdraw/", status=200)["withdrawn_at"]
    bilal.get(f"cases/{case}/", status=404)
    assert Handover.objects.get(pk=handover).state == "cancelled"


def test_a_failing_assessment_leaves_nothing_half_done(anna: Api) -> None:
    case = _case(anna)
    version = make_instrument()
    values = {
        "instrument": version.instrument.name, "version": version.version,
        "answers": {"made_up_item": "yes"}, "talk_wish": "no",
    }  # fmt: skip
    problem = anna.post(f"cases/{case}/assessments/", values, status=422)
    assert problem["type"]
    assert problem["detail"]
    assert not Case.objects.get(pseudonym=case).assessments.exists()


def test_a_handover_that_is_refused_leaves_no_draft(anna: Api, cast: Cast) -> None:
    case = _case(anna)
    consent = _consent(anna, case, cast, purposes=["documentation", "handover"])["id"]
    Consent.objects.filter(pk=consent).update(valid_until=NOON.date() - timedelta(days=1))
    values = {"consent": consent, "offer": str(cast.offer.pk)}
    problem = anna.post(f"cases/{case}/handovers/", values, status=409)
    assert problem["code"] == "consent_missing"
    assert not Case.objects.get(pseudonym=case).handovers.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("district", "nowhere"), ("language", "xx"), ("child_age_months", 900), ("household", "big")],
)
def test_a_value_that_does_not_fit_is_named(anna: Api, field: str, value: object) -> None:
    district = make_district()
    values = {"district": district.key, "language": "de", "child_age_months": 1, field: value}
    answer = anna.client.post("/api/v1/cases/", values, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert field in answer.content.decode()
    assert Case.objects.count() == 1  # the one of the stage


def test_a_name_that_repeats_across_cities_means_the_own_city(anna: Api) -> None:
    district = make_district("Hafen", "021")
    values = {"district": "hafen", "language": "de", "child_age_months": 1}
    assert anna.post("cases/", values)["district"] == district.key


def test_who_works_in_two_houses_says_for_which(anna: Api, cast: Cast) -> None:
    second = make_organisation("zweitklinik")
    membership.join(cast.anna, organisation=second, role=Role.NAVIGATOR, at=NOON)
    values = {"district": make_district().key, "language": "de", "child_age_months": 1}
    assert anna.post("cases/", values, status=422)["code"] == "house_not_named"
    assert anna.post("cases/", values | {"organisation": second.slug})["holder"] == second.slug


def test_each_reading_leaves_one_event(anna: Api, cast: Cast) -> None:
    anna.get("cases/")
    anna.get(f"cases/{cast.case.pseudonym}/")
    events = AccessEvent.objects.filter(object_type="case")
    assert sorted(event.deed for event in events) == [Deed.LIST, Deed.READ]
    assert all(event.shown == [cast.case.pseudonym] for event in events)


def test_an_unknown_box_is_a_problem_not_an_empty_list(anna: Api) -> None:
    assert anna.get("handovers/?box=attic", status=400)["errors"]


def test_instruments_are_listed_with_their_content(anna: Api) -> None:
    make_instrument()
    [found] = anna.get("instruments/")["results"]
    assert found["questionnaire"]["resourceType"] == "Questionnaire"


def test_nobody_reads_without_signing_in(client: Client, db: None) -> None:
    for name in ("api-case-list", "api-handover-list", "api-instrument-list"):
        assert client.get(reverse(name)).status_code == 401


def test_only_released_texts_are_told(anna: Api) -> None:
    make_consent_text()
    make_consent_text(language="tr", status="machine", released_at=None)
    [told] = anna.get("consent-texts/")["results"]
    assert (told["text_version"], told["language"]) == ("1", "de")
