"""Finding a family again, with the keyboard alone and without a single script."""

from datetime import date

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from referrals.identities.actions import store
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Opens, sticks_out

pytestmark = pytest.mark.once

SIZES = [(1024, 768), (390, 844), (1440, 900)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_family_is_found_again(
    cast: Cast, open_window: Opens, barriers: Barriers, width: int, height: int, scripts: bool
) -> None:
    store(
        cast.case, name="Rana Öztürk", phone="0171 39200 12", safe_contact="",
        birth_date=date(1994, 12, 24), actor=cast.anna, at=now(),
    )  # fmt: skip
    page = open_window(width, height, java_script_enabled=scripts)
    enter(page, "anna")
    page.get_by_role("link", name="Suchen").click()
    page.wait_for_url("**/suchen/")
    looked_at = [page.url]

    page.get_by_label("Familienname").fill("Ozturk")
    page.get_by_label("Familienname").press("Enter")
    expect(page.locator("main [role=alert]")).to_contain_text("auch das Geburtsdatum")
    if scripts:
        assert barriers(page) == []
    page.get_by_label("Geburtsdatum").fill("1994-12-24")
    page.get_by_label("Geburtsdatum").press("Enter")
    expect(page.locator("main")).to_contain_text("1 Fall gefunden")
    if scripts:
        assert barriers(page) == []
    looked_at.append(page.url)
    assert sticks_out(page) == 0

    page.get_by_role("link", name="Fall öffnen").click(timeout=5000)
    page.wait_for_url(f"**/fall/{cast.case.pk}/")
    assert {url.partition("/fall")[2] for url in looked_at} == {"/suchen/"}
    assert "Öztürk" not in page.title()
