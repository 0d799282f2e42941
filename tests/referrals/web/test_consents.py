"""Consents of a case, and withdrawing one in two taps."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from referrals.consent import texts
from referrals.consent.files import read_folder
from referrals.consent.models import Consent, ConsentText
from referrals.followups.actions import done
from referrals.followups.models import FollowUp
from tests.builders import NOON, make_consent
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 200), ("carla", 404), ("dora", 404)]
)
def test_who_sees_consents_and_the_page_to_withdraw(
    cast: Cast, signed_in: SignIn, who: str, status: int
) -> None:
    handover = desk.accepted(cast)

    browser = signed_in(who)

    assert browser.get(f"/fall/{cast.case.pk}/einwilligungen/").status_code == status
    page = f"/einwilligungen/{handover.consent_id}/widerrufen/"
    assert browser.get(page).status_code == status


def test_a_recipient_sees_no_consent_that_names_another_house(
    cast: Cast, signed_in: SignIn
) -> None:
    desk.accepted(cast)
    make_consent(cast.case, cast.other_clinic, cast.anna)

    rows = signed_in("bilal").get(f"/fall/{cast.case.pk}/einwilligungen/").context["rows"]

    assert [row["house"] for row in rows] == [cast.office.name]


def test_the_very_words_a_family_agreed_to_can_be_shown_again(
    cast: Cast, signed_in: SignIn
) -> None:
    texts.load([draft for draft in read_folder() if draft.version == "2"], at=NOON)
    text = ConsentText.objects.get(version="2", language="de", legal_regime="municipal")
    handover = desk.accepted(cast)
    Consent.objects.filter(pk=handover.consent_id).update(
        text=text, form="typed", interpreted="relative"
    )
    texts.take_back("2", "de", at=NOON)  # asked in something else meanwhile: the words stay

    page = desk.text_of(signed_in("anna").get(f"/fall/{cast.case.pk}/einwilligungen/"))

    assert f"Dürfen wir das an „{cast.office.name}“ weitergeben?" in page
    assert "Das ist freiwillig." in page
    assert "Landesbeauftragten für Datenschutz" in page
    assert text.questions["feedback"] in page
    assert text.questions["evaluation"] not in page  # not agreed to
    assert text.sha256 in page
    assert "Unverändert seit der Freigabe." in page
    for words in ("Fassung 2", "Kommunal", "gedolmetscht durch Angehörige", cast.anna.initials):
        assert words in page


def test_words_that_were_changed_behind_our_back_are_told(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)  # the text of these tests bears no true hash

    page = desk.text_of(signed_in("anna").get(f"/fall/{cast.case.pk}/einwilligungen/"))

    assert "Das sind nicht die freigegebenen Worte." in page


def test_the_sender_sees_whether_the_house_has_tidied_up(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)
    anna = signed_in("anna")
    anna.post(f"/einwilligungen/{handover.consent_id}/widerrufen/")
    address = f"/fall/{cast.case.pk}/einwilligungen/"

    assert f"{cast.office.name}: noch offen, fällig" in " ".join(
        desk.text_of(anna.get(address)).split()
    )
    task = FollowUp.objects.get(organisation=cast.office, reason="consent_withdrawn")
    done(task, actor=cast.bilal, at=now())
    assert "noch offen" not in desk.text_of(anna.get(address))


@pytest.mark.parametrize(
    ("who", "start"), [("anna", "/fall/{case}/"), ("bilal", "/fall/{case}/"),
                       ("anna", "/uebergabe/{handover}/"), ("bilal", "/uebergabe/{handover}/")],
)  # fmt: skip
def test_two_clicks_take_a_consent_back(
    cast: Cast, signed_in: SignIn, who: str, start: str
) -> None:
    handover = desk.accepted(cast)
    browser = signed_in(who)
    page = browser.get(start.format(case=cast.case.pk, handover=handover.pk)).content.decode()

    [link] = set(re.findall(r'href="(/einwilligungen/[^"]+/widerrufen/)"', page))  # the first
    assert '<form class="row" method="post">' in browser.get(link).content.decode()
    assert browser.post(link).status_code == 302  # the second

    handover.consent.refresh_from_db()
    assert handover.consent.withdrawn_at is not None


@pytest.mark.parametrize("who", ["anna", "bilal"])
def test_what_is_withdrawn_is_not_offered_for_withdrawal(
    cast: Cast, signed_in: SignIn, who: str
) -> None:
    handover = desk.accepted(cast)
    signed_in("anna").post(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    page = signed_in(who).get(f"/uebergabe/{handover.pk}/").content.decode()

    assert "/widerrufen/" not in page


def test_asking_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)

    page = signed_in("anna").get(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    handover.consent.refresh_from_db()
    assert cast.office.name in desk.text_of(page)
    assert handover.consent.withdrawn_at is None


def test_withdrawing_ends_the_handover_and_shuts_the_recipient_out(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast)

    answer = signed_in("anna").post(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    handover.refresh_from_db()
    assert answer.headers["Location"] == f"/fall/{cast.case.pk}/einwilligungen/"
    assert (handover.state, handover.reason) == ("cancelled", "consent_withdrawn")
    assert signed_in("bilal").get(f"/fall/{cast.case.pk}/").status_code == 404


def test_the_house_the_family_told_may_record_it_too(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)

    answer = signed_in("bilal").post(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    assert answer.status_code == 302
    handover.consent.refresh_from_db()
    assert handover.consent.withdrawn_by == cast.bilal


def test_withdrawing_twice_is_told_and_harmless(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)
    page = f"/einwilligungen/{handover.consent_id}/widerrufen/"
    browser = signed_in("anna")
    browser.post(page)

    assert browser.post(page).status_code == 409
    assert browser.get(page).status_code == 200


def test_a_stranger_withdraws_nothing(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)

    answer = signed_in("carla").post(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    handover.consent.refresh_from_db()
    assert answer.status_code == 404
    assert handover.consent.withdrawn_at is None
