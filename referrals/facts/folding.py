"""Folding: deltas become tallies, each exactly once, and are gone.

A delta of a quarter that is frozen already comes too late for it and counts in the current one.
Which quarters are frozen is known one floor above (referrals.statistics) and handed in.
"""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date

from django.db import connection, transaction

from referrals.facts.models import Delta, Tally
from referrals.facts.rules import quarter

type Frozen = Collection[tuple[str, str]]  # municipality, quarter

LIMIT = 10_000
_LOCK = 7_306_084_512  # any number: the lock that PostgreSQL keeps for the one who folds
_FACTS = (
    "period", "municipality", "kind", "code", "district", "life_phase", "organisation_group",
    "house", "recipient",
)  # fmt: skip
_COLUMNS = ", ".join(_FACTS)
_REST = ", ".join(_FACTS[1:])

_POSTGRES = f"""
WITH taken AS (
    DELETE FROM {Delta._meta.db_table} WHERE id IN (
        SELECT id FROM {Delta._meta.db_table} ORDER BY id LIMIT %(limit)s
    ) RETURNING {_COLUMNS}, value
), counted AS (
    SELECT CASE WHEN (municipality, period) IN (
               SELECT * FROM unnest(%(cities)s::text[], %(quarters)s::text[])
           ) THEN %(now)s ELSE period END AS period, {_REST}, value
    FROM taken
), folded AS (
    INSERT INTO {Tally._meta.db_table} AS tally ({_COLUMNS}, value)
    SELECT {_COLUMNS}, SUM(value) FROM counted GROUP BY {_COLUMNS} HAVING SUM(value) <> 0
    ON CONFLICT ({_COLUMNS}) DO UPDATE SET value = tally.value + excluded.value
    RETURNING id, tally.value
)
SELECT (SELECT COUNT(*) FROM taken), ARRAY(SELECT id FROM folded WHERE value = 0)
"""  # noqa: S608  names of our own tables and columns
_TAKE = f"""
DELETE FROM {Delta._meta.db_table} WHERE id IN (
    SELECT id FROM {Delta._meta.db_table} ORDER BY id LIMIT %s
) RETURNING {_COLUMNS}, value
"""  # noqa: S608
_ADD = f"""
INSERT INTO {Tally._meta.db_table} ({_COLUMNS}, value)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT ({_COLUMNS}) DO UPDATE SET value = value + excluded.value
"""  # noqa: S608


@transaction.atomic
def fold(
    limit: int = LIMIT, *, frozen: Callable[[], Frozen] = tuple, today: date, wait: bool = False
) -> int:
    """Fold the oldest deltas into tallies; answers how many, 0 if somebody else folds.

    Args:
        limit: of deltas in one transaction.
        frozen: the municipalities and quarters to which nothing may be added any more; asked
            while nobody else folds or freezes.
        today: its quarter takes what comes too late.
        wait: until whoever folds is done, instead of leaving it to them.
    """
    if not alone(wait=wait):
        return 0
    take = _on_postgres if connection.vendor == "postgresql" else _one_by_one
    return take(limit, frozen(), quarter(today))


def alone(*, wait: bool) -> bool:
    """Whether this transaction is the only one that folds or freezes, until its end.

    SQLite has one writer at a time by itself.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        [held] = cursor.fetchone()
    return bool(held)


def _on_postgres(limit: int, frozen: Frozen, now: str) -> int:
    asked: dict[str, int | str | list[str]] = {
        "limit": limit,
        "cities": [city for city, _ in frozen],
        "quarters": [period for _, period in frozen],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES, asked)
        folded, nothing = cursor.fetchone()
    if nothing:
        Tally.objects.filter(pk__in=nothing).delete()
    return int(folded)


def _one_by_one(limit: int, frozen: Frozen, now: str) -> int:
    sums: Counter[tuple[str, ...]] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        taken = cursor.fetchall()
        for period, city, *rest, value in taken:
            sums[now if (city, period) in frozen else period, city, *rest] += value
        cursor.executemany(_ADD, [(*key, value) for key, value in sums.items() if value])
    if taken:
        Tally.objects.filter(value=0).delete()
    return len(taken)
