"""The inbox of handovers against the barest SQL that could answer, for houses of every size.

Goal: ratio ≤ 2, at most 6 queries for the whole page, the same for every size of house.
"""

from benchmarks import measuring

PAGES = ("/eingang/", "/ausgang/", "/wiedervorlagen/")


def main() -> None:
    options = measuring.arguments("inbox")
    measuring.prepare(options)
    from benchmarks.handovers import contest
    from benchmarks.population import Population

    population = Population(options.cases, options.houses, options.shares)
    measuring.run("inbox", options, population.people, contest, pages=PAGES)


if __name__ == "__main__":
    main()
