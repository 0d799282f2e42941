"""Outlines are joined by name within one city; a broken one is named, not drawn."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from lotsen.places.geometry import problem_of
from lotsen.places.models import District
from lotsen.places.outlines import attribution_of
from tests.builders import make_city, make_district

Import = Callable[..., str]
SQUARE = [[6.7, 51.2], [6.8, 51.2], [6.8, 51.3], [6.7, 51.3], [6.7, 51.2]]
BOW_TIE = [[6.7, 51.2], [6.8, 51.3], [6.8, 51.2], [6.7, 51.3], [6.7, 51.2]]
METRES = [[344_000 + 100 * x, 5_675_000 + 100 * y] for x, y in SQUARE]  # as EPSG:25832 has it
LONG_RING = [[6.0 + i / 100000, 51.0] for i in range(5)]


def _polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _file(tmp_path: Path, *features: object, **said: object) -> Path:
    path = tmp_path / "outlines.geojson"
    content = {"type": "FeatureCollection", **said, "features": features}
    path.write_text(json.dumps(content), "utf-8")
    return path


def _feature(name: object, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        (_polygon(SQUARE), None),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE]]}, None),
        (None, "not_an_area"),
        ("POLYGON", "not_an_area"),
        ({"type": "Point", "coordinates": [6.7, 51.2]}, "not_an_area"),
        ({"type": "Polygon"}, "not_an_area"),
        (_polygon(), "not_an_area"),
        (_polygon(SQUARE[:-1]), "ring_open"),
        (_polygon(SQUARE[:2] + SQUARE[:1]), "ring_open"),
        (_polygon("ring"), "not_a_position"),
        (_polygon([[6.7, "51.2"]]), "not_a_position"),
        (_polygon([[float("nan"), 51.2]]), "not_a_position"),
        (_polygon([[True, 51.2]]), "not_a_position"),
        (_polygon([[10**400, 51.2]]), "not_a_position"),
        (_polygon([[y, x] for x, y in SQUARE]), "position_swapped"),
        (_polygon([[x - 60, y] for x, y in SQUARE]), "position_outside"),
        (_polygon(METRES), "in_metres"),
        (_polygon(SQUARE[:-1] * 5001), "too_many_points"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], []]}, "not_an_area"),
        ({"type": "GeometryCollection", "geometries": []}, "not_an_area"),
        (_polygon(BOW_TIE), "ring_crosses_itself"),
        (_polygon([*LONG_RING, LONG_RING[0]]), "ring_crosses_itself"),
        (_polygon(SQUARE, BOW_TIE), "ring_crosses_itself"),
    ],
)
def test_what_is_no_area_is_named(geometry: object, problem: str | None) -> None:
    assert problem_of(geometry) == problem


def test_each_feature_ends_and_good_ones_are_kept(import_districts: Import, tmp_path: Path) -> None:
    make_district("Bilk", "036")
    make_district("Hafen", "033")
    out = import_districts(
        _file(
            tmp_path,
            _feature("Bilk", _polygon([[*point, 38.5] for point in SQUARE])),
            _feature("Hafen", _polygon(BOW_TIE)),
            _feature("Atlantis\ud800", _polygon(SQUARE)),
            _feature("bilk", _polygon(SQUARE)),
            _feature(7, _polygon(SQUARE)),
            "no feature",
        )
    )
    assert "6 Zeilen: 1 geändert, 5 nicht übernommen." in out
    for code in ("ring_crosses_itself", "district_unknown", "duplicate", "not_a_feature"):
        assert f"[{code}]" in out
    assert District.objects.get(name="Bilk").outline == {
        "type": "MultiPolygon", "coordinates": [[SQUARE]],
    }  # fmt: skip
    assert District.objects.get(name="Hafen").outline is None


def test_a_name_in_two_boroughs_is_ambiguous(import_districts: Import, tmp_path: Path) -> None:
    for number, borough in enumerate(("Mitte", "West")):
        District.objects.create(
            key=f"k{number}", municipality=make_city(), name="Stadtmitte", borough=borough
        )
    out = import_districts(_file(tmp_path, _feature("Stadtmitte", _polygon(SQUARE))))
    assert "[name_ambiguous]" in out


def test_the_city_that_knows_most_names_is_meant(import_districts: Import, tmp_path: Path) -> None:
    dortmund = make_city("dortmund", "Dortmund", "05913000")
    for name in ("Hafen", "Nette"):
        make_district(name, "01" if name == "Hafen" else "02", dortmund)
    make_district("Hafen", "033")
    features = [_feature(name, _polygon(SQUARE)) for name in ("Hafen", "Nette")]
    import_districts(_file(tmp_path, *features))
    assert District.objects.get(key="dortmund-hafen").outline
    assert District.objects.get(key="duesseldorf-hafen").outline is None


def test_where_names_do_not_tell_the_city_must_be_given(
    import_districts: Import, tmp_path: Path
) -> None:
    make_district("Hafen", "033")
    make_district("Hafen", "01", make_city("dortmund", "Dortmund", "05913000"))
    path = _file(tmp_path, _feature("Hafen", _polygon(SQUARE)))
    with pytest.raises(CommandError, match="--city"):
        import_districts(path)
    assert "1 geändert" in import_districts(path, "--city", "dortmund")
    with pytest.raises(CommandError, match="nicht angelegt"):
        import_districts(path, "--city", "atlantis")


def _crs(name: object) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


FOREIGN: list[object] = [
    _crs("urn:ogc:def:crs:EPSG::25832"), _crs(7), _crs("EPSG:31466"), {"type": "link"},
    "EPSG:25832", [],
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"type": "FeatureCollection", "features": []}, "enthält keine Umrisse"),
        ({"type": "FeatureCollection", "features": {}}, "keine GeoJSON-Sammlung"),
        (_feature("Bilk", _polygon(SQUARE)), "keine GeoJSON-Sammlung"),
        (_polygon(SQUARE), "keine GeoJSON-Sammlung"),
        ([_feature("Bilk", _polygon(SQUARE))], "keine GeoJSON-Sammlung"),
        (
            {"type": "Topology", "features": [_feature("Bilk", _polygon(SQUARE))]},
            "keine GeoJSON-Sammlung",
        ),
        (
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"STADTTEIL": "Bilk", "NR": 36}},
                    _feature("\ud800", _polygon(SQUARE)),
                    {"type": "Feature", "properties": None},
                ],
            },
            r"beim Namen \(properties.name\). Vorhanden: STADTTEIL, NR, name",
        ),
        *(
            (
                {
                    "type": "FeatureCollection",
                    "crs": crs,
                    "features": [_feature("Bilk", _polygon(SQUARE))],
                },
                "anderen Projektion",
            )
            for crs in FOREIGN
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_broken_as_a_whole_changes_nothing(
    import_districts: Import, tmp_path: Path, content: object, said: str
) -> None:
    make_district("Bilk", "036")
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(CommandError, match=said) as refused:
        import_districts(path)
    assert "Nichts wurde geändert." in str(refused.value)
    assert District.objects.get(name="Bilk").outline is None


def test_a_broken_file_of_outlines_takes_back_the_districts_read_with_it(
    import_districts: Import, tmp_path: Path
) -> None:
    districts = tmp_path / "districts.csv"
    districts.write_text(
        "ags,city,bezirk_id,bezirk,stadtteil_id,stadtteil,lat,lon\n"
        "05111000,Düsseldorf,03,Stadtbezirk 3,036,Bilk,51.2,6.78\n",
        "utf-8",
    )
    with pytest.raises(CommandError, match="EPSG::25832"):
        import_districts(
            districts,
            "--outlines",
            _file(
                tmp_path,
                _feature("Bilk", _polygon(SQUARE)),
                crs=_crs("urn:ogc:def:crs:EPSG::25832"),
            ),
        )
    assert not District.objects.exists()


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_degrees_by_their_name_are_read(
    import_districts: Import, tmp_path: Path, name: str
) -> None:
    make_district("Bilk", "036")
    path = _file(tmp_path, _feature("Bilk", _polygon(SQUARE)), crs=_crs(name))
    assert "1 geändert" in import_districts(path)


def test_metres_without_a_word_about_it_are_named_by_row(
    import_districts: Import, tmp_path: Path
) -> None:
    make_district("Bilk", "036")
    make_district("Hafen", "033")
    out = import_districts(
        _file(
            tmp_path,
            _feature("Bilk", _polygon(METRES)),
            _feature("Hafen", _polygon([[y, x] for x, y in SQUARE])),
            {"type": "Feature", "properties": {"NAME": "Rath"}, "geometry": _polygon(SQUARE)},
        )
    )
    assert "EPSG:25832" in out
    assert "Länge und Breite vertauscht" in out
    assert "Vorhanden: NAME." in out
    assert not District.objects.filter(outline__isnull=False).exists()


def _attribution() -> str:
    outline = District.objects.get(name="Bilk").outline
    assert outline
    return attribution_of(outline)


def test_who_drew_the_borders_is_kept_with_them(import_districts: Import, tmp_path: Path) -> None:
    """From the file, or as given; a second run changes nothing, another name does."""
    make_district("Bilk", "036")
    path = _file(tmp_path, _feature("Bilk", _polygon(SQUARE)), attribution=" © Stadt\nBeispiel ")
    assert "1 geändert" in import_districts(path)
    assert _attribution() == "© Stadt Beispiel"
    assert "1 unverändert" in import_districts(path)
    assert "1 geändert" in import_districts(path, "--attribution", "© Katasteramt")
    assert _attribution() == "© Katasteramt"
    nobody = _file(tmp_path, _feature("Bilk", _polygon(SQUARE)), attribution=["?"])
    import_districts(nobody)
    assert _attribution() == ""
