"""A coordinator's way: where the network stands at a glance, a report in four clicks."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Opens, sticks_out
from tests.referrals.statistics.stage import publish

pytestmark = pytest.mark.once

SIZES = [(1440, 900), (1024, 768), (390, 844)]  # the narrow one last: axe looks at that


@pytest.fixture
def published(cast: Cast) -> None:
    for period, times in (("2026Q1", 0.8), ("2026Q2", 0.9), ("2026Q3", 1)):
        publish(cast.clinic.municipality, period, times=times)


def test_five_figures_stand_on_the_first_screen_of_the_day(
    published: None, open_window: Opens
) -> None:
    page = open_window(1024, 768)
    enter(page, "dora")
    figures = page.locator(".figs li")
    expect(figures).to_have_count(5)
    for number in range(5):
        box = figures.nth(number).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768


def test_the_findings_fit_every_window(
    published: None, open_window: Opens, barriers: Barriers
) -> None:
    page = open_window()
    enter(page, "dora")
    for address in ("/auswertung/", "/auswertung/methodik/", "/auswertung/bericht/?gewaehlt=1"):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            assert sticks_out(page) == 0, (address, width)
        assert barriers(page) == [], address


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_report_is_four_clicks_away(published: None, open_window: Opens, scripts: bool) -> None:
    page = open_window(java_script_enabled=scripts)
    enter(page, "dora")
    page.get_by_role("link", name="Bericht erstellen").click()
    page.get_by_text("Auswählen, was darin steht").click()
    page.get_by_label("Zeitraum").select_option("2026Q2")
    page.get_by_role("button", name="Bericht ansehen").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.startswith("lotsen-duesseldorf-2026q2")


def test_a_gap_and_what_there_is_for_it_are_three_clicks_away(
    published: None, open_window: Opens
) -> None:
    page = open_window(java_script_enabled=False)
    enter(page, "dora")
    page.get_by_role("link", name="Wo genau?").click()
    expect(page.locator("main")).to_contain_text("110 von 160 Familien")
    page.locator(".matrix td a").first.click()
    expect(page.locator("main")).to_contain_text("Familien")


def test_labels_of_lines_stay_on_the_drawing_and_apart(published: None, open_window: Opens) -> None:
    page = open_window()
    enter(page, "dora")
    chart = page.locator("svg.chart").bounding_box()
    assert chart is not None
    boxes = [label.bounding_box() for label in page.locator("svg.chart .direct").all()]
    assert all(box and box["x"] + box["width"] <= chart["x"] + chart["width"] for box in boxes)
    heights = sorted(box["y"] for box in boxes if box)
    assert heights[1] - heights[0] >= 14


def test_the_period_is_chosen_by_keyboard_alone(published: None, open_window: Opens) -> None:
    page = open_window()
    enter(page, "dora")
    _tab_to(page, "#zeitraum")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("2. Quartal 2026 · eingefroren am 15.07.2026")
    _tab_to(page, "#needs summary")
    page.keyboard.press("Enter")
    expect(page.locator("#needs table.kern-table")).to_be_visible()


def _tab_to(page: Page, place: str) -> None:
    wanted = page.locator(place)
    for _ in range(60):
        if wanted.evaluate("thing => thing === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{place} is not reached by the keyboard")
