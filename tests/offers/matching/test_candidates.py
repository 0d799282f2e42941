"""The catalogue reaches the rules whole, and at a fixed price."""

from datetime import date

import pytest

from offers.matching.candidates import for_municipality
from tests.builders import make_city, make_district, make_offer


@pytest.mark.django_db
def test_a_candidate_carries_what_the_rules_ask_for() -> None:
    bilk = make_district()
    offer = make_offer(
        open_to_all_districts=False, audience=["fathers"], public_phone="030 23125 1"
    )
    offer.districts.add(bilk)

    (candidate,) = for_municipality("duesseldorf")

    assert candidate.id == offer.id
    assert candidate.needs == {"overload", "crying_sleep"}
    assert candidate.catchment == {"duesseldorf-bilk": "03"}
    assert candidate.audience == ("fathers",)
    assert candidate.capacity_as_of == date(2026, 2, 20)
    assert candidate.provider == "Haus Sonnenschein"
    assert candidate.comes_home
    assert candidate.reachable


@pytest.mark.django_db
def test_only_published_offers_of_the_city_are_candidates() -> None:
    make_offer("quarantined", status="quarantined")
    make_offer("withdrawn", status="withdrawn")
    make_offer("elsewhere", municipality=make_city("krefeld", "Krefeld", "05114000"))

    assert for_municipality("duesseldorf") == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_loading_costs_two_queries_however_large_the_catalogue(
    number: int, django_assert_num_queries
) -> None:
    district = make_district()
    for n in range(number):
        make_offer(f"Offer {n}", open_to_all_districts=False).districts.add(district)

    with django_assert_num_queries(2):
        assert len(for_municipality("duesseldorf")) == number
