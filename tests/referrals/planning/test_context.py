"""Figures about districts: from one source a year, or not at all."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from lotsen.errors import InvalidInput, NotPermitted
from lotsen.importing import Ended
from referrals.planning import context, rules
from referrals.planning.models import ContextFigure
from referrals.planning.taking_over import Taken, take_over_context
from tests.builders import make_city, make_district
from tests.conftest import Cast
from tests.referrals.planning.stage import AT, elsewhere, written

HEAD = "district,name,unit,source,url,year,value\n"
GOOD = "Bilk,Kinder in Bedarfsgemeinschaften,%,Amt für Statistik,https://example.org/a,2025,"


@pytest.fixture
def districts(cast: Cast) -> None:
    for name, code in (("Bilk", "036"), ("Oberkassel", "041"), ("Mörsenbroich", "062")):
        make_district(name, code)


def _take(cast: Cast, folder: Path, rows: str) -> Taken:
    path = written(folder, HEAD + rows)
    return take_over_context(path, cast.clinic.municipality, actor=cast.dora, at=AT)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_is_read_as_germans_and_as_machines_write_it(value: Decimal) -> None:
    german = f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    assert rules.read_value(german) == value
    assert rules.read_value(f"{value:.2f}") == value


@pytest.mark.parametrize("text", ["", "1.234", "viele", "1,2,3", "1e5", "NaN", "12 %", "--3", "٣"])
def test_a_number_that_could_mean_two_things_is_not_guessed(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.read_value(text)


def test_a_file_is_taken_whole_and_replaces_its_year(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    rows = f'{GOOD}"18,5"\nduesseldorf-oberkassel{GOOD[4:]}7.25\n'
    taken = _take(cast, tmp_path, rows)
    assert [end.status for end in taken.ends] == [Ended.CREATED] * 2
    assert ContextFigure.objects.get(district="duesseldorf-bilk").value == Decimal("18.5")
    again = _take(cast, tmp_path, rows.replace("7.25", "7.5"))
    assert [end.status for end in again.ends] == [Ended.UNCHANGED, Ended.UPDATED]
    assert ContextFigure.objects.count() == 2


def test_german_column_names_are_understood(cast: Cast, districts: None, tmp_path: Path) -> None:
    head = "Stadtteil;Kennzahl;Einheit;Quelle;Adresse;Jahr;Wert\n"
    path = written(tmp_path, f"{head}Moersenbroich;Kinder;Personen;Amt;;2024;1.234,5\n")
    taken = take_over_context(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert taken.done
    assert ContextFigure.objects.get().value == Decimal("1234.5")


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("Bilkk" + GOOD[4:] + "1", "district_unknown", "vielleicht: Bilk"),
        ("Uerdingen" + GOOD[4:] + "1", "district_unknown", "in Düsseldorf nicht"),
        (GOOD, "cell_missing", "value"),
        (GOOD + "viel", "figure_unreadable", "viel"),
        (GOOD + "1.234", "figure_unreadable", "1.234"),
        (GOOD.replace("2025", "25") + "1", "year_unreadable", "1990"),
        (GOOD.replace("2025", "2031") + "1", "year_unreadable", "2026"),
        (GOOD.replace("https://", "javascript:") + "1", "url_unreadable", "http"),
        (GOOD.replace("%", "") + "1", "cell_missing", "unit"),
        (GOOD.replace("Amt", "=Amt") + "1", "formula_in_cell", "source"),
        (GOOD.replace("Kinder", "K" * 130) + "1", "too_long", "120"),
        (GOOD + "99999999999", "figure_unreadable", ""),
        (GOOD + "9999999999\n" + GOOD + "1", "figure_twice", "Zeile 3"),
        (GOOD + "1\nOberkassel" + GOOD[4:].replace("%", "€") + "1", "sources_mixed", "Zeile 3"),
        (GOOD + "1\nOberkassel" + GOOD[4:].replace("Amt", "Bund") + "1", "sources_mixed", "Quelle"),
    ],
)  # fmt: skip
def test_one_row_that_does_not_fit_is_told_and_nothing_is_stored(
    cast: Cast, districts: None, tmp_path: Path, row: str, code: str, said: str
) -> None:
    taken = _take(cast, tmp_path, f"Oberkassel,Geburten,Kinder,Amt,,2025,9\n{row}\n")
    assert not taken.done
    assert [end.code for end in taken.rejected] == [code]
    assert said in taken.rejected[0].message
    assert not ContextFigure.objects.exists()


def test_a_district_of_another_city_is_not_taken(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    krefeld = make_city("krefeld", "Krefeld", "05114000")
    make_district("Uerdingen", "080", city=krefeld)
    taken = _take(cast, tmp_path, "krefeld-uerdingen" + GOOD[4:] + "1\n")
    assert [end.code for end in taken.rejected] == ["district_unknown"]


def test_a_name_of_two_districts_asks_for_the_key(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    from lotsen.places.models import District

    District.objects.create(
        key="duesseldorf-nord-bilk", municipality=cast.clinic.municipality, code="999", name="Bilk"
    )
    taken = _take(cast, tmp_path, GOOD + "1\n")
    assert taken.rejected[0].code == "district_ambiguous"
    assert "duesseldorf-bilk" in taken.rejected[0].message


def test_sources_are_not_mixed_across_files(cast: Cast, districts: None, tmp_path: Path) -> None:
    _take(cast, tmp_path, GOOD + "18\n")
    other = _take(cast, tmp_path, "Oberkassel" + GOOD[4:].replace("Amt", "Bundesamt") + "7\n")
    assert [end.code for end in other.rejected] == ["sources_mixed"]
    whole = _take(cast, tmp_path, GOOD.replace("Amt", "Bundesamt") + "19\n")
    assert whole.done


def test_a_table_holds_one_year_and_names_what_is_older(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    _take(
        cast, tmp_path,
        f"{GOOD}18\n{GOOD.replace('2025', '2024')}17\nBilk,Geburten,Kinder,Amt,,2023,400\n",
    )  # fmt: skip
    city = cast.clinic.municipality
    assert context.years_of(city, cast.dora) == [2025, 2024, 2023]
    sheet = context.sheet_of(city, 2025, cast.dora)
    assert [column.name for column in sheet.columns] == ["Kinder in Bedarfsgemeinschaften"]
    assert {d.name: [value for _column, value in told] for d, told in sheet.rows} == {
        "Bilk": [Decimal(18)], "Oberkassel": [None], "Mörsenbroich": [None],
    }  # fmt: skip
    assert sheet.older == [("Geburten", 2023)]


def test_who_plans_elsewhere_takes_nothing_over_and_reads_nothing(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    _clinic, emil = elsewhere()
    _take(cast, tmp_path, GOOD + "18\n")
    path = written(tmp_path, HEAD + GOOD + "1\n")
    for user in (emil, cast.anna):
        with pytest.raises(NotPermitted):
            take_over_context(path, cast.clinic.municipality, actor=user, at=AT)
        assert context.years_of(cast.clinic.municipality, user) == []
    assert ContextFigure.objects.get().value == 18


def test_the_command_takes_a_file_or_says_which_row_does_not_fit(
    cast: Cast, districts: None, tmp_path: Path
) -> None:
    out = StringIO()
    call_command("import_context", written(tmp_path, HEAD + GOOD + "18\n"), stdout=out)
    assert "1 Zeilen: 1 neu angelegt" in out.getvalue()
    with pytest.raises(CommandError, match="Zeile 2"):
        call_command("import_context", written(tmp_path, HEAD + GOOD + "x\n"), stdout=StringIO())
    assert ContextFigure.objects.get().value == 18
