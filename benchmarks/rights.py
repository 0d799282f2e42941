"""Who may do what: role × route × method × state × house, asked one by one; and leaving a house.

`python -m benchmarks.rights --seed 7 --size 20000` asks a part of the product, `--all` the whole
of it. Prints a JSON object; ends with 1 at any mismatch. The suite asks a part each time
(tests/access/test_product.py). What must be answered stands in tests/access/oracle.py.
"""

import argparse
import json
import sys
from time import perf_counter

from benchmarks.stage import cast_on_stage

SIZE = 20_000
AFTER_LEAVING = 1_000


def run(size: int | None, seed: int, after: int) -> dict[str, object]:
    """The report; `size` None is the whole product, `after` how often who has left asks."""
    with cast_on_stage() as cast:
        from django.db import connection, transaction

        from tests.access.leaving import successes_after_leaving
        from tests.access.product import Seen, sample, walk, whole
        from tests.access.world import World

        begun = perf_counter()
        with transaction.atomic():
            tries = whole() if size is None else sample(size, seed)
            seen = walk(World(cast), tries, Seen())
            left = successes_after_leaving(cast, after, seed)
            transaction.set_rollback(True)
        return {
            "name": "rights",
            "db": connection.vendor,
            "seed": seed,
            "whole": size is None,
            "requests": seen.requests,
            "statuses": dict(sorted(seen.statuses.items())),
            "mismatches": seen.wrong,
            "examples": seen.mismatches[:20],
            "after_leaving": {"requests": after, "successes": left},
            "seconds": round(perf_counter() - begun),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=SIZE, help="requests of the sample")
    parser.add_argument("--all", action="store_true", help="the whole product")
    parser.add_argument("--after-leaving", type=int, default=AFTER_LEAVING)
    given = parser.parse_args()
    report = run(None if given.all else given.size, given.seed, given.after_leaving)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    leaving = report["after_leaving"]
    assert isinstance(leaving, dict)
    sys.exit(1 if report["mismatches"] or leaving["successes"] else 0)


if __name__ == "__main__":
    main()
