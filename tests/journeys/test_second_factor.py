"""The second factor in a real browser: a passkey of a made-up device, an app, no scripts at all."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils.timezone import now
from playwright.sync_api import CDPSession, Page, expect

from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Opens, sticks_out
from tests.lotsen.web.second_factor.phone import Phone

pytestmark = pytest.mark.once

OVERVIEW = "/konto/zweiter-faktor/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def _device(page: Page) -> tuple[CDPSession, str]:
    """The browser gets a fingerprint reader that always says yes."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    added = wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return wire, added["authenticatorId"]


def test_a_passkey_from_the_first_day_to_the_last(
    cast: Cast, required: None, open_window: Opens, barriers: Barriers
) -> None:
    """Set up, confirm with it, sign in by it alone, be refused without it, be warned."""
    page = open_window()
    wire, device = _device(page)
    faults: list[str] = []

    enter(page, "anna")
    page.wait_for_url(f"**{OVERVIEW}")
    faults += barriers(page)
    page.get_by_role("link", name="Passkey einrichten").click()
    expect(page.get_by_label("Name des Passkeys")).to_be_visible()
    faults += barriers(page)
    page.get_by_label("Name des Passkeys").fill("Diensthandy")
    page.get_by_role("button", name="Passkey erstellen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bewahren Sie diese Ersatzcodes auf")
    faults += barriers(page)
    page.get_by_role("button", name="Aufbewahrt, weiter").click()
    page.wait_for_url("**/station/")

    _sign_out(page)
    enter(page, "anna")  # beside the password
    faults += barriers(page)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    page.wait_for_url("**/station/")

    _sign_out(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()  # in place of both
    page.wait_for_url("**/station/")
    page.goto(OVERVIEW)
    page.get_by_role("link", name="Diensthandy").click()
    expect(page.get_by_text("Ihre Rolle braucht einen zweiten Faktor")).to_be_visible()

    _sign_out(page)
    wire.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Das hat nicht geklappt")
    assert faults == []


def test_a_passkey_of_a_closed_account_signs_nobody_in(cast: Cast, open_window: Opens) -> None:
    page = open_window()
    _device(page)
    enter(page, "anna")
    page.goto(f"{OVERVIEW}passkey/")
    page.get_by_label("Name des Passkeys").fill("Tablet")
    page.get_by_role("button", name="Passkey erstellen").click()
    page.wait_for_url("**/ersatzcodes/")
    _sign_out(page)
    cast.anna.is_active = False
    cast.anna.save()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Dieser Passkey passt hier nicht")).to_be_visible()


def test_without_scripts_an_app_does(cast: Cast, required: None, open_window: Opens) -> None:
    page = open_window(390, 844, java_script_enabled=False)
    enter(page, "anna")
    page.get_by_role("link", name="App einrichten").click()
    phone = Phone(page.locator(".key-text").inner_text().replace(" ", ""))
    page.wait_for_load_state()  # pictures, too
    assert page.locator("img.qr-key").evaluate("picture => picture.naturalWidth") > 100
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Code prüfen und fertig").click()
    expect(page.get_by_text("Dieser Code passt nicht").first).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(phone.code())
    page.get_by_role("button", name="Code prüfen und fertig").click()
    spare = page.locator(".recovery code").first.inner_text()
    page.get_by_role("button", name="Aufbewahrt, weiter").click()
    page.wait_for_url("**/station/")

    _sign_out(page)
    enter(page, "anna")
    expect(page.get_by_role("button", name="Mit Passkey bestätigen")).to_be_hidden()
    page.get_by_role("textbox", name="Code").fill(spare)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/station/")
    expect(page.get_by_text("Es sind noch 9 Ersatzcodes übrig")).to_be_visible()


def test_every_page_of_it_is_made_for_everyone(
    cast: Cast, open_window: Opens, barriers: Barriers
) -> None:
    """Those that the walk over all pages cannot meet: they ask for a fresh password first."""
    page = open_window(390, 844)
    enter(page, "anna")
    spare = Authenticator.objects.create(
        user=cast.anna, type="totp", data={"secret": "x"}, created_at=now() - timedelta(days=1)
    )
    faults = []
    for address in ("", "app/", "passkey/", f"{spare.pk}/entfernen/", "nachfragen/"):
        page.goto(OVERVIEW + address)
        faults += [f"{address}: {fault}" for fault in barriers(page)]
        assert sticks_out(page) == 0, address
    assert faults == []


def _sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/anmelden/")
