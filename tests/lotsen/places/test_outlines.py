"""Outlines are joined by name within one city; a broken one is named, not drawn."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from lotsen.places.geometry import problem_of
from lotsen.places.models import District
from tests.builders import make_city, make_district

Import = Callable[..., str]
SQUARE = [[6.7, 51.2], [6.8, 51.2], [6.8, 51.3], [6.7, 51.3], [6.7, 51.2]]
BOW_TIE = [[6.7, 51.2], [6.8, 51.3], [6.8, 51.2], [6.7, 51.3], [6.7, 51.2]]
LONG_RING = [[6.0 + i / 100000, 51.0] for i in range(5)]


def _polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _file(tmp_path: Path, *features: object) -> Path:
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
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
        (_polygon([[y, x] for x, y in SQUARE]), "position_outside"),
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
