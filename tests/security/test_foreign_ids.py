"""Ids of others: foreign and absent look the same, nested ids must belong together, and nothing
that a client sends decides what is not its own to decide."""

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from referrals.matching.actions import suggest
from referrals.models import Case, Consent, Handover
from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.builders import make_case, make_consent, make_consent_text, make_district
from tests.conftest import Cast
from tests.security.stage import Stage, browser, post_json, set_stage

NUMBER = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SECRET = re.compile(rb"\b[A-Za-z0-9]{64}\b")  # against forged requests, new in every answer
API = "/api/v1/"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return set_stage(cast)


@pytest.mark.once
@pytest.mark.parametrize("name", ["carla", "dora"])
def test_foreign_and_absent_are_the_same_answer(stage: Stage, name: str) -> None:
    client = browser(getattr(stage.cast, name))
    asked = 0
    for route in all_routes():
        about = ROWS[route.name].about
        if about not in {"case", "handover", "consent", "follow-up"}:
            continue
        foreign = route.url(stage.things[about])
        absent = route.url({"pk": uuid4(), "pseudonym": "2222-2222-2222"})
        for method in ("get", "post"):  # the others are asked in tests/access/test_product.py
            one, two = (getattr(client, method)(url) for url in (foreign, absent))
            assert one.status_code == two.status_code, (route.name, method)
            assert _bare(one, foreign) == _bare(two, absent), (route.name, method)
            asked += 1
    assert asked > 90


def _bare(answer: HttpResponse, address: str) -> bytes:
    """The body without the number of the request and without the address that was asked for."""
    body = answer.content.replace(address.encode(), b"ADDRESS")
    return SECRET.sub(b"", NUMBER.sub(b"NUMBER", body))


def _requested_elsewhere(cast: Cast) -> tuple[Case, Consent]:
    case = make_case(cast.clinic, cast.anna)
    return case, make_consent(case, cast.office, cast.anna)


def test_a_handover_rests_on_a_consent_of_its_own_case(cast: Cast) -> None:
    case, _own = _requested_elsewhere(cast)
    consent = make_consent(cast.case, cast.office, cast.anna)
    values = {"consent": str(consent.pk), "offer": str(cast.offer.pk)}

    answer = post_json(browser(cast.anna), f"{API}cases/{case.pseudonym}/handovers/", values)

    assert answer.status_code == 404
    assert not Handover.objects.exists()


def test_a_choice_belongs_to_the_case_it_was_shown_for(cast: Cast) -> None:
    case, _own = _requested_elsewhere(cast)
    look = suggest(cast.case, actor=cast.anna, at=now()).suggestion
    data = {"offer": str(cast.offer.pk), "suggestion": str(look.pk)}

    assert browser(cast.anna).post(f"/fall/{case.pk}/angebote/", data).status_code == 404


def test_a_contact_belongs_to_a_handover_of_its_case(stage: Stage) -> None:
    cast = stage.cast
    case, _own = _requested_elsewhere(cast)
    call = {"channel": "phone", "result": "reached", "next_step": "none"}
    data = call | {"handover": str(stage.handover.pk)}
    answer = browser(cast.anna).post(f"/fall/{case.pk}/kontakt/?uebergabe={data['handover']}", data)

    assert answer.status_code in {302, 403, 404, 422}
    assert not case.contact_attempts.filter(handover=stage.handover).exists()


def test_what_the_client_may_not_decide_is_ignored(cast: Cast) -> None:
    make_consent_text()
    client = browser(cast.anna)
    chosen = uuid4()
    decided = {
        "id": str(chosen), "pk": str(chosen), "pseudonym": "2222-2222-2222", "state": "closed",
        "holder": cast.other_clinic.slug, "holder_id": str(cast.other_clinic.pk),
        "opened_by": str(cast.carla.pk), "assigned_to": str(cast.carla.pk),
        "stored_with_consent": True, "vault_ref": str(chosen), "provenance": "staff",
        "given_by": "guardian", "withdrawn_at": "2026-01-01T00:00:00Z",
        "valid_until": "2099-01-01", "witnessed_by": str(cast.carla.pk), "sender": "nordklinik",
        "categories_": ["name"], "requested_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    facts = {"district": make_district().key, "language": "tr", "child_age_months": 0}
    made = post_json(client, f"{API}cases/", decided | facts).json()
    case = Case.objects.get(pseudonym=made["pseudonym"])

    assert case.pseudonym != "2222-2222-2222"
    assert (case.holder, case.opened_by, case.assigned_to) == (cast.clinic, cast.anna, cast.anna)
    assert (case.state, case.stored_with_consent) == ("open", False)
    assert chosen not in {case.pk, case.vault_ref}

    agreed = {
        "recipient": cast.office.slug, "purposes": ["handover"], "categories": ["name"],
        "text_version": "1", "language": "de", "form": "paper",
    }  # fmt: skip
    given = post_json(client, f"{API}cases/{case.pseudonym}/consents/", decided | agreed).json()
    consent = Consent.objects.get(pk=given["id"])
    assert (consent.case, consent.witnessed_by) == (case, cast.anna)
    assert (consent.withdrawn_at, consent.given_by) == (None, "mother")
    assert consent.valid_until.year < 2099

    wish = {"consent": given["id"], "offer": str(cast.offer.pk)}
    sent = post_json(client, f"{API}cases/{case.pseudonym}/handovers/", decided | wish).json()
    handover = Handover.objects.get(pk=sent["id"])
    assert (handover.sender, handover.state) == (cast.clinic, "requested")
    assert (handover.provenance, handover.categories) == ("health_secret", ["name"])
    assert handover.pk != chosen


def test_a_house_in_which_one_does_not_work_is_not_chosen(cast: Cast) -> None:
    facts = {"district": make_district().key, "language": "tr", "child_age_months": 0}
    house = {"organisation": cast.other_clinic.slug}

    assert post_json(browser(cast.anna), f"{API}cases/", facts | house).status_code == 404
    page = {"organisation": str(cast.other_clinic.pk), "district": facts["district"],
            "language": "tr", "age_chip": "0"}  # fmt: skip
    assert browser(cast.anna).post("/aufnahme/neu/", page).status_code == 422


def test_nobody_signed_in_is_told_nothing_of_anything(stage: Stage) -> None:
    seen = {str(stage.handover.pk), stage.handover.case.pseudonym}
    for route in all_routes():
        answer = Client().get(route.url(stage.things[ROWS[route.name].about]))
        assert not seen & set(re.findall(r"[\w-]{14,36}", answer.content.decode())), route.name
