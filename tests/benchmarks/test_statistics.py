"""The benchmark of the statistics in short: what it counts is right. No times."""

import pytest

from benchmarks import measuring, statistics
from referrals.facts.models import Tally
from referrals.statistics.models import Release
from tests.serving import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_folding_comes_to_the_live_count_and_a_difference_is_noticed() -> None:
    with as_owner():
        statistics.settle()
        folded = statistics.fill_and_fold(200)

        assert folded.is_equal
        assert folded.deltas > 1_000
        assert folded.tallies == Tally.objects.count()
        Tally.objects.filter(pk=Tally.objects.earliest("pk").pk).delete()
        assert not statistics._is_equal()


def test_the_figures_are_told_and_the_frozen_numbers_are_rounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statistics, "QUARTERS", statistics.QUARTERS[-2:])
    monkeypatch.setattr(statistics, "WRITES", 2)
    monkeypatch.setattr(measuring, "ROUNDS", 2)
    with as_owner():
        figures, is_right = statistics.run(400)

    assert is_right
    assert figures["equal_to_live_count"] is True
    assert figures["equal_to_reference"] is True
    assert figures["queries"] == 1
    assert Release.objects.get().period == statistics.QUARTERS[-1]
