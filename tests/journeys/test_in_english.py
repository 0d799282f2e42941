"""The whole job once more, by somebody who reads English: not one German word on the way."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from lotsen.web import pins
from tests.builders import make_instrument, make_offer
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Hand, Opens
from tests.referrals.web.desk import NAME, PHONE

pytestmark = pytest.mark.once

PIN = "402817"

# What houses, districts and offers are called stays as it is, and so does each language's own name.
NAMES = re.compile(
    r"Düsseldorf|Familienhebamme Bilk|Besucht die Familie zu Hause\.|Elterncafé|Familienbüro"
    r"|Familienbuero|Marienklinik|Nordklinik|Unterbilk|Bilk|Deutsch(, einfach| · German)?"
    r"|Türkçe|Română|Kurmancî|Español|Français"
)
GERMAN = re.compile(
    r"\b(und|oder|nicht|der|die|das|den|dem|des|ein|eine|einen|einer|ist|sind|wird|werden|für"
    r"|mit|von|vom|zum|zur|bei|auf|aus|nach|noch|kein|keine|Ihr|Ihre|Ihnen|Sie|wir|uns|bitte|Bitte"
    r"|Uhr|Monat|Monate|Jahr|Jahre|Tag|Tage|Woche|Wochen|heute|gestern|morgen|seit|bis|ab"
    r"|Sichtschutz|Abmelden|Station|Eingang|Ausgang|Wiedervorlagen?|Angebote?|Familie"
    r"|Fall|Hinweise|Frist|Stand|Einwilligung(en)?|Notizen?|Konto|Hilfe|Datenschutz|Impressum"
    r"|Verlauf|Suchen?|Deutsch|Englisch|Name:|Telefon)\b"
    r"|\w*[äöüÄÖÜß]\w*"
    r"|\b\d{2}\.\d{2}\.\d{4}\b"
)


def german_words(page: Page) -> list[str]:
    """What is left of German on a page; a date written the German way counts."""
    text = f"{page.title()} {page.locator('body').inner_text()}"
    hidden = page.locator("[aria-label]").evaluate_all("all => all.map(each => each.ariaLabel)")
    return [found.group() for found in GERMAN.finditer(NAMES.sub("", " ".join([text, *hidden])))]


@pytest.fixture
def city(cast: Cast) -> Cast:
    call_command("load_consent_texts", verbosity=0)
    make_instrument()
    make_offer("Elterncafé", recipient=cast.office, needs=["isolation"])
    cast.offer.languages = ["de", "en"]
    cast.offer.save(update_fields=["languages"])
    pins.choose(cast.anna, pin=PIN)
    return cast


def test_the_whole_job_in_english(open_window: Opens, city: Cast) -> None:
    ward = Hand.on(open_window(has_touch=True), german_words)
    ward.page.goto("/anmelden/")
    ward.button("English", within="footer")
    ward.arrives("Sign in")
    enter(ward.page, "anna")
    ward.arrives("Ward today")
    _take_in(ward)
    _hand_over(ward)
    receipt = ward.page.url

    desk = Hand.on(open_window(1440, 900, has_touch=True), german_words)
    enter(desk.page, "bilal")
    desk.button("English", within="footer")
    desk.arrives("Inbox")
    case = _take_on(desk)
    _finish(desk, receipt)
    _around(desk, case, "kontaktdaten", "einwilligungen", "notiz")

    ward.asks_for("/station/")
    ward.arrives("Ward today")
    ward.link("Familienhebamme Bilk")
    ward.sees("Completed: the family uses the offer")
    ward.arrives("Familienhebamme Bilk")
    ward.button("Read, tick off")
    ward.arrives("Ward today")
    _around(ward, case, "kontaktdaten", "einwilligungen", "notiz", "kontakt", "abschliessen")
    _withdraw_and_close(ward, case)
    for address in ("/ausgang/", "/wiedervorlagen/", "/faelle/", "/faelle/?ansicht=alle",
                    "/angebote/", f"/angebote/{city.offer.pk}/", "/eingang/", "/hilfe/",
                    "/konto/", "/konto/pin/", "/konto/kennwort/", "/datenschutz/",
                    "/barrierefreiheit/", "/impressum/", "/nix/"):  # fmt: skip
        ward.asks_for(address)
        ward.arrives("")


def _take_in(hand: Hand) -> None:
    hand.link("New intake")
    hand.arrives("New intake")
    hand.button("Continue to the indicators")
    hand.sees("Choose the language the family speaks best.")
    hand.arrives("New intake")
    hand.choice("Another one")
    hand.page.locator("#id_language").select_option("en")
    hand.choice("Bilk")
    hand.button("Continue to the indicators")
    hand.arrives("Indicators")
    hand.touch_and_wait(hand.page.locator("fieldset.answer").first)
    hand.button("Continue to the wishes")
    hand.arrives("Wishes")
    hand.touch_and_wait(hand.page.locator("label.chip", has_text="Relief in everyday life"))
    hand.button("Check the answers")
    hand.arrives("Check the answers")
    hand.button("Yes, keep and show offers")
    hand.arrives("Offers that fit")


def _hand_over(hand: Hand) -> None:
    page = hand.page
    hand.touch(page.get_by_role("radio", name="Familienhebamme Bilk"))
    hand.button("Prepare handover")
    hand.arrives("Prepare handover")
    hand.button("Show it to the family")
    hand.sees("Something is still missing")
    hand.arrives("Prepare handover")
    hand.button("Use the suggestion")
    expect(page.locator("[name=categories]:checked")).to_have_count(4)
    hand.write("Name", NAME)
    hand.write("Phone number", PHONE)
    hand.button("Show it to the family")
    hand.arrives("")
    hand.touch(page.locator("button[value=yes]"))
    hand.arrives("")
    hand.choice("Mother")
    hand.choice("by typing my name")
    hand.touch(page.get_by_role("textbox"))
    page.get_by_role("textbox").press_sequentially(NAME)
    hand.touch(page.locator("label.choice:has([name=feedback])"))
    hand.touch(page.locator("#sign button[type=submit]"))
    hand.arrives("")
    hand.touch(page.locator("main a").last)
    hand.arrives("Back in a moment")
    for digit in PIN:
        hand.touch(page.locator(f"[data-key='{digit}']"))
    hand.touch(page.locator("[data-keypad] button[type=submit]"))
    hand.arrives("Check and hand over")
    hand.button("Hand over")
    hand.arrives("Familienhebamme Bilk")


def _take_on(hand: Hand) -> str:
    """Accepts and calls; the address of the case."""
    page = hand.page
    hand.link("Everyday life with children")
    hand.arrives("Inbox")
    hand.button("Accept")
    hand.arrives("Inbox")
    hand.link("Show contact details")
    hand.arrives("Contact details")
    hand.button("Show contact details")
    hand.sees(NAME, PHONE)
    hand.arrives("Contact details")
    hand.link("Record a contact")
    hand.arrives("Record a contact")
    hand.button("Record")
    hand.sees("Something is still missing")
    hand.arrives("Record a contact")
    for words in ("Phone", "Reached", "in 1 week"):
        hand.touch(page.get_by_role("radio", name=words, exact=True))
    hand.button("Record")
    hand.sees("Contact recorded.")
    hand.arrives("")
    return re.sub(r"(/fall/[0-9a-f-]+/).*", r"\1", next(u for u in hand.addresses if "/fall/" in u))


def _finish(hand: Hand, handover: str) -> None:
    hand.asks_for(handover)
    hand.button("Start")
    hand.arrives("")
    hand.touch(hand.page.locator("summary", has_text="Complete"))
    hand.button("Complete", within="#handover-complete")
    hand.sees("Choose what fits best.")
    hand.arrives("")
    hand.choice("the family uses the offer", within="#handover-complete")
    hand.button("Complete", within="#handover-complete")
    hand.sees("Completed: the family uses the offer")
    hand.arrives("")


def _withdraw_and_close(hand: Hand, case: str) -> None:
    hand.asks_for(f"{case}einwilligungen/")
    hand.link("Record a withdrawal")
    hand.arrives("Record a withdrawal")
    hand.button("Withdraw consent")
    hand.arrives("")
    hand.asks_for(f"{case}abschliessen/")
    hand.button("Close case")
    hand.sees("Choose how it ended.")
    hand.arrives("Close case")
    hand.choice("Help has arrived")
    hand.button("Close case")
    hand.arrives("Case")


def _around(hand: Hand, case: str, *pages: str) -> None:
    for page in ("", *pages):
        hand.asks_for(f"{case}{page}/" if page else case)
        hand.arrives("")
