"""The family's page on a tablet: everything in sight, yes and no alike, right to left set right."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from lotsen.accounts.models import Organisation
from referrals.cases.models import Case
from referrals.consent.rules import Category
from tests.builders import make_assessment
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.journeys.hand import Barriers, Hand, Opens, sticks_out

pytestmark = pytest.mark.once

LONG_NAME = "Fachstelle Frühe Hilfen und Familienhebammen im Norden"
ALL = [category.value for category in Category]
TYPICAL = ["name", "phone", "language", "needs"]


@pytest.fixture
def texts(cast: Cast) -> Cast:
    call_command("load_consent_texts", stdout=StringIO())
    make_assessment(cast.case, cast.anna, needs=["overload"])
    return cast


def show(page: Page, cast: Cast, gives: list[str], language: str = "de") -> None:
    """Anna prepares the handover and lays the tablet on the family's lap."""
    enter(page, "anna")
    page.goto(f"/fall/{cast.case.pk}/uebergabe/?angebot={cast.offer.pk}")
    for code in gives:
        page.check(f"[name=categories][value={code}]", force=True)
    page.fill("[name=name]", "Amira Beispiel")
    page.fill("[name=phone]", "0171 39200 11")
    page.fill("[name=safe_contact]", "nur vormittags")
    page.get_by_role("button", name="Der Familie zeigen").click()
    page.wait_for_url("**/einwilligung/**")
    page.goto(f"{page.url}?sprache={language}")


def bottom(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize(
    ("gives", "name"), [(TYPICAL, "Familienbüro"), (ALL, "Familienbüro"), (ALL, LONG_NAME)]
)
def test_question_what_is_passed_on_and_both_answers_are_in_sight(
    open_window: Opens, texts: Cast, barriers: Barriers, gives: list[str], name: str
) -> None:
    Organisation.objects.filter(pk=texts.office.pk).update(name=name)
    page = open_window()
    show(page, texts, gives)

    for language in ("de", "de-simple", "en"):
        page.goto(f"{page.url.partition('?')[0]}?sprache={language}")
        answers = page.locator("[name=answer]")
        assert answers.count() == 2
        assert max(bottom(answers.nth(0)), bottom(answers.nth(1))) <= 768, language
        assert page.locator(".give:first-child li").count() == len(gives)
        assert page.evaluate("scrollY") == 0
        assert barriers(page) == [], language


def test_yes_and_no_weigh_the_same(open_window: Opens, texts: Cast) -> None:
    page = open_window()
    show(page, texts, TYPICAL)

    no, yes = (page.locator(f"[name=answer][value={value}]") for value in ("no", "yes"))
    boxes = [place.bounding_box() for place in (no, yes)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["width"], boxes[0]["height"]) == (boxes[1]["width"], boxes[1]["height"])
    assert boxes[0]["y"] == boxes[1]["y"]
    look = (
        "b => (s => [s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize,"
        " s.fontWeight])(getComputedStyle(b))"
    )
    assert no.evaluate(look) == yes.evaluate(look)
    assert page.locator(":checked").count() == 0
    assert page.evaluate("document.activeElement.name") != "answer"


def test_details_open_below_and_hold_the_law(open_window: Opens, texts: Cast) -> None:
    page = open_window()
    show(page, texts, TYPICAL)
    law = page.get_by_text("Sozialgesetzbuch")
    expect(law).to_be_hidden()

    page.locator("summary").click()

    expect(law).to_be_visible()


@pytest.mark.parametrize("form", ["typed", "drawn", "paper"])
def test_the_three_ways_to_sign_all_lead_to_a_yes(
    open_window: Opens, texts: Cast, barriers: Barriers, form: str
) -> None:
    hand = Hand.on(open_window(has_touch=True))
    show(hand.page, texts, TYPICAL)
    page = hand.page
    hand.taps = 0

    hand.button("Ja, einverstanden")
    expect(page.locator("h1")).to_contain_text("unterschreiben")
    assert page.locator(":checked").count() == 0
    ways = [page.locator(f"label.chip:has([value={way}])") for way in ("typed", "drawn", "paper")]
    assert len({round((way.bounding_box() or {"height": 0})["height"]) for way in ways}) == 1
    hand.choice("Mutter")
    hand.touch(page.locator(f"label.chip:has([value={form}])"))
    if form == "typed":
        expect(page.locator("#id_typed_name")).to_be_focused()
        page.keyboard.type("Amira Beispiel")
    if form == "drawn":
        _draw(page)
    assert barriers(page) == []
    hand.button("Fertig")
    expect(page.locator("h1")).to_contain_text("Danke.")
    assert hand.taps == (5 if form == "drawn" else 4)


def _draw(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("width", [1024, 390])
def test_a_released_arabic_text_is_whole_and_set_from_right_to_left(
    open_window: Opens, texts: Cast, barriers: Barriers, width: int
) -> None:
    call_command("release_consent_text", "2", "ar", reviewed_by="Probe", stdout=StringIO())
    Case.objects.filter(pk=texts.case.pk).update(language="ar")
    page = open_window(width, 768 if width == 1024 else 844)
    show(page, texts, TYPICAL, language="ar")

    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("html").get_attribute("dir") == "rtl"
    no, yes = (page.locator(f"[name=answer][value={value}]") for value in ("no", "yes"))
    expect(yes).to_have_text("نعم، أوافق")
    if width == 1024:
        assert bottom(yes) <= 768
        assert (no.bounding_box() or {"x": 0})["x"] > (yes.bounding_box() or {"x": 0})["x"]
    assert sticks_out(page) == 0
    assert barriers(page) == []
    page.locator("summary").click()

    yes.click()
    expect(page.locator("main")).not_to_contain_text("Mutter")
    page.locator("[name=given_by][value=mother]").check(force=True)
    page.locator("[name=form][value=paper]").check(force=True)
    page.locator("#sign button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("شكرًا.")
