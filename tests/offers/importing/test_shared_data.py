"""The real files of Krefeld: every row ends, a second run changes nothing."""

from collections import Counter
from pathlib import Path

import pytest

from lotsen.importing import read_csv
from lotsen.places.actions import import_districts
from lotsen.places.district_rows import COLUMNS
from offers.models import Offer
from tests.offers.importing.conftest import Import
from tests.shared_data import ROOT, shared_file

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]
AGENCIES = {
    "administration": 67, "administrationothers": 20, "schoolsothers": 26, "hospitals": 7,
    "jugendzentren": 25,
}  # fmt: skip


def _with_districts() -> None:
    import_districts(
        read_csv(ROOT / "lotsen" / "places" / "data" / "districts.csv", required=COLUMNS)
    )


def _import_twice(path: Path, import_offers: Import) -> Counter[tuple[str, str]]:
    first = import_offers(path)
    before = list(Offer.objects.order_by("id").values())
    second = import_offers(path)
    assert {end["status"] for end in second} == {"unchanged"}
    assert list(Offer.objects.order_by("id").values()) == before
    return Counter((end["status"], end["code"]) for end in first)


def test_all_104_day_care_centres_end_somewhere(import_offers: Import) -> None:
    path = shared_file("offers/krefeld_kitas.geojson")
    _with_districts()
    ends = _import_twice(path, import_offers)
    assert ends == {
        ("imported", ""): 96,
        ("imported", "hint"): 2,
        ("quarantined", "provider_missing"): 4,
        ("quarantined", "district_unknown"): 2,
    }
    published = Offer.objects.published()
    assert set(published.values_list("age_from_months", flat=True)) == {4, 6, 24, 36}
    assert all(offer.summary and offer.provider.name for offer in published)


@pytest.mark.parametrize(("name", "rows"), AGENCIES.items())
def test_every_agency_ends_in_quarantine(name: str, rows: int, import_offers: Import) -> None:
    path = shared_file(f"offers/krefeld_{name}.geojson")
    _with_districts()
    assert _import_twice(path, import_offers) == {("quarantined", "age_range_missing"): rows}
