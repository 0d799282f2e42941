"""Contact details and notes: covered until somebody opens them on purpose."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.audit.models import Deed
from referrals.handovers import actions
from referrals.notes.actions import write
from tests.builders import make_assessment, make_user
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.referrals.web.test_cases import browser_of

type SignIn = Callable[[str], Client]

SHOW = {"was": "anzeigen"}


def page_of(cast: Cast, word: str = "kontaktdaten") -> str:
    return f"/fall/{cast.case.pk}/{word}/"


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 200), ("carla", 404), ("dora", 404)]
)
def test_who_may_come_here_once_the_handover_was_accepted(
    cast: Cast, signed_in: SignIn, who: str, status: int
) -> None:
    desk.accepted(cast)

    assert signed_in(who).get(page_of(cast)).status_code == status
    assert signed_in(who).post(page_of(cast), SHOW).status_code == status


def test_looking_at_the_page_opens_nothing(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    text = desk.text_of(signed_in("anna").get(page_of(cast)))

    assert desk.NAME not in text
    assert desk.PHONE not in text
    assert not [e for e in desk.events_of(cast.anna) if e.deed == Deed.UNLOCK]


def test_opening_shows_and_logs_once_and_is_not_stored(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    page = signed_in("bilal").post(page_of(cast), SHOW)

    assert desk.NAME in desk.text_of(page)
    assert "no-store" in page.headers["Cache-Control"]
    events = desk.events_of(cast.bilal)[-1:]
    assert [(e.deed, e.fields) for e in events] == [(Deed.UNLOCK, ["name", "phone"])]


def test_a_recipient_sees_no_field_beyond_its_consent(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast, categories=["phone", "needs"])

    text = desk.text_of(signed_in("bilal").post(page_of(cast), SHOW))

    assert desk.PHONE in text
    assert desk.NAME not in text


def test_without_a_released_detail_the_recipient_is_refused(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast, categories=["needs"])

    assert signed_in("bilal").get(page_of(cast)).status_code == 403
    assert signed_in("bilal").post(page_of(cast), SHOW).status_code == 403


def test_after_the_end_the_recipient_finds_nothing(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)
    actions.complete(handover, outcome="taken_up", actor=cast.bilal, at=now())

    assert signed_in("bilal").post(page_of(cast), SHOW).status_code == 404


def test_a_colleague_answers_the_family_and_opens_for_nothing_else(cast: Cast) -> None:
    desk.requested(cast)
    alma = make_user("alma", cast.clinic)
    browser = browser_of(alma)

    refused = [
        browser.post(page_of(cast), SHOW | more) for more in ({}, {"reason": "family_called"})
    ]
    shown = browser.post(page_of(cast), SHOW | {"reason": "data_rights"})

    for answer in refused:
        assert answer.status_code == 422
        assert desk.NAME not in desk.text_of(answer)
    assert f"/fall/{cast.case.pk}/notzugriff/" in refused[0].content.decode()
    assert desk.NAME in desk.text_of(shown)
    assert desk.events_of(alma)[-1].reason == "data_rights"


def test_those_on_the_case_enter_and_change(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in("anna")
    entered = {"was": "sichern", "name": "Rana Muster", "phone": "0171 39200 13"}

    assert browser.post(page_of(cast), entered).status_code == 302
    assert "Rana Muster" in desk.text_of(browser.post(page_of(cast), SHOW))
    form = browser.post(page_of(cast), {"was": "aendern"}).context["entry_form"]
    assert form["phone"].value() == "0171 39200 13"


def test_what_cannot_be_called_is_told_at_its_field_and_kept(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(
        page_of(cast), {"was": "sichern", "name": "Rana Muster", "phone": "keins"}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["phone"]
    assert answer.context["form"]["name"].value() == "Rana Muster"


def test_where_violence_was_named_a_safe_way_is_asked_for(cast: Cast, signed_in: SignIn) -> None:
    make_assessment(cast.case, cast.anna, needs=["violence"])
    browser = signed_in("anna")

    assert browser.get(page_of(cast)).context["safe_contact_due"]
    answer = browser.post(page_of(cast), {"was": "sichern", "phone": "0171 39200 13"})
    assert list(answer.context["form"].errors) == ["safe_contact"]


def test_a_recipient_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    signed_in("bilal").post(
        page_of(cast), {"was": "sichern", "name": "X", "phone": "0171 39200 99"}
    )

    assert "0171 39200 99" not in desk.text_of(signed_in("anna").post(page_of(cast), SHOW))


def test_notes_stay_sealed_until_opened(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in("anna")
    note = {"was": "schreiben", "text": "Großmutter hilft.", "kind": "case", "provenance": "family"}
    assert browser.post(page_of(cast, "notiz"), note).status_code == 302

    closed = browser.get(page_of(cast, "notiz"))
    opened = browser.post(page_of(cast, "notiz"), {"was": "oeffnen"})

    assert "Großmutter" not in desk.text_of(closed)
    assert "Großmutter hilft." in desk.text_of(opened)
    assert desk.events_of(cast.anna)[-1].deed == Deed.UNLOCK


def test_an_entrusted_note_is_its_authors_alone(cast: Cast) -> None:
    alma = make_user("alma", cast.clinic)
    write(
        cast.case,
        organisation=cast.clinic,
        kind="entrusted",
        text="Anvertraut.",
        provenance="family",
        actor=cast.anna,
        at=now(),
    )
    cast.case.assigned_to = alma
    cast.case.save()

    opened = browser_of(alma).post(page_of(cast, "notiz"), {"was": "oeffnen"})

    assert opened.status_code == 200
    assert "Anvertraut." not in desk.text_of(opened)


def test_a_colleague_who_does_not_work_on_the_case_writes_no_note(cast: Cast) -> None:
    alma = make_user("alma", cast.clinic)
    note = {"was": "schreiben", "text": "Text", "kind": "case", "provenance": "family"}

    assert browser_of(alma).post(page_of(cast, "notiz"), note).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("carla", 404), ("dora", 404)])
def test_strangers_find_no_notes(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    assert signed_in(who).get(page_of(cast, "notiz")).status_code == status


def test_an_empty_note_is_asked_for(cast: Cast, signed_in: SignIn) -> None:
    note = {"was": "schreiben", "text": " ", "kind": "case", "provenance": "family"}

    answer = signed_in("anna").post(page_of(cast, "notiz"), note)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text"]
