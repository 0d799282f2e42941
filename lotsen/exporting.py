"""Tables as files for a spreadsheet, in which no cell is a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes Excel, LibreOffice or Google Sheets read a cell as a formula, also after blanks and
# in full width (OWASP, CSV Injection); tab and line breaks hide one from a reader of the first
# character.
_BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


def inert(text: str) -> str:
    """`text` as a cell that is read as text: an apostrophe stands before what would compute."""
    computes = text.startswith(_BEGINS_FORMULA) or text.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{text}" if computes else text


def csv_file(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as a spreadsheet of this country opens it: UTF-8 with its mark, semicolons."""
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    out.writerow(inert(cell) for cell in head)
    for row in rows:
        out.writerow(inert(str(cell)) for cell in row)
    return text.getvalue().encode("utf-8-sig")
