"""Timing a candidate against a floor, interleaved in one process, and counting queries.

Nothing here imports Django before `prepare` has chosen a database for it.
"""

import argparse
import json
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROUNDS = 40  # at least 30 (docs/performance.md)
_NOT_COUNTED = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.I)


@dataclass(frozen=True)
class Timing:
    """Milliseconds of candidate and floor, round by round in pairs."""

    candidate: list[float]
    floor: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.candidate)

    @property
    def p95(self) -> float:
        return sorted(self.candidate)[int(len(self.candidate) * 0.95)]

    @property
    def floor_median(self) -> float:
        return statistics.median(self.floor)

    @property
    def ratio(self) -> float:
        return self.median / self.floor_median


@dataclass(frozen=True)
class Contest:
    """Three ways to the same rows; each answers with (id, pseudonym) in order."""

    candidate: Callable[[], list[object]]
    floor: Callable[[], list[object]]
    reference: Callable[[], list[object]]

    def agrees(self) -> bool:
        """Whether candidate and floor find what the reference finds."""
        return self.candidate() == self.floor() == self.reference()


def run[Person](
    name: str,
    options: argparse.Namespace,
    people: Sequence[Person],
    contest: Callable[[Person], Contest],
    *,
    pages: Sequence[str],
) -> None:
    """Time the contest for houses of three sizes, and count the queries of `pages`."""
    from benchmarks import fenced

    fenced.serve()
    timings, queries, equal = {}, {}, True
    for group, person in sizes(people).items():
        with fenced.asked_by(person):
            ways = contest(person)
            equal = equal and ways.agrees()
            timings[group] = interleave(ways.candidate, ways.floor)
        queries[group] = {page: queries_of_page(person, page) for page in pages}
    report(name, options, timings, queries, equal=equal, telling=fenced.telling(people[0]))


def arguments(name: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"benchmarks.{name}")
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--houses", type=int, default=60)
    parser.add_argument("--shares", type=int, help="default: 2 %% of the cases")
    return parser.parse_args()


def prepare(options: argparse.Namespace, name: object = None) -> None:
    """Start Django on a database of this benchmark's own, named by its size or by `name`."""
    name = f"lotsen_bench_{_size(options) if name is None else name}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotsen.settings.test"
    os.environ.setdefault(
        "LOTSEN_KEYRING", '{"current": "b", "keys": {"b": "%s"}}' % ("A" * 43 + "=")
    )
    if options.db == "sqlite":
        path = Path(tempfile.gettempdir()) / f"{name}.sqlite3"
        os.environ["DATABASE_URL"] = f"sqlite:///{path}"
    else:
        server = os.environ.get("LOTSEN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/lotsen")
        _create_database(server, name)
        os.environ["DATABASE_URL"] = f"{server.rsplit('/', 1)[0]}/{name}"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _size(options: argparse.Namespace) -> str:
    usual = options.houses == 60 and options.shares is None
    return str(options.cases) + ("" if usual else f"_{options.houses}_{options.shares}")


def _create_database(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(f"{server.rsplit('/', 1)[0]}/postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')


def interleave(candidate: Callable[[], object], floor: Callable[[], object]) -> Timing:
    """Time both in turn, after three warm-up rounds each."""
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(ROUNDS + 3):
        for work, kept in zip((candidate, floor), times, strict=True):
            start = perf_counter()
            work()
            if round_ >= 3:
                kept.append((perf_counter() - start) * 1000)
    return Timing(*times)


def queries_of_page(person: object, page: str) -> int:
    """How many statements a page sends, without transaction control."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answers {answer.status_code}")
    return sum(not _NOT_COUNTED.match(query["sql"]) for query in captured.captured_queries)


def report(
    name: str,
    options: argparse.Namespace,
    timings: dict[str, Timing],
    queries: dict[str, dict[str, int]],
    *,
    equal: bool,
    telling: float,
) -> None:
    """Print the worst group as the headline and every group beside it; end with 1 if unequal."""
    worst = max(timings.values(), key=lambda timing: timing.ratio)
    tell(
        {
            "name": name,
            "n": options.cases,
            "median_ms": round(worst.median, 3),
            "p95_ms": round(worst.p95, 3),
            "floor_ms": round(worst.floor_median, 3),
            "ratio": round(worst.ratio, 2),
            "queries": max(number for pages in queries.values() for number in pages.values()),
            "equal_to_reference": equal,
            "largest_to_smallest": round(timings["largest"].median / timings["smallest"].median, 2),
            "telling_ms": round(telling, 3),  # once a request: the fence learns who asks
            "groups": {
                group: {
                    "median_ms": round(timing.median, 3),
                    "p95_ms": round(timing.p95, 3),
                    "floor_ms": round(timing.floor_median, 3),
                    "ratio": round(timing.ratio, 2),
                    "queries": queries[group],
                }
                for group, timing in timings.items()
            },
            "env": environment(options.db),
        }
    )
    sys.exit(0 if equal else 1)


def environment(database: str) -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "db": database,
        "python": platform.python_version(),
        "machine": f"{os.cpu_count()} × {platform.machine()}",
    }


def tell(result: dict[str, object]) -> None:
    """The one JSON object of a run."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


def sizes[T](items: Sequence[T]) -> dict[str, T]:
    """The largest, a middle and the smallest of `items`, which are ordered by size."""
    return {"largest": items[0], "middle": items[len(items) // 2], "smallest": items[-1]}
