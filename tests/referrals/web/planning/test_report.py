"""Reports: what is chosen stands in them and nothing else; tables of one's own; files."""

import csv
import io
from collections.abc import Callable

import pypdf
import pytest
from django.test import Client

from lotsen.places.models import Municipality
from referrals.statistics.cube import NEEDS, Key
from referrals.statistics.published import Published, published
from referrals.web.planning import free_tables, report_form
from referrals.web.planning.free_tables import MEASURES, Wanted
from tests.conftest import Cast
from tests.referrals.statistics.stage import LEVELS, family_cells, publish, publish_year

SignsIn = Callable[[str], Client]
REPORT = "/auswertung/bericht/"
CHOSEN = f"{REPORT}?gewaehlt=1&zeitraum=2026Q3"


@pytest.fixture
def city(cast: Cast) -> Municipality:
    return cast.clinic.municipality


def _get(client: Client, address: str) -> bytes:
    response = client.get(address, headers={"accept-language": "de"})
    assert response.status_code == 200, response.content[:2000]
    return bytes(response.content)


def _table(client: Client, query: str) -> list[list[str]]:
    text = _get(client, f"{CHOSEN}&als=csv&{query}").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def _words(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_report_is_complete_before_anything_is_chosen(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    page = _get(signed_in("dora"), REPORT).decode()
    for title in ("Am häufigsten gewünscht", "Von 100 beendeten Übergaben", "Sprachmittlung wird"):
        assert title in page


def test_only_what_is_chosen_is_in_a_report(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    page = _get(signed_in("dora"), f"{CHOSEN}&teile=needs").decode()
    assert "Am häufigsten gewünscht" in page
    assert "Von 100 beendeten Übergaben" not in page
    assert "Familien wünschten sich" not in page


def test_the_pdf_is_accessible_and_ends_with_the_method(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, "2026Q2", times=0.9)
    publish(city, "2026Q3")
    content = _get(signed_in("dora"), f"{CHOSEN}&teile=sentences&teile=course&als=pdf")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert b"pdfuaid" in content
    assert "/StructTreeRoot" in reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Bericht der Präventionskette, Düsseldorf"
    words = _words(content)
    assert words.index("Wo wir stehen") < words.index("Wie wir zählen")
    assert "560 Familien wünschten" in words
    assert "„0 bis 4“" in words


def test_neither_person_nor_case_gets_into_a_report(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    response = signed_in("dora").get(f"{CHOSEN}&teile=needs&als=pdf")
    words = _words(response.content) + str(response.headers)
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    words += str(reader.metadata)
    for told in ("dora", "Dora", "netzwerk", cast.case.pseudonym):
        assert told not in words
    assert f'filename="lotsen-{city.slug}-2026q3-' in response.headers["Content-Disposition"]


def test_a_finding_becomes_a_slide_of_full_size(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    dora = signed_in("dora")
    for code in ("course", "needs", "way"):
        picture = _get(dora, f"{REPORT}?als=png&bild={code}")
        assert picture[:4] == b"\x89PNG"
        width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
        assert (width, height) == (1920, 1080)
    for query in ("?als=png", "?als=png&bild=workload", "?als=png&bild=cases", "?als=docx"):
        assert dora.get(REPORT + query).status_code == 404, query


def test_a_table_of_ones_own_is_a_sum_of_published_cells(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    rows = _table(signed_in("dora"), "was1=wished&zeilen1=life_phase&spalten1=district")
    head = next(row for row in rows if row and row[0] == "Lebensphase")
    assert head == ["Lebensphase", "Stadtbezirk 3", "Stadtbezirk 4", "Zusammen"]
    cells = family_cells()
    newborn = next(row for row in rows if row and row[0] == "Erstes Lebensjahr")
    told = sum(
        count for key, count in cells.items() if key[0] == "talk_wished" and key[2] == "first_year"
    )
    assert int(newborn[3]) == told == int(newborn[1]) + int(newborn[2])


def test_quarters_can_stand_beside_each_other(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish_year(city, 2026)
    text = _get(
        signed_in("dora"),
        f"{REPORT}?gewaehlt=1&zeitraum=2026&als=csv&was1=wishes&zeilen1=need&spalten1=period",
    ).decode("utf-8-sig")
    assert (
        '"Wunsch";"1. Quartal 2026";"2. Quartal 2026";"3. Quartal 2026";"4. Quartal 2026"' in text
    )


def test_a_quarter_that_does_not_tell_it_stays_empty_and_is_said(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, "2026Q2", families={("all", "all", "all", "city"): 40}, needs={})
    publish(city, "2026Q3")
    page = _get(signed_in("dora"), f"{CHOSEN}&was1=wished&zeilen1=period").decode()
    assert "Für einige Quartale steht das nicht da" in page
    assert "2. Quartal 2026</th>" not in page


def test_a_year_with_a_quarter_that_tells_too_little_does_not_tell_it_either(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    for number in (1, 2, 3):
        publish(city, f"2025Q{number}")
    publish(city, "2025Q4", families={("all", "all", "all", "city"): 40}, needs={})
    page = _get(
        signed_in("dora"), f"{REPORT}?gewaehlt=1&zeitraum=2025&was1=wished&zeilen1=life_phase"
    ).decode()
    assert "Für diesen Zeitraum steht das nicht da" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("was1=wishes&zeilen1=house_kind", "lässt sich so nicht aufteilen"),
        ("was1=wished&zeilen1=need", "lässt sich so nicht aufteilen"),
        ("was1=interpreting&zeilen1=district", "lässt sich so nicht aufteilen"),
        ("was1=interpreting&zeilen1=circumstance&spalten1=district", "lässt sich so nicht"),
        ("was1=wished&zeilen1=district&spalten1=district", "Zeilen und Spalten sind gleich"),
        ("was1=wished", "wonach die Zeilen"),
    ],
)
def test_a_table_that_the_numbers_do_not_hold_is_refused_at_its_field(
    cast: Cast, city: Municipality, signed_in: SignsIn, query: str, told: str
) -> None:
    publish(city)
    response = signed_in("dora").get(f"{CHOSEN}&{query}", headers={"accept-language": "de"})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert signed_in("dora").get(f"{CHOSEN}&{query}&als=pdf").status_code == 422


def test_nothing_rare_can_be_put_beside_anything() -> None:
    """Languages and reasons are counted on their own; no table crosses them with a place or age."""
    crossed = {
        name for code in MEASURES if MEASURES[code].kind for name in free_tables.possible(code)
    }
    assert crossed == {"circumstance", "period"}


def test_every_measure_can_be_told_by_something(cast: Cast, city: Municipality) -> None:
    publish(city)
    now = _published(cast, city)
    for code in MEASURES:
        for rows in free_tables.possible(code):
            panel = free_tables.build(Wanted(code, rows), [now], now)
            told = MEASURES[code].told_by(now)
            assert bool(panel.rows) == told, (code, rows)
            assert bool(panel.remark) != told


def test_merged_answers_do_not_tell_their_parts(cast: Cast, city: Municipality) -> None:
    levels = {**LEVELS, NEEDS: {**LEVELS[NEEDS], "answer": "unmet"}}
    needs: dict[Key, int] = {
        ("child", "met", "all", "city"): 20,
        ("child", "unmet", "all", "city"): 10,
    }
    publish(city, needs=needs, levels=levels)
    now = _published(cast, city)
    assert not MEASURES["no_offer"].told_by(now)
    assert MEASURES["unmet"].told_by(now)
    assert MEASURES["wishes"].told_by(now)


def test_every_section_of_the_form_is_a_finding_of_the_page(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    page = _get(signed_in("dora"), "/auswertung/").decode()
    for code in report_form.SECTIONS:
        assert code == "sentences" or f'id="{code}"' in page


def _published(cast: Cast, city: Municipality) -> Published:
    return published(city, "2026Q3", cast.dora)
