"""A city's list of districts: every row has an end, keys are made once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from lotsen.places.models import District, Municipality

SHIPPED = Path(__file__).parents[3] / "lotsen" / "places" / "data"
HEADER = "ags,city,bezirk_id,bezirk,stadtteil_id,stadtteil,lat,lon\n"
Import = Callable[..., str]


@pytest.fixture
def listing(tmp_path: Path) -> Callable[[str], Path]:
    def write(rows: str) -> Path:
        path = tmp_path / "districts.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return path

    return write


def _keys() -> set[str]:
    return set(District.objects.values_list("key", flat=True))


def test_the_shipped_list_ends_row_by_row_and_a_second_run_changes_nothing(
    import_districts: Import,
) -> None:
    outlines = ("--outlines", SHIPPED / "duesseldorf_outlines.geojson")
    first = import_districts(SHIPPED / "districts.csv", *outlines)
    assert "149 Zeilen: 148 neu angelegt, 1 nicht übernommen." in first
    assert "50 Zeilen: 50 geändert." in first
    before = list(District.objects.values())
    second = import_districts(SHIPPED / "districts.csv", *outlines)
    assert "149 Zeilen: 148 unverändert, 1 nicht übernommen." in second
    assert "50 Zeilen: 50 unverändert." in second
    assert list(District.objects.values()) == before


def test_the_shipped_list_has_every_city_in_its_own_shape(import_districts: Import) -> None:
    import_districts(SHIPPED / "districts.csv")
    in_city = District.objects.filter
    assert in_city(municipality="duesseldorf").count() == 50
    assert in_city(municipality="dortmund").count() == 62
    assert in_city(municipality="krefeld").count() == 23
    assert Municipality.objects.get(slug="hannover").state == "NI"
    bult = District.objects.get(key="hannover-suedstadt-bult")
    assert (bult.name, bult.borough) == ("Südstadt-Bult", "Südstadt-Bult")


def test_names_shared_by_cities_stay_apart(import_districts: Import) -> None:
    import_districts(SHIPPED / "districts.csv")
    assert {"duesseldorf-hafen", "dortmund-hafen"} <= _keys()


def test_a_name_used_twice_in_a_city_takes_its_borough_into_the_key(
    import_districts: Import, listing: Callable[[str], Path]
) -> None:
    import_districts(
        listing(
            "05114000,Krefeld,,Mitte,,Stadtmitte,,\n"
            "05114000,Krefeld,,West,,Stadtmitte,,\n"
            "05114000,Krefeld,,Ost,,Traar,,\n"
        )
    )
    assert _keys() == {
        "krefeld-mitte-stadtmitte", "krefeld-west-stadtmitte", "krefeld-traar",
    }  # fmt: skip


def test_the_city_before_the_name_is_a_spelling_variant(
    import_districts: Import, listing: Callable[[str], Path]
) -> None:
    out = import_districts(
        listing("05114000,Krefeld,,Ost,,Bockum,,\n05114000,Krefeld,,Ost,,Krefeld - Bockum,,\n")
    )
    assert _keys() == {"krefeld-bockum"}
    assert "Zeile 3: nicht übernommen. Derselbe Stadtteil steht schon in Zeile 2." in out


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("5111000,Düsseldorf,01,Eins,011,Altstadt,,", "ags_invalid"),
        ("99111000,Düsseldorf,01,Eins,011,Altstadt,,", "ags_invalid"),
        ("05111000,,01,Eins,011,Altstadt,,", "city_missing"),
        ("05111000,Düsseldorf,01,,011,,,", "name_missing"),
        ("05111000,Düsseldorf,01,Eins,011,???,,", "name_unusable"),
        ("05111000,Düsseldorf,01,Eins,01100000000,Altstadt,,", "name_unusable"),
        (f"05111000,Düsseldorf,01,Eins,011,{'x' * 90},,", "name_unusable"),
        ("05111000,Düsseldorf,01,Eins,011,Altstadt,51.2,", "position_invalid"),
        ("05111000,Düsseldorf,01,Eins,011,Altstadt,nan,6.7", "position_invalid"),
        ("05111000,Düsseldorf,01,Eins,011,Altstadt,6.7,51.2", "position_invalid"),
        ("05111000,Düsseldorf,01,Eins,011,Altstadt", "column_count"),
        ("05111000,Köln,01,Eins,011,Altstadt,,", "city_conflict"),
        ("05111001,Düsseldorf,01,Eins,011,Altstadt,,", "city_conflict"),
    ],
)
def test_a_row_that_makes_no_sense_is_rejected_and_the_others_stay(
    import_districts: Import, listing: Callable[[str], Path], row: str, code: str
) -> None:
    good = "05111000,Düsseldorf,03,Drei,036,Bilk,51.2,6.78\n"
    out = import_districts(listing(good + row + "\n"))
    assert f"[{code}]" in out
    assert _keys() == {"duesseldorf-bilk"}


def test_a_new_name_for_a_number_keeps_the_key(
    import_districts: Import, listing: Callable[[str], Path]
) -> None:
    import_districts(listing("05111000,Düsseldorf,03,Drei,036,Bilk,51.2,6.78\n"))
    out = import_districts(listing("05111000,Düsseldorf,03,Drei,036,Bilk-Süd,51.2,6.78\n"))
    assert "1 geändert" in out
    assert District.objects.get().name == "Bilk-Süd"
    assert _keys() == {"duesseldorf-bilk"}


def test_a_renamed_borough_makes_no_second_district(
    import_districts: Import, listing: Callable[[str], Path]
) -> None:
    import_districts(listing("05114000,Krefeld,,Ost,,Traar,,\n"))
    import_districts(listing("05114000,Krefeld,,Bezirk Ost,,Traar,,\n"))
    assert District.objects.get().borough == "Bezirk Ost"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ist leer"),
        (b"\xef\xbb\xbf", "ist leer"),
        (b"PK\x03\x04\x00\x00", "keine Textdatei"),
        ((HEADER + "05111000,D\xfcsseldorf,,,,Bilk,,").encode("latin-1"), "nicht in UTF-8"),
        (b"ags,city,stadtteil\n", "Es fehlt: bezirk_id, bezirk, stadtteil_id, lat, lon."),
        ((HEADER.strip() + ",plz\n").encode(), "Unbekannt: plz."),
        ((HEADER.replace(",", "\t")).encode(), "Die Kopfzeile"),
        ((HEADER + '05111000,"Düsseldorf,,,,Bilk,,\n').encode(), "Anführungszeichen"),
    ],
)
def test_an_unreadable_file_changes_nothing_and_says_why(
    import_districts: Import, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "districts.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refused:
        import_districts(path)
    assert refused.value.returncode == 1
    assert not Municipality.objects.exists()


def test_a_missing_file_is_named(import_districts: Import) -> None:
    with pytest.raises(CommandError, match="gibt sie nicht"):
        import_districts("nowhere.csv")


def test_bad_outlines_leave_the_districts_undone_too(
    import_districts: Import, listing: Callable[[str], Path], tmp_path: Path
) -> None:
    broken = tmp_path / "outlines.geojson"
    broken.write_text("{", encoding="utf-8")
    rows = listing("05111000,Düsseldorf,03,Drei,036,Bilk,51.2,6.78\n")
    with pytest.raises(CommandError, match="kein gültiges GeoJSON"):
        import_districts(rows, "--outlines", broken)
    assert not District.objects.exists()
