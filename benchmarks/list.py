"""The work list of cases against the barest SQL that could answer, for houses of every size.

Goal: ratio ≤ 2, at most 6 queries for the whole page, the same for every size of house.
"""

from benchmarks import measuring

PAGES = ("/station/", "/api/v1/cases/")


def main() -> None:
    options = measuring.arguments("list")
    measuring.prepare(options)
    from benchmarks.cases import contest
    from benchmarks.population import Population

    population = Population(options.cases, options.houses, options.shares)
    measuring.run("list", options, population.people, contest, pages=PAGES)


if __name__ == "__main__":
    main()
