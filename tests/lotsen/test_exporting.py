"""A table for a spreadsheet: nothing in it computes, nothing breaks out of its cell."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st
from odf.opendocument import load
from odf.table import Table, TableCell, TableRow

from lotsen.exporting import csv_file, inert, ods_file

PAYLOADS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A0", '=HYPERLINK("https://x.example";"y")',
    "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "\u00a0=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)",
    "-2+3+cmd|' /C calc'!D2", "@import", "\0=1", "=1\";=2", "+49 171 39200",
)  # fmt: skip


def read(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_read_as_text(payload: str) -> None:
    [[head], [cell]] = read(csv_file([payload], [[payload]]))

    assert head == cell == f"'{payload}"


@pytest.mark.parametrize("harmless", ["", "Anna Kröger", "7K4M-QX2T-9RHV", "12", "a=b", "'=1"])
def test_what_does_not_compute_stays_as_it_is(harmless: str) -> None:
    assert inert(harmless) == harmless


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), min_size=1))
def test_every_cell_stays_in_its_place(rows: list[list[str]]) -> None:
    found = read(csv_file(["head"], rows))

    assert found == [["head"], *([inert(cell) for cell in row] for row in rows)]
    for cell in (cell for row in found for cell in row):
        assert cell.lstrip()[:1] not in {"=", "+", "-", "@"} or cell.startswith("'")


def test_excel_of_this_country_opens_it() -> None:
    assert csv_file(["Straße"], []) == '\ufeff"Straße"\r\n'.encode()


def opened(content: bytes) -> tuple[list[list[tuple[str, str]]], str, str]:
    """Kind and text of each cell, the names of the sheets, and what the file says of itself."""
    document = load(io.BytesIO(content))
    rows = [
        [
            (cell.getAttribute("valuetype") or "", "".join(map(str, cell.childNodes)))
            for cell in row.getElementsByType(TableCell)
        ]
        for row in document.spreadsheet.getElementsByType(TableRow)
    ]
    names = [sheet.getAttribute("name") for sheet in document.spreadsheet.getElementsByType(Table)]
    return rows, "|".join(names), zipfile.ZipFile(io.BytesIO(content)).read("meta.xml").decode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_text_in_a_spreadsheet_too(payload: str) -> None:
    content = ods_file([payload], [[payload]], title="x")
    [[head], [cell]], *_ = opened(content)

    assert head == cell
    assert cell[0] == "string"
    assert cell[1].startswith("'")
    assert b"table:formula" not in zipfile.ZipFile(io.BytesIO(content)).read("content.xml")


def test_numbers_stay_numbers_and_words_stay_words() -> None:
    rows, names, _ = opened(
        ods_file(
            ["Wunsch", "n"], [["Nähe", 85], ["0 bis 4", Decimal("0.5")], [None, True]], title="a"
        )
    )

    assert rows == [
        [("string", "Wunsch"), ("string", "n")],
        [("string", "Nähe"), ("float", "85")],
        [("string", "0 bis 4"), ("float", "0.5")],
        [("", ""), ("string", "True")],
    ]
    assert names == "a"


@given(st.lists(st.lists(st.text(), min_size=1), min_size=1), st.text())
@example([["\r"]], "0\r0")
def test_every_text_makes_a_spreadsheet_that_opens(rows: list[list[str]], title: str) -> None:
    found, names, _ = opened(ods_file(["head"], rows, title=title))

    assert [len(row) for row in found] == [1, *map(len, rows)]
    assert 0 < len(names) <= 31


def test_equal_tables_are_equal_files_that_name_nobody() -> None:
    made = [ods_file(["a"], [["b"], []], title="Lücken 3/26")]
    with time_machine.travel("2031-02-03 04:05:06"):
        made.append(ods_file(["a"], [["b"], []], title="Lücken 3/26"))

    assert made[0] == made[1]
    rows, names, told = opened(made[0])
    assert rows == [[("string", "a")], [("string", "b")], [("", "")]]
    assert names == "Lücken 3 26"
    assert "<dc:title>Lücken 3/26</dc:title>" in told
    assert "<meta:generator>lotsen<" in told
    assert not {"creator", "creation-date", "date"} & set(re.findall(r"<\w+:([\w-]+)", told))
    assert {e.date_time for e in zipfile.ZipFile(io.BytesIO(made[0])).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
