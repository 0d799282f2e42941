"""The whole job in a browser: from the bedside to help, and back to the ward."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from lotsen.web import pins
from referrals.cases.models import Case
from referrals.handovers.models import Handover
from tests.builders import make_instrument, make_offer
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Hand, Opens

NAME, PHONE = "Amira Beispiel", "0171 39200 11"
PIN = "402817"
INTAKE_TAPS = 20  # docs/domain.md
HANDOVER_TAPS = 16  # docs/domain.md: the navigator's own; the family's are its own
FAMILY_TAPS = 5


@pytest.fixture
def city(cast: Cast) -> Cast:
    """The cast with everything a ward needs before the first family: texts, sheet, offers, PIN."""
    call_command("load_consent_texts", verbosity=0)
    make_instrument()
    make_offer("Elterncafé", recipient=cast.office, needs=["isolation"])
    pins.choose(cast.anna, pin=PIN)
    return cast


@pytest.fixture
def tablet(open_window: Opens, city: Cast, barriers: Barriers) -> Hand:
    return Hand.on(open_window(has_touch=True), barriers)


@pytest.fixture
def desk(open_window: Opens, city: Cast, barriers: Barriers) -> Hand:
    return Hand.on(open_window(1440, 900, has_touch=True), barriers)


@pytest.mark.once
def test_from_the_bedside_to_help_and_back(
    tablet: Hand, desk: Hand, city: Cast, open_window: Opens
) -> None:
    _take_in(tablet)
    assert tablet.taps <= INTAKE_TAPS
    case = Case.objects.exclude(pk=city.case.pk).get()

    _hand_over(tablet)
    handover = Handover.objects.get(case=case)
    _sign_out(tablet)

    _take_on(desk, case, handover)
    _finish(desk)
    _read_outcome(tablet, city)

    _nothing_for_carla(Hand.on(open_window()), case, [*tablet.addresses, *desk.addresses])
    for words in (case.pseudonym, case.pseudonym[:4], NAME, PHONE):
        assert [title for title in [*tablet.titles, *desk.titles] if words in title] == []
        assert [url for url in [*tablet.addresses, *desk.addresses] if words in url] == []


def _take_in(hand: Hand) -> None:
    """B1: a family's needs, without a name and without a keyboard."""
    page = hand.page
    enter(page, "anna")
    hand.arrives("Station heute")
    hand.taps = 0
    hand.link("Neue Aufnahme")
    hand.arrives("Neue Aufnahme")
    hand.choice("Deutsch")
    hand.choice("Bilk")
    hand.button("Weiter zu den Hinweisen")

    hand.arrives("Hinweise")
    cards = page.locator("fieldset.answer")
    for number in (0, 1, 2):
        hand.touch_and_wait(cards.nth(number))
        expect(cards.nth(number).get_by_label("trifft zu", exact=True)).to_be_checked()
    for number in range(page.get_by_role("button", name="Übrige: trifft nicht zu").count()):
        hand.touch(page.get_by_role("button", name="Übrige: trifft nicht zu").nth(number))
        hand.arrives("Hinweise")
    hand.sees("Alles beantwortet.")
    hand.button("Weiter zu Wünschen")

    hand.arrives("Wünsche")
    hand.touch_and_wait(page.locator("label.chip", has_text="Entlastung im Alltag"))
    hand.touch_and_wait(page.locator("label.choice", has_text="Ja, gern"))
    hand.button("Antworten prüfen")
    hand.arrives("Antworten prüfen")
    hand.button("Ja, aufbewahren und Angebote zeigen")
    hand.arrives("Passende Angebote")


def _hand_over(hand: Hand) -> None:
    """B2: an offer, the family's yes, and off it goes. The family's taps count apart."""
    page = hand.page
    hand.sees("Passt, weil", "Familienhebamme Bilk")
    hand.taps = 0
    hand.touch(page.get_by_role("radio", name="Familienhebamme Bilk"))
    hand.button("Übergabe vorbereiten")
    hand.arrives("Übergabe vorbereiten")
    assert page.locator("[name=categories]:checked").count() == 0
    hand.button("Vorschlag übernehmen")
    hand.write("Name", NAME)
    hand.write("Telefonnummer", PHONE)
    hand.button("Der Familie zeigen")

    before = hand.taps
    _family_agrees(hand)
    family = hand.taps - before
    assert family <= FAMILY_TAPS

    hand.link("Weiter für die Fachkraft")
    hand.arrives("Gleich geht es weiter")
    for digit in PIN:
        hand.touch(page.locator(f"[data-key='{digit}']"))
    hand.touch(page.locator("[data-keypad] button[type=submit]"))
    hand.arrives("Prüfen und übergeben")
    hand.button("Übergeben")
    hand.arrives("Familienhebamme Bilk")
    assert hand.taps - family <= HANDOVER_TAPS


def _family_agrees(hand: Hand) -> None:
    """The tablet lies on the family's lap: it shows the question and reaches nothing else."""
    page = hand.page
    expect(page).to_have_url(re.compile("/einwilligung/"))
    hand.arrives("")
    hand.sees("Familienbuero", "Nein, jetzt nicht")
    question = page.url
    assert hand.asks_for("/station/") == 200
    assert page.url == question

    hand.button("Ja, einverstanden")
    hand.arrives("Bitte unterschreiben")
    hand.choice("Mutter")
    hand.choice("mit meinem getippten Namen")
    expect(page.get_by_role("textbox", name="Ihr Name")).to_be_focused()
    page.keyboard.type(NAME)
    hand.choice("ob die Hilfe bei mir angekommen ist")
    hand.button("Fertig")
    hand.arrives("Danke.")


def _sign_out(hand: Hand) -> None:
    hand.touch(hand.page.locator("details.menu summary"))
    hand.button("Abmelden", within="details.menu")
    hand.arrives("Anmelden")


def _take_on(hand: Hand, case: Case, handover: Handover) -> None:
    """Bilal sees a glimpse, accepts, and only then who it is."""
    enter(hand.page, "bilal")
    hand.arrives("Eingang")
    hand.sees("Alltag mit Kindern", case.pseudonym, "Deutsch")
    hand.sees_nothing_of(NAME, PHONE, "Amira", "39200")
    hand.link("Alltag mit Kindern")
    hand.arrives("Eingang")
    hand.sees("sichtbar nach dem Annehmen")
    hand.sees_nothing_of(NAME, PHONE, "Amira", "39200", "Entlastung im Alltag")
    assert hand.asks_for(f"/fall/{case.pk}/kontaktdaten/") == 404
    assert hand.asks_for(f"/uebergabe/{handover.pk}/") == 200
    hand.arrives("")

    hand.button("Annehmen")
    hand.sees("Entlastung im Alltag")
    hand.sees_nothing_of(NAME, PHONE)
    hand.link("Kontaktdaten anzeigen")
    hand.arrives("Kontaktdaten")
    hand.sees_nothing_of(NAME, PHONE)
    hand.button("Kontaktdaten anzeigen")
    hand.sees(NAME, PHONE, "Jetzt geöffnet")
    hand.arrives("Kontaktdaten")
    hand.asks_for(f"/uebergabe/{handover.pk}/")


def _finish(hand: Hand) -> None:
    """Calls, begins, and says how it ended."""
    page = hand.page
    hand.link("Kontakt festhalten")
    hand.arrives("Kontakt festhalten")
    for words in ("Telefon", "Erreicht", "in 1 Woche"):
        hand.touch(page.get_by_role("radio", name=words, exact=True))
    hand.button("Festhalten")
    hand.sees("Kontakt festgehalten.", "Wieder ansehen")
    hand.button("Beginnen")
    hand.touch(page.locator("summary", has_text="Abschließen"))
    hand.choice("Familie nutzt das Angebot", within="#handover-complete")
    hand.button("Abschließen", within="#handover-complete")
    hand.sees("Abgeschlossen: Familie nutzt das Angebot")
    hand.arrives("")


def _read_outcome(hand: Hand, city: Cast) -> None:
    enter(hand.page, "anna")
    hand.arrives("Station heute")
    hand.sees("So ging es weiter")
    hand.link(city.offer.name)
    hand.sees("Familie nutzt das Angebot")
    hand.arrives(city.offer.name)
    hand.button("Gelesen, abhaken")
    hand.arrives("Station heute")
    hand.sees_nothing_of("So ging es weiter")


def _nothing_for_carla(hand: Hand, case: Case, addresses: list[str]) -> None:
    """Whatever address the others came past: for her it does not exist."""
    enter(hand.page, "carla")
    for address in ("/station/", "/eingang/", "/ausgang/", "/wiedervorlagen/"):
        assert hand.asks_for(address) == 200
        hand.sees_nothing_of(case.pseudonym, NAME, PHONE, str(case.pk))
    theirs = {path for path in map(_path, addresses) if re.search("[0-9a-f]{8}-", path)}
    assert len(theirs) >= 8
    assert {path: hand.asks_for(path) for path in theirs} == dict.fromkeys(theirs, 404)


def _path(address: str) -> str:
    return urlsplit(address).path
