"""Changing keys while people work: wrapping anew with the current key, and a new key for a case.

What a wrapped key opens never changes here, so nothing sealed is rewritten by a rotation. The
key service is asked before a row is locked: nobody who seals waits for it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Damaged
from lotsen.vault import casekeys, contexts, keyring
from lotsen.vault.keyring import KeyProvider
from lotsen.vault.models import CaseKey, SealedText

BATCH = 500
REWRAPPED, RENEWED = "rewrapped", "renewed"  # reasons of events
_PASSES = 50  # in vain, over rows that somebody else has locked
_PAUSE = 0.1  # seconds between passes

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rotation:
    """What a run did: how many keys it moved, and which are still wrapped with which old key."""

    current: str
    moved: int
    left: Counter[str]


def rewrap(*, at: datetime, tell: Callable[[int], None] = lambda _: None) -> Rotation:
    """Wrap every case key and index key with the current key; some may be under it already.

    Safe beside a running server and beside a second run. Each batch is a transaction of its own:
    whatever ends a run, the next one carries on. One event tells of the run, and how many.

    Args:
        tell: called after each batch with how many were moved so far.

    Raises:
        KeyringProblem: the keys cannot be used; what was moved stays moved.
    """
    keys = keyring.provider()  # one moment for the whole run: what comes later, the next one does
    current, old = keys.current(), set(old_keys(keys.current()))
    moved = 0
    try:
        for kind, context_of in contexts.OF_WRAPPED:
            for batch in _Walk(kind, context_of, keys, old).batches():
                moved += batch
                tell(moved)
    finally:
        _record(REWRAPPED, moved, at=at)
    return Rotation(current, moved, old_keys(current))


def old_keys(current: str) -> Counter[str]:
    """How many case keys and index keys are wrapped with each key but the current one."""
    names: Counter[str] = Counter()
    for kind, _ in contexts.OF_WRAPPED:
        under = kind.objects.exclude(keyring_key=current).values_list("keyring_key")
        names.update(dict(under.annotate(number=Count("pk"))))
    return names


def last_moved() -> datetime | None:
    """When a run last moved keys; a backup from before it still needs the old ones."""
    runs = AccessEvent.objects.filter(deed=Deed.KEY, reason=REWRAPPED, count__gt=0)
    return runs.order_by("-at").values_list("at", flat=True).first()


@transaction.atomic
def renew(ref: UUID, *, pseudonym: str, at: datetime) -> int:
    """A fresh key for one case whose key may be known to somebody, and all its texts sealed anew;
    answers how many. What was copied before stays readable to whoever holds the old key.

    Args:
        pseudonym: of the case; the event names it.

    Raises:
        Damaged: a text or the key does not open; nothing is changed.
        KeyringProblem: the keys cannot be used; nothing is changed.
    """
    key = CaseKey.objects.select_for_update().filter(ref=ref).first()
    if key is None:
        return 0
    rows = list(SealedText.objects.select_for_update().filter(ref=ref))
    texts = _opened(rows, key)
    data_key = _exchange(key)
    for row, text in zip(rows, texts, strict=True):
        row.row_version += 1
        row.ciphertext = envelope.seal(data_key, text, contexts.of_text(row, key))
        row.save()
    _record(RENEWED, len(rows), at=at, shown=[pseudonym])
    return len(rows)


class _Walk:
    """One way through the rows of a kind, and again over those that others had locked."""

    def __init__(
        self,
        kind: contexts.Wrapped,
        context_of: Callable[[Any], tuple[str, ...]],
        keys: KeyProvider,
        old: set[str],
    ) -> None:
        self._kind, self._context_of, self._keys = kind, context_of, keys
        self._old, self._damaged = old, set[UUID]()
        # Any: the two kinds of rows share what is read and written here, and no base class.
        self._all: Any = kind.objects
        self._due = self._all.filter(keyring_key__in=old)

    def batches(self) -> Iterator[int]:
        """How many of each batch were moved."""
        if not self._old:
            return
        yield from self._once_through()
        idle = 0
        while idle < _PASSES and (rows := list(self._due.exclude(pk__in=self._damaged)[:BATCH])):
            moved = self._move(rows)
            yield moved
            idle = 0 if moved else idle + 1
            time.sleep(_PAUSE)

    def _once_through(self) -> Iterator[int]:
        """By the primary key alone: no planner is misled by statistics of an hour ago."""
        rows = list(self._all.order_by("pk")[:BATCH])
        while rows:
            start = time.monotonic()
            yield self._move([row for row in rows if row.keyring_key in self._old])
            time.sleep(time.monotonic() - start)  # half of the machine is theirs who work on it
            rows = list(self._all.order_by("pk").filter(pk__gt=rows[-1].pk)[:BATCH])

    def _move(self, rows: Sequence[Any]) -> int:
        seen = {row.pk: bytes(row.wrapped) for row in rows}
        anew = {row.pk: row for row in rows if self._is_wrapped_anew(row)}
        if not anew:
            return 0
        with transaction.atomic():
            held = self._all.select_for_update(skip_locked=True).filter(pk__in=anew)
            # Whoever came first has done it; whoever erased the case has taken the row away.
            same = [anew[row.pk] for row in held if bytes(row.wrapped) == seen[row.pk]]
            self._write(same)
        return len(same)

    def _write(self, rows: Sequence[Any]) -> None:
        """One prepared statement, because a batch in one UPDATE holds the locks forty times as
        long (docs/performance.md). The change log keeps out of the vault; the run has its event."""
        columns: list[Any] = [
            self._kind._meta.get_field(name) for name in ("keyring_key", "wrapped", "id")
        ]
        table = connection.ops.quote_name(self._kind._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET keyring_key = %s, wrapped = %s WHERE id = %s",  # noqa: S608
                [
                    [column.get_db_prep_value(getattr(row, column.name), connection)
                     for column in columns]
                    for row in rows
                ],
            )  # fmt: skip

    def _is_wrapped_anew(self, row: Any) -> bool:
        try:
            data_key = self._keys.unwrap(row.keyring_key, bytes(row.wrapped), self._context_of(row))
        except Unopenable:
            self._tell_damage(row)
            return False
        row.keyring_key = self._keys.current()
        row.wrapped = self._keys.wrap(data_key, self._context_of(row))
        return True

    def _tell_damage(self, row: Any) -> None:
        if row.pk not in self._damaged:
            _log.error("The vault cannot open what was to be wrapped anew: key %s", row.pk)
        self._damaged.add(row.pk)


def _opened(rows: Sequence[SealedText], key: CaseKey) -> list[bytes]:
    try:
        data_key = casekeys.unwrapped(key)
        return [
            envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key))
            for row in rows
        ]
    except Unopenable:
        raise Damaged from None


def _exchange(key: CaseKey) -> bytes:
    keys, data_key = keyring.provider(), envelope.new_key()
    key.version += 1
    key.keyring_key = keys.current()
    key.wrapped = keys.wrap(data_key, contexts.of_key(key))
    key.save()
    return data_key


def _record(reason: str, count: int, *, at: datetime, shown: Sequence[str] = ()) -> None:
    events.record(
        Deed.KEY,
        actor=None,
        object_type="keyring",
        shown=shown,
        fields=["wrapped"],
        reason=reason,
        at=at,
        count=count,
    )
