"""Nobody in front of the screen for a quarter of an hour, and a lost device, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lotsen.accounts.models import BlockedDevice, Session
from lotsen.accounts.roles import Role
from lotsen.devices import device_name
from lotsen.web import pins
from tests.builders import make_user
from tests.conftest import Cast
from tests.journeys.conftest import enter

pytestmark = pytest.mark.once
SignIn = Callable[[str], Page]
QUARTER = 15 * 60  # seconds


def test_after_a_quarter_of_an_hour_the_page_is_gone_and_what_was_typed_comes_back(
    sign_in: SignIn, page: Page, cast: Cast
) -> None:
    pins.choose(cast.anna, pin="402817")
    page.clock.install()  # before any page of ours: one that is open would see the time jump
    sign_in("anna")
    page.goto("/konto/pin/")
    page.fill("#id_pin", "531946")
    page.clock.fast_forward((QUARTER + 10) * 1000)

    expect(page.locator("main.curtain")).to_be_visible()
    assert cast.anna.display_name not in page.content()
    assert page.locator("#id_pin").count() == 0
    assert page.request.get("/api/v1/cases/").status == 423  # the server knows it, too

    for digit in "402818":
        page.click(f"[data-key='{digit}']")
    page.click("[data-keypad] button[type=submit]")
    expect(page.locator("#tries")).to_be_visible()
    page.fill("#secret", "402817")
    page.keyboard.press("Enter")

    expect(page.locator("#id_pin")).to_have_value("531946")
    assert page.request.get("/konto/").status == 200


def test_whoever_types_is_told_to_the_server_and_meets_no_curtain(
    sign_in: SignIn, page: Page
) -> None:
    page.clock.install()
    sign_in("anna")
    page.goto("/konto/pin/")
    told = []
    page.on("request", lambda request: told.append(request.url.endswith("/da/")))
    for _ in range(3):
        page.clock.fast_forward(14 * 60 * 1000)
        with page.expect_response("**/da/") as answer:
            page.locator("#id_pin").press_sequentially("5")
        assert answer.value.status == 204

    assert sum(told) == 3
    expect(page.locator("#id_pin")).to_have_value("555")


def test_a_lost_device_is_blocked_with_four_clicks(
    sign_in: SignIn, open_window: Callable[[], Page], cast: Cast
) -> None:
    make_user("gero", cast.clinic, Role.ADMINISTRATOR)
    enter(open_window(), "anna")
    device = Session.objects.get(user=cast.anna).device
    assert device
    page = sign_in("gero")

    page.get_by_role("link", name="Geräte").click()
    page.fill("#id_device", device_name(device))
    page.get_by_role("button", name="Nachsehen").click()
    page.get_by_label("Gestohlen").check()
    page.get_by_role("button", name="Gerät sperren").click()

    expect(page.get_by_role("status")).to_contain_text("Das Gerät ist gesperrt.")
    assert BlockedDevice.objects.get().reason == "stolen"
    assert not Session.objects.filter(user=cast.anna).exists()
