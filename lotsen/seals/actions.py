"""Sealing what waits. One sealer at a time; whoever writes to a log never waits for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import connection, transaction

from lotsen.crypto import merkle, signatures
from lotsen.seals import anchor, rules
from lotsen.seals.anchor import AnchorProblem
from lotsen.seals.logs import LOGS, Log, Row
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.rules import Facts, Kind
from lotsen.vault import purposes
from lotsen.vault.purposes import Opened, Purpose

_LOCK = 7_306_084_511  # any number: the lock that PostgreSQL keeps for the one who seals


@dataclass(frozen=True)
class Draft:
    """What a new seal is about; the rest follows from the seal before and from the key."""

    kind: Kind
    log: str
    first: datetime
    last: datetime
    count: int
    root: bytes
    ids: bytes = b""
    marks: bytes = b""


class Pen:
    """Writes seals with the newest key of this installation."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def write(self, draft: Draft) -> Seal:
        """The next seal. Call it in a transaction that holds `alone`."""
        head = Seal.objects.order_by("-n").first()
        adds = draft.count if draft.kind == Kind.ROWS else 0
        facts = Facts(
            **vars(draft), n=head.n + 1 if head else 1, total=(head.total if head else 0) + adds,
            previous=bytes(head.hash) if head else rules.NOTHING, key=self.key.id, at=self._at,
        )  # fmt: skip
        digest = rules.hash_of(facts)
        text = rules.signed_text(settings.INSTANCE, digest)
        return Seal.objects.create(
            **vars(facts), hash=digest, signature=signatures.sign(self.key.key, text)
        )

    @cached_property
    def key(self) -> Opened:
        return purposes.newest(Purpose.SEAL_LOG, at=self._at)


def seal_waiting(*, at: datetime) -> int:
    """Seal every row that waits, and tell the anchor; answers how many were sealed.

    Each 1,000 rows are a transaction of their own: whatever ends a run, the next one carries on.
    A row that is told of and not there stays waiting, for `verify_audit` to name.

    Raises:
        AnchorProblem: the anchor knows seals that this database does not have (nothing is
            sealed), or cannot be written (what was sealed stays sealed).
        KeyringProblem, Unopenable: there is no key to sign with; nothing is sealed.
    """
    require_agreement()
    sealed = 0
    if Unsealed.objects.exists():
        pen = Pen(at)
        pen.key  # noqa: B018  asks the key service before anything is locked
        sealed = sum(_seal_log(log, pen) for log in LOGS)
    tell_anchor()
    return sealed


def begin_after_restore(*, at: datetime) -> bool:
    """Seal the fact that a backup was put back: what the anchor knows beyond it is lost.

    Only a person may say so; a server that said it by itself would cover up any cut. Answers
    whether there was anything to say.

    Raises:
        AnchorProblem, KeyringProblem, Unopenable: as above.
    """
    lost = anchor.newest()
    if lost is None or _knows(lost):
        return False
    ids = rules.packed([lost.n])
    draft = Draft(Kind.RESTORED, "", at, at, 0, bytes.fromhex(lost.hash), ids=ids)
    with transaction.atomic():
        if not alone():
            return False
        seal = Pen(at).write(draft)
    anchor.append(anchor.line_of(seal))
    return True


def require_agreement() -> None:
    """Return silently if the database has the newest seal that the anchor knows.

    Raises:
        AnchorProblem: otherwise, or the anchor is unreadable.
    """
    known = anchor.newest()
    if known is not None and not _knows(known):
        raise AnchorProblem(
            f"Der Anker {anchor.path()} kennt Siegel {known.n}, diese Datenbank nicht oder anders. "
            "Es wird nicht weiter gesiegelt. Wurde eine Sicherung zurückgespielt: manage.py worker "
            "--once --after-restore. Sonst wurde das Protokoll abgeschnitten: bitte nichts ändern "
            "und die Datenschutzbeauftragten rufen."
        )


def alone() -> bool:
    """Whether this transaction is the only one that seals, until its end.

    SQLite has one writer at a time by itself.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        [held] = cursor.fetchone()
    return bool(held)


def _knows(line: anchor.Line) -> bool:
    found = Seal.objects.filter(n=line.n).values_list("hash", flat=True).first()
    return found is not None and bytes(found).hex() == line.hash


def tell_anchor() -> None:
    """Write the newest seal down outside, unless it stands there.

    Raises:
        AnchorProblem: it cannot be written.
    """
    head = Seal.objects.order_by("-n").first()
    known = anchor.newest()
    if head is not None and (known is None or known.n < head.n):
        anchor.append(anchor.line_of(head))


def _seal_log(log: Log, pen: Pen) -> int:
    sealed = after = 0
    while True:
        with transaction.atomic():
            if not alone():
                return sealed
            waiting = Unsealed.objects.filter(log=log.name, id__gt=after).order_by("id")
            batch = list(waiting[: rules.LONGEST])
            sealed += sum(_seal_month(log, month, pen) for month in _by_month(batch))
        if len(batch) < rules.LONGEST:
            return sealed
        after = batch[-1].id


def _by_month(batch: Iterable[Unsealed]) -> list[list[Unsealed]]:
    """No seal reaches over a month: months are dropped whole."""
    months: defaultdict[datetime, list[Unsealed]] = defaultdict(list)
    for waiting in batch:
        months[rules.month_of(waiting.at)].append(waiting)
    return list(months.values())


def _seal_month(log: Log, waiting: Sequence[Unsealed], pen: Pen) -> int:
    known: defaultdict[tuple[datetime, int | None], list[int]] = defaultdict(list)
    for one in waiting:
        known[one.at, log.number_of(one.row)].append(one.id)
    numbers = {number for _, number in known if number is not None}
    moments = [one.at for one in waiting]
    found = log.read(numbers, min(moments), max(moments))
    rows = sorted((row for row in found if (row.at, row.number) in known and row.leaf), key=_order)
    if rows:
        pen.write(_draft(log, rows))
        taken = [entry for row in rows for entry in known[row.at, row.number]]
        Unsealed.objects.filter(id__in=taken).delete()
    return len(rows)


def _order(row: Row) -> tuple[datetime, int]:
    return row.at, row.number


def _draft(log: Log, rows: Sequence[Row]) -> Draft:
    leaves = [row.leaf for row in rows]
    return Draft(
        Kind.ROWS, log.name, rows[0].at, rows[-1].at, len(rows), merkle.root(leaves),
        ids=rules.packed(row.number for row in rows), marks=rules.marks(leaves),
    )  # fmt: skip
