"""Tables as files for a spreadsheet, in which no cell is a formula. Pure."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

from odf import dc, style, table
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P

# What makes Excel, LibreOffice or Google Sheets read a cell as a formula, also after blanks and
# in full width (OWASP, CSV Injection); tab and line breaks hide one from a reader of the first
# character.
_BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDEST = 40  # characters of a column; longer texts run on into the empty cells beside them
# A file says when it was made: all of ours say the same, so that equal tables are equal files.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MAKER = re.compile(rb"(<meta:generator>).*?(</meta:generator>)")


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


def ods_file(head: Sequence[str], rows: Iterable[Sequence[object]], *, title: str) -> bytes:
    """The table as an OpenDocument spreadsheet; equal tables give equal bytes.

    Numbers are numbers, everything else is text, None an empty cell. Neither a person nor a
    machine nor a moment is named in it.

    Args:
        title: of the document and of its sheet.
    """
    document = OpenDocumentSpreadsheet()
    bold = style.Style(name="head", family="table-cell")
    bold.addElement(style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    sheet = table.Table(name=_sheet_name(title))
    for column in _columns(document, head):
        sheet.addElement(column)
    header = table.TableHeaderRows()
    header.addElement(_row(head, stylename=bold))
    sheet.addElement(header)
    for row in rows:
        sheet.addElement(_row(row))
    document.spreadsheet.addElement(sheet)
    return _without_origin(document, _in_xml(title))


def _columns(document: OpenDocumentSpreadsheet, head: Sequence[str]) -> Iterable[table.TableColumn]:
    for number, name in enumerate(head):
        width = style.Style(name=f"column{number}", family="table-column")
        centimetres = 0.22 * min(max(len(name), 12), _WIDEST)
        width.addElement(style.TableColumnProperties(columnwidth=f"{centimetres:.1f}cm"))
        document.automaticstyles.addElement(width)
        yield table.TableColumn(stylename=width)


def _row(cells: Sequence[object], **attributes: object) -> table.TableRow:
    row = table.TableRow()
    for cell in cells or [None]:  # a row without a cell is no row
        row.addElement(_cell(cell, attributes))
    return row


def _cell(value: object, attributes: dict[str, object]) -> table.TableCell:
    if value is None:
        return table.TableCell(**attributes)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        cell = table.TableCell(valuetype="float", value=str(value), **attributes)
        words = str(value)
    else:
        cell = table.TableCell(valuetype="string", **attributes)
        words = _in_xml(inert(str(value)))
    cell.addElement(P(text=words))
    return cell


def _sheet_name(title: str) -> str:
    """A name every spreadsheet takes: 31 characters, without those that name cells."""
    return re.sub(r"[\[\]*?:/\\'\s]", " ", _in_xml(title))[:31].strip() or "1"


def _in_xml(words: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", words)


def _without_origin(document: OpenDocumentSpreadsheet, title: str) -> bytes:
    """The bytes of the document, named by its title alone."""
    document.meta.addElement(dc.Title(text=title))
    made, clean = io.BytesIO(), io.BytesIO()
    document.write(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(clean, "w") as after:
        for entry in before.infolist():
            stays = zipfile.ZipInfo(entry.filename, _NO_TIME)
            stays.compress_type = entry.compress_type
            after.writestr(stays, _MAKER.sub(rb"\1lotsen\2", before.read(entry)))
    return clean.getvalue()
