"""Filters that ask for what a gap is made of: a group of wishes, a stretch of ages, a borough."""

from typing import Any

import pytest

from offers.models import Offer
from offers.search import OfferFilter
from tests.builders import make_city, make_district, make_offer


def _found(**query: Any) -> set[str]:
    form = OfferFilter(query)
    assert form.is_valid(), form.errors
    return {offer.name for offer in form.narrow(Offer.objects.all())}


@pytest.mark.django_db
def test_a_group_of_wishes_finds_the_offers_for_any_of_them() -> None:
    make_offer("Hebamme", needs=["no_midwife", "crying_sleep"])
    make_offer("Vorsorge", needs=["antenatal_care_gap"])
    make_offer("Geld", needs=["finances"])
    make_offer("Alle", needs=[])
    assert _found(need_group="pregnancy_midwife") == {"Hebamme", "Vorsorge"}
    assert _found(need_group="child") == {"Hebamme"}
    assert _found(need_group="contact") == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (0, 2, {"early", "both"}),
        (3, 11, {"both", "late"}),
        (11, 11, {"late"}),
        (12, "", {"late"}),
        ("", -9, {"early"}),
        (13, 20, set()),
    ],
)
def test_a_stretch_of_ages_finds_what_is_there_for_any_of_them(
    first: object, last: object, found: set[str]
) -> None:
    make_offer("early", age_from_months=-9, age_to_months=0)
    make_offer("both", age_from_months=2, age_to_months=3)
    make_offer("late", age_from_months=4, age_to_months=12)
    assert _found(age_months=first, until_months=last) == found


@pytest.mark.django_db
def test_a_borough_finds_what_serves_one_of_its_districts_or_the_whole_city() -> None:
    krefeld = make_city("krefeld", "Krefeld", "05114000")
    places = [make_district("Bilk", "036"), make_district("Rath", "064")]
    places.append(make_district("Hüls", "031", krefeld))
    for place in places:
        make_offer(f"nur {place}", open_to_all_districts=False).districts.add(place)
    make_offer("überall")
    make_offer("nirgends", open_to_all_districts=False)
    assert _found(borough="duesseldorf:03") == {"nur Bilk", "überall"}
    assert _found(borough="krefeld:03") == {"nur Hüls"}


@pytest.mark.django_db
@pytest.mark.parametrize("borough", ["duesseldorf:99", "duesseldorf", "atlantis:03", ":", "03"])
def test_a_borough_there_is_not_is_an_error_at_its_field(borough: str) -> None:
    make_district("Bilk", "036")
    form = OfferFilter({"borough": borough})
    assert not form.is_valid()
    assert set(form.errors) == {"borough"}
