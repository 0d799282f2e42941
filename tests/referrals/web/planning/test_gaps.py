"""Dora sees at a glance what is missing where, and nothing that the cube does not tell."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from odf.opendocument import load

from lotsen.places.models import District
from referrals.planning.gaps import UNMET
from referrals.statistics.cube import NEEDS, Cube, Key
from tests.builders import make_district, make_offer
from tests.conftest import Cast
from tests.referrals.statistics.stage import CIRCUMSTANCE, LEVELS, need_cells, publish

PAGE = "/auswertung/luecken/"
SQUARE = [[6.7, 51.2], [6.8, 51.2], [6.8, 51.3], [6.7, 51.3], [6.7, 51.2]]
type SignsIn = Callable[[str], Client]


@pytest.fixture
def dora(cast: Cast, signed_in: SignsIn) -> Client:
    return signed_in("dora")


def _text(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def _words(html: str) -> str:
    """What one reads of it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _part(html: str, tag: str, begin: str) -> str:
    """The element that begins so, as far as its first end."""
    start = html.index(begin)
    return html[start : html.index(f"</{tag}>", start)]


def _finding(html: str) -> str:
    return _words(_part(html, "section", '<section class="stack-s" aria-label="Ergebnis"'))


def _outline(name: str, attribution: str = "") -> None:
    outline: dict[str, object] = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    if attribution:
        outline["attribution"] = attribution
    District.objects.filter(name=name).update(outline=outline)


def _needs(cells: Mapping[Key, int] | None = None) -> Cube:
    return Cube(NEEDS, need_cells() if cells is None else cells)


def test_one_sentence_says_what_is_missing_most(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    told = _finding(_text(dora))
    assert "Am häufigsten fehlt Hilfe bei „ Schwangerschaft und Hebamme “." in told
    assert "Im ersten Lebensjahr fanden 110 von 160 Familien" in told
    assert "60-mal gab es kein passendes Angebot, 50-mal war kein Platz frei." in told


def test_every_number_of_families_is_a_sum_of_the_cube(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    cube = _needs()
    html = _text(dora)
    matrix = cube.table(("need", "life_phase"), {"answer": UNMET})
    wished = cube.table(("need", "life_phase"))
    by_place = cube.table(("district",), {"answer": UNMET})
    shown = [int(n) for n in re.findall(r"\d+", _words(_matrix(html)).replace("0 bis 4", ""))]
    expected = [n for key, n in matrix.items() if n] + [wished[k] for k, n in matrix.items() if n]
    years = [n for n in shown if n % 5]  # of life phases: "1 bis 5 Jahre", "6 bis 26 Jahre"
    assert set(years) <= {1, 6, 26}
    assert sorted(n for n in shown if not n % 5) == sorted([*expected, 5])
    bars = _part(html, "table", '<table class="bars"')
    numbers = re.findall(r'<td class="num">(\d+)</td>', bars)
    assert sorted(map(int, numbers)) == sorted(by_place.values())
    reasons = _part(html, "section", '<section class="panel stack-s" aria-labelledby="reasons"')
    told = {n for code, n in CIRCUMSTANCE.items() if code.startswith("gap_reason:") and n}
    assert {int(n) for n in re.findall(r"<dd>(\d+)</dd>", reasons)} == told


def _matrix(html: str) -> str:
    return _part(html, "table", '<table class="matrix')


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"bedarf": "language_rights"}, "Wo Hilfe bei „ Sprache und Rechte “ am häufigsten fehlt:"),
        ({"bedarf": "contact", "phase": "pregnancy"}, "Hilfe bei „ Kontakt und Begegnung “."),
        ({"bedarf": "contact", "phase": "pregnancy"}, "fanden 0 bis 4 Familien nichts Passendes"),
        ({"phase": "pregnancy"}, "In der Schwangerschaft fanden"),
        ({"ort": "borough:04"}, "(Stadtbezirk 4)"),
    ],
)
def test_the_sentence_is_about_what_was_chosen(
    cast: Cast, dora: Client, query: dict[str, str], said: str
) -> None:
    publish(cast.clinic.municipality)
    html = _text(dora, **query)
    assert said in _finding(html)
    assert "Zurück zu allen Lücken" in html


def test_a_place_changes_the_matrix_and_not_the_list_of_places(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    html, narrowed = _text(dora), _text(dora, ort="borough:04")
    table = _needs().table(
        ("need", "life_phase"), {"answer": UNMET, "district": ("borough:04",)}
    )  # fmt: skip
    shown = re.findall(r"<b>(\d+)</b>", _matrix(narrowed))
    assert sorted(map(int, shown)) == sorted(n for n in table.values() if n)
    bars = '<table class="bars"'
    numbers = [re.findall(r'"num">(\d+)<', _part(each, "table", bars)) for each in (html, narrowed)]
    assert numbers[0] == numbers[1]


def test_what_a_period_does_not_tell_is_said_and_left_out(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    for query in ({"phase": "newborn"}, {"ort": "duesseldorf-bilk"}, {"bedarf": "<script>"}):
        html = _text(dora, **query)
        assert "ist für diesen Zeitraum nicht veröffentlicht" in html
        assert "Am häufigsten fehlt" in html
        assert "<script>" not in _part(html, "main", "<main")
    assert "nicht veröffentlicht" not in _text(dora, phase="first_year")


def test_a_gap_leads_to_exactly_the_offers_it_counts_and_to_a_measure(
    cast: Cast, dora: Client
) -> None:
    """Two of four: the others are for another wish, another age."""
    publish(cast.clinic.municipality)
    make_offer("Hebammenzentrale", needs=["no_midwife"], age_from_months=-9, age_to_months=0)
    make_offer("Nachsorge", needs=["no_midwife"], age_from_months=3, age_to_months=20)
    make_offer("Vorsorge", needs=["antenatal_care_gap"], age_from_months=-9, age_to_months=-1)
    html = _text(dora)
    assert "Was es dafür gibt: 2 Angebote: 2 ohne Angabe zu Plätzen." in _finding(html)
    addresses = re.findall(r'kern-btn--(\w+)" href="([^"]+)"', _part(html, "main", "<main"))
    found = {kind: unescape(address) for kind, address in addresses}
    listed = dora.get(found["secondary"]).content.decode()
    assert "2 Angebote" in listed
    assert "Hebammenzentrale" in listed
    assert "Nachsorge" in listed
    assert found["primary"].startswith("/planung/massnahmen/neu/")
    assert "bedarf=pregnancy_midwife&phase=first_year" in found["primary"]


def test_the_offers_of_a_borough_are_those_that_serve_it(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    make_offer("Nur in Bilk", needs=["no_midwife"], open_to_all_districts=False).districts.add(
        make_district("Bilk", "036")
    )
    bilk, oberkassel = (_text(dora, ort=f"borough:{code}") for code in ("03", "04"))
    assert "1 Angebot:" in _finding(bilk)
    assert "Kein Angebot im Katalog" in _finding(oberkassel)
    address = re.search(r'secondary" href="([^"]+borough[^"]+)"', bilk)
    assert address
    assert "Nur in Bilk" in dora.get(unescape(address[1])).content.decode()


def test_a_borough_is_drawn_from_its_districts_and_none_is_lost(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    for name, code in (("Flehe", "037"), ("Hamm", "034")):
        make_district(name, code)
    assert 'class="map"' not in _text(dora)
    _outline("Bilk", "© OpenStreetMap-Mitwirkende, ODbL")
    _outline("Flehe")
    html = _text(dora)
    drawn = _part(html, "svg", '<svg class="map"')
    shade = re.findall(r'class="(lv\d)"[^>]*><title>(\w+) \(Stadtbezirk 3\): (\d+) fehlen', drawn)
    assert [(name, number) for _level, name, number in shade] == [("Bilk", "350"), ("Flehe", "350")]
    assert len({level for level, _name, _number in shade}) == 1
    assert "Am meisten fehlt in: Stadtbezirk 3 350, Stadtbezirk 4 230." in drawn
    assert "Umriss eingelesen ist: Hamm, Oberkassel" in _words(html)
    assert "Grenzen: © OpenStreetMap-Mitwirkende, ODbL" in html
    bars = _words(_part(html, "table", '<table class="bars"'))
    assert "Stadtbezirk 3 350 Stadtbezirk 4 230" in bars


def test_where_nothing_is_told_by_place_there_is_no_map(cast: Cast, dora: Client) -> None:
    make_district("Bilk", "036")
    _outline("Bilk")
    cells: dict[Key, int] = {
        ("child", "met", "all", "city"): 60,
        ("child", "unmet", "all", "city"): 20,
    }
    publish(cast.clinic.municipality, needs=cells, levels=LEVELS)
    html = _text(dora)
    assert "fanden 20 von 80 Familien" in html
    assert "gab es kein passendes Angebot" not in html
    assert 'class="map"' not in html
    assert "keine Zahlen nach Stadtteil" in html


def test_too_few_families_and_no_gap_are_said_in_words(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality, "2026Q2", needs={}, circumstances={})
    assert "keine Zahlen zu Wünschen" in _text(dora)
    publish(cast.clinic.municipality, needs={("child", "met", "all", "city"): 60}, circumstances={})
    html = _text(dora)
    assert "Keine Lücke sticht hervor" in html
    assert "gedeckt" in _matrix(html)


def test_a_year_of_quarters_told_differently_loses_no_count(cast: Cast, dora: Client) -> None:
    city = cast.clinic.municipality
    told = [
        ("first_year", "borough:03"), ("newborn", "borough:03"),
        ("all", "city"), ("infant", "city"),
    ]  # fmt: skip
    for number, (phase, place) in enumerate(told, start=1):
        publish(city, f"2026Q{number}", needs={("child", "unmet", phase, place): 20 * number})
    shown = re.findall(r"<b>(\d+)</b>", _matrix(_text(dora, zeitraum="2026")))
    assert sum(map(int, shown)) == 200


def test_the_gap_before_is_compared_only_if_it_was_told_alike(cast: Cast, dora: Client) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q2", times=0.5)
    publish(city, "2026Q3")
    assert "mehr als im Quartal davor" in _finding(_text(dora))
    publish(city, "2026Q4", needs={("child", "unmet", "all", "city"): 20}, levels={NEEDS: {}})
    assert "davor" not in _finding(_text(dora))


def test_languages_needed_stand_beside_the_offers_in_them(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    make_offer("Arabisches Café", languages=["ar"])
    make_offer("Mit Sprachmittlung", languages=["de"], interpreting=True)
    table = _words(
        _part(_text(dora), "section", '<section class="panel stack-s" aria-labelledby="languages"')
    )
    assert "Arabisch 60 1 Angebote: Arabisch 0" in table
    assert "Ukrainisch 45 0" in table
    assert "Zu 1 Angebot kann Sprachmittlung kommen." in table


@pytest.mark.parametrize("table", ["wuensche", "orte", "gruende", "sprachen"])
def test_what_is_shown_can_be_taken_along(cast: Cast, dora: Client, table: str) -> None:
    publish(cast.clinic.municipality)
    query = {"tabelle": table, "als": "csv", "ort": "borough:03"}
    answer = dora.get(PAGE, query)
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="lotsen-duesseldorf-2026q3-luecken-{table}.csv"'
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 4
    assert any("Eingefroren am" in cell for row in rows for cell in row)
    sheet = dora.get(PAGE, {**query, "als": "ods"})
    assert load(io.BytesIO(sheet.content)).spreadsheet


def test_the_file_of_the_matrix_has_the_numbers_of_the_matrix(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    answer = dora.get(PAGE, {"als": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    body = rows[1 : rows.index([])] if [] in rows else rows[1:33]
    assert sum(int(row[2]) for row in body if row[2].isdecimal()) == sum(
        _needs().table((), {"answer": UNMET}).values()
    )
    assert ["Kontakt und Begegnung", "Schwangerschaft", "0", "0", "0", "50"] in body


def test_a_table_there_is_not_does_not_exist(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    for query in ({"als": "pdf"}, {"als": "csv", "tabelle": "familien"}, {"zeitraum": "2020Q1"}):
        assert dora.get(PAGE, query).status_code == 404


def test_the_address_of_a_view_leads_back_to_it(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    html = _text(dora, bedarf="language_rights", phase="pregnancy", ort="borough:03")
    found = re.search(r'data-copy value="http://testserver([^"]+)"', html)
    assert found
    again = dora.get(unescape(found[1])).content.decode()
    assert _finding(again) == _finding(html)


def test_the_page_asks_the_database_as_often_for_a_large_city(cast: Cast, dora: Client) -> None:
    publish(cast.clinic.municipality)
    _text(dora)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _text(dora)
        return len(queries)

    few = asked()
    for number in range(12):
        make_district(f"Ort {number}", f"1{number:02}")
        make_offer(f"Angebot {number}", needs=["no_midwife"])
    assert asked() == few
