"""A postal code suggests districts and never decides one."""

import csv
from pathlib import Path

import pytest

from lotsen.importing import read_csv, read_features
from lotsen.places import outlines
from lotsen.places.actions import import_districts
from lotsen.places.distances import kilometres
from lotsen.places.district_rows import COLUMNS
from lotsen.places.models import Municipality
from lotsen.places.postal_codes import suggest_districts
from tests.shared_data import shared_file

DATA = Path(__file__).parents[3] / "lotsen" / "places" / "data"


@pytest.fixture
def duesseldorf(db: None) -> Municipality:
    import_districts(read_csv(DATA / "districts.csv", required=COLUMNS))
    city = Municipality.objects.get(slug="duesseldorf")
    outlines.attach(read_features(DATA / "duesseldorf_outlines.geojson"), city)
    return city


def test_several_districts_are_suggested_nearest_first(duesseldorf: Municipality) -> None:
    names = [district.name for district in suggest_districts("40223", duesseldorf)]
    assert len(names) == 5
    assert names[0] == "Bilk"


def test_an_unknown_foreign_or_placeless_code_suggests_nothing(duesseldorf: Municipality) -> None:
    for code in ("44137", "00000", "4022", "", "Bilk", "40479"):
        assert suggest_districts(code, duesseldorf) == [], code


def test_a_city_without_known_centres_gets_no_suggestion(duesseldorf: Municipality) -> None:
    assert suggest_districts("47798", Municipality.objects.get(slug="krefeld")) == []


@pytest.mark.parametrize(
    ("place", "other", "expected"),
    [((51.2, 6.8), (51.2, 6.8), 0), ((51.2277, 6.7735), (50.9375, 6.9603), 34.8)],
)
def test_distances_are_kilometres(
    place: tuple[float, float], other: tuple[float, float], expected: float
) -> None:
    assert kilometres(*place, *other) == pytest.approx(expected, abs=0.3)


@pytest.mark.shared_data
def test_where_two_sources_agree_the_district_is_among_the_suggestions(
    duesseldorf: Municipality,
) -> None:
    with shared_file("plz/duesseldorf_plz_centroid_stadtteil.csv").open(encoding="utf-8") as file:
        agreed = [row for row in csv.DictReader(file) if not row["flag"]]
    assert len(agreed) > 20
    for row in agreed:
        names = [district.name for district in suggest_districts(row["plz"], duesseldorf)]
        assert row["stadtteil_of_wzb_centroid"] in names, row["plz"]
