"""Somebody new: from one form over a link to the first sign-in, in two browsers."""

import pytest
from playwright.sync_api import Request, expect

from lotsen.accounts.roles import Role
from tests.builders import make_user
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Opens

pytestmark = pytest.mark.once

NEW = "vier rote Wolken am Fluss"


def test_an_invitation_leads_to_a_first_sign_in(
    cast: Cast, open_window: Opens, barriers: Barriers
) -> None:
    make_user("gero", cast.clinic, Role.ADMINISTRATOR)
    office = open_window()
    enter(office, "gero")
    office.get_by_role("link", name="Person einladen").click()
    office.get_by_label("Name", exact=True).fill("Petra Weiß")
    office.get_by_label("E-Mail").fill("petra@example.org")
    office.get_by_label("Netzwerkkoordination").check()
    office.get_by_role("button", name="Einladen").click()  # five steps, nothing to remember
    link = office.get_by_label("Jetzt kopieren").input_value()
    assert barriers(office) == []

    home = open_window(390, 844)
    told: list[str] = []
    home.on("request", lambda asked: told.append(_referrer(asked)))
    home.goto(link)
    expect(home.locator("main")).to_contain_text("petra.weiss")
    assert barriers(home) == []
    home.get_by_label("Neues Kennwort", exact=True).fill(NEW)
    home.get_by_label("Neues Kennwort noch einmal").fill(NEW)
    home.get_by_role("button", name="Kennwort setzen").click()
    home.get_by_label("Benutzername").fill("petra.weiss")
    home.get_by_label("Kennwort", exact=True).fill(NEW)
    home.locator("main button[type=submit]").first.click()
    expect(home.locator(".appbar")).to_contain_text("P. W.")

    assert not any("/einladung/" in referrer for referrer in told)
    home.context.clear_cookies()
    home.goto(link)
    expect(home.get_by_role("heading")).to_have_text("Dieser Link funktioniert nicht")
    assert barriers(home) == []


def _referrer(asked: Request) -> str:
    return asked.headers.get("referer", "")
