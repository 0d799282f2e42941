"""Every reason has a sentence, short enough for a chip and free of judgement."""

from datetime import date

import pytest
from django.utils.translation import override

from offers.matching.rules import Because, Reason
from offers.matching.wording import WORDING, sentence

PARAMETERS: dict[Because, dict[str, object]] = {
    Because.NEED_MET: {"need": "overload"},
    Because.LANGUAGE_SPOKEN: {"language": "ar"},
    Because.WITH_INTERPRETING: {"language": "ar"},
    Because.IN_DISTRICT: {"district": "Bilk"},
    Because.IN_BOROUGH: {"district": "Bilk"},
    Because.OUTSIDE_CATCHMENT: {"district": "Bilk"},
    Because.DISTANCE: {"kilometres": 1.5},
    Because.AGE_FITS: {"from_months": -9, "to_months": 12},
    Because.PLACE_FREE: {"as_of": date(2026, 2, 20)},
    Because.FULL: {"as_of": date(2026, 2, 20)},
    Because.EXPIRED: {"on": date(2026, 2, 20)},
    Because.MEANT_FOR: {"audience": ("fathers", "couples")},
    Because.WAITING_LIST: {"weeks": 2},
    Because.PLACES_OLD: {"days": 91},
    Because.UNCONFIRMED: {"days": 181},
    Because.TOO_YOUNG: {"months": 2},
    Because.TOO_OLD: {"months": 36},
    Because.LANGUAGE_NOT_SPOKEN: {"language": "ar"},
}


@pytest.mark.parametrize("code", Because)
def test_every_reason_has_a_short_sentence(code: Because) -> None:
    with override("en"):
        words = sentence(Reason(code, PARAMETERS.get(code, {})))

    assert words
    assert len(words) <= 60
    assert "%" not in words


def test_no_sentence_stands_without_a_reason() -> None:
    assert set(WORDING) == set(Because)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(Because.NEED_MET, {"need": "overload"}), "Relief in everyday life"),
        (Reason(Because.LANGUAGE_SPOKEN, {"language": "ar"}), "speaks Arabic"),
        (Reason(Because.DISTANCE, {"kilometres": 1.5}), "about 1.5 km"),
        (Reason(Because.DISTANCE, {"kilometres": 0.5}), "close by"),
        (Reason(Because.AGE_FITS, {"from_months": -9, "to_months": 12}), "Pregnancy to 12 months"),
        (Reason(Because.WAITING_LIST, {"weeks": None}), "Waiting list"),
        (Reason(Because.WAITING_LIST, {"weeks": 1}), "Waiting list, about 1 week"),
        (Reason(Because.IN_DISTRICT, {"district": ""}), "for families in this district"),
    ],
)
def test_a_sentence_says_what_it_is_about(reason: Reason, words: str) -> None:
    with override("en"):
        assert sentence(reason) == words
