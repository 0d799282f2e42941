"""Signing in to the API, its errors, and the lists every client asks first."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now
from rest_framework import exceptions

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.rest.problems import problem_details
from tests.builders import make_district, make_organisation
from tests.conftest import Cast

type SignIn = Callable[[str], Client]
OFFERS = "/api/v1/offers/"


def bearer(cast: Cast, scope: TokenScope, *, days: int = 1) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens.issue(cast.anna, scope=scope, days=days, at=now())}"}


def test_a_token_that_does_not_live_is_not_somebody_signed_in(cast: Cast) -> None:
    answer = Client().get(OFFERS, headers={"authorization": "Bearer lotsen_wrong"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "token_not_valid"


def test_a_token_with_letters_beyond_ascii_is_refused_and_no_crash(cast: Cast) -> None:
    answer = Client().get(OFFERS, headers={"authorization": "Bearer ü"})

    assert answer.status_code == 401


def test_a_read_token_changes_nothing_whatever_its_user_may_do(cast: Cast) -> None:
    answer = Client().post(OFFERS, headers=bearer(cast, TokenScope.READ))

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "token_scope_missing"


def test_a_write_token_gets_past_that_gate(cast: Cast) -> None:
    answer = Client().post(OFFERS, headers=bearer(cast, TokenScope.WRITE))

    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidMove(), 409, "invalid_move"),
        (NotPermitted(right="x"), 403, "not_permitted"),
        (InvalidInput("waiting_weeks_beyond", field="waiting_weeks", most=104), 422,
         "waiting_weeks_beyond"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.NotFound(), 404, "not_found"),
    ],
)  # fmt: skip
def test_every_error_is_a_problem_with_code_and_sentence(
    db: None, error: Exception, status: int, code: str
) -> None:
    answer = problem_details(error, {})

    assert answer is not None
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= set(answer.data)
    assert (answer.data["status"], answer.data["code"]) == (status, code)
    assert answer.data["detail"]


def test_a_refused_value_is_named_by_its_field(db: None) -> None:
    error = InvalidInput("waiting_weeks_beyond", field="waiting_weeks", most=104)

    answer = problem_details(error, {})

    assert answer is not None
    assert list(answer.data["errors"]) == ["waiting_weeks"]


def test_what_nobody_expected_stays_an_error(db: None) -> None:
    assert problem_details(ZeroDivisionError(), {}) is None


def test_districts_are_listed_by_key(signed_in: SignIn) -> None:
    make_district()
    make_district("Altstadt", "011")

    answer = signed_in("carla").get("/api/v1/districts/").json()

    assert [row["key"] for row in answer["results"]] == ["duesseldorf-altstadt", "duesseldorf-bilk"]
    assert answer["results"][1] == {
        "key": "duesseldorf-bilk", "name": "Bilk", "municipality": "duesseldorf",
        "borough_code": "03", "borough": "Stadtbezirk 3",
    }  # fmt: skip


def test_houses_are_listed_without_people(signed_in: SignIn) -> None:
    make_organisation("aufgegeben", is_active=False)

    answer = signed_in("carla").get("/api/v1/organisations/")

    names = [row["slug"] for row in answer.json()["results"]]
    assert names == ["familienbuero", "marienklinik", "netzwerk", "nordklinik"]
    assert b"anna" not in answer.content


@pytest.mark.parametrize("path", ["districts/", "organisations/", "schema/", "offers/"])
def test_nothing_is_told_to_strangers(cast: Cast, path: str) -> None:
    assert Client().get(f"/api/v1/{path}").status_code == 401


def test_the_description_is_openapi_3_1_and_names_every_filter(signed_in: SignIn) -> None:
    answer = signed_in("anna").get("/api/v1/schema/", headers={"accept": "application/json"})

    description = answer.json()
    assert description["openapi"].startswith("3.1")
    offers = description["paths"]["/api/v1/offers/"]["get"]
    assert {parameter["name"] for parameter in offers["parameters"]} == {
        "q", "need", "age_months", "language", "district", "dimension", "setting",
        "offer_format", "provider", "capacity", "after", "need_group", "until_months", "borough",
    }  # fmt: skip
    schema = offers["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema
