"""Turning pages of a short list: by the last row seen, never by counting rows.

Long lists of cases and handovers are unions and have their own walk (lotsen.access.reach); the
marks look alike and mean the same.
"""

import base64
import json
import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from lotsen.access.reach import Page
from lotsen.errors import InvalidInput

_NOWHERE_STORED = re.compile("[\0\ud800-\udfff]")  # NUL and half characters


def keyset[Row: Model](
    rows: QuerySet[Row],
    *,
    by: Sequence[str],
    after: str | None,
    size: int,
    newest_first: bool = False,
) -> Page[Row]:
    """One page of `rows` in the order of `by`. One query.

    Args:
        by: names of columns or annotations, ascending, never empty for a row; the last is unique.
        after: a mark from an earlier page, or None for the first.
        newest_first: descending instead.

    Raises:
        InvalidInput: `after` is no mark this list has given.
    """
    values, backward = _read_mark(after, len(by)) if after else ((), False)
    descending = backward is not newest_first
    if values:
        rows = _beyond(rows, by, values, descending=descending)
    ordered = rows.order_by(*(f"-{name}" if descending else name for name in by))
    found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_next, has_previous = (True, more) if backward else (more, bool(values))
    return Page(
        found,
        _write_mark(found[-1], by, "after") if found and has_next else None,
        _write_mark(found[0], by, "before") if found and has_previous else None,
    )


def _beyond[Row: Model](
    rows: QuerySet[Row], by: Sequence[str], values: Sequence[str], *, descending: bool
) -> QuerySet[Row]:
    """(a, b) > (x, y), written so that both databases and annotations can do it."""
    comparison = "lt" if descending else "gt"
    start = Q(**{f"{by[0]}__{comparison}e": values[0]})  # said besides: an index can begin there
    beyond = Q()
    equal = Q()
    for name, value in zip(by, values, strict=True):
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    try:
        return rows.filter(start, beyond)
    except (ValidationError, ValueError) as error:
        raise InvalidInput("cursor_damaged", field="after") from error


def _write_mark(row: Model, by: Sequence[str], way: str) -> str:
    text = json.dumps([*(str(getattr(row, name)) for name in by), way], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(text: str, length: int) -> tuple[Sequence[str], bool]:
    try:
        padded = text + "=" * (-len(text) % 4)
        mark = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except ValueError as error:
        raise InvalidInput("cursor_damaged", field="after") from error
    if not _is_mark(mark, length):
        raise InvalidInput("cursor_damaged", field="after")
    return mark[:-1], mark[-1] == "before"


def _is_mark(mark: object, length: int) -> bool:
    if not isinstance(mark, list) or len(mark) != length + 1:
        return False
    return all(map(_is_text, mark)) and mark[-1] in ("after", "before")


def _is_text(value: object) -> bool:
    """Whether a database can compare with it."""
    return isinstance(value, str) and not _NOWHERE_STORED.search(value)
