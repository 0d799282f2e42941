"""Trying numbers tells nothing. The full run: `python -m benchmarks.id_guessing`."""

import random

import pytest

from tests.conftest import Cast
from tests.security.guessing import Guesser
from tests.security.stage import set_stage


@pytest.mark.once
def test_whoever_tries_numbers_learns_nothing_of_another_house(cast: Cast) -> None:
    seed = random.randrange(10**6)  # noqa: S311  other tries each time; the seed is told

    report = Guesser(set_stage(cast), seed).run(300)

    assert report.told == [], f"seed {seed}"
    assert report.foreign_bytes == report.unequal == report.errors == 0
