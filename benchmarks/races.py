"""Many at the same moment on PostgreSQL: each verb takes effect once, a withdrawal wins.

`DATABASE_URL=postgres://… python -m benchmarks.races --parallel 50 --rounds 4 --withdrawals 200`
prints a JSON object and ends with 1 if a promise did not hold. Each request has a connection of its
own: `parallel` stays below the max_connections of the server.
"""

import argparse
import json
import sys
from time import perf_counter

from benchmarks.stage import cast_on_stage


def run(parallel: int, rounds: int, withdrawals: int) -> dict[str, object]:
    with cast_on_stage("lotsen_races") as cast:
        from django.db import connection

        from tests.security.double import presses, released_after_withdrawal, together

        assert connection.vendor == "postgresql", "SQLite lets one writer in at a time"
        begun, wrong, times, errors = perf_counter(), [], 0, 0
        for _ in range(rounds):
            for name, press in presses(cast).items():
                outcome = together(press, parallel)
                times += parallel
                errors += sum(n for status, n in outcome.statuses.items() if status >= 500)
                if outcome.effects != 1:
                    wrong.append(f"{name}: {outcome.effects} times")
        released = sum(released_after_withdrawal(cast) for _ in range(withdrawals))
        return {
            "name": "races",
            "parallel": parallel,
            "rounds": rounds,
            "presses": times,
            "not_once": wrong,
            "errors": errors,
            "withdrawals": withdrawals,
            "released_after_withdrawal": released,
            "seconds": round(perf_counter() - begun),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--parallel", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--withdrawals", type=int, default=200)
    given = parser.parse_args()
    report = run(given.parallel, given.rounds, given.withdrawals)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    bad = report["not_once"] or report["errors"] or report["released_after_withdrawal"]
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
