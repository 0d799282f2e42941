"""Dirty city files, made up with the quirks of real ones."""

from pathlib import Path

from lotsen.places.models import Municipality
from offers.models import Offer
from tests.offers.importing.conftest import Import

FILES = Path(__file__).parent / "files"


def test_every_day_care_feature_ends_with_a_reason(
    krefeld: Municipality, import_offers: Import
) -> None:
    ends = import_offers(FILES / "city_day_care.geojson")
    assert [(end["row"], end["status"], end["code"]) for end in ends] == [
        ("1", "imported", "hint"),
        ("2", "imported", "hint"),
        ("3", "quarantined", "district_unknown"),
        ("4", "quarantined", "provider_missing"),
        ("5", "rejected", "duplicate_row"),
        ("6", "rejected", "name_missing"),
        ("7", "rejected", "not_a_feature"),
        ("8", "rejected", "not_a_feature"),
    ]
    assert "nur vormittags" in ends[0]["message"]
    assert "b@kita.example.org" in ends[0]["message"]


def test_a_dirty_day_care_becomes_a_clean_offer(
    krefeld: Municipality, import_offers: Import
) -> None:
    import_offers(FILES / "city_day_care.geojson")
    offer = Offer.objects.get(name="Kita Zauberwald")
    assert (offer.age_from_months, offer.age_to_months) == (24, 82)
    assert (offer.postal_code, offer.public_phone) == ("47829", "030 23125999")
    assert (offer.public_email, offer.website) == (
        "a@kita.example.org",
        "https://www.kita.example.org",
    )
    assert offer.provider.name == "Zauberwald e.V."
    assert [district.name for district in offer.districts.all()] == ["Bockum"]
    assert {"child_disability", "isolation"} <= set(offer.needs)
    assert "25, 35 Wochenstunden" in offer.summary
    assert offer.opening_hours == "montags bis freitags: 07.00 bis 16.00 Uhr"


def test_what_the_age_sentence_leaves_open_the_groups_say(
    krefeld: Municipality, import_offers: Import
) -> None:
    import_offers(FILES / "city_day_care.geojson")
    offer = Offer.objects.get(name="Städtische Kita Am Park")
    assert (offer.age_from_months, offer.age_to_months) == (4, 82)
    assert offer.provider.name == "Stadt Krefeld"
    assert offer.districts.get().borough == "West"
    assert (offer.website, offer.latitude, offer.public_phone) == ("", None, "73 76 507")


def test_spelling_variants_are_one_provider(krefeld: Municipality, import_offers: Import) -> None:
    import_offers(FILES / "city_day_care.geojson")
    assert (
        Offer.objects.get(name="Kita ohne Stadtteil").provider
        == Offer.objects.get(name="Kita Zauberwald").provider
    )


def test_agencies_wait_in_quarantine_for_what_they_do_not_say(
    krefeld: Municipality, import_offers: Import
) -> None:
    ends = import_offers(FILES / "city_agencies.geojson")
    assert [end["status"] for end in ends] == ["quarantined"] * 3
    assert [end["code"] for end in ends] == [
        "age_range_missing",
        "age_range_missing",
        "markup_in_text",
    ]
    treff, social, everything = Offer.objects.order_by("street")
    assert treff.provider.name == "Verein Offene Jugend e.V."
    assert treff.opening_hours.endswith("15:00 - 20:00")
    assert treff.open_to_all_districts
    assert social.provider.name == "Stadt Krefeld"
    assert social.postal_code == ""
    assert everything.name == "Amt für Alles"
    assert everything.website == ""
    assert not Offer.objects.published().exists()


def test_a_second_run_changes_nothing(krefeld: Municipality, import_offers: Import) -> None:
    for name in ("city_day_care.geojson", "city_agencies.geojson"):
        import_offers(FILES / name)
    before = list(Offer.objects.order_by("id").values())
    for name in ("city_day_care.geojson", "city_agencies.geojson"):
        assert {end["status"] for end in import_offers(FILES / name)} <= {"unchanged", "rejected"}
    assert list(Offer.objects.order_by("id").values()) == before
