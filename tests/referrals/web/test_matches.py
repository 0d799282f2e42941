from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from lotsen.audit.models import AccessEvent
from offers.models import Offer
from referrals.cases.models import Case
from referrals.matching.models import Gap, Suggestion
from tests.builders import make_assessment, make_offer, make_participation
from tests.conftest import Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def page(cast: Cast) -> str:
    make_assessment(cast.case, cast.anna, needs=["overload", "language"])
    return f"/fall/{cast.case.pk}/angebote/"


def choose(client: Client, page: str, offer: Offer) -> object:
    client.get(page)
    suggestion = Suggestion.objects.get()
    return client.post(page, {"offer": offer.pk, "suggestion": suggestion.pk})


@pytest.mark.parametrize(
    ("who", "get", "post"), [("anna", 200, 422), ("carla", 404, 404), ("dora", 404, 404)]
)
def test_who_may_do_what(page: str, signed_in: SignIn, who: str, get: int, post: int) -> None:
    client = signed_in(who)

    assert client.get(page).status_code == get
    assert client.post(page).status_code == post


def test_who_takes_part_sees_the_case_but_may_not_choose_for_it(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    make_participation(cast.case, cast.office)

    assert signed_in("bilal").get(page).status_code == 403


def test_an_offer_says_why_it_fits_and_never_how_much(page: str, signed_in: SignIn) -> None:
    content = signed_in("anna").get(page).content.decode()

    assert "Familienhebamme Bilk" in content
    assert 'data-fit="yes"' in content
    assert "score" not in content.lower()


def test_nothing_is_chosen_beforehand(page: str, signed_in: SignIn) -> None:
    offers = signed_in("anna").get(page).content.decode().split('id="nothing-fits"')[0]

    assert 'name="offer"' in offers
    assert "checked" not in offers


def test_what_does_not_fit_says_why_not(cast: Cast, page: str, signed_in: SignIn) -> None:
    make_offer("Schulanfang", age_from_months=60, age_to_months=84)

    content = signed_in("anna").get(page).content.decode()

    assert "Schulanfang" in content.split("<details")[-1]


def test_an_offer_without_a_house_that_answers_cannot_be_chosen(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    Offer.objects.update(recipient=None)

    content = signed_in("anna").get(page).content.decode()

    assert 'name="offer"' not in content
    assert "Familienhebamme Bilk" in content
    assert "Nimmt keine Übergaben über lotsen an" in content


def test_a_choice_is_noted_and_leads_to_preparing(cast: Cast, page: str, signed_in: SignIn) -> None:
    client = signed_in("anna")
    client.get(page)
    suggestion = Suggestion.objects.get()

    answer = client.post(page, {"offer": cast.offer.pk, "suggestion": suggestion.pk})

    suggestion.refresh_from_db()
    assert suggestion.chosen == cast.offer
    assert answer.headers["Location"] == (
        f"/fall/{cast.case.pk}/uebergabe/?angebot={cast.offer.pk}"
    )


@pytest.mark.parametrize("typed", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_offer_that_does_not_exist_is_not_found(
    page: str, signed_in: SignIn, typed: str
) -> None:
    client = signed_in("anna")
    client.get(page)

    answer = client.post(page, {"offer": typed, "suggestion": Suggestion.objects.get().pk})

    assert answer.status_code == 404


def test_a_gap_is_reported_once_however_often_one_taps(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    for _ in range(2):
        answer = client.post(
            f"/fall/{cast.case.pk}/luecke/", {"need": "language", "reason": "full"}
        )

    assert answer.headers["Location"] == page
    assert Gap.objects.get().need == "language"


def test_a_gap_without_a_known_reason_changes_nothing(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    answer = signed_in("anna").post(
        f"/fall/{cast.case.pk}/luecke/", {"need": "language", "reason": "weather"}
    )

    assert answer.status_code == 422
    assert not Gap.objects.exists()


def test_looking_leaves_one_event(cast: Cast, page: str, signed_in: SignIn) -> None:
    signed_in("anna").get(page)

    assert AccessEvent.objects.get(deed="list").shown == [cast.case.pseudonym]


def test_the_page_costs_the_same_for_one_offer_and_for_twenty(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    fresh: date = localdate()
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(19):
        make_offer(f"Angebot {number}", recipient=cast.office, checked_on=fresh)
    client.get(page)  # records the new look
    with CaptureQueriesContext(connection) as twenty:
        client.get(page)

    assert len(one) == len(twenty)


def test_that_a_service_speaks_german_is_a_reason_for_no_family(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    anna = signed_in("anna")
    Case.objects.filter(pk=cast.case.pk).update(language="de")
    assert "spricht Deutsch" not in anna.get(page).content.decode()
    cast.offer.languages = ["de", "tr"]
    cast.offer.save(update_fields=["languages"])
    Case.objects.filter(pk=cast.case.pk).update(language="tr")
    assert "spricht Türkisch" in anna.get(page).content.decode()
