"""Whether the rows of both logs are those that were sealed: every row in just one seal, or waiting
for one, or of a month whose term is over."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db import connection

from lotsen.crypto import merkle
from lotsen.seals import rules
from lotsen.seals.chain import UNREADABLE, all_seals
from lotsen.seals.findings import Findings
from lotsen.seals.logs import BY_NAME, LOGS, Log, Row
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.rules import Kind
from lotsen.seals.tally import Tally

_AT_ONCE = rules.LONGEST  # rows in one query: many small seals are read together


@dataclass
class _Batch:
    """Seals of one log whose rows are read together."""

    seals: list[Seal] = field(default_factory=list)
    rows: int = 0


class Contents:
    """Takes the seals one by one, then looks at what they do not hold."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._dropped = _tombstones()
        self._batches: defaultdict[str, _Batch] = defaultdict(_Batch)
        self._tallies = {log.name: Tally() for log in LOGS}
        self._surplus = dict.fromkeys(BY_NAME, 0)  # rows of the log less those accounted for

    def take(self, seal: Seal) -> None:
        """Check the rows of a seal, sooner or later."""
        if seal.kind != Kind.ROWS or seal.log not in BY_NAME or self._is_dropped(seal):
            return
        batch = self._batches[seal.log]
        if batch.rows + seal.count > _AT_ONCE:
            self._check(seal.log)
            batch = self._batches[seal.log]
        batch.seals.append(seal)
        batch.rows += seal.count

    def finish(self) -> None:
        """Check what is left: the queue, and rows that nothing accounts for."""
        for name in list(self._batches):
            self._check(name)
        for log in LOGS:
            for log_name, number, there in _waiting(log):
                self._findings.waiting += 1
                if there:
                    self._account(log_name, number)
                else:
                    self._findings.lacks(log_name, log.key_of(number), None)
            self._count(log)

    def _is_dropped(self, seal: Seal) -> bool:
        return self._dropped.get((seal.log, rules.month_of(seal.first)), 0) > seal.n

    def _check(self, name: str) -> None:
        batch = self._batches.pop(name)
        numbers = {number for seal in batch.seals for number in rules.unpacked(bytes(seal.ids))}
        first, last = (
            min(seal.first for seal in batch.seals),
            max(seal.last for seal in batch.seals),
        )
        there: defaultdict[int, list[Row]] = defaultdict(list)
        for row in BY_NAME[name].read(numbers, first, last):
            there[row.number].append(row)
        for seal in batch.seals:
            self._compare(seal, there)

    def _compare(self, seal: Seal, there: Mapping[int, list[Row]]) -> None:
        found = self._findings.missing, self._findings.changed
        key_of = BY_NAME[seal.log].key_of
        marks = bytes(seal.marks)
        rows: list[Row] = []
        for place, number in enumerate(rules.unpacked(bytes(seal.ids))):
            mark = marks[place * rules.MARK_BYTES :][: rules.MARK_BYTES]
            row = _row_of(there.get(number, ()), seal, mark)
            if row is None:
                self._findings.lacks(seal.log, key_of(number), seal.n)
                continue
            self._account(seal.log, number)
            rows.append(row)
            if row.leaf[: rules.MARK_BYTES] != mark:
                self._findings.differs(seal.log, key_of(number), seal.n)
        self._findings.rows += len(rows)
        if found == (self._findings.missing, self._findings.changed):
            self._check_root(seal, rows)

    def _check_root(self, seal: Seal, rows: list[Row]) -> None:
        """All rows are there and look right; the root and the moments must say so too."""
        leaves = [row.leaf for row in rows]
        in_order = all(a.at <= b.at for a, b in pairwise(rows))
        bounds = (rows[0].at, rows[-1].at) == (seal.first, seal.last)
        if not (in_order and bounds) or merkle.root(leaves) != bytes(seal.root):
            self._findings.broken(f"Siegel {seal.n} passt nicht zu seinen Zeilen.")

    def _account(self, name: str, number: int) -> None:
        self._tallies[name].add(number, -1)
        self._surplus[name] -= 1

    def _count(self, log: Log) -> None:
        tally = self._tallies[log.name]
        for key, number in _keys(log):
            self._surplus[log.name] += 1
            if number is None:
                self._findings.surplus(log.name, key)
            else:
                tally.add(number)
        if tally.agrees:
            return
        before = self._findings.extra
        for number, times in tally.surplus(self._all_of(log)).items():
            if times > 0 or log.has(number):
                self._findings.surplus(log.name, log.key_of(number))
        # What was named may be a part of it.
        self._findings.extra = max(self._findings.extra, before + self._surplus[log.name])

    def _all_of(self, log: Log) -> Iterator[tuple[int, int]]:
        for _, number in _keys(log):
            if number is not None:
                yield number, 1
        for _, number, _ in _waiting(log):
            yield number, -1
        for _, seal in all_seals():
            for number in self._held(log, seal):
                yield number, -1

    def _held(self, log: Log, seal: Seal | None) -> list[int]:
        try:
            if seal and seal.log == log.name and seal.kind == Kind.ROWS:
                return [] if self._is_dropped(seal) else rules.unpacked(bytes(seal.ids))
        except UNREADABLE:  # told by the chain
            pass
        return []


def _row_of(rows: "list[Row] | tuple[()]", seal: Seal, mark: bytes) -> Row | None:
    """The row that was sealed, of those that have its key and lie within the seal."""
    within = [row for row in rows if seal.first <= row.at <= seal.last]
    same = [row for row in within if row.leaf[: rules.MARK_BYTES] == mark]
    return next(iter(same or within), None)


def _tombstones() -> dict[tuple[str, datetime], int]:
    """The newest tombstone of each month: it stands for the seals before it."""
    stones = Seal.objects.filter(kind=Kind.DROPPED).order_by("n")
    return {(stone.log, stone.first): stone.n for stone in stones.defer("ids", "marks")}


def _waiting(log: Log) -> Iterator[tuple[str, int, bool]]:
    """What the queue tells of a log: its name, the key of the row, and whether the row is there."""
    last = 0
    while batch := list(
        Unsealed.objects.filter(log=log.name, id__gt=last).order_by("id")[:_AT_ONCE]
    ):
        last = batch[-1].id
        numbers = [log.number_of(one.row) for one in batch]
        known = [number for number in numbers if number is not None]
        moments = [one.at for one in batch]
        there = {row.number for row in log.read(known, min(moments), max(moments))}
        for number in numbers:
            yield log.name, number or 0, number in there


def _keys(log: Log) -> Iterator[tuple[object, int | None]]:
    """Every key of a log as it stands there, and its number; None: it is no key."""
    table = connection.ops.quote_name(log.table)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608  our own name
        while rows := cursor.fetchmany(2_000):
            for (key,) in rows:
                yield key, log.number_of(str(key))
