"""What a seal says, byte by byte. Pure.

The bytes depend on values alone: not on the database, the time zone, or the order of JSON keys.
They are part of every seal ever made: what changes them makes old seals fail. A column that comes
later must be empty (NULL) in old rows; empty columns are left out, so old seals go on holding.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from lotsen.crypto import envelope, merkle

KEY_BYTES = 16  # the key of a row in a seal: a UUID, or a whole number
MARK_BYTES = 8  # of a leaf: which row of a seal was changed
LONGEST = 1_000  # rows in one seal
NOTHING = bytes(merkle.HASH_BYTES)  # what the first seal follows


class Kind(StrEnum):
    """What a seal is about."""

    ROWS = "rows"
    DROPPED = "dropped"  # a month that was removed after its term: a tombstone
    RESTORED = "restored"  # a backup was put back, and later seals went with the old database


@dataclass(frozen=True)
class Facts:
    """All that a seal says, without its signature."""

    n: int
    kind: str
    log: str
    first: datetime
    last: datetime
    count: int
    total: int  # rows sealed up to here, in both logs
    ids: bytes
    marks: bytes
    root: bytes
    previous: bytes
    key: UUID
    at: datetime


def leaf(row: Mapping[str, object]) -> bytes:
    """The hash of one row: the names and values of all its columns."""
    columns = sorted((name, value) for name, value in row.items() if value is not None)
    parts = [part for name, value in columns for part in (name, *_as_text(value))]
    return merkle.leaf(envelope.encode(tuple(parts)))


def hash_of(facts: Facts) -> bytes:
    """What is signed, and what the next seal follows: 32 bytes over all facts."""
    parts = (
        "lotsen/seal/v1", str(facts.n), facts.kind, facts.log, moment(facts.first),
        moment(facts.last), str(facts.count), str(facts.total), sha256(facts.ids).hexdigest(),
        sha256(facts.marks).hexdigest(), facts.root.hex(), facts.previous.hex(), str(facts.key),
        moment(facts.at),
    )  # fmt: skip
    return sha256(envelope.encode(parts)).digest()


def signed_text(instance: str, digest: bytes) -> bytes:
    """The message that a signature is made of: a seal of this installation, nothing else."""
    return envelope.encode(("lotsen/seal/signed/v1", instance, digest.hex()))


def packed(keys: Iterable[UUID | int]) -> bytes:
    """Keys of rows, 16 bytes each."""
    return b"".join(number(key).to_bytes(KEY_BYTES) for key in keys)


def unpacked(ids: bytes) -> list[int]:
    """The numbers of the keys that `packed` was given."""
    starts = range(0, len(ids), KEY_BYTES)
    return [int.from_bytes(ids[start : start + KEY_BYTES]) for start in starts]


def number(key: UUID | int) -> int:
    """The key of a row as a number below 2^128."""
    return key.int if isinstance(key, UUID) else key


def marks(leaves: Sequence[bytes]) -> bytes:
    """The first bytes of each leaf."""
    return b"".join(one[:MARK_BYTES] for one in leaves)


def is_well_formed(facts: Facts) -> bool:
    """Whether the lists of a seal have the length that its count demands."""
    if facts.kind != Kind.ROWS:
        return facts.kind in tuple(Kind) and not facts.marks
    fits = (len(facts.ids), len(facts.marks)) == (
        facts.count * KEY_BYTES,
        facts.count * MARK_BYTES,
    )
    return fits and 0 < facts.count <= LONGEST and month_of(facts.first) == month_of(facts.last)


def month_of(at: datetime) -> datetime:
    """The first moment of the month in which `at` lies, by universal time."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def months_after(month: datetime, number: int) -> datetime:
    """The first moment of the month so many months later; earlier where `number` is negative."""
    years, index = divmod(month.month - 1 + number, 12)
    return month.replace(year=month.year + years, month=index + 1)


def last_moment(month: datetime) -> datetime:
    """The last moment of a month, to the microsecond."""
    return months_after(month, 1) - timedelta(microseconds=1)


def moment(at: datetime) -> str:
    """A moment as it stands in seals: universal time, always six digits behind the second."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _as_text(value: object) -> tuple[str, str]:
    """The kind of a value and what it is, so that 1 and "1" stay apart."""
    match value:
        case datetime():
            return "moment", moment(value)
        case str():
            return "text", value
        case UUID():
            return "uuid", str(value)
        case bool() | int():
            return "number", str(int(value))
        case _:
            return "json", json.dumps(value, sort_keys=True, separators=(",", ":"))
