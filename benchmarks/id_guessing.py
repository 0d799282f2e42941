"""Guessing numbers as somebody of another house: known ones, their neighbours, made-up ones.

`python -m benchmarks.id_guessing --requests 50000` prints a JSON object and ends with 1 if one byte
of another house's family was told, or foreign was answered otherwise than absent. The suite tries
300 each time (tests/security/test_guessing.py).
"""

import argparse
import json
import sys
from dataclasses import asdict
from time import perf_counter

from benchmarks.stage import cast_on_stage

REQUESTS = 50_000


def run(requests: int, seed: int) -> dict[str, object]:
    with cast_on_stage("lotsen_guessing") as cast:
        from django.db import connection, transaction

        from tests.security.guessing import Guesser
        from tests.security.stage import set_stage

        begun = perf_counter()
        with transaction.atomic():
            report = Guesser(set_stage(cast), seed).run(requests)
            transaction.set_rollback(True)
        head = {"name": "id_guessing", "db": connection.vendor, "seed": seed}
        told = asdict(report) | {"statuses": dict(sorted(report.statuses.items()))}
        return head | told | {"seconds": round(perf_counter() - begun)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    report = run(given.requests, given.seed)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    sys.exit(1 if report["foreign_bytes"] or report["unequal"] or report["errors"] else 0)


if __name__ == "__main__":
    main()
