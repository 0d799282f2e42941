"""Tampering with the logs at SQL level, as whoever owns the database would: without any trigger.

A small installation with sealed rows of two logs and two months; each try changes one thing and
asks `verify_audit`'s own code. What is not found ends the run with 1. Attacks that the triggers
refuse while they stand are another matter (tests/lotsen/audit/test_append_only.py).

    python -m benchmarks.audit_tampering [--db sqlite|postgres] [--tries 1000] [--seed 1]
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from benchmarks import measuring

ROUNDS = 4  # runs of the sealer, each with rows of both logs
ROWS = 6  # of each log in each round


def settle(at: "object") -> None:
    """Rows of both logs and of two months, sealed in several runs; two rows still wait."""
    from django.contrib.contenttypes.models import ContentType

    from lotsen.accounts.models import User
    from lotsen.audit import events
    from lotsen.audit.models import ChangeEntry, Deed
    from lotsen.seals.actions import seal_waiting

    who, _ = User.objects.get_or_create(username="anna", defaults={"email": "anna@example.org"})
    kind = ContentType.objects.get_for_model(User)
    for round_ in range(ROUNDS + 1):
        for row in range(ROWS if round_ < ROUNDS else 1):
            then = at - timedelta(days=40 * (row % 2), seconds=10 * round_ + row)
            events.record(
                Deed.READ, actor=who, object_type="case", shown=[f"7K4M-QX2T-9RH{row}"],
                fields=["needs"], reason="covering", at=then,
            )  # fmt: skip
            ChangeEntry.objects.create(
                content_type=kind, object_pk=str(row), object_repr=str(row), action=1,
                changes={"state": ["draft", "sent"]}, timestamp=then, actor=who,
            )  # fmt: skip
        if round_ < ROUNDS:
            seal_waiting(at=at)


@contextmanager
def without_triggers() -> Iterator[None]:
    """As the owner of the tables: nothing is refused, nothing is queued; all is undone at the
    end."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in ("audit_accessevent", "audit_changeentry", "seals_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                " AND (tbl_name LIKE 'audit%' OR tbl_name LIKE 'seals%')"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        yield
        transaction.set_rollback(True)


def unfound(tries: int, seed: int, anchor: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each attack was tried, and how often nothing was noticed. Needs a settled
    database without triggers."""
    from django.db import transaction

    from benchmarks.attacks import ATTACKS, Attacker

    attacker = Attacker(random.Random(seed))
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for number in range(tries):
        name = list(ATTACKS)[number % len(ATTACKS)]
        with transaction.atomic():
            what = ATTACKS[name](attacker)
            tried[name] += 1
            if is_sound(anchor):
                missed[f"{name}: {what}"] += 1
            transaction.set_rollback(True)
    return tried, missed


def is_sound(anchor: Path) -> bool:
    """Whether nothing is found."""
    from django.utils.timezone import now

    from lotsen.seals.verifying import verify

    return verify(at=now(), file=anchor).sound


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.audit_tampering")
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    measuring.prepare(options, "tampering")
    from django.conf import settings
    from django.db import transaction
    from django.utils.timezone import now

    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        settings.AUDIT_ANCHOR = str(Path(folder) / "anchor.jsonl")
        anchor, start = Path(settings.AUDIT_ANCHOR), perf_counter()
        settle(now())
        untouched = is_sound(anchor)
        with without_triggers():
            tried, missed = unfound(options.tries, options.seed, anchor)
        transaction.set_rollback(True)
    measuring.tell(
        {
            "name": "audit_tampering",
            "n": options.tries,
            "seconds": round(perf_counter() - start, 1),
            "untouched_is_sound": untouched,
            "tried": tried,
            "not_found": missed,
            "env": measuring.environment(options.db),
        }
    )
    sys.exit(0 if untouched and not missed else 1)


if __name__ == "__main__":
    main()
