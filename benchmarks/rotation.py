"""Rotating 100,000 case keys while a server answers: no request may fail.

Prints one JSON object: how requests fared idle and during the rotation, and how long it took. Ends
with 1 if a request failed, a key is left, or something no longer opens. Goal: 0 failures, and the
95th percentile at most 1.5 times that of the idle server.

    python -m benchmarks.rotation [--db postgres] [--keys 100000] [--idle 20]

Server, rotation and whoever asks are processes of their own, as on a server.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import measuring

ROOT = Path(__file__).parent.parent
OLD, NEW = ("A" * 43 + "=", "B" * 42 + "A=")
_RING = '{"current": "%s", "keys": {"old": "' + OLD + '", "new": "' + NEW + '"}}'
_PORT = 8765
CASES = 1_000  # of the pages; the other keys belong to nobody


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.rotation")
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--idle", type=int, default=20, help="seconds without a rotation")
    options = parser.parse_args()
    os.environ["LOTSEN_KEYRING"] = _RING % "old"
    measuring.prepare(options, "rotation")
    from benchmarks import families, load, wrapped
    from benchmarks.population import Population

    person = Population(CASES).people[0]
    cases = families.of_page(person)
    wrapped.fill(options.keys)
    os.environ["LOTSEN_KEYRING"] = _RING % "new"  # as after `create_keyring --add`
    with server():
        work = load.Load(_PORT, person, cases)
        idle = work.during(lambda: time.sleep(options.idle))
        start = time.perf_counter()
        busy = work.during(_rotate)
        seconds = time.perf_counter() - start
    left, broken = wrapped.left("new"), wrapped.broken()
    measuring.tell(
        {
            "name": "rotation",
            "n": options.keys,
            "seconds": round(seconds, 1),
            "idle": _figures(idle),
            "during": _figures(busy),
            "p95_ratio": round(_p95(busy) / _p95(idle), 2),
            "left": left,
            "broken": broken,
            "failures": work.failures,
            "env": measuring.environment(options.db),
        }
    )
    sys.exit(0 if not work.failures and not left and not broken else 1)


def _rotate() -> None:
    command = [sys.executable, "manage.py", "rotate_keys", "--skip-checks"]
    subprocess.run(
        ["nice", "-n", "19", *command],  # as docs/operations.md says
        cwd=ROOT, check=True, env=_environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "lotsen.settings.test"}


@contextmanager
def server() -> Iterator[None]:
    """The application as it is served: two processes with four threads."""
    with tempfile.TemporaryFile() as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "lotsen.wsgi:application", "--preload",
             "--worker-class", "gthread", "--workers", "2", "--threads", "4",
             "--bind", f"127.0.0.1:{_PORT}", "--log-level", "warning"],
            cwd=ROOT, env=_environment(), stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield
        finally:
            running.terminate()
            running.wait()


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "requests": len(times),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(_p95(times), 1),
        "max_ms": round(max(times), 1),
    }


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
