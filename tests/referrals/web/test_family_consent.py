from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lotsen.audit.models import AccessEvent
from referrals.consent import texts
from referrals.consent.files import read_folder
from referrals.consent.models import Consent, ConsentText, TextStatus
from referrals.handovers.models import Handover
from referrals.notes.models import Note
from tests.builders import NOON, PASSWORD, make_assessment, make_consent_text
from tests.conftest import Cast

SignIn = Callable[[str], Client]
DRAWING = "M10 10L40 40L90 20M100 30L120 60"


@pytest.fixture
def anna(cast: Cast, signed_in: SignIn) -> Client:
    """Anna's browser while the family looks at it; `anna.page` is the family's address."""
    make_assessment(cast.case, cast.anna, needs=["overload"])
    make_consent_text(body="Wir möchten Sie verbinden mit: {recipient}.\n\nSie dürfen Nein sagen.")
    client = signed_in("anna")
    answer = client.post(
        f"/fall/{cast.case.pk}/uebergabe/?angebot={cast.offer.pk}",
        {"categories": ["name", "phone"], "name": "Amira Beispiel", "phone": "0171 39200 11"},
    )
    client.page = answer.headers["Location"]  # type: ignore[attr-defined]
    return client


def signed(**changed: Any) -> dict[str, Any]:
    return {"given_by": "mother", "form": "typed", "typed_name": "Amira Beispiel"} | changed


def test_the_question_names_the_house_and_what_it_gets(cast: Cast, anna: Client) -> None:
    page = anna.get(anna.page).content.decode()

    assert cast.office.name in page
    assert page.count("data-once") >= 1
    assert 'value="no"' in page
    assert 'value="yes"' in page


def test_the_family_sees_neither_pseudonym_nor_menu_nor_its_own_number(
    cast: Cast, anna: Client
) -> None:
    page = anna.get(anna.page).content.decode()

    assert cast.case.pseudonym not in page
    assert cast.case.pseudonym[:4] not in page
    assert "appbar" not in page
    assert "39200" not in page


def test_yes_and_no_weigh_the_same(anna: Client) -> None:
    page = anna.get(anna.page).content.decode()

    assert page.count('class="kern-btn kern-btn--secondary" name="answer"') == 2
    assert "kern-btn--primary" not in page


def test_without_a_text_in_the_familys_language_somebody_interprets(
    cast: Cast, anna: Client
) -> None:
    assert "Türkçe" in anna.get(anna.page).content.decode()


def test_a_released_text_in_the_familys_language_comes_first(cast: Cast, anna: Client) -> None:
    make_consent_text(language="tr", title="Verebilir miyiz?", body="{recipient}")

    page = anna.get(anna.page).content.decode()

    assert "Verebilir miyiz?" in page
    assert '<a class="lang" href="?sprache=de"' in page


def test_a_text_from_right_to_left_is_set_so(cast: Cast, anna: Client) -> None:
    make_consent_text(language="ar", title="هل تسمحون؟", body="{recipient}")

    page = anna.get(f"{anna.page}?sprache=ar").content.decode()

    assert 'lang="ar" dir="rtl"' in page


def test_a_text_that_is_only_translated_is_never_asked_in(cast: Cast, anna: Client) -> None:
    make_consent_text(language="ar", status="translated", title="هل تسمحون؟", body="{recipient}")

    assert "هل تسمحون؟" not in anna.get(f"{anna.page}?sprache=ar").content.decode()


@pytest.mark.parametrize(
    ("typed", "form", "notes"),
    [
        ({}, "typed", 1),
        ({"form": "drawn", "typed_name": "", "drawing": DRAWING}, "drawn", 1),
        ({"form": "paper", "typed_name": ""}, "paper", 0),
    ],
)
def test_a_signed_yes_is_a_consent_for_exactly_this(
    cast: Cast, anna: Client, typed: dict[str, str], form: str, notes: int
) -> None:
    answer = anna.post(anna.page, signed(**typed))

    consent = Consent.objects.get()
    assert answer.headers["Location"] == anna.page
    assert (consent.recipient, consent.form, consent.given_by) == (cast.office, form, "mother")
    assert consent.categories == ["name", "phone"]
    assert consent.purposes == ["handover"]  # feedback is a yes of its own
    assert Handover.objects.get().consent == consent
    assert Note.objects.filter(kind="signature").count() == notes


def test_feedback_is_agreed_to_by_a_tap_of_its_own(anna: Client) -> None:
    anna.post(anna.page, signed(feedback="on"))

    assert Consent.objects.get().purposes == ["handover", "feedback"]


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        ({"given_by": ""}, "id_given_by"),
        ({"form": ""}, "id_form"),
        ({"typed_name": "  "}, "id_typed_name"),
        ({"form": "drawn", "drawing": ""}, "id_drawing"),
        ({"form": "drawn", "drawing": "<svg onload=alert(1)>"}, "id_drawing"),
    ],
)
def test_a_signature_that_is_missing_is_asked_for(
    anna: Client, typed: dict[str, str], anchor: str
) -> None:
    answer = anna.post(anna.page, signed(**typed))

    assert answer.status_code == 422
    assert f'href="#{anchor}"' in answer.content.decode()
    assert not Consent.objects.exists()


def test_yes_alone_is_not_a_consent_yet(anna: Client) -> None:
    page = anna.post(anna.page, {"answer": "yes"})

    assert page.status_code == 200
    assert 'name="typed_name"' in page.content.decode()
    assert not Consent.objects.exists()


def test_a_no_needs_no_reason_and_leaves_no_draft(cast: Cast, anna: Client) -> None:
    anna.post(anna.page, {"answer": "no"})

    assert not Consent.objects.exists()
    assert Handover.objects.get().state == "cancelled"
    assert "<form" not in anna.get(anna.page).content.decode().split("<main")[1].split("</main")[0]


def test_an_answer_is_given_once(anna: Client) -> None:
    anna.post(anna.page, signed())
    anna.post(anna.page, {"answer": "no"})

    assert Consent.objects.count() == 1
    assert Handover.objects.get().state == "draft"


def test_only_pin_or_password_leads_back_to_the_work(cast: Cast, anna: Client) -> None:
    anna.post(anna.page, signed())
    draft = Handover.objects.get()

    for address in (
        "/station/",
        f"/fall/{cast.case.pk}/angebote/",
        f"/uebergabe/{draft.pk}/pruefen/",
    ):
        assert anna.get(address).headers["Location"] == anna.page
    back = anna.post("/gesperrt/", {"secret": PASSWORD})
    assert back.headers["Location"] == f"/uebergabe/{draft.pk}/pruefen/"
    assert anna.get(back.headers["Location"]).status_code == 200


def test_after_a_no_the_work_goes_on_at_the_offers(cast: Cast, anna: Client) -> None:
    anna.post(anna.page, {"answer": "no"})
    back = anna.post("/gesperrt/", {"secret": PASSWORD}).headers["Location"]

    assert anna.get(back).headers["Location"] == f"/fall/{cast.case.pk}/angebote/"


def arabic(**changed: Any) -> ConsentText:
    """The shipped Arabic draft as if somebody had released it."""
    texts.load([draft for draft in read_folder() if draft.version == "2"], at=NOON)
    found = ConsentText.objects.filter(version="2", language="ar", legal_regime="municipal")
    found.update(**{"status": "released", "released_at": NOON} | changed)
    return found.get()


def test_a_released_language_is_whole_with_its_buttons_and_thanks(anna: Client) -> None:
    text = arabic()

    question = anna.get(f"{anna.page}?sprache=ar").content.decode()
    signing = anna.post(f"{anna.page}?sprache=ar", {"answer": "yes"}).content.decode()
    missing = anna.post(f"{anna.page}?sprache=ar", {}).content.decode()
    anna.post(f"{anna.page}?sprache=ar", signed(text=str(text.pk)))
    thanks = anna.get(anna.page).content.decode()

    for page in (question, signing, thanks):
        assert '<html lang="ar" dir="rtl"' in page
    for key in ("passed_on", "stays", "gives_name", "gives_phone", "yes", "no", "more", "change"):
        assert text.words[key] in question, key
    for key in ("sign", "i_am", "mother", "typed", "drawn", "paper", "your_name", "back", "done"):
        assert text.words[key] in signing, key
    for key in ("missing", "missing_who", "missing_way"):
        assert text.words[key] in missing, key
    for key in ("thanks", "thanks_yes", "hand_back"):
        assert text.words[key] in thanks, key
    for words in ("Mutter", "Nein, jetzt nicht", "Danke.", "Fertig"):
        assert words not in question + signing + thanks


@pytest.mark.parametrize("status", [code for code in TextStatus.values if code != "released"])
def test_a_draft_is_neither_offered_nor_taken(anna: Client, status: str) -> None:
    text = arabic(status=status)

    page = anna.get(f"{anna.page}?sprache=ar").content.decode()
    answer = anna.post(anna.page, signed(text=str(text.pk)))

    assert text.words["yes"] not in page
    assert 'hreflang="ar"' not in page
    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_the_signature_stands_under_the_words_that_were_read(cast: Cast, anna: Client) -> None:
    read = ConsentText.objects.get()
    assert f'name="text" value="{read.pk}"' in anna.get(anna.page).content.decode()
    newer = make_consent_text(version="9", title="Neu", released_at=NOON + timedelta(days=1))
    assert newer.title in anna.get(anna.page).content.decode()

    anna.post(anna.page, signed(text=str(read.pk)))

    assert Consent.objects.get().text == read


@pytest.mark.parametrize("text", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_text_that_is_none_is_not_signed_under(anna: Client, text: str) -> None:
    anna.post(anna.page, signed(text=text))

    assert Consent.objects.get().text == ConsentText.objects.get()


def test_a_text_of_another_law_is_not_signed_under(anna: Client) -> None:
    other = make_consent_text(version="7", legal_regime="catholic")

    anna.post(anna.page, signed(text=str(other.pk)))

    assert Consent.objects.get().text != other


def test_a_call_later_and_a_survey_are_a_consent_for_the_own_house(
    cast: Cast, anna: Client
) -> None:
    anna.post(anna.page, signed(contact_again="on", evaluation="on"))

    passed_on = Consent.objects.get(recipient=cast.office)
    own = Consent.objects.get(recipient=None)
    assert passed_on.purposes == ["handover"]
    assert (own.purposes, own.categories) == (["contact_again", "evaluation"], [])
    assert own.signature_note != passed_on.signature_note
    assert Note.objects.filter(kind="signature").count() == 2


def test_nothing_is_ticked_beforehand(anna: Client) -> None:
    for page in (anna.get(anna.page), anna.post(anna.page, {"answer": "yes"})):
        assert " checked" not in page.content.decode()


def test_who_interprets_is_kept_with_the_consent(cast: Cast, anna: Client) -> None:
    draft = Handover.objects.get()
    anna.post("/gesperrt/", {"secret": PASSWORD})
    shown = anna.post(f"/uebergabe/{draft.pk}/pruefen/", {"show": "1", "interpreted": "relative"})

    anna.post(shown.headers["Location"], signed())

    assert Consent.objects.get().interpreted == "relative"


@pytest.mark.parametrize("who", ["anna", "bilal", "carla", "dora"])
def test_a_token_opens_nothing_in_another_browser(
    anna: Client, signed_in: SignIn, who: str
) -> None:
    assert signed_in(who).get(anna.page).status_code == 404


def test_asking_leaves_one_event(cast: Cast, anna: Client) -> None:
    before = AccessEvent.objects.filter(deed="read").count()
    anna.get(anna.page)

    assert AccessEvent.objects.filter(deed="read").count() == before + 1
