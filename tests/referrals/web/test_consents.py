"""Consents of a case, and withdrawing one in two taps."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.builders import make_consent
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
