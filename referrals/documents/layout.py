"""How a printed document is built: sections of lines, entries and a table, and values as said.

What comes out is what a typst template draws (access_report.typ), nothing but JSON values.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from referrals.documents.words import Json

type Row = tuple[str, str]


def section(
    title: str,
    *,
    rows: Sequence[Row] = (),
    text: Iterable[str] = (),
    entries: Iterable[Json] = (),
    table: Json | None = None,
) -> Json:
    return {
        "title": title,
        "rows": list(rows),
        "text": list(text),
        "entries": list(entries),
        "table": table,
    }


def many(title: str, entries: Iterable[Json], *, text: Sequence[str] = ()) -> Json:
    """A section of entries; that there are none is said, so that nobody has to wonder."""
    found = list(entries)
    return section(title, entries=found, text=[*text, *([] if found else [_("None.")])])


def entry(title: str, *rows: Row, text: Sequence[str] = ()) -> Json:
    return {"title": title, "rows": lines(*rows), "text": [words for words in text if words]}


def lines(*rows: Row) -> list[Row]:
    return [(term, value) for term, value in rows if value]


def said(value: Json) -> str:
    words: str = value["text"]
    return capfirst(words)


def listed(values: Iterable[Json]) -> str:
    return capfirst(", ".join(dict.fromkeys(value["text"] for value in values)))


def yes(value: bool) -> str:  # noqa: FBT001  a value of the report, not a switch
    return _("yes") if value else _("no")


def when(text: str | None) -> str:
    if not text:
        return ""
    return date_format(localtime(datetime.fromisoformat(text)), "d.m.Y, H:i")


def day(text: str | None) -> str:
    return date_format(date.fromisoformat(text), "d.m.Y") if text else ""


def span(value: Json) -> str:
    end = value["until"]
    return f"{when(value['since'])} – {when(end) if end else _('today')}"
