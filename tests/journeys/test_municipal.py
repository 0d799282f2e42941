"""Signing in by the city's service, against a real OpenID provider in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from lotsen.accounts import closing
from lotsen.audit.models import AccessEvent
from tests.builders import NOON
from tests.conftest import Cast
from tests.journeys.provider.clients import CLIENT_ID, CLIENT_SECRET, PASSWORD

pytestmark = [pytest.mark.once, pytest.mark.browser]

REFUSED = "Die Anmeldung hat nicht geklappt"
WITH_CITY = "Anmelden mit Stadtkonto"
ROOT = Path(__file__).parents[2]

type Opens = Callable[[], Page]


@pytest.fixture(scope="module")
def issuer(live_server: LiveServer) -> Iterator[str]:
    """The city's service; it ends when its input is closed, whatever becomes of us."""
    back = f"{live_server.url}{reverse('municipal-back')}"
    command = [sys.executable, "-m", "tests.journeys.provider.serve", back]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/o"
        process.stdin.close()
        process.wait(timeout=20)


@pytest.fixture
def city(issuer: str, settings: Any) -> Any:
    """lotsen knows the service, as an operator would tell it."""
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Stadtkonto"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    return settings


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[Opens]:
    """Windows that may go to the city and back; what the content policy forbids fails the test."""
    contexts, faults = [], []

    def window() -> Page:
        context = browser.new_context(base_url=live_server.url, locale="de-DE")
        context.on(
            "console",
            lambda line: faults.append(line.text) if "Security Policy" in line.text else None,
        )
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()
    assert faults == []


def _arrive(page: Page, who: str) -> Page:
    """From our sign-in page to the city's, and back."""
    page.goto("/anmelden/")
    page.get_by_role("link", name=WITH_CITY).click()
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Weiter").click()
    page.wait_for_url("http://localhost:*/**")
    return page


def test_somebody_we_know_comes_in_once_and_again(cast: Cast, city: Any, window: Opens) -> None:
    page = window()
    returns: list[str] = []
    page.on("request", lambda sent: returns.append(sent.url) if "/zurueck/" in sent.url else None)
    _arrive(page, "known")
    page.wait_for_url("**/station/")
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.extra_data) == (cast.anna, city.OIDC_ISSUER, {})
    assert not SocialToken.objects.exists()
    assert AccessEvent.objects.filter(reason="linked", actor=cast.anna).count() == 1

    cast.anna.email = "anna.new@example.org"  # found by the link from now on
    cast.anna.save()
    _sign_out(page)
    page.get_by_role("link", name=WITH_CITY).click()
    page.wait_for_url("**/station/")
    assert SocialAccount.objects.count() == 1

    _sign_out(page)
    for again in (returns[0], _with(returns[0], state="made-up"), _without_answer(page, returns)):
        page.goto(again)
        _is_refused(page)
    page.goto(_with_another_nonce(page))
    page.wait_for_url("**/zurueck/**")
    _is_refused(page)


def test_nobody_learns_whether_there_is_an_account(cast: Cast, city: Any, window: Opens) -> None:
    closing.close(cast.carla, at=NOON)
    SocialAccount.objects.create(user=cast.anna, provider=city.OIDC_ISSUER, uid="of another")
    seen = set()
    for who in ("unsure", "stranger", "closed", "namesake"):
        page = _arrive(window(), who)
        _is_refused(page)
        seen.add(page.locator("main").inner_text())
        page.goto("/konto/")
        assert "/anmelden/" in page.url, who
    assert len(seen) == 1
    assert SocialAccount.objects.count() == 1
    events = AccessEvent.objects.filter(reason="municipal_unknown")
    assert [event.actor for event in events] == [None] * 4


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
def test_the_citys_second_factor_counts_where_we_say_so(
    cast: Cast, city: Any, window: Opens, trusted: bool
) -> None:
    city.SECOND_FACTOR_REQUIRED = True
    city.OIDC_SECOND_FACTOR = "provider" if trusted else "own"
    page = _arrive(window(), "twofold")
    page.wait_for_url("**/eingang/" if trusted else "**/konto/zweiter-faktor/")
    if trusted:
        other = _arrive(window(), "known")  # with a password alone
        other.wait_for_url("**/konto/zweiter-faktor/")


def test_a_service_that_is_away_gets_a_page(
    cast: Cast, city: Any, window: Opens, caplog: pytest.LogCaptureFixture
) -> None:
    city.OIDC_ISSUER = "http://127.0.0.1:9/o"
    page = window()
    page.goto("/anmelden/")
    page.get_by_role("link", name=WITH_CITY).click()
    expect(page.get_by_text("Das geht im Moment nicht")).to_be_visible()
    assert "127.0.0.1" not in page.locator("main").inner_text()
    caplog.clear()


def _is_refused(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(REFUSED)


def _with(address: str, **parts: str) -> str:
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} | parts
    return f"{reverse('municipal-back')}?" + "&".join(f"{k}={v}" for k, v in query.items())


def _begun(page: Page) -> dict[str, list[str]]:
    """Set out for the city, and stop at its door: what we asked it."""
    answer = page.request.get(reverse("municipal-sign-in"), max_redirects=0)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    return asked


def _without_answer(page: Page, returns: list[str]) -> str:
    """A code that was used, under a state of today."""
    return _with(returns[0], state=_begun(page)["state"][0])


def _with_another_nonce(page: Page) -> str:
    """The city answers, but to another question: the session waits for another number."""
    asked = page.request.get(reverse("municipal-sign-in"), max_redirects=0).headers["location"]
    state = parse_qs(urlsplit(asked).query)["state"][0]
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    store = import_module(django_settings.SESSION_ENGINE).SessionStore(
        cookies[django_settings.SESSION_COOKIE_NAME]
    )
    store["socialaccount_states"][state][0]["nonce"] = "another"
    store.modified = True
    store.save()
    return asked


def _sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/anmelden/")
