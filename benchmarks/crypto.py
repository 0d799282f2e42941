"""What decryption costs beside a page.

Lists never decrypt; it is counted that they do not. So the headline is what it would cost: opening
the names of the 25 cases of a page (25 case keys, 25 texts), against the page itself (the floor).
Beside it what a page costs that opens one identity. Goal: at most 5 % of the 25-row page.
"""

import statistics
import sys

from benchmarks import measuring

GOAL = 0.05


def main() -> None:
    options = measuring.arguments("crypto")
    measuring.prepare(options)
    from benchmarks import families
    from benchmarks.population import Population

    person = Population(options.cases).people[0]
    with families.keyring_file():
        cases, reader = families.of_page(person), families.Reader(person)
        names = families.names_of(cases)
        with families.decryption() as in_list:
            reader.page("/station/")
        listed = measuring.interleave(names, lambda: reader.page("/station/"))
        one = measuring.interleave(
            lambda: reader.opened(cases[0]), lambda: reader.covered(cases[0])
        )
        with families.decryption() as in_opening:
            reader.opened(cases[0])
    measuring.tell(
        {
            "name": "crypto",
            "n": len(cases),
            "median_ms": round(listed.median, 3),
            "p95_ms": round(listed.p95, 3),
            "floor_ms": round(listed.floor_median, 3),
            "ratio": round(listed.ratio, 3),
            "goal": GOAL,
            "decryptions_in_list": len(in_list),
            "one_identity": {
                "open_ms": round(one.median, 3),
                "covered_ms": round(one.floor_median, 3),
                "decryptions": len(in_opening),
                "decryption_ms": round(sum(in_opening), 3),
                "one_decryption_ms": round(statistics.median(in_opening), 4),
                "share": round(sum(in_opening) / one.median, 3),
            },
            "env": measuring.environment(options.db),
        }
    )
    sys.exit(0 if not in_list and len(cases) == families.PAGE else 1)


if __name__ == "__main__":
    main()
