"""A real browser before a real server. Journeys are few: what only a browser can show."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.builders import PASSWORD
from tests.conftest import Cast

# The browser asks for nothing but our pages.
_QUIET = (
    "--no-sandbox",
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # axe leaves it out by itself
    "resultTypes": ["violations"],  # what is in order is not described
}
_OBJECTIONS = """async rules => (await axe.run(rules)).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 150)}`)
)"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"page", "browser", "open_window"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the system's Chromium is; without one journeys are left out, but not in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if found:
        return found
    reason = "Chromium is missing: journeys need it (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright keeps a loop running in this thread; Django would take that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """Starts after the test database is there: its threads share SQLite's one in memory."""
    return live_server


@pytest.fixture
def open_window(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a window with cookies of its own, German and of a tablet's size if nothing is said.

    A forbidden script or style, a script's crash, or a request to another house fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(width: int = 1024, height: int = 768, **how: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            **{"locale": "de-DE"} | how,
        )
        contexts.append(context)
        _watch(context, live_server.url, faults)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert faults == []


def _watch(context: BrowserContext, home: str, faults: list[str]) -> None:
    def request(asked: Request) -> None:
        if not asked.url.startswith((f"{home}/", "data:")):
            faults.append(f"asks elsewhere: {asked.url}")

    context.on("request", request)
    context.on("weberror", lambda crash: faults.append(str(crash.error)))
    context.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )


@pytest.fixture
def page(open_window: Callable[..., Page]) -> Page:
    """A tablet on the ward."""
    return open_window()


@pytest.fixture
def sign_in(page: Page, cast: Cast) -> Callable[[str], Page]:
    """Sign in as one of the cast, by the page everybody uses."""

    def sign_in(name: str) -> Page:
        enter(page, name)
        return page

    return sign_in


def enter(page: Page, name: str) -> None:
    """Fill in the sign-in page, and wait for what it answers."""
    page.goto(reverse("login"))
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """What axe-core objects to on a page, as readable lines; [] is the aim."""

    def barriers(page: Page) -> list[str]:
        page.wait_for_load_state()
        if not page.evaluate("() => 'axe' in window"):  # of a page once, whatever it is asked in
            page.evaluate(AXE_SCRIPT)
        found: list[str] = page.evaluate(_OBJECTIONS, _RULES)
        return found

    return barriers
