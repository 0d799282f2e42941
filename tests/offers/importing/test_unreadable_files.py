"""A file that cannot be read: exit 1, a German sentence, nothing changed."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from lotsen.importing import LARGEST_FILE, Ended, RowEnd, slug, write_report
from lotsen.places.models import Municipality
from offers.models import Offer
from tests.offers.importing.conftest import HEADER, Import

LINE = "\na1;Elterncafé;Haus;Text.;0;36;Bockum"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ist leer"),
        (b" \r\n ", "ist leer"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "keine Textdatei"),
        ((HEADER + LINE).encode("latin-1"), r"nicht in UTF-8 gespeichert \(Zeile 2\)"),
        ((HEADER + LINE).encode("utf-16"), "keine Textdatei"),
        ((HEADER + LINE).replace(";", "\t").encode(), "Die Kopfzeile"),
        (b"Guten Tag,\nhier kommt die Liste.", "Es fehlt: id"),
        ((HEADER + ";sprachen" + LINE + ";de").encode(), "Unbekannt: sprachen"),
        ((HEADER + ";id" + LINE + ";de").encode(), "Doppelt: id"),
        ((HEADER + "\n" + "x" * 10_000_000).encode(), "Zeile 2: ein Feld ist länger"),
        ((HEADER + '\na1;"Elterncafé;Haus').encode(), "Anführungszeichen"),
        (b"x" * (LARGEST_FILE + 1), "größer als 20 MB"),
    ],
    ids=str,
)
def test_an_unreadable_csv_changes_nothing(
    krefeld: Municipality, import_offers: Import, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "offers.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refused:
        import_offers(path, "--city", "krefeld")
    assert refused.value.returncode == 1
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "kein gültiges GeoJSON"),
        ("[" * 200_000, "kein gültiges GeoJSON"),
        ("[]", "keine GeoJSON-Sammlung"),
        ('{"type": "Feature"}', "keine GeoJSON-Sammlung"),
        ('{"features": {}}', "keine GeoJSON-Sammlung"),
        ('{"features": [' + "9" * 5000 + "]}", "kein gültiges GeoJSON"),
    ],
    ids=lambda text: text[:20],
)
def test_an_unreadable_geojson_changes_nothing(
    krefeld: Municipality, import_offers: Import, tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "offers.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        import_offers(path)


def test_a_header_alone_is_an_empty_list(
    krefeld: Municipality, import_offers: Import, tmp_path: Path
) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(HEADER + "\n\n;;;;;;\n", encoding="utf-8")
    assert import_offers(path, "--city", "krefeld") == []


def test_a_city_that_is_not_there_is_named(db: None, import_offers: Import, tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(CommandError, match="„atlantis“ ist nicht angelegt"):
        import_offers(path, "--city", "atlantis")


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_what_is_no_file_is_named(db: None, import_offers: Import, path: str) -> None:
    with pytest.raises(CommandError, match="kann nicht gelesen werden"):
        import_offers(Path(path), "--source", "test")


def test_strange_json_values_reject_a_row_and_crash_nothing(
    krefeld: Municipality, import_offers: Import, tmp_path: Path
) -> None:
    path = tmp_path / "offers.geojson"
    path.write_text(
        r"""{"features": [null, 7, [], {"properties": null}, {"properties": {"title": {"a": 1}}},
        {"properties": {"title": "A\u0000\ud800\u202eB", "city": "Krefeld", "lat": NaN,
         "lng": Infinity, "zip": 1e999, "text4": [1, [2, null], true], "cat3": null}}]}""",
        encoding="utf-8",
    )
    ends = import_offers(path)
    assert [end["status"] for end in ends] == ["rejected"] * 5 + ["quarantined"]
    assert Offer.objects.get().name == "AB"


def test_a_report_holds_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(
        path, [RowEnd(1, Ended.REJECTED, "x", "=1+1"), RowEnd(2, Ended.REJECTED, "x", "ok")]
    )
    assert path.read_text("utf-8").splitlines()[1:] == ["1,rejected,x,'=1+1", "2,rejected,x,ok"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mörsenbroich", "moersenbroich"),
        ("Mo\u0308rsenbroich", "moersenbroich"),
        ("Kempener Feld / Baackeshof", "kempener-feld-baackeshof"),
        ("Groß-Äöü", "gross-aeoeue"),
        ("Ağrı", "agr"),
        ("???", ""),
    ],
)
def test_german_letters_are_written_out(text: str, expected: str) -> None:
    assert slug(text) == expected
