"""A published table taken along says where it is from, and not how long it is."""

import io
from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from odf.opendocument import load
from odf.text import P

from lotsen.places.models import District
from referrals.statistics import files, labels
from referrals.statistics.published import published
from tests.conftest import Cast
from tests.referrals.statistics import stage

TABLE = files.Table("Lücken", ["Wunsch", "fehlen"], [["Gesundheit", 40], ["Kontakt", 0]])


@pytest.mark.parametrize("kind", [files.CSV, files.ODS])
def test_a_file_says_in_its_last_lines_where_its_numbers_are_from(cast: Cast, kind: str) -> None:
    stage.publish(cast.clinic.municipality)
    told = published(cast.clinic.municipality, "2026Q3", cast.dora)

    with override("en"):
        content = files.file_of(TABLE, told, period="3rd quarter of 2026", kind=kind)
    text = content.decode("utf-8-sig") if kind == files.CSV else _text(content)

    assert "statistics of the prevention network, Düsseldorf" in text
    assert "Period: 3rd quarter of 2026" in text
    assert "Frozen on" in text
    assert "multiple of five" in text
    assert "used freely" in text
    assert "Gesundheit" in text


def test_the_day_of_freezing_is_the_day_here(cast: Cast) -> None:
    release = stage.publish(cast.clinic.municipality)
    told = published(cast.clinic.municipality, "2026Q3", cast.dora)

    with override("de"):
        lines = files.colophon(told, period="3. Quartal 2026")

    assert release.frozen_at == datetime(2026, 10, 15, 3, tzinfo=UTC)
    assert "15.10.2026" in lines[2]


def test_every_code_of_the_plausible_numbers_has_a_word(cast: Cast) -> None:
    city = cast.clinic.municipality
    stage.publish(city)
    told = published(city, "2026Q3", cast.dora)
    places = labels.places(city)

    for cube in (told.families, told.needs, told.circumstances):
        for dimension in cube.dimensions:
            for code in cube.codes(dimension):
                word = places.get(code) if dimension == "district" else labels.word(dimension, code)
                assert word, code
                assert str(word) != code.rpartition(":")[2], code


def test_places_are_called_as_the_city_calls_them(cast: Cast) -> None:
    city = cast.clinic.municipality
    stage.make_boroughs(city)
    District.objects.create(key="duesseldorf-hafen", municipality=city, code="99", name="Hafen")
    places = labels.places(city)

    assert places["duesseldorf-bilk"] == "Bilk"
    assert places[stage.SOUTH] == "Stadtbezirk 3"
    assert str(places["borough:none"]) not in {"", "borough:none"}
    assert {"city", "outside"} <= set(places)


def test_all_that_is_too_few_to_be_told_apart_has_one_word() -> None:
    assert labels.circumstance("rejected:any") == labels.circumstance("closed:any")
    assert labels.circumstance("rejected:no_capacity") != labels.circumstance("rejected:any")
    assert labels.word("house_kind", "of_tomorrow") == "of_tomorrow"
    assert labels.level("district", "borough") != "borough"


def _text(content: bytes) -> str:
    return "\n".join(map(str, load(io.BytesIO(content)).spreadsheet.getElementsByType(P)))
