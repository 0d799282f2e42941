"""Two at the same moment: one takes effect. The full run: `python -m benchmarks.races`."""

import pytest

from tests.conftest import Cast
from tests.security.double import presses, released_after_withdrawal, together

pytestmark = [
    pytest.mark.postgres,  # SQLite lets one writer in at a time; there is no race
    pytest.mark.django_db(transaction=True),
]


def test_whatever_is_pressed_twice_at_once_takes_effect_once(cast: Cast) -> None:
    effects = {}
    for name, press in presses(cast).items():
        outcome = together(press, 3)
        effects[name] = outcome.effects
        assert max(outcome.statuses) < 500, (name, outcome)
    assert effects == dict.fromkeys(effects, 1)


def test_nothing_is_released_once_a_withdrawal_has_come_through(cast: Cast) -> None:
    assert [released_after_withdrawal(cast) for _ in range(5)] == [False] * 5
