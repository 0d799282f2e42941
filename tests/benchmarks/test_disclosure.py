"""The attack on our own statistics in short: `python -m benchmarks.disclosure` does it fully."""

from dataclasses import replace

import pytest

from benchmarks import disclosure

LEVEL = "true totals"
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def attack() -> disclosure.Attack:
    return disclosure.attack(120, 3)


def test_nobody_is_found_and_the_figures_say_so(attack: disclosure.Attack) -> None:
    told = disclosure.summed([attack])

    assert attack.contradictions == 0
    assert told["attacked"]["nothing"]["min_width"] == 4  # type: ignore[index]
    assert told["attacked"]["own house"]["min_width"] >= 2  # type: ignore[index]
    assert all(level["exact"] == 0 for level in told["attacked"].values())  # type: ignore[attr-defined]
    assert disclosure.missed([attack], [(95, 100)]) == []


def test_each_goal_can_be_missed(attack: disclosure.Attack) -> None:
    found = disclosure.Widths()
    found.seen[0] = 1
    spoilt = {
        "attacker errs": replace(attack, contradictions=1),
        "error of one dimension": replace(attack, families=600, one_way=0.021, two_way=0),
        "error of two dimensions": replace(attack, families=3000, one_way=0, two_way=0.051),
        "error of a total": replace(attack, total=5),
        "width, knowing true totals": replace(
            attack, widths=attack.widths | {"true totals": found}
        ),
    }

    for goal, one in spoilt.items():
        assert disclosure.missed([one], [(95, 100)]) == [goal]
    assert disclosure.missed([attack], [(89, 100)]) == ["control"]
