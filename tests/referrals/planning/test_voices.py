"""What families tell: counted without a name, in languages that are complete."""

import re
from datetime import datetime

import pytest
from django.utils.timezone import get_current_timezone

from lotsen.errors import InvalidInput
from referrals.facts.models import Delta
from referrals.facts.rules import NO_HOUSE, VOICES
from referrals.planning import voices
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, Cube
from tests.builders import make_city

AT = datetime(2026, 8, 3, 11, 20, tzinfo=get_current_timezone())
LETTERS = {"ar": r"[\u0600-\u06ff]", "fa": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]",
           "uk": r"[\u0400-\u04ff]", "bg": r"[\u0400-\u04ff]"}  # fmt: skip


@pytest.mark.django_db
def test_each_answer_is_one_delta_of_city_and_quarter_and_nothing_else() -> None:
    voices.tell(make_city(), {"asked": "yes", "help": "not_needed"}, at=AT)
    rows = Delta.objects.order_by("code").values(
        "period", "municipality", "kind", "house", "organisation_group", "life_phase",
        "district", "code", "value",
    )  # fmt: skip
    common = {
        "period": "2026Q3", "municipality": make_city().pk, "kind": "family_voice",
        "house": NO_HOUSE, "organisation_group": "", "life_phase": "", "district": "", "value": 1,
    }  # fmt: skip
    assert list(rows) == [{**common, "code": "asked-yes"}, {**common, "code": "help-not_needed"}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"asked": "perhaps"},
        {"asked": "not_needed"},
        {"name": "yes"},
        {"asked": "yes", "x": "y"},
    ],
)
def test_nothing_else_is_counted(answers: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        voices.tell(make_city(), answers, at=AT)
    assert not Delta.objects.exists()


def test_every_code_fits_into_the_delta() -> None:
    longest = Delta._meta.get_field("code").max_length
    codes = [f"{question}-{answer}" for question, answers in VOICES.items() for answer in answers]
    assert len(codes) == len(set(codes)) == 16
    assert all(len(code) <= longest for code in codes)


def test_german_simple_german_and_english_are_no_drafts() -> None:
    checked = [code for code, speech in voices.speeches().items() if not speech.is_draft]
    assert checked == ["de", "de-simple", "en"]
    assert list(voices.speeches())[:3] == checked


@pytest.mark.parametrize("code", [*voices.speeches()])
def test_a_language_has_every_word_in_its_own_letters(code: str) -> None:
    german, speech = voices.speeches()["de"], voices.speeches()[code]
    assert list(speech.words) == list(german.words)
    assert set(VOICES) <= set(speech.words)
    assert all(word.strip() == word and word for word in speech.words.values())
    assert speech.direction == ("rtl" if code in {"ar", "fa"} else "ltr")
    if script := LETTERS.get(code):
        assert all(re.search(script, word) for word in speech.words.values())


def _cube(**counts: int) -> Cube:
    return Cube(
        CIRCUMSTANCES, {(f"voice:asked-{answer}",): count for answer, count in counts.items()}
    )


def test_shares_are_told_from_twenty_answers_on() -> None:
    few, enough = _cube(yes=10, partly=5), _cube(yes=15, partly=5)
    assert not voices.told(few)[0].is_enough
    assert [share.percent for share in voices.told(few)[0].shares] == [None, None, None]
    assert voices.told(enough)[0].is_enough
    assert [share.percent for share in voices.told(enough)[0].shares] == [75, 25, 0]


def test_what_nobody_answered_is_told_as_a_question_without_answers() -> None:
    told = voices.told(Cube(CIRCUMSTANCES, {}))
    assert [each.question for each in told] == [*VOICES]
    assert not any(each.is_enough for each in told)


def test_voices_are_read_from_the_circumstances_alone() -> None:
    with pytest.raises(ValueError, match="circumstances"):
        voices.told(Cube(FAMILIES, {}))
