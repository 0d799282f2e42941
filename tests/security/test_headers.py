"""What every answer carries, whoever gives it: page, API, lock, refusal or error."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from lotsen.settings import base
from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.builders import PASSWORD
from tests.conftest import Cast
from tests.security.stage import Stage, browser, set_stage

ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return set_stage(cast)


# Its address is the secret: other pages of ours must not learn it either.
REFERRER = {"invitation": "strict-origin"}


def _is_guarded(answer: HttpResponse, told: object, *, route: str = "") -> None:
    for name, value in (ALWAYS | {"Referrer-Policy": REFERRER.get(route, "same-origin")}).items():
        assert answer.headers.get(name) == value, (told, name)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy, told
    assert "unsafe" not in policy, told


@pytest.mark.once
@pytest.mark.parametrize("name", ["anna", "carla"])
def test_every_route_answers_guarded(stage: Stage, name: str) -> None:
    client = browser(getattr(stage.cast, name))
    for route in all_routes():
        url = route.url(stage.things[ROWS[route.name].about])
        for method in ("get", "post"):
            _is_guarded(getattr(client, method)(url), (route.name, method), route=route.name)
        if route.name in {"logout", "lock"}:
            client = browser(getattr(stage.cast, name))


def test_a_locked_session_answers_guarded(stage: Stage) -> None:
    client = browser(stage.cast.anna)
    client.post("/sichtschutz/")
    for url in ("/station/", "/api/v1/cases/", "/gesperrt/", "/nirgendwo/", "/station"):
        _is_guarded(client.get(url), url)
    _is_guarded(client.get("/station/", headers={"hx-request": "true"}), "part of a page")


def test_a_forged_request_is_answered_guarded(stage: Stage) -> None:
    _is_guarded(browser(stage.cast.anna, enforce_csrf_checks=True).post("/konto/pin/"), "csrf")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    client.get("/konto/")
    client.post("/sprache/", {"language": "en"})
    assert {"lotsen_session", "csrftoken", "lotsen_language"} <= set(client.cookies)
    for name, morsel in client.cookies.items():
        assert morsel["samesite"] == "Lax", name
        assert morsel["httponly"] or name == settings.CSRF_COOKIE_NAME, name


def test_the_log_names_no_address() -> None:
    """Addresses hold ids of cases, those of the API pseudonyms."""
    assert base.LOGGING["loggers"]["django.request"]["level"] == "ERROR"
