"""Dora sees what there is from pregnancy to 27, where it breaks, and what families missed there."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from offers.models import Offer
from referrals.planning.models import ContextFigure
from tests.builders import make_city, make_district, make_offer
from tests.conftest import Cast
from tests.referrals.statistics.stage import publish

PAGE = "/auswertung/praeventionskette/"
type SignsIn = Callable[[str], Client]


@pytest.fixture
def dora(cast: Cast, signed_in: SignsIn) -> Client:
    return signed_in("dora")


def _text(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _table(html: str, caption: str) -> list[str]:
    """The rows of a matrix as one reads them."""
    start = html.index(f'<caption class="sr-only">{caption}')
    body = html[html.index("<tbody>", start) : html.index("</table>", start)]
    return [_words(row) for row in body.split("</tr>")[:-1]]


def test_fields_without_any_offer_stand_out(cast: Cast, dora: Client) -> None:
    """The one offer of the cast is selective, from pregnancy to twelve months."""
    Offer.objects.update(capacity_as_of=localdate())
    html = _text(dora)
    rows = _table(html, "Angebote nach Art der Prävention")
    assert rows[1] == (
        "Für Familien in besonderen Lebenslagen 1 1 frei 1 1 frei 1 1 frei 1 1 frei kein Angebot"
        " kein Angebot kein Angebot kein Angebot"
    )
    assert rows[0].count("kein Angebot") == 8
    assert "In 28 Feldern gibt es gar kein Angebot." in html


def test_the_thinnest_step_is_said_in_one_sentence(cast: Cast, dora: Client) -> None:
    make_offer("Kita-Treff", age_from_months=36, age_to_months=71)
    make_offer("Kita-Kurs", age_from_months=36, age_to_months=71)
    make_offer("Beratung", age_from_months=-9, age_to_months=216)
    html = _text(dora)
    assert (
        "Am dünnsten ist die Kette bei „Einschulung“: 2 von 3 Angeboten enden dort, 1 führen weiter"
    ) in html
    steps = html[html.index('class="bars steps"') : html.index("Welche Angebote bei")]
    assert _words(steps).count("am dünnsten") == 1
    ending = html[html.index("Welche Angebote bei") :]
    assert "Kita-Kurs" in ending[: ending.index("</details>")]


def test_a_cell_leads_to_exactly_its_offers(cast: Cast, dora: Client) -> None:
    bilk = make_district("Bilk", "036")
    make_district("Oberkassel", "041")
    for name, place in (("Nur Bilk", bilk), ("Nirgends", None)):
        offer = make_offer(
            name, dimension="universal", age_from_months=12, age_to_months=30,
            open_to_all_districts=False,
        )  # fmt: skip
        if place:
            offer.districts.add(place)
    html = _text(dora)
    cell = re.search(r'<a href="([^"]+dimension=universal[^"]+)"[^>]*><b>2</b>', html)
    assert cell
    listed = dora.get(unescape(cell[1])).content.decode()
    assert "Nur Bilk" in listed
    assert "Nirgends" in listed
    places = _table(html, "Angebote nach Ort und Alter")
    assert [row[:13] for row in places] == ["Stadtbezirk 3", "Stadtbezirk 4"]
    there = re.search(r'<a href="([^"]+borough=duesseldorf%3A03[^"]*)"', html)
    assert there
    assert "Nirgends" not in dora.get(unescape(there[1])).content.decode()
    assert "1 Angebot ohne Angabe zum Gebiet ist hier nicht mitgezählt" in html


def test_a_borough_opens_into_its_districts(cast: Cast, dora: Client) -> None:
    for name, code in (("Bilk", "036"), ("Flehe", "037"), ("Oberkassel", "041")):
        make_district(name, code)
    rows = _table(_text(dora, ort="borough:03"), "Angebote nach Ort und Alter")
    assert [row.split()[0] for row in rows] == ["Bilk", "Flehe"]
    rows = _table(_text(dora, ort="duesseldorf-flehe"), "Angebote nach Ort und Alter")
    assert [row.split()[0] for row in rows] == ["Flehe"]


def test_what_families_missed_stands_beside_what_there_is(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    make_offer("Hebammenzentrale", needs=["no_midwife"], capacity_as_of=localdate())
    html = _text(dora)
    rows = {row.split()[0]: row for row in _table(html, "Familien, die nichts fanden")}
    assert "110 fehlen von 160 1 Angebot, 1 frei" in rows["Schwangerschaft"]
    assert "60 fehlen von 90 kein Angebot" in rows["Sprache"]
    assert 'lv5"' in html
    assert "no-place" in html
    gap = re.search(r'href="([^"]+)">110 fehlen', html)
    assert gap
    assert "fanden 110 von 160" in dora.get(unescape(gap[1])).content.decode()


def test_without_numbers_of_families_the_catalogue_stands_alone(cast: Cast, dora: Client) -> None:
    html = _text(dora)
    assert "Familien, die nichts fanden" not in html
    assert "Angebote nach Art der Prävention" in html


def test_numbers_of_families_are_not_made_up_for_a_place_that_has_none(
    cast: Cast, dora: Client
) -> None:
    publish(cast.clinic.municipality)
    make_district("Bilk", "036")
    whole, district = _text(dora), _text(dora, ort="duesseldorf-bilk")
    assert "keine eigenen Zahlen zu Familien" in district
    caption = "Familien, die nichts fanden"
    missing = [re.findall(r"\d+ fehlen", " ".join(_table(h, caption))) for h in (whole, district)]
    assert missing[0] == missing[1]
    borough = _text(dora, ort="borough:03")
    assert "keine eigenen Zahlen" not in borough
    assert re.findall(r"\d+ fehlen", " ".join(_table(borough, caption))) != missing[0]


def test_figures_from_elsewhere_have_source_and_year_and_stay_in_their_city(
    cast: Cast, dora: Client
) -> None:
    bilk = make_district("Bilk", "036")
    krefeld = make_city("krefeld", "Krefeld", "05114000")
    for city, district, year, value in (
        (bilk.municipality, bilk, 2023, "11.50"),
        (bilk.municipality, bilk, 2024, "12.30"),
        (krefeld, make_district("Hüls", "031", krefeld), 2024, "99.00"),
    ):
        ContextFigure.objects.create(
            municipality=city, district=district, name="Kinder im Leistungsbezug", unit="%",
            source="Amt für Statistik", year=year, value=value,
        )  # fmt: skip
    told = _words(_text(dora, ort="duesseldorf-bilk"))
    assert "12,3 % (2024, Amt für Statistik)" in told
    assert "11,5" not in told
    assert "99" not in told
    assert "Wählen Sie einen Stadtteil" in _text(dora)


@pytest.mark.parametrize("table", ["angebote", "orte", "uebergaenge"])
def test_what_is_shown_can_be_taken_along(cast: Cast, dora: Client, table: str) -> None:
    make_district("Bilk", "036")
    answer = dora.get(PAGE, {"tabelle": table, "als": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 7
    assert all(len(row) == len(rows[0]) for row in rows)
    assert dora.get(PAGE, {"tabelle": table, "als": "ods"}).content[:2] == b"PK"


@pytest.mark.parametrize(
    "query",
    [{"ort": "krefeld-huels"}, {"dimension": "x"}, {"als": "pdf"}, {"als": "csv", "tabelle": "x"}],
)
def test_what_there_is_not_does_not_exist(cast: Cast, dora: Client, query: dict[str, str]) -> None:
    make_district("Hüls", "031", make_city("krefeld", "Krefeld", "05114000"))
    assert dora.get(PAGE, query).status_code == 404


def test_an_empty_catalogue_leads_on(cast: Cast, dora: Client) -> None:
    Offer.objects.all().delete()
    html = _text(dora)
    assert "enthält noch keine Angebote" in html
    assert 'class="matrix' not in html


def test_the_page_asks_the_database_as_often_for_a_large_catalogue(
    cast: Cast, dora: Client
) -> None:
    publish(cast.clinic.municipality)
    _text(dora)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _text(dora)
        return len(queries)

    few = asked()
    for number in range(10):
        make_offer(f"Angebot {number}", age_to_months=number).districts.add(
            make_district(f"Ort {number}", f"1{number:02}")
        )
    assert asked() == few
