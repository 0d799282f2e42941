"""What has happened so far, newest first, as lines anybody involved may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referrals.web.phrases import Phrase


@dataclass(frozen=True)
class Entry:
    """One line of a history. Without a moment it is what comes next."""

    words: Phrase
    at: datetime | None = None
    detail: Phrase = ""


def newest_first(entries: Iterable[Entry | None]) -> list[Entry]:
    """The entries in the order of a history: what comes next, then back in time.

    Entries that did not happen (None) are left out; lines of the same moment keep the order of
    the work, the later step above.
    """
    happened = [entry for entry in entries if entry is not None]
    coming = [entry for entry in happened if entry.at is None]
    past = [(entry.at, place, entry) for place, entry in enumerate(happened) if entry.at]
    return coming + [entry for *_, entry in sorted(past, key=lambda row: row[:2], reverse=True)]


def happened(words: Phrase, at: datetime | None, detail: Phrase = "") -> Entry | None:
    """The entry, if it happened at all."""
    return Entry(words, at, detail) if at else None
