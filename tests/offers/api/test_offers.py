"""The catalogue through the API."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from tests.builders import make_city, make_district, make_offer
from tests.conftest import Cast

type SignIn = Callable[[str], Client]
ADDRESS = "/api/v1/offers/"


@pytest.fixture
def carla(signed_in: SignIn) -> Client:
    """Carla works elsewhere; the catalogue is public knowledge for her too."""
    return signed_in("carla")


def names(client: Client, **filters: object) -> list[str]:
    answer = client.get(ADDRESS, filters)
    assert answer.status_code == 200, answer.content
    return [offer["name"] for offer in answer.json()["results"]]


def test_everybody_signed_in_reads_the_catalogue(carla: Client, cast: Cast) -> None:
    (offer,) = carla.get(ADDRESS).json()["results"]

    assert offer["name"] == "Familienhebamme Bilk"
    assert offer["needs"] == ["overload", "crying_sleep"]
    assert offer["provider"]["name"] == "Familienbüro"
    assert offer["recipient"] == str(cast.office.pk)


def test_nobody_reads_it_without_signing_in(cast: Cast) -> None:
    answer = Client().get(ADDRESS)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_one_offer_has_an_address(carla: Client, cast: Cast) -> None:
    assert carla.get(f"{ADDRESS}{cast.offer.pk}/").json()["id"] == str(cast.offer.pk)


def test_an_offer_that_does_not_exist_is_a_problem_named_not_found(carla: Client) -> None:
    answer = carla.get(f"{ADDRESS}{uuid4()}/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "filters",
    [
        {"q": "hebamme bilk"},
        {"q": "Familienbüro"},
        {"need": "overload"},
        {"age_months": 12},
        {"age_months": -3},
        {"language": "tr"},
        {"district": "Bilk"},
        {"district": "duesseldorf-bilk"},
        {"district": "bilk"},
        {"dimension": "selective"},
        {"setting": "home"},
        {"offer_format": "home_visiting"},
        {"provider": "familienbuero"},
        {"capacity": "free"},
        {"need": "overload", "language": "de", "age_months": 0},
    ],
)
def test_a_filter_finds_what_it_asks_for(carla: Client, filters: dict[str, object]) -> None:
    make_district()
    make_offer(
        "Other", needs=["housing"], languages=["de"], age_from_months=24, age_to_months=30,
        open_to_all_districts=False, dimension="universal", setting="online",
        offer_format="course", capacity="full", summary="Etwas anderes.",
    )  # fmt: skip

    assert names(carla, **filters) == ["Familienhebamme Bilk"]


def test_an_offer_for_one_district_is_not_found_in_another(carla: Client) -> None:
    bilk, rath = make_district(), make_district("Rath", "064")
    make_offer("only Rath", open_to_all_districts=False).districts.add(rath)

    assert "only Rath" in names(carla, district=rath.key)
    assert "only Rath" not in names(carla, district=bilk.key)


def test_a_need_inside_another_word_is_not_found(carla: Client) -> None:
    make_offer("Own code", needs=["overload_at_night"])

    assert names(carla, need="overload") == ["Familienhebamme Bilk"]


def test_a_search_word_finds_offers_by_the_label_of_their_need(carla: Client, cast: Cast) -> None:
    cast.carla.language = "en"
    cast.carla.save()
    make_offer("Geld", summary="-", needs=["finances"])

    assert names(carla, q="debts") == ["Geld"]


@pytest.mark.parametrize(
    "filters",
    [
        {"need": "no_such_need"},
        {"age_months": "three"},
        {"age_months": -10},
        {"age_months": 9999999999999999999},
        {"language": "klingon"},
        {"district": "Atlantis"},
        {"dimension": "x"},
        {"setting": "x"},
        {"offer_format": "x"},
        {"provider": "nobody"},
        {"capacity": "x"},
        {"q": "null\0byte"},
        {"after": "no mark"},
        {"after": "WyJhIiwiYiIsImFmdGVyIl0"},
        {"colour": "blue"},
    ],
)
def test_a_filter_that_cannot_be_read_is_named(carla: Client, filters: dict[str, object]) -> None:
    answer = carla.get(ADDRESS, filters)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["code"] in {"invalid_input", "cursor_damaged"}
    assert list(problem["errors"]) == list(filters)


def test_a_district_name_that_two_cities_share_asks_for_the_key(carla: Client) -> None:
    make_district("Altstadt", "011")
    make_district("Altstadt", "011", make_city("krefeld", "Krefeld", "05114000"))

    answer = carla.get(ADDRESS, {"district": "Altstadt"})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["district"]


@pytest.mark.parametrize("status", ["quarantined", "withdrawn"])
def test_what_is_not_on_show_is_not_found(carla: Client, status: str) -> None:
    hidden = make_offer("hidden", status=status)

    assert names(carla) == ["Familienhebamme Bilk"]
    assert carla.get(f"{ADDRESS}{hidden.pk}/").status_code == 404


def test_pages_lead_through_the_whole_catalogue_and_back(carla: Client) -> None:
    for n in range(104):
        make_offer(f"Offer {n % 4}")  # many of the same name: the id decides

    seen: list[str] = []
    first = address = f"{ADDRESS}?dimension=selective"
    pages = []
    while address:
        page = carla.get(address).json()
        pages.append(page)
        seen += [offer["id"] for offer in page["results"]]
        address = page["next"]

    assert len(seen) == len(set(seen)) == 105
    assert [len(page["results"]) for page in pages] == [50, 50, 5]
    assert pages[0]["previous"] is None
    assert carla.get(pages[1]["previous"]).json()["results"] == carla.get(first).json()["results"]
    assert "dimension=selective" in pages[0]["next"]


@pytest.mark.parametrize("number", [1, 19])
def test_a_page_costs_a_fixed_number_of_queries(
    carla: Client, number: int, django_assert_num_queries
) -> None:
    district = make_district()
    for n in range(number):
        make_offer(f"Offer {n}").districts.add(district)

    with django_assert_num_queries(7):  # session, user, rights, offers, districts; in a savepoint
        carla.get(ADDRESS)


def test_nothing_can_be_written_here(carla: Client, cast: Cast) -> None:
    for method in (carla.post, carla.put, carla.patch, carla.delete):
        answer = method(f"{ADDRESS}{cast.offer.pk}/")
        assert answer.status_code in (403, 405)
    assert carla.post(ADDRESS).status_code in (403, 405)
