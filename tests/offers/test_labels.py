"""Every code of the vocabulary has a word on screen, and no word hurts."""

from collections.abc import Iterable, Mapping

import pytest
from django.utils.translation import override

from offers import labels, vocabulary


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (labels.NEED_GROUPS, vocabulary.NeedGroup),
        (labels.NEEDS, vocabulary.NEEDS),
        (labels.RESOURCES, vocabulary.RESOURCES),
        (labels.DIMENSIONS, vocabulary.Dimension),
        (labels.SETTINGS, vocabulary.Setting),
        (labels.FORMATS, vocabulary.OfferFormat),
        (labels.ACCESS, vocabulary.Access),
        (labels.CAPACITY, vocabulary.Capacity),
        (labels.AUDIENCES, vocabulary.Audience),
        (labels.LANGUAGES, vocabulary.LANGUAGES),
        (labels.LANGUAGES_OWN, vocabulary.LANGUAGES),
    ],
)
def test_every_code_has_a_word_and_every_word_a_code(
    words: Mapping[str, object], codes: Iterable[str]
) -> None:
    assert set(words) == set(codes)
    assert all(str(word).strip() for word in words.values())


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_needs_read_the_same(language: str) -> None:
    with override(language):
        read = [str(word) for word in labels.NEEDS.values()]

    assert len(set(read)) == len(read)


def test_a_code_of_another_city_stands_for_itself() -> None:
    assert labels.named(labels.NEEDS, "own_code") == "own_code"


def test_words_with_a_comma_of_their_own_stay_apart() -> None:
    with override("en"):
        both = labels.named_all(labels.NEED_GROUPS, ["everyday", "money_housing"])
        same_list = labels.named_all(labels.NEED_GROUPS, ["everyday", "contact"])
        languages = labels.named_all(labels.LANGUAGES, ["de", "tr"])
    assert both == "Everyday life with children; Money, housing, work"
    assert same_list == "Everyday life with children; Meeting other people"
    assert languages == "German, Turkish"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (-9, -1, "Pregnancy"),
        (-9, 12, "Pregnancy to 12 months"),
        (0, 3, "Birth to 3 months"),
        (36, 72, "3 years to 6 years"),
        (1, 216, "1 month and older"),
    ],
)
def test_ages_read_as_one_says_them(start: int, end: int, words: str) -> None:
    with override("en"):
        assert labels.ages(start, end) == words
