"""The privacy screen in a browser: gone at one tap, back by PIN, no way round by "back"."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lotsen.web import pins
from tests.conftest import Cast
from tests.journeys.hand import sticks_out

pytestmark = pytest.mark.once
SignIn = Callable[[str], Page]
SIZES = [(1024, 768), (390, 844), (1440, 900)]


def test_one_tap_empties_the_page_and_the_pin_brings_it_back(sign_in: SignIn, cast: Cast) -> None:
    pins.choose(cast.anna, pin="402817")
    page = sign_in("anna")
    page.goto("/konto/")
    page.click("[data-curtain] >> visible=true")

    expect(page).to_have_url("/gesperrt/")
    assert cast.anna.display_name not in page.content()

    for digit in "402817":
        page.click(f"[data-key='{digit}']")
    page.click("[data-keypad] button[type=submit]")
    expect(page).to_have_url("/konto/")


def test_the_content_is_gone_before_the_server_has_answered(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("anna")
    page.goto("/konto/")
    page.route("**/sichtschutz/", lambda route: route.fulfill(status=204))  # no answer to show
    page.click("[data-curtain] >> visible=true")

    expect(page.locator("main")).to_have_count(0)
    assert cast.anna.display_name not in page.content()


def test_the_keys_draw_it_too(sign_in: SignIn) -> None:
    page = sign_in("anna")
    page.goto("/konto/")
    page.keyboard.press("Control+Shift+L")
    expect(page).to_have_url("/gesperrt/")


def test_going_back_in_the_browser_does_not_lift_it(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("anna")
    page.goto("/konto/")
    page.click("[data-curtain] >> visible=true")
    expect(page).to_have_url("/gesperrt/")
    page.go_back()

    expect(page).to_have_url("/gesperrt/")
    assert cast.anna.display_name not in page.content()


@pytest.mark.parametrize("address", ["/anmelden/", "/konto/", "/konto/pin/", "/hilfe/", "/nix/"])
def test_the_frame_has_no_barrier_and_nothing_sticks_out(
    sign_in: SignIn, barriers: Callable[[Page], list[str]], address: str
) -> None:
    page = sign_in("anna")
    if address == "/anmelden/":
        page.context.clear_cookies()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)

        assert barriers(page) == [], width
        assert sticks_out(page) == 0, width
