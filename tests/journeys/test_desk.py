"""The desk as some people need it: without JavaScript, without a mouse."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.models import Handover
from tests.builders import PASSWORD
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Opens
from tests.referrals.web.desk import NAME, PHONE, requested

pytestmark = pytest.mark.once


@pytest.fixture
def handover(cast: Cast) -> Handover:
    return requested(cast)


def test_all_of_the_desk_works_without_javascript(open_window: Opens, handover: Handover) -> None:
    page = open_window(1280, 800, java_script_enabled=False)
    enter(page, "bilal")
    page.get_by_role("link", name="Alltag mit Kindern").first.click()
    page.wait_for_url("**uebergabe**")
    assert NAME not in page.content()
    page.get_by_role("button", name="Annehmen").click()

    page.get_by_role("link", name="Kontaktdaten anzeigen").click()
    page.get_by_role("button", name="Kontaktdaten anzeigen").click()
    expect(page.locator("main")).to_contain_text(NAME)
    expect(page.locator("main")).to_contain_text(PHONE)

    page.goto(f"/uebergabe/{handover.pk}/")
    page.get_by_role("link", name="Kontakt festhalten").click()
    page.get_by_role("radio", name="Nicht erreicht").check()
    page.get_by_role("radio", name="an einem anderen Tag").check()
    day = localdate() + timedelta(days=5)
    page.get_by_label("Anderer Tag").fill(day.isoformat())
    page.get_by_role("button", name="Festhalten").click()
    expect(page.locator("main")).to_contain_text("Kontakt festgehalten.")
    assert FollowUp.objects.open().filter(handover=handover, due_on=day).exists()

    page.get_by_role("button", name="Beginnen").click()
    page.locator("summary", has_text="Abschließen").click()
    form = page.locator("#handover-complete")
    form.get_by_role("radio", name="Familie nutzt das Angebot").check()
    form.get_by_role("button", name="Abschließen").click()
    expect(page.locator("main")).to_contain_text("Abgeschlossen")


def test_the_inbox_works_by_keys_alone(open_window: Opens, handover: Handover) -> None:
    page = open_window(1440, 900)
    enter_by_keys(page, "bilal")
    expect(page.locator("h1")).to_contain_text("Eingang")

    keys_listen(page)
    page.keyboard.press("j")
    expect(page.locator("[data-row] a:focus")).to_contain_text("Alltag mit Kindern")
    page.keyboard.press("Enter")
    expect(page.locator("#reading")).to_be_visible()
    keys_listen(page)
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="Kontakt festhalten")).to_be_visible()
    keys_listen(page)
    page.keyboard.press("c")

    expect(page.locator("h1")).to_have_text("Kontakt festhalten")
    tab_to(page, page.locator("[name=result]").first.get_attribute("id"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("[name=next_step]").first.get_attribute("id"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Kontakt festgehalten.")
    attempt = ContactAttempt.objects.get(handover=handover)
    assert attempt.result == "reached"
    next_week = localdate() + timedelta(days=7)
    assert FollowUp.objects.open().filter(handover=handover, due_on=next_week).exists()


def keys_listen(page: Page) -> None:
    """The script of the inbox has run: modules do before a page counts as loaded."""
    page.wait_for_load_state("load")


def enter_by_keys(page: Page, name: str) -> None:
    """Sign in with nothing but a keyboard."""
    page.goto("/anmelden/")
    tab_to(page, "id_login")
    page.keyboard.type(name)
    tab_to(page, "id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def tab_to(page: Page, field: str | None) -> None:
    """Tab until the field has the focus, and see that the focus shows."""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "the focus got lost"
        if page.evaluate("document.activeElement.id") == field:
            return
    pytest.fail(f"not reached by Tab: {field}")
