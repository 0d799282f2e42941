"""Counting, folding, freezing and reading, with the steps of millions of families.

Prints one JSON object: what a write costs (its deltas and their folding), how long the freeze of
the largest city's quarter takes, what a panel from the frozen cube costs, and whether the tallies
are equal to a count of the steps themselves. Ends with 1 if they are not, or if a frozen number is
no neighbouring multiple of five.

    python -m benchmarks.statistics [--db postgres] [--cases 7000000]

Works in a database of its own and leaves nothing behind. 1,000,000 cases need about 2 GB for a
while: the steps of one quarter at a time are written, counted, folded and gone.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks import measuring

if TYPE_CHECKING:
    from referrals.statistics.models import Release

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
TODAY, AT = date(2026, 11, 22), datetime(2026, 11, 22, 3, tzinfo=UTC)
CITIES, HOUSES, DISTRICTS = 10, 20, 50
FIRST = 40  # of a hundred cases: in the largest city
WRITES = 300
# Which of a hundred cases have each step; the steps of a case follow from its number.
STEPS = (
    ("case_opened", "", 0, 92), ("not_stored", "", 92, 100), ("assessed", "", 0, 85),
    ("talk_wished", "yes", 0, 45), ("talk_wished", "later", 45, 52), ("talk_declined", "", 52, 80),
    ("need", "everyday", 0, 40), ("need", "child", 10, 32), ("need", "money_housing", 20, 46),
    ("need", "pregnancy_midwife", 30, 55), ("need", "language_rights", 40, 52),
    ("gap", "pregnancy_midwife", 30, 40), ("gap", "language_rights", 40, 45),
    ("no_place", "everyday", 0, 5), ("gap_reason", "none_exists", 30, 45),
    ("interpreting", "ar", 10, 18), ("interpreting", "uk", 30, 35),
    ("consent_given", "", 0, 40), ("handover_requested", "", 0, 38),
    ("answered", "up_to_2", 0, 14), ("answered", "up_to_7", 14, 34),
    ("handover_accepted", "", 0, 30), ("handover_rejected", "no_capacity", 30, 35),
    ("first_contact", "up_to_7", 0, 20), ("handover_completed", "taken_up", 0, 22),
    ("handover_failed", "not_reached", 22, 25), ("case_closed", "handover_accepted", 0, 22),
)  # fmt: skip
_PHASES = (
    "pregnancy", "newborn", "newborn", "newborn", "newborn", "infant", "infant", "toddler",
    "preschool", "school",
)  # fmt: skip
_FACTS = (
    "period, municipality, kind, code, district, life_phase, organisation_group, house, recipient"
)
_COUNTED = f"SELECT {_FACTS}, SUM(value) AS value FROM referrals_delta GROUP BY {_FACTS}"  # noqa: S608


@dataclass(frozen=True)
class Folded:
    """How the steps became tallies."""

    deltas: int
    seconds: float
    tallies: int
    is_equal: bool


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.statistics")
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--cases", type=int, default=100_000)
    options = parser.parse_args()
    with _database(options):
        result, is_right = run(options.cases)
        load = round(os.getloadavg()[0], 1)  # above the number of processors: figures are too high
        measuring.tell({**result, "env": {**measuring.environment(options.db), "load": load}})
    sys.exit(0 if is_right else 1)


def run(cases: int) -> tuple[dict[str, object], bool]:
    """Everything once; the figures, and whether all of it is right."""
    settle()
    folded = fill_and_fold(cases)
    write, fold_after = write_and_fold()
    start = perf_counter()
    release, is_sound = freeze_largest()
    freezing = perf_counter() - start
    panel = measure_panel(release)
    figures: dict[str, object] = {
        "name": "statistics",
        "n": cases,
        "median_ms": round(panel.timing.median, 2),  # a panel from the cube
        "p95_ms": round(panel.timing.p95, 2),
        "floor_ms": round(panel.timing.floor_median, 2),  # the same sums, plainly written
        "ratio": round(panel.timing.ratio, 2),
        "queries": panel.queries,
        "equal_to_reference": folded.is_equal and panel.is_equal,
        "deltas": folded.deltas,
        "tallies": folded.tallies,
        "fold_ms_per_delta": round(folded.seconds * 1000 / folded.deltas, 4),
        "write_ms": round(write.wall, 3),  # the three deltas of a write
        "write_cpu_ms": round(write.own, 3),  # of it in this process, whatever else runs
        "fold_ms_per_write": round(fold_after, 3),
        "freeze_s": round(freezing, 1),
        "families": sum(_kept(release)),
        "cells": {name: len(cells) for name, cells in release.cells.items()},
        "levels": release.levels,
        "panel_first_ms": round(panel.first, 2),  # that also reads the cells; later ones keep them
        "equal_to_live_count": folded.is_equal,
    }
    return figures, folded.is_equal and panel.is_equal and is_sound


def settle() -> None:
    """Cities with houses and districts, and tables that say which step is whose."""
    from django.db import connection

    from lotsen.accounts.models import Organisation, OrganisationKind
    from lotsen.places.models import District, Municipality

    kinds = [OrganisationKind.CLINIC, OrganisationKind.FAMILY_OFFICE, OrganisationKind.OUTREACH]
    for n in range(CITIES):
        city = Municipality.objects.create(slug=f"city-{n}", name=f"Stadt {n}", ags=f"{n:08}")
        Organisation.objects.bulk_create(
            Organisation(
                municipality=city, slug=f"house-{n}-{h}", name=f"Haus {h}", short_name=f"Haus {h}",
                kind=kinds[h % 3], legal_regime="municipal",
            )
            for h in range(HOUSES)
        )  # fmt: skip
        District.objects.bulk_create(
            District(
                key=f"city-{n}-{d}", municipality=city, code=str(d), name=f"Viertel {d}",
                borough_code=str(d // 5), borough=f"Bezirk {d // 5}",
            )
            for d in range(DISTRICTS)
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_house (city integer, n integer, id text, kind text)")
        cursor.executemany("INSERT INTO bench_house VALUES (%s, %s, %s, %s)", _houses())
        cursor.execute("CREATE TABLE bench_step (kind text, code text, low integer, up integer)")
        cursor.executemany("INSERT INTO bench_step VALUES (%s, %s, %s, %s)", STEPS)
        cursor.execute("CREATE TABLE bench_phase (n integer, phase text)")
        cursor.executemany("INSERT INTO bench_phase VALUES (%s, %s)", list(enumerate(_PHASES)))
        cursor.execute(f"CREATE TABLE bench_live AS {_COUNTED} LIMIT 0")


def fill_and_fold(cases: int) -> Folded:
    """Quarter by quarter: write the steps, count them, fold them; compare all of it at the end."""
    from django.db import connection

    from referrals.facts import folding
    from referrals.facts.models import Tally

    deltas, seconds = 0, 0.0
    for number in range(len(QUARTERS)):
        _write_steps(range(cases * number // len(QUARTERS), cases * (number + 1) // len(QUARTERS)),
                     QUARTERS[number])  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO bench_live {_COUNTED}")
        start = perf_counter()
        while folded := folding.fold(100_000, today=TODAY):
            deltas += folded
        seconds += perf_counter() - start
        _tidy()
    return Folded(deltas, seconds, Tally.objects.count(), _is_equal())


@dataclass(frozen=True)
class Cost:
    """Milliseconds by the clock, and of this process alone."""

    wall: float
    own: float


def write_and_fold() -> tuple[Cost, float]:
    """Milliseconds of the deltas of one write, and of folding them a worker's pause later."""
    from django.db import transaction

    from lotsen.accounts.models import Organisation
    from referrals.facts import folding
    from referrals.facts.actions import note_all
    from referrals.facts.rules import Kind

    class Case:
        holder = Organisation.objects.get(slug="house-0-0")
        district_id = "city-0-0"

        def age_on(self, day: date) -> int:  # noqa: ARG002  always a newborn
            return 1

    steps = [(Kind.ASSESSED, ""), (Kind.TALK_WISHED, "yes"), (Kind.NEED, "child")]
    case, at = Case(), datetime(2026, 9, 1, 12, tzinfo=UTC)
    start, begun = perf_counter(), process_time()
    with transaction.atomic():  # a write has its own anyway
        for _ in range(WRITES):
            note_all(steps, case=case, at=at)
    written, own = perf_counter(), process_time() - begun
    folding.fold(today=TODAY)
    folded = perf_counter()
    cost = Cost((written - start) * 1000 / WRITES, own * 1000 / WRITES)
    return cost, (folded - written) * 1000 / WRITES


def freeze_largest() -> "tuple[Release, bool]":
    """The release of the largest city, and whether each of its numbers is a multiple of five."""
    from lotsen.places.models import Municipality
    from referrals.statistics.actions import freeze

    release = freeze(Municipality.objects.get(pk="city-0"), QUARTERS[-1], at=AT)
    counts = [count for cells in release.cells.values() for *_, count in cells]
    return release, bool(counts) and not any(count % 5 or count < 0 for count in counts)


@dataclass(frozen=True)
class Panel:
    """What a table by need, district and answer costs, and how many families came to each step."""

    timing: measuring.Timing
    first: float  # milliseconds of the first one
    queries: int
    is_equal: bool  # to the same sums, plainly written


def measure_panel(release: "Release") -> Panel:
    """The panel of a page against the same sums over the cells in memory."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from referrals.statistics.models import Release
    from referrals.statistics.published import summed

    def panel() -> list[Counter[tuple[str, ...]]]:
        rows = Release.objects.select_related("municipality").defer("cells")
        told = summed(release.period, list(rows.filter(pk=release.pk)))
        by_need = told.needs.table(("need", "district", "answer"))
        return [Counter(by_need), Counter(told.families.table(("step",)))]

    def floor() -> list[Counter[tuple[str, ...]]]:
        needs: Counter[tuple[str, ...]] = Counter()
        for need, answer, _phase, district, count in release.cells["needs"]:
            needs[need, district, answer] += count
        steps: Counter[tuple[str, ...]] = Counter()
        for step, _kind, _phase, _district, count in release.cells["families"]:
            steps[(step,)] += count
        return [needs, steps]

    start = perf_counter()
    is_equal = panel() == floor()
    first = (perf_counter() - start) * 1000
    with CaptureQueriesContext(connection) as asked:
        panel()
    return Panel(measuring.interleave(panel, floor), first, len(asked), is_equal)


def _kept(release: "Release") -> Iterator[int]:
    from referrals.statistics.coarsening import FAMILY_STEPS

    families = FAMILY_STEPS | {"all"}
    return (count for step, *_, count in release.cells["families"] if step in families)


def _houses() -> list[tuple[int, int, str, str]]:
    from django.db import connection

    from lotsen.accounts.models import Organisation

    plain = connection.vendor == "sqlite"
    return [
        (city, n, house.pk.hex if plain else str(house.pk), house.kind)
        for city in range(CITIES)
        for n, house in enumerate(
            Organisation.objects.filter(municipality=f"city-{city}").order_by("slug")
        )
    ]


def _write_steps(numbers: range, quarter: str) -> None:
    """The steps of these cases, by one statement. A case's number says all about it."""
    from django.db import connection

    from referrals.facts.rules import NO_HOUSE

    house = "h.id::uuid" if connection.vendor == "postgresql" else "h.id"
    nobody = f"'{NO_HOUSE}'::uuid" if connection.vendor == "postgresql" else f"'{NO_HOUSE.hex}'"
    series = (
        "SELECT i FROM generate_series(%(first)s, %(last)s) AS s(i)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE s(i) AS (SELECT %(first)s UNION ALL SELECT i + 1 FROM s WHERE i < "
        "%(last)s) SELECT i FROM s"
    )
    statement = f"""
        INSERT INTO referrals_delta ({_FACTS}, value)
        SELECT %(quarter)s, 'city-' || c.city, s.kind, s.code,
               'city-' || c.city || '-' || (c.i * 31 %% {DISTRICTS}), p.phase, h.kind, {house},
               {nobody}, 1
        FROM (SELECT i, i * 37 %% 100 AS share, i * 17 %% {len(_PHASES)} AS phase,
                     (i / 7 %% 97) * (i / 7 %% 97) %% {HOUSES} AS house,
                     CASE WHEN i * 61 %% 100 < {FIRST} THEN 0
                          ELSE 1 + i %% {CITIES - 1} END AS city
              FROM ({series}) AS numbers) AS c
        JOIN bench_house h ON h.city = c.city AND h.n = c.house
        JOIN bench_phase p ON p.n = c.phase
        JOIN bench_step s ON c.share >= s.low AND c.share < s.up
    """  # noqa: S608  our own names and numbers
    chunk = 100_000
    for first in range(numbers.start, numbers.stop, chunk):
        last = min(first + chunk, numbers.stop) - 1
        with connection.cursor() as cursor:
            cursor.execute(statement, {"first": first, "last": last, "quarter": quarter})


def _is_equal() -> bool:
    """Whether the tallies are what a count of the steps came to, row by row."""
    from django.db import connection

    live = f"SELECT {_FACTS}, CAST(value AS bigint) FROM bench_live"  # noqa: S608
    folded = f"SELECT {_FACTS}, CAST(value AS bigint) FROM referrals_tally"  # noqa: S608
    with connection.cursor() as cursor:
        for one, other in ((live, folded), (folded, live)):
            cursor.execute(f"SELECT COUNT(*) FROM ({one} EXCEPT {other}) AS missing")  # noqa: S608
            if cursor.fetchone()[0]:
                return False
    return True


def _tidy() -> None:
    """What autovacuum does between two quarters."""
    from django.db import connection

    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE referrals_delta")
            cursor.execute("VACUUM ANALYZE referrals_tally")


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[None]:
    """A database of this benchmark's own, dropped before and after."""
    name = f"statistics_{options.cases}"
    _drop(options, f"lotsen_bench_{name}")
    measuring.prepare(options, name)
    try:
        yield
    finally:
        from django.db import connection

        connection.close()
        _drop(options, f"lotsen_bench_{name}")


def _drop(options: argparse.Namespace, name: str) -> None:
    if options.db == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            (Path(tempfile.gettempdir()) / f"{name}.sqlite3{suffix}").unlink(missing_ok=True)
        return
    import psycopg

    server = os.environ.get("LOTSEN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/lotsen")
    with psycopg.connect(f"{server.rsplit('/', 1)[0]}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


if __name__ == "__main__":
    main()
