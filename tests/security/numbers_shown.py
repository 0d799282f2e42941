"""Every number somebody can read in an answer, except what the project's own words contain.

Page, table, spreadsheet, document or API: what is left after dates, periods, the sentences of the
catalogue of texts and the names of places are taken away are numbers that were put there.
"""

import csv
import gettext
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from odf.opendocument import load
from odf.table import TableCell, TableRow
from pypdf import PdfReader

LOCALE = Path(__file__).parent.parent.parent / "locale"
_SPOKEN = ("title", "aria-label", "alt", "placeholder", "summary", "content", "value", "label")
_QUIET = {"script", "style"}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|%%")
_TAG = re.compile(r"<[^>]+>")
# Where in time, and in the law: nobody's number.
_WHEN = re.compile(
    r"\b\d{1,2}\.\d{1,2}\.(?:\d{4}|(?!\d))"  # 02.03.2026
    r"|\b\d{1,2}\. (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)(?: \d{4})?"
    r"|\b(?:[1-4]\. Quartal|Jahr|Geburten) 20\d\d\b|\b20\d\dQ[1-4]\b|\b[1-4]/\d\d\b"
    r"|\b\d{1,2}/20\d\d\b|\b20(?:1\d|2\d|3\d)(?:-\d\d)*(?:T[\d:.+Z-]+)?\b|\b\d\d:\d\d\b"
)
_ADDRESS = re.compile(r"https?://\S+")
_PAGE = re.compile(r"\b\d+ / \d+$")  # at the foot of a sheet
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(
    r"(\d+)(?=\s*(?:%|von 100\b|of 100\b|Prozent\b|percent\b))"
    r"|(?<=Von 100 )beendeten Übergaben kamen (\d+)\b"
)
# What stands on a sheet or beside a field whatever is counted, the days before a freeze, and how
# many months nobody has entered.
_LABELS = re.compile(
    r"\b(?:Tabelle|Glied) [1-9]\b|\bA4\b|\bfrühestens 14 Tage nach\b|Geburten fehlen \([^)]*\)"
)
_OUT_OF_100 = re.compile(r"\b[Vv]on 100\b|\b[Oo]ut of 100\b|\b[Oo]f 100\b")


@dataclass
class Read:
    """Numbers of one answer: counts as they stand, and percentages."""

    counts: list[tuple[str, str]] = field(default_factory=list)  # number, where it stood
    percents: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, *, percent: bool = False) -> None:
        rest = _timeless(text)
        for before, after in _PERCENT.findall(rest):
            self.percents.append((before or after, text))
        rest = _without_words(_OUT_OF_100.sub(" ", _PERCENT.sub(" ", rest)))
        for found in _NUMBER.findall(rest):
            (self.percents if percent else self.counts).append((found, text))


def read(answer: HttpResponse, names: Iterable[str] = ()) -> Read:
    """All numbers of an answer, by its kind.

    Args:
        names: of places and houses, whose digits are no count.
    """
    found, kind = _Reader(tuple(names)), answer["Content-Type"].partition(";")[0]
    match kind:
        case "text/html":
            found.page(answer.content.decode())
        case "text/csv":
            rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
            found.table(rows)
        case "application/vnd.oasis.opendocument.spreadsheet":
            found.table(_cells(answer.content))
        case "application/pdf":
            found.document(answer.content)
        case "application/json":
            found.data(json.loads(answer.content))
        case "image/png":
            assert b"tEXt" not in answer.content
            assert b"iTXt" not in answer.content
        case _:
            raise AssertionError(f"nobody reads {kind}")
    return found.found


class _Reader:
    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = sorted(names, key=len, reverse=True)
        self.found = Read()

    def text(self, text: str, *, percent: bool = False) -> None:
        text = _ADDRESS.sub(" ", text)
        for name in self.names:
            text = text.replace(name, " ")
        if any(letter.isdigit() for letter in text):
            self.found.add(" ".join(text.split()), percent=percent)

    def page(self, html: str) -> None:
        page = _Page()
        page.feed(html)
        for text, percent in page.texts:
            self.text(text, percent=percent)

    def table(self, rows: Iterable[list[str]]) -> None:
        head: list[str] = []
        for row in rows:
            head = row if not head or _is_head(row) else head
            for place, cell in enumerate(row):
                self.text(cell, percent=place < len(head) and _is_percent(head[place]))

    def document(self, content: bytes) -> None:
        pdf = PdfReader(io.BytesIO(content))
        for page in pdf.pages:
            lines = (_PAGE.sub("", line) for line in page.extract_text().splitlines())
            self.text(" ".join(lines))
        for name, value in (pdf.metadata or {}).items():
            if name not in {"/CreationDate", "/ModDate", "/Producer", "/Creator"}:
                self.text(str(value))

    def data(self, told: Any) -> None:
        if isinstance(told, dict):
            for key, value in told.items():
                if key not in {"sha256", "frozen_at"}:
                    self.data(value)
        elif isinstance(told, list):
            for value in told:
                self.data(value)
        elif told is not None:
            self.text(str(told))


class _Page(HTMLParser):
    """Texts one after the other, also of attributes that are spoken; which are a percentage."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, bool]] = []
        self.stack: list[str] = []
        self.heads: list[str] = []
        self.column = -1
        self.in_head = False
        self.on_scale = False
        self.cell = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._spoken(tag, dict(attributes))
        if tag == "thead":
            self.heads, self.in_head = [], True
        elif tag == "tr":
            self.column = -1
        elif tag in {"td", "th"}:
            self.column += 1
            self.cell = ""
        self.on_scale = tag == "text" and ("class", "scale") in attributes
        self.stack.append(tag)

    def _spoken(self, tag: str, told: dict[str, str | None]) -> None:
        """What is said of an element beside its text, or kept on it for scripts."""
        if tag == "meta" and told.get("name") == "viewport":
            return
        for name, value in told.items():
            kept = name.startswith("data-") and name != "data-idle"
            said = name in _SPOKEN and not _is_form_value(tag, name, told)
            if value and (kept or said):
                self.texts.append((value, False))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.in_head:
            self.heads.append(self.cell)
        if tag == "thead":
            self.in_head = False
        while self.stack and self.stack.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if _QUIET & set(self.stack) or (self.on_scale and _is_round(data)):
            return
        self.cell += data
        in_table = "tbody" in self.stack and 0 <= self.column < len(self.heads)
        self.texts.append((data, in_table and _is_percent(self.heads[self.column])))


def _is_form_value(tag: str, name: str, told: dict[str, str | None]) -> bool:
    """What a browser sends back: its own choice, or the mark of a form."""
    hidden = told.get("type") in {"hidden", "checkbox", "radio"}
    return name == "value" and (tag in {"option", "button"} or hidden)


def _is_round(text: str) -> bool:
    """What a drawing is measured by is round, and follows from the largest number drawn."""
    plain = text.strip().replace(".", "")
    return plain.isdecimal() and int(plain) % 5 == 0


def _is_percent(head: str) -> bool:
    return bool(_OUT_OF_100.search(head)) or "%" in head or "Prozent" in head


def _is_head(row: list[str]) -> bool:
    return len(row) > 1 and not any(_NUMBER.fullmatch(cell) for cell in row)


def _cells(content: bytes) -> Iterator[list[str]]:
    for row in load(io.BytesIO(content)).spreadsheet.getElementsByType(TableRow):
        yield ["".join(map(str, c.childNodes)) for c in row.getElementsByType(TableCell)]


def _without_words(text: str) -> str:
    """`text` without what the project itself says with digits."""
    text = " ".join(text.split())
    for pattern, fragment in _phrases():
        if fragment in text:
            text = pattern.sub(_kept, text)
    return text


def _timeless(text: str) -> str:
    return " ".join(_LABELS.sub(" ", _WHEN.sub(" ", text)).split())


def _kept(found: re.Match[str]) -> str:
    return " " + " ".join(each or "" for each in found.groups()) + " "


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    """Each text of the catalogue that has digits of its own; what is filled in stays."""
    catalogue: dict[Any, str] = gettext.translation("django", LOCALE, ["de"])._catalog  # type: ignore[attr-defined]
    texts = (*catalogue.values(), *(key for key in catalogue if isinstance(key, str)))
    phrases = {_timeless(part) for text in texts for part in _TAG.split(text)}
    own = sorted((phrase for phrase in phrases if _has_digits(phrase)), key=len, reverse=True)
    return [_pattern(phrase) for phrase in own]


def _has_digits(phrase: str) -> bool:
    fixed = _PLACEHOLDER.sub("", phrase)
    return any(c.isdigit() for c in fixed) and sum(c.isalpha() for c in fixed) >= 3


def _pattern(phrase: str) -> tuple[re.Pattern[str], str]:
    """The phrase as a pattern, and its longest fixed part, which is quicker to look for.

    What is filled in at its ends stays where it stands, what is filled in between is kept.
    """
    parts = [part.replace("%%", "%") for part in re.split(r"%\(\w+\)[sd]|%[sd]", phrase)]
    while not parts[0].strip():
        parts.pop(0)
    while not parts[-1].strip():
        parts.pop()
    pattern = "(.+?)".join(re.escape(part.strip()) for part in parts)
    return re.compile(pattern), max((part.strip() for part in parts), key=len)
