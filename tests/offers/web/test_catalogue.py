"""The catalogue in the browser: find, read, keep fresh."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import localdate

from lotsen.accounts.models import OrganisationKind
from lotsen.accounts.roles import Role
from tests.builders import make_city, make_district, make_offer, make_organisation, make_user
from tests.conftest import Cast

type SignIn = Callable[[str], Client]
LIST = "/angebote/"


@pytest.fixture
def anna(signed_in: SignIn) -> Client:
    return signed_in("anna")


@pytest.fixture
def emre(cast: Cast) -> Client:
    """Answers for the offer on stage: works in the house of its recipient."""
    user = make_user("emre", cast.office, Role.PROVIDER)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def edith(cast: Cast) -> Client:
    """Edits the catalogue of the city."""
    house = make_organisation("netzwerk", OrganisationKind.COORDINATION)
    user = make_user("edith", house, Role.CATALOGUE_EDITOR)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("who", ["anna", "bilal", "carla", "dora"])
def test_everybody_signed_in_reads_the_catalogue(signed_in: SignIn, cast: Cast, who: str) -> None:
    client = signed_in(who)

    assert "Familienhebamme Bilk" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{cast.offer.pk}/").status_code == 200


def test_nobody_reads_it_without_signing_in(cast: Cast) -> None:
    for address in (LIST, f"{LIST}{cast.offer.pk}/"):
        assert Client().get(address).status_code == 302


def test_a_filter_narrows_the_list_and_stays_in_its_field(anna: Client) -> None:
    make_offer("Sprachcafé", needs=["language"], summary="Treffen.")

    page = anna.get(LIST, {"need": "language", "q": "sprach"}).content.decode()

    assert "Sprachcafé" in page
    assert "Familienhebamme Bilk" not in page
    assert '<option value="language" selected>' in page
    assert 'value="sprach"' in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("age_months", "drei"), ("district", "Atlantis"), ("need", "x"), ("provider", "nobody")],
)
def test_a_filter_that_cannot_be_read_is_said_at_the_filter_and_finds_nothing(
    anna: Client, name: str, value: str
) -> None:
    answer = anna.get(LIST, {name: value})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page
    assert "Familienhebamme Bilk" not in page


def test_a_damaged_page_mark_is_said_and_the_first_page_shown(anna: Client) -> None:
    answer = anna.get(LIST, {"after": "damaged"})

    assert answer.status_code == 400
    assert "Familienhebamme Bilk" in answer.content.decode()


def test_an_empty_result_leads_on(anna: Client) -> None:
    answer = anna.get(LIST, {"q": "gibtesnicht"})

    assert answer.status_code == 200
    assert f'href="{LIST}"' in answer.content.decode()


def test_pages_can_be_turned_without_losing_the_filters(anna: Client) -> None:
    for n in range(24):
        make_offer(f"Kurs {n:02}", dimension="universal")

    first = anna.get(LIST, {"dimension": "universal"})
    second = anna.get(LIST, {"dimension": "universal", "after": first.context["page"].next})

    assert first.context["rows"][-1].offer.name == "Kurs 19"
    assert second.context["rows"][0].offer.name == "Kurs 20"
    assert "dimension=universal" in second.content.decode()


@pytest.mark.parametrize("status", ["quarantined", "withdrawn"])
def test_only_editors_of_the_city_see_what_is_not_on_show(
    anna: Client, edith: Client, status: str
) -> None:
    hidden = make_offer("Noch nicht", status=status)

    assert "Noch nicht" not in anna.get(LIST).content.decode()
    assert anna.get(f"{LIST}{hidden.pk}/").status_code == 404
    assert "Noch nicht" in edith.get(LIST).content.decode()
    assert edith.get(f"{LIST}{hidden.pk}/").status_code == 200


def test_editors_do_not_see_what_is_not_on_show_elsewhere(edith: Client) -> None:
    krefeld = make_city("krefeld", "Krefeld", "05114000")
    hidden = make_offer("Noch nicht", status="quarantined", municipality=krefeld)

    assert edith.get(f"{LIST}{hidden.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 19])
def test_the_list_costs_a_fixed_number_of_queries(
    anna: Client, number: int, django_assert_num_queries
) -> None:
    for n in range(number):
        make_offer(f"Kurs {n:02}").districts.add(make_district())

    # Savepoint in and out, session, user, rights (the frame reads them, too); districts and
    # providers to choose from; how many, the offers, their districts.
    with django_assert_num_queries(10):
        anna.get(LIST)


@pytest.mark.parametrize("number", [1, 19])
def test_an_offer_costs_a_fixed_number_of_queries(
    cast: Cast, anna: Client, number: int, django_assert_num_queries
) -> None:
    for n in range(number):
        cast.offer.districts.add(make_district(f"D{n}", f"{n + 10}0"))

    with django_assert_num_queries(7):
        anna.get(f"{LIST}{cast.offer.pk}/")


@pytest.mark.parametrize("who", ["anna", "carla", "dora"])
def test_whoever_does_not_answer_for_an_offer_may_not_confirm_it(
    signed_in: SignIn, cast: Cast, who: str
) -> None:
    client = signed_in(who)
    address = f"{LIST}{cast.offer.pk}/"

    assert client.post(f"{address}bestaetigen/").status_code == 403
    assert client.post(f"{address}plaetze/", {"capacity": "full"}).status_code == 403
    assert "bestaetigen" not in client.get(address).content.decode()
    cast.offer.refresh_from_db()
    assert cast.offer.capacity == "free"


def test_whoever_answers_for_an_offer_confirms_it(cast: Cast, emre: Client) -> None:
    address = f"{LIST}{cast.offer.pk}/"
    assert "bestaetigen" in emre.get(address).content.decode()

    answer = emre.post(f"{address}bestaetigen/")

    assert answer.status_code == 302
    cast.offer.refresh_from_db()
    assert cast.offer.checked_on == localdate()


def test_whoever_answers_for_an_offer_states_its_places(cast: Cast, emre: Client) -> None:
    emre.post(f"{LIST}{cast.offer.pk}/plaetze/", {"capacity": "waiting_list", "waiting_weeks": "5"})

    cast.offer.refresh_from_db()
    assert (cast.offer.capacity, cast.offer.waiting_weeks) == ("waiting_list", 5)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"capacity": "plenty"},
        {"capacity": "waiting_list", "waiting_weeks": "many"},
        {"capacity": "waiting_list", "waiting_weeks": "500"},
    ],
)
def test_places_that_cannot_be_read_change_nothing_and_keep_what_was_typed(
    cast: Cast, emre: Client, given: dict[str, str]
) -> None:
    answer = emre.post(f"{LIST}{cast.offer.pk}/plaetze/", given)

    assert answer.status_code == 422
    if "waiting_weeks" in given:
        assert f'value="{given["waiting_weeks"]}"' in answer.content.decode()
    cast.offer.refresh_from_db()
    assert (cast.offer.capacity, cast.offer.waiting_weeks) == ("free", None)


def test_reading_is_get_and_changing_is_post(cast: Cast, emre: Client) -> None:
    address = f"{LIST}{cast.offer.pk}/"

    assert emre.get(f"{address}bestaetigen/").status_code == 405
    assert emre.get(f"{address}plaetze/").status_code == 405
    assert emre.post(address).status_code == 405


def test_an_offer_that_does_not_exist_is_not_found(anna: Client, emre: Client) -> None:
    assert anna.get(f"{LIST}{uuid4()}/").status_code == 404
    assert emre.post(f"{LIST}{uuid4()}/bestaetigen/").status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Place free"), (91, "Places last stated 91 days ago")],
)
def test_a_claim_about_places_is_not_repeated_after_ninety_days(
    cast: Cast, anna: Client, days: int, words: str
) -> None:
    cast.offer.capacity_as_of = localdate() - timedelta(days=days)
    cast.offer.save()
    cast.anna.language = "en"
    cast.anna.save()

    assert words in anna.get(f"{LIST}{cast.offer.pk}/").content.decode()


def test_old_information_says_so(cast: Cast, anna: Client) -> None:
    cast.offer.checked_on = localdate() - timedelta(days=181)
    cast.offer.save()
    cast.anna.language = "en"
    cast.anna.save()

    assert "Information not confirmed for 181 days" in anna.get(LIST).content.decode()


def test_what_was_said_about_places_is_not_preselected(cast: Cast, emre: Client) -> None:
    """Else an old claim would be renewed by pressing the button without a thought."""
    page = emre.get(f"{LIST}{cast.offer.pk}/").content.decode()

    assert 'name="capacity"' in page
    assert "checked" not in page.replace("checked_on", "")


def test_the_family_office_keeps_its_own_offers_fresh(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in("bilal")
    address = f"{LIST}{cast.offer.pk}/"

    assert client.post(f"{address}plaetze/", {"capacity": "full"}).status_code == 302
    cast.offer.refresh_from_db()
    assert cast.offer.capacity == "full"
