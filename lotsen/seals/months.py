"""Months of the logs: made ahead on PostgreSQL, and dropped whole when their term is over.

A dropped month leaves a tombstone: a seal that says how many rows went, and the root over the seals
that held them. `verify_audit` takes no other excuse for a row that is not there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from lotsen.crypto import merkle
from lotsen.environment import EnvironmentProblem
from lotsen.seals import rules
from lotsen.seals.actions import Draft, Pen, alone
from lotsen.seals.logs import LOGS, Log
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.rules import Kind

AHEAD = 3  # months that are ready before they begin
SHORTEST = 24  # months; no setting drops a younger one


class MonthProblem(EnvironmentProblem):
    """A month cannot be dropped; the text says why. Nothing of it is gone."""


@dataclass(frozen=True)
class Month:
    """A month of one log, by universal time."""

    log: Log
    first: datetime

    @property
    def last(self) -> datetime:
        return rules.last_moment(self.first)

    def seals(self, *, before: int | None = None) -> QuerySet[Seal]:
        """The seals that hold its rows now, oldest first; `before`: as they were before seal n."""
        among = Seal.objects.filter(log=self.log.name, first__range=(self.first, self.last))
        stones = among.filter(kind=Kind.DROPPED)
        if before is not None:
            among, stones = among.filter(n__lt=before), stones.filter(n__lt=before)
        after = stones.order_by("-n").values_list("n", flat=True).first() or 0
        return among.filter(kind=Kind.ROWS, n__gt=after).order_by("n")


def ensure_ahead(*, at: datetime) -> None:
    """Make the partitions of this month and of the next three. On SQLite there are none.

    Raises:
        DatabaseError: the table was locked for too long; the next call may do it.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for log in LOGS:
            for ahead in range(AHEAD + 1):
                month = rules.months_after(rules.month_of(at), ahead)
                cursor.execute("SELECT audit_ensure_month(%s, %s)", [log.table, month.date()])


def over(*, months: int, at: datetime) -> list[Month]:
    """Months with sealed rows that ended so many months ago or earlier, oldest first.

    Raises:
        MonthProblem: the term is shorter than any term may be.
    """
    if months < SHORTEST:
        raise MonthProblem(
            f"LOTSEN_AUDIT_MONTHS ist {months}; ein Protokoll bleibt mindestens {SHORTEST} Monate. "
            "Es wurde nichts gelöscht."
        )
    # The whole month is older than the term.
    end = rules.months_after(rules.month_of(at), -months)
    return [month for log in LOGS for month in _months_before(log, end) if month.seals().exists()]


@transaction.atomic
def drop(month: Month, *, at: datetime) -> int:
    """Drop the rows of a month and leave a tombstone, or neither; answers how many rows went.

    Only the role that owns the tables can. Whether the month is sound must be known before.

    Raises:
        MonthProblem: rows of it wait for their seal, others are there than its seals hold, or
            somebody else seals right now.
    """
    if not alone():
        raise MonthProblem("Gerade wird gesiegelt. Bitte noch einmal ausführen.")
    seals = month.seals().values_list("count", "root")
    count = sum(rows for rows, _ in seals)
    _require_all_sealed(month, count)
    root = merkle.root([bytes(root) for _, root in seals])
    Pen(at).write(Draft(Kind.DROPPED, month.log.name, month.first, month.last, count, root))
    _remove(month)
    return count


def _months_before(log: Log, end: datetime) -> Iterator[Month]:
    sealed = Seal.objects.filter(kind=Kind.ROWS, log=log.name, first__lt=end)
    first = sealed.order_by("first").values_list("first", flat=True).first()
    month = rules.month_of(first) if first else end
    while month < end:
        yield Month(log, month)
        month = rules.months_after(month, 1)


def _require_all_sealed(month: Month, count: int) -> None:
    within = (month.first, month.last)
    waiting = Unsealed.objects.filter(log=month.log.name, at__range=within).count()
    there = month.log.rows().filter(**{f"{month.log.moment}__range": within}).count()
    if waiting or there != count:
        raise MonthProblem(
            f"Der Monat {month.first:%m/%Y} ist nicht vollständig gesiegelt ({there} Zeilen, "
            f"{count} gesiegelt, {waiting} warten). Es wurde nichts von ihm gelöscht. Bitte zuerst "
            "ausführen: manage.py worker --once, dann manage.py verify_audit"
        )


def _remove(month: Month) -> None:
    table = month.log.table
    if connection.vendor != "postgresql":
        with _unguarded_sqlite(table):
            _delete(month, table)
        return
    with connection.cursor() as cursor:
        part = f"{table}_{month.first:%Y_%m}"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(part)}")
    with _unguarded_default(table) as default:
        _delete(month, default)


def _delete(month: Month, table: str) -> None:
    column, quote = month.log.moment, connection.ops.quote_name
    within = [connection.ops.adapt_datetimefield_value(at) for at in (month.first, month.last)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(table)} WHERE {quote(column)} BETWEEN %s AND %s",  # noqa: S608
            within,
        )


@contextmanager
def _unguarded_sqlite(table: str) -> Iterator[None]:
    """Without the trigger that refuses removal, and with it again as it was."""
    trigger = f"{table}_no_delete"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s",
                       [trigger])  # fmt: skip
        [sql] = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(trigger)}")
        yield
        cursor.execute(sql)


@contextmanager
def _unguarded_default(table: str) -> Iterator[str]:
    """The partition of what came before its month was made."""
    default, trigger = (
        connection.ops.quote_name(name) for name in (f"{table}_default", f"{table}_no_change")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {default} DISABLE TRIGGER {trigger}")
        yield default
        cursor.execute(f"ALTER TABLE {default} ENABLE ALWAYS TRIGGER {trigger}")
