"""Deltas become tallies, each exactly once, in whatever order and however many at a time."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.facts import folding
from referrals.facts.models import Delta, Tally
from referrals.facts.rules import NO_HOUSE, Kind
from tests.builders import make_organisation
from tests.referrals.statistics.counted import count, count_quarter, make_houses

FACTS = (
    "period", "municipality", "kind", "code", "district", "life_phase", "organisation_group",
    "house", "recipient",
)  # fmt: skip
TODAY = date(2026, 11, 22)


def fold(limit: int = folding.LIMIT, **facts: object) -> int:
    return folding.fold(limit, today=TODAY, **facts)  # type: ignore[arg-type]


def live() -> Counter[tuple[object, ...]]:
    """What the deltas come to, counted by themselves."""
    sums: Counter[tuple[object, ...]] = Counter()
    for *facts, value in Delta.objects.values_list(*FACTS, "value"):
        sums[tuple(facts)] += value
    return Counter({facts: value for facts, value in sums.items() if value})


def tallied() -> dict[tuple[object, ...], int]:
    return {tuple(facts): value for *facts, value in Tally.objects.values_list(*FACTS, "value")}


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**6),
    limits=st.lists(st.integers(1, 40), min_size=1, max_size=8),
)
def test_any_order_and_split_of_folding_gives_the_live_count(seed: int, limits: list[int]) -> None:
    Delta.objects.all().delete()
    Tally.objects.all().delete()
    houses, chance = [make_organisation("a"), make_organisation("b")], Random(seed)  # noqa: S311
    kinds = [Kind.CASE_OPENED, Kind.ASSESSED, Kind.NOT_STORED]
    whole: Counter[tuple[object, ...]] = Counter()
    for limit in limits:
        for _ in range(chance.randrange(30)):
            delta = count(
                chance.choice(houses),
                chance.choice(kinds),
                chance.choice([1, 1, -1]),
                recipient=chance.choice([NO_HOUSE, houses[0].pk]),
            )
            whole[tuple(getattr(delta, fact) for fact in FACTS)] += delta.value
        fold(limit)
    while fold(limits[0]):
        pass

    assert tallied() == {facts: value for facts, value in whole.items() if value}
    assert not Delta.objects.exists()


def test_what_comes_to_nothing_leaves_no_tally(db: None) -> None:
    house = make_organisation("a")
    count(house, Kind.CASE_OPENED)
    fold()
    count(house, Kind.CASE_OPENED, -1)

    assert (fold(), Tally.objects.count()) == (1, 0)


def test_a_delta_of_a_frozen_quarter_counts_in_the_current_one(db: None) -> None:
    house = make_organisation("a")
    for period in ("2026Q2", "2026Q3"):
        count(house, Kind.CASE_OPENED, period=period)

    fold(frozen=lambda: {("duesseldorf", "2026Q2"), ("dortmund", "2026Q3")})

    assert sorted(Tally.objects.values_list("period", "value")) == [("2026Q3", 1), ("2026Q4", 1)]


def test_many_are_folded_at_once_and_as_many_as_asked(db: None) -> None:
    make_houses()
    count_quarter(60)
    waiting, expected = Delta.objects.count(), live()

    assert fold(10) == 10
    assert fold() == waiting - 10
    assert tallied() == expected


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nth", range(2))
def test_two_workers_at_once_fold_each_delta_once(nth: int) -> None:
    make_houses()
    count_quarter(80, seed=nth)
    expected = live()
    barrier = Barrier(2)

    def work() -> None:
        barrier.wait()
        for _ in range(40):
            fold(7)
        connection.close()

    together(work, work)
    while fold(wait=True):
        pass

    assert tallied() == expected
    assert not Delta.objects.exists()


def together(*deeds: Callable[[], object]) -> None:
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
