"""Every code has a word, and no word judges."""

from django.utils.translation import override

from referrals.handovers import labels
from referrals.handovers.rules import ENDED, OUTCOMES, REASONS, Move, State


def test_every_code_has_a_word_and_no_word_is_left_over() -> None:
    assert set(labels.STATES) == {*State, ENDED}
    assert set(labels.MOVES) == set(Move)
    assert set(labels.REASONS) == {reason for reasons in REASONS.values() for reason in reasons}
    assert set(labels.OUTCOMES) == set(OUTCOMES)


def test_no_word_speaks_of_rejection() -> None:
    with override("en"):
        words = " ".join(
            str(word).lower()
            for table in (labels.STATES, labels.MOVES, labels.REASONS, labels.OUTCOMES)
            for word in table.values()
        )
    assert [stem for stem in ("reject", "refus", "denied", "risk") if stem in words] == []
