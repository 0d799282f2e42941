"""A tablet is lost: the officer reads its name off the sticker and learns what was shown on it."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.html import strip_tags
from playwright.sync_api import Page, expect

from lotsen.accounts.roles import Role
from tests.builders import make_user
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Opens, sticks_out
from tests.referrals.web import desk

pytestmark = pytest.mark.once
SIZES = [(1024, 768), (390, 844), (1440, 900), (320, 640)]


def _use(tablet: Page, case: object) -> str:
    """Anna reads a family's contact details on the tablet; returns the name on the sticker."""
    enter(tablet, "anna")
    tablet.goto(f"/fall/{case}/kontaktdaten/")
    tablet.locator("main button", has_text="anzeigen").first.click()
    expect(tablet.locator("main")).to_contain_text(desk.NAME)
    tablet.goto("/konto/")
    return tablet.locator("#device + p").inner_text().strip()


def test_from_the_sticker_to_the_table(
    cast: Cast, open_window: Opens, barriers: Barriers, tmp_path: Path
) -> None:
    make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)
    handover = desk.accepted(cast)
    sticker = _use(open_window(), handover.case_id)

    page = open_window(accept_downloads=True)
    enter(page, "frieda")
    page.get_by_role("link", name="Zugriffe", exact=True).click()
    expect(page).to_have_url(re.compile("zugriffe"))
    _is_open_to_everyone(page, barriers)
    page.get_by_role("link", name="Nach Gerät").click()
    page.fill("[name=device]", sticker.lower().replace("-", " "))
    page.get_by_role("button", name="Anzeigen").click()

    row = page.get_by_role("row").filter(has_text=handover.case.pseudonym)
    expect(row).to_contain_text("Name, Telefon")
    expect(row).to_contain_text("Anna")
    assert desk.NAME not in strip_tags(page.content())
    _is_open_to_everyone(page, barriers)

    with page.expect_download() as loading:
        page.get_by_role("button", name="Als Tabelle herunterladen").click()
    loading.value.save_as(tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_text(encoding="utf-8-sig")
    assert [line[0] for line in csv.reader(text.splitlines(), delimiter=";")][1:] == [
        handover.case.pseudonym,
        "ohne Fall",
    ]


def _is_open_to_everyone(page: Page, barriers: Callable[[Page], list[str]]) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert sticks_out(page) == 0, f"scrolls sideways at {width}"
        assert barriers(page) == []


def test_from_the_code_to_who_saw_the_case(
    cast: Cast, open_window: Opens, barriers: Barriers
) -> None:
    make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)
    handover = desk.accepted(cast)
    mine = open_window()
    _use(mine, handover.case_id)
    mine.goto(f"/fall/{handover.case_id}/")
    mine.get_by_role("link", name="Wer hat diesen Fall gesehen?").click()
    expect(mine.get_by_role("row").nth(1)).to_contain_text("Anna")
    _is_open_to_everyone(mine, barriers)

    page = open_window()
    enter(page, "frieda")
    page.get_by_role("link", name="Zugriffe", exact=True).click()
    page.get_by_role("link", name="Nach Fall").click()
    page.fill("[name=pseudonym]", handover.case.pseudonym.lower().replace("-", " "))
    page.get_by_role("button", name="Anzeigen").click()

    row = page.get_by_role("row").filter(has_text="Versiegeltes geöffnet")
    expect(row).to_contain_text("Anna")
    expect(row).to_contain_text("Name, Telefon")
    assert desk.NAME not in strip_tags(page.content())
    assert handover.case.pseudonym not in page.url + page.title()
    _is_open_to_everyone(page, barriers)
