"""A table for a spreadsheet: nothing in it computes, nothing breaks out of its cell."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.exporting import csv_file, inert

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
