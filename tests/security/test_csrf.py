"""No other site sends anything in somebody's name: every unsafe method of every route."""

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope
from referrals.models import Case
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.builders import make_district
from tests.conftest import Cast
from tests.security.stage import browser, set_stage

UNSAFE = ("post", "put", "patch", "delete")


@pytest.mark.once
@pytest.mark.parametrize("method", UNSAFE)
def test_no_route_takes_an_unsafe_method_without_the_token(cast: Cast, method: str) -> None:
    things = set_stage(cast, accepted=False).things
    client = browser(cast.anna, enforce_csrf_checks=True)
    for route in all_routes():
        answer = getattr(client, method)(_address(route, things), {}, "application/json")
        # The API looks for the method first; what it does not know it does not do.
        allowed = {403, 405} if route.name.startswith("api-") else {403}
        assert answer.status_code in allowed, (route.name, answer.status_code)
        if _takes(route, method):
            assert answer.status_code == 403, route.name


def _address(route: Route, things: dict[str, dict[str, object]]) -> str:
    return route.url(things[ROWS[route.name].about])


def _takes(route: Route, method: str) -> bool:
    return method == "post" and ROWS[route.name].post[1] != 405


def test_the_api_takes_a_session_with_the_token_of_the_form(cast: Cast) -> None:
    client = browser(cast.anna, enforce_csrf_checks=True)
    client.get("/konto/")
    secret = client.cookies["csrftoken"].value
    values = {"district": make_district().key, "language": "tr", "child_age_months": 0}

    refused = client.post("/api/v1/cases/", values, "application/json")
    taken = client.post(
        "/api/v1/cases/", values, "application/json", headers={"x-csrftoken": secret}
    )

    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert taken.status_code == 201


def test_a_bearer_token_needs_no_form(cast: Cast) -> None:
    token = tokens.issue(cast.anna, scope=TokenScope.WRITE, days=1, at=now())
    client = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {token}"})
    values = {"district": make_district().key, "language": "tr", "child_age_months": 0}
    before = Case.objects.count()

    assert client.post("/api/v1/cases/", values, "application/json").status_code == 201
    assert Case.objects.count() == before + 1
