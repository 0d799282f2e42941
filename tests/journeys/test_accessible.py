"""Every page of the resolver, as each of the cast meets it: its make keeps nobody out."""

from collections.abc import Callable, Iterable
from itertools import islice
from random import Random
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from lotsen.accounts.roles import Role
from tests.access.routes import Route, all_routes
from tests.access.table import PUBLIC, ROWS, STAFF
from tests.builders import make_user
from tests.conftest import Cast
from tests.journeys.hand import Barriers, Opens, sticks_out
from tests.journeys.populated import Stage, populate

pytestmark = pytest.mark.once
SignsIn = Callable[[str], Client]
FINGER = 48  # px, the least a finger needs on the ward

# What can be pressed and is smaller than a finger. A label counts, and so does a link stretched
# over its card; a link inside a sentence may be smaller, and so may the foot of the page.
_TOO_SMALL = """least => {
  const sides = (box) => [parseFloat(box.width), parseFloat(box.height)];
  const sizes = (thing) => [
    ...[thing, ...(thing.labels ?? [])].map((each) => sides(each.getBoundingClientRect())),
    ...["::before", "::after"].map((part) => getComputedStyle(thing, part))
      .filter((style) => style.position === "absolute").map(sides),
  ];
  const inSentence = (thing) => getComputedStyle(thing).display === "inline"
    && thing.parentElement.textContent.trim() !== thing.textContent.trim();
  const fits = (thing) => sizes(thing).some((size) => size.every((px) => px > least - 0.5));
  return [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])"
  )].filter((thing) => thing.checkVisibility({visibilityProperty: true}))
    .filter((thing) => !thing.matches(".skip, .foot *") && thing.offsetWidth > 1)
    .filter((thing) => !inSentence(thing) && !fits(thing))
    .map((thing) => thing.outerHTML.slice(0, 120));
}"""


# frieda looks after data protection in Anna's house, gero manages its people.
OFFICES = {"frieda": Role.PRIVACY_OFFICER, "gero": Role.ADMINISTRATOR}
PEOPLE = ("nobody", "anna", "bilal", "dora", *OFFICES)  # who together meet every page
COLLEAGUES = {"bilal", "dora", *OFFICES}
LEAST = {"dora": 1}  # pages of one's own; elsewhere five
# Readable in the table of rights, and yet no page of its own.
NO_PAGE = {
    "health": "a word for machines",
    "account_login": "the page of login",
    "passkey-sign-in": "what the browser asks a passkey",
}
ON_THE_WAY = {"intake-screening", "intake-needs", "intake-review", "handover-review"}


@pytest.fixture
def client_of(cast: Cast, signed_in: SignsIn) -> SignsIn:
    """A browser of one of PEOPLE."""

    def client_of(name: str) -> Client:
        if name not in OFFICES:
            return Client() if name == "nobody" else signed_in(name)
        client = Client()
        user = make_user(name, cast.clinic, OFFICES[name])
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def test_no_page_is_left_out(cast: Cast, client_of: SignsIn) -> None:
    """A new route must find its thing on the stage and somebody who may read it."""
    stage, met = populate(cast), set[str]()
    readable = {
        name
        for name, row in ROWS.items()
        if not name.startswith("api-")
        and 200 in (*row.get, *(reading for reading, _sending in row.offices.values()))
    }
    for name in PEOPLE:
        missing = (readable | ON_THE_WAY) - met
        routes = [route for route in all_routes() if route.name in missing]
        met |= set(_pages(stage, client_of(name), routes).values())
    assert (readable | ON_THE_WAY) - met == set(NO_PAGE)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_is_made_for_everyone(
    cast: Cast, client_of: SignsIn, open_window: Opens, barriers: Barriers, name: str
) -> None:
    stage = populate(cast)
    client = client_of(name)
    page = open_window()
    _carry_over(client, page)
    pages = _pages(stage, client, [route for route in all_routes() if _is_met_as(name, route)])
    assert len(pages) >= LEAST.get(name, 5)

    faults, titles = [], dict[str, str]()
    for address, route in pages.items():
        page.goto(address)
        faults += [f"{address}: {fault}" for fault in _faults(page, barriers, route)]
        if titles.setdefault(page.title(), route) != route:
            faults.append(f"{address}: has the title of {titles[page.title()]}")
    assert faults == [], "\n".join(faults)


def test_the_familys_pages_are_made_for_everyone(
    cast: Cast, signed_in: SignsIn, open_window: Opens, barriers: Barriers
) -> None:
    stage = populate(cast)
    page = open_window()
    _carry_over(signed_in("anna"), page)
    page.goto(f"/uebergabe/{stage.draft.pk}/pruefen/")
    steps = {
        "question": lambda: page.get_by_role("button", name="Der Familie zeigen").click(),
        "signature": lambda: page.locator("button[value=yes]").click(),
        "missing": lambda: page.locator("#sign button[type=submit]").click(),
        "lock": lambda: page.goto("/gesperrt/"),
    }
    faults = []
    for step, go in steps.items():
        with page.expect_navigation():  # the page before has loaded, too
            go()
        faults += [f"{step}: {fault}" for fault in _faults(page, barriers, step)]
    assert faults == []


def _carry_over(client: Client, page: Page) -> None:
    """The browser goes on where the client signed in."""
    page.goto("/health/")
    if session := client.cookies.get(settings.SESSION_COOKIE_NAME):
        cookie = {"name": session.key, "value": session.value, "url": urljoin(page.url, "/")}
        page.context.add_cookies([cookie])  # type: ignore[list-item]


def _is_met_as(name: str, route: Route) -> bool:
    """Not where nobody can read; what all with an account read alike is met as Anna alone."""
    row = ROWS[route.name]
    if {*row.get[1:]} == {405}:
        return False
    return not (name in COLLEAGUES and row.get in (STAFF, PUBLIC))


def _pages(stage: Stage, client: Client, routes: Iterable[Route]) -> dict[str, str]:
    """Address → route of every page; of a route one address, of a handover each of its states."""
    pages = {}
    for route in routes:
        found = (each for each in stage.addresses(route) if _is_page(client, each))
        kept = found if route.name == "handover" else islice(found, 1)
        pages |= dict.fromkeys(kept, route.name)
    return pages


def _is_page(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def _faults(page: Page, barriers: Barriers, route: str) -> list[str]:
    """In tablet light, and by the route's own chance in the dark or on a phone, too."""
    faults = [*barriers(page), *_too_small(page)]
    if (headings := page.locator("h1").count()) != 1:
        faults.append(f"{headings} main headings")
    if len(page.title()) <= len(" · lotsen"):
        faults.append("no title")
    match Random(route).randrange(4):  # noqa: S311  a sample that stays the same
        case 0:
            page.emulate_media(color_scheme="dark")
            faults += [f"dark: {each}" for each in barriers(page)]
            page.emulate_media(color_scheme="light")
        case 1:
            page.set_viewport_size({"width": 390, "height": 844})
            faults += [f"phone: {each}" for each in barriers(page)]
    return [*faults, *_sticks_out(page)]


def _too_small(page: Page) -> list[str]:
    if page.locator("html").get_attribute("data-density") == "desk":
        return []
    found: list[str] = page.evaluate(_TOO_SMALL, FINGER)
    return [f"small: {each}" for each in found]


def _sticks_out(page: Page) -> list[str]:
    page.set_viewport_size({"width": 320, "height": 640})
    over = sticks_out(page)
    page.set_viewport_size({"width": 1024, "height": 768})
    return [f"is {over} px wider than 320"] if over else []
