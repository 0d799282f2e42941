"""Idempotency keys: sent twice, done once, and answered through today's rights."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lotsen.membership import actions as membership
from lotsen.rest.models import CarriedOut
from lotsen.rest.repeats import HEADER
from referrals.models import Assessment, Case, Consent, Handover
from tests.access.routes import all_routes
from tests.builders import (
    make_assessment,
    make_consent,
    make_consent_text,
    make_district,
    make_instrument,
)
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import browser, post_json

KEY = "0f8e7a52-6f0c-4c63-9c39-6d3a2b1f5a11"
type Call = tuple[str, str, dict[str, Any], Callable[[], int]]


def send(client: Client, url: str, data: object, key: str = KEY) -> HttpResponse:
    return post_json(client, url, data, **{HEADER: key})


def _new_case(cast: Cast) -> dict[str, Any]:
    return {"district": make_district().key, "language": "tr", "child_age_months": 0}


def _case(cast: Cast) -> Call:
    return "anna", "/api/v1/cases/", _new_case(cast), Case.objects.count


def _assessment(cast: Cast) -> Call:
    version = make_instrument()
    values = {"instrument": version.instrument.name, "version": version.version, "talk_wish": "no"}
    return "anna", _of_case(cast, "assessments"), values, Assessment.objects.count


def _consent(cast: Cast) -> Call:
    make_consent_text()
    values = {
        "recipient": cast.office.slug, "purposes": ["handover"], "categories": ["name"],
        "text_version": "1", "language": "de", "form": "typed", "signature": "Rana Beispiel",
    }  # fmt: skip
    return "anna", _of_case(cast, "consents"), values, Consent.objects.count


def _handover(cast: Cast) -> Call:
    make_assessment(cast.case, cast.anna)
    consent = make_consent(cast.case, cast.office, cast.anna)
    values = {"consent": str(consent.pk), "offer": str(cast.offer.pk)}
    return "anna", _of_case(cast, "handovers"), values, Handover.objects.count


def _withdrawal(cast: Cast) -> Call:
    consent = make_consent(cast.case, cast.office, cast.anna)
    url = reverse("api-consent-withdraw", args=[consent.pk])
    return "anna", url, {}, Consent.objects.exclude(withdrawn_at=None).count


def _acceptance(cast: Cast) -> Call:
    handover = desk.requested(cast, at=now())
    url = reverse("api-handover-accept", args=[handover.pk])
    return "bilal", url, {}, Handover.objects.filter(state="accepted").count


def _of_case(cast: Cast, what: str) -> str:
    return f"/api/v1/cases/{cast.case.pseudonym}/{what}/"


CALLS = [_case, _assessment, _consent, _handover, _withdrawal, _acceptance]


@pytest.mark.parametrize("made", CALLS, ids=lambda made: made.__name__)
def test_the_same_request_again_does_nothing_again(
    cast: Cast, made: Callable[[Cast], Call]
) -> None:
    name, url, data, count = made(cast)
    client = browser(getattr(cast, name))

    first = send(client, url, data)
    done = count()
    again = send(client, url, data)

    assert first.status_code in {200, 201}, first.content
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert count() == done


@pytest.mark.parametrize("made", CALLS, ids=lambda made: made.__name__)
def test_the_same_key_for_something_else_is_refused(
    cast: Cast, made: Callable[[Cast], Call]
) -> None:
    name, url, data, count = made(cast)
    client = browser(getattr(cast, name))
    send(client, url, data)
    done = count()

    answer = send(client, url, data | {"reason": "other"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "idempotency_key_reused"
    assert count() == done


def test_every_endpoint_that_writes_takes_a_key(cast: Cast) -> None:
    schema = browser(cast.anna).get("/api/v1/schema/", headers={"accept": "application/json"})
    posts = {
        path: operations["post"]
        for path, operations in schema.json()["paths"].items()
        if "post" in operations
    }
    assert len(posts) == 13  # 4 of cases, one of consents, 8 verbs
    for path, operation in posts.items():
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert HEADER in names, path


def test_every_verb_of_handovers_heeds_the_key(cast: Cast) -> None:
    """Refused again is refused again: only what was carried out is remembered."""
    handover = desk.requested(cast, at=now())
    verbs = [r.name for r in all_routes() if r.name.startswith("api-handover-")]
    bilal = browser(cast.bilal)
    for name in verbs:
        if name not in {"api-handover-list", "api-handover-detail"}:
            answer = send(bilal, reverse(name, args=[handover.pk]), {}, key="ü")
            assert answer.json()["code"] in {"idempotency_key_unreadable"}, name


def test_a_refused_request_may_be_sent_again_under_its_key(cast: Cast) -> None:
    client, values = browser(cast.anna), _new_case(cast)
    consent = make_consent(cast.case, cast.office, cast.anna, valid_until=now().date())
    Consent.objects.update(valid_until=now().date() - timedelta(days=1))
    wish = {"consent": str(consent.pk), "offer": str(cast.offer.pk)}
    assert send(client, _of_case(cast, "handovers"), wish).status_code == 409
    assert not CarriedOut.objects.exists()

    assert send(client, "/api/v1/cases/", values).status_code == 201


def test_without_a_key_twice_is_twice(cast: Cast) -> None:
    client, values = browser(cast.anna), _new_case(cast)
    before = Case.objects.count()
    for _ in range(2):
        assert post_json(client, "/api/v1/cases/", values).status_code == 201
    assert Case.objects.count() == before + 2


def test_keys_of_different_people_do_not_meet(cast: Cast) -> None:
    values = _new_case(cast)
    first = send(browser(cast.anna), "/api/v1/cases/", values).json()
    second = send(browser(cast.carla), "/api/v1/cases/", values).json()

    assert first["pseudonym"] != second["pseudonym"]
    assert second["holder"] == "nordklinik"


def test_after_a_day_the_key_is_free_again(cast: Cast, noon: time_machine.Traveller) -> None:
    values = _new_case(cast)
    first = send(browser(cast.anna), "/api/v1/cases/", values).json()
    noon.shift(timedelta(hours=24))
    second = send(browser(cast.anna), "/api/v1/cases/", values).json()

    assert first["pseudonym"] != second["pseudonym"]
    assert CarriedOut.objects.count() == 1


def test_a_repeat_is_answered_by_the_rights_of_now(cast: Cast) -> None:
    client, values = browser(cast.anna), _new_case(cast)
    first = send(client, "/api/v1/cases/", values)
    membership.leave(cast.anna.memberships.get(), at=now())

    again = send(client, "/api/v1/cases/", values)

    assert again.status_code in {403, 404}
    assert first.json()["pseudonym"] not in again.content.decode()


def test_neither_key_nor_content_can_be_read_from_what_is_kept(cast: Cast) -> None:
    _name, url, data, _count = _consent(cast)
    send(browser(cast.anna), url, data)

    (row,) = CarriedOut.objects.values()
    kept = " ".join(map(str, row.values()))
    assert KEY not in kept
    assert "Rana" not in kept
    assert {len(row["key"]), len(row["asked"])} == {64}


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "schlüssel", "\x00"])
def test_a_key_nobody_can_read_is_refused(cast: Cast, key: str) -> None:
    before = Case.objects.count()
    answer = send(browser(cast.anna), "/api/v1/cases/", _new_case(cast), key=key)

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_unreadable"
    assert Case.objects.count() == before


@pytest.mark.postgres  # SQLite lets one writer in at a time; there is no race
@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_carried_out(cast: Cast) -> None:
    values, answers = _new_case(cast), []
    clients = [browser(cast.anna) for _ in range(2)]
    gate = Barrier(len(clients))

    def ask(client: Client) -> None:
        gate.wait()
        try:
            answers.append(send(client, "/api/v1/cases/", values))
        finally:
            connection.close()

    threads = [Thread(target=ask, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["pseudonym"] for answer in answers}) == 1
    assert Case.objects.count() == 2  # with the one of the stage
