"""The demo catalogue is plausible, complete and made up."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from lotsen.importing import read_csv
from lotsen.places.actions import import_districts
from lotsen.places.district_rows import COLUMNS
from offers.models import Offer, Provider
from offers.vocabulary import LANGUAGES, NEEDS
from tests.builders import make_city, make_organisation
from tests.offers.importing.conftest import Import

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "offers" / "data" / "demo_duesseldorf.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with DEMO.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_it_is_large_and_written_by_hand(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 150
    assert len({row["summary"] for row in rows}) >= 60
    assert len({row["provider"] for row in rows}) >= 35
    assert all(row["summary"] and row["summary_plain"] and row["opening_hours"] for row in rows)


def test_every_need_is_served_and_every_language_spoken(rows: list[dict[str, str]]) -> None:
    needs = Counter(need for row in rows for need in row["needs"].split("|"))
    assert {need: needs[need] for need in NEEDS if needs[need] < 2} == {}
    languages = Counter(code for row in rows for code in row["languages"].split("|"))
    assert set(languages) == set(LANGUAGES)
    assert languages["de"] > languages["tr"] > languages["vi"]


def test_places_and_ages_of_information_vary(rows: list[dict[str, str]]) -> None:
    assert {row["capacity"] for row in rows} == {"free", "waiting_list", "full", "unknown"}
    assert all(row["waiting_weeks"] for row in rows if row["capacity"] == "waiting_list")
    days = [int(row["checked_days_ago"]) for row in rows if row["checked_days_ago"]]
    assert min(days) < 30
    assert max(days) > 180
    assert len(days) < len(rows)


def test_telephones_come_from_the_range_for_fiction_and_addresses_lead_nowhere(
    rows: list[dict[str, str]],
) -> None:
    for row in rows:
        for number in filter(None, (row["phone"], row["handover_phone"])):
            assert re.fullmatch(r"030 23125-[0-9]{3}", number)
        for column in ("email", "website", "provider_website"):
            assert not row[column] or re.search(r"[@.][a-z0-9.-]*example\.org\b", row[column])


def test_offers_by_referral_have_someone_who_answers(rows: list[dict[str, str]]) -> None:
    recipients = Counter(row["recipient"] for row in rows)
    assert set(recipients) == {"", "familienbuero-demo", "traeger-regenbogen-demo"}
    assert 0.4 < recipients["familienbuero-demo"] / len(rows) < 0.6
    assert all(row["recipient"] for row in rows if row["access"] == "referral_only")


def test_it_goes_in_through_the_front_door_and_a_second_import_changes_nothing(
    db: None, import_offers: Import, rows: list[dict[str, str]]
) -> None:
    import_districts(
        read_csv(ROOT / "lotsen" / "places" / "data" / "districts.csv", required=COLUMNS)
    )
    for name in ("familienbuero-demo", "traeger-regenbogen-demo"):
        make_organisation(name, municipality=make_city())
    arguments = (DEMO, "--city", "duesseldorf", "--source", "demo")
    first = import_offers(*arguments)
    assert {(end["status"], end["code"]) for end in first} == {("imported", "")}
    assert {end["status"] for end in import_offers(*arguments)} == {"unchanged"}
    assert Offer.objects.published().count() == len(rows)
    assert Provider.objects.get(slug="familienbuero-demo").organisation is not None
    served = set(Offer.objects.values_list("districts", flat=True)) - {None}
    assert len(served) == 50
