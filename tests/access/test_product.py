"""Every route × role once (with table.py every method), and a seeded part of all states and houses.

The whole product: `python -m benchmarks.rights --all` (docs/security/README.md).
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.access.leaving import successes_after_leaving
from tests.access.oracle import ABOUT_A_FAMILY, RULES
from tests.access.product import Seen, once, sample, walk
from tests.access.table import ROWS
from tests.access.world import World
from tests.builders import NOON
from tests.conftest import Cast

SHARES = 2
SAMPLE = 300


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_every_route_about_a_family_is_declared() -> None:
    about = {name for name, row in ROWS.items() if row.about in ABOUT_A_FAMILY}
    assert about == set(RULES)


@pytest.mark.once
@pytest.mark.parametrize("share", range(SHARES))
def test_every_route_and_role_once(world: World, share: int) -> None:
    seen = walk(world, list(once())[share::SHARES], Seen())
    assert seen.mismatches == []


def test_some_of_all_states_and_houses(world: World) -> None:
    seed = random.randrange(10**6)  # noqa: S311  another part each time; the seed is told
    seen = walk(world, sample(SAMPLE, seed), Seen())
    assert seen.mismatches == [], f"seed {seed}"


def test_whoever_has_left_a_house_reaches_nothing_with_the_next_request(cast: Cast) -> None:
    assert successes_after_leaving(cast, 40, seed=1) == 0
