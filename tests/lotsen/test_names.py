"""Names of one person meet, however they were written; other people's do not.

name_pairs.csv is CC0 and was written for this project. `candidate` pairs may or may not be equal;
what becomes of them here is said below.
"""

import csv
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lotsen import names
from tests.shared_data import shared_file

with (Path(__file__).parent / "name_pairs.csv").open(encoding="utf-8") as file:
    PAIRS = list(csv.DictReader(file))

# Pairs that one office would not take for one name, but a search finds in one direction or both.
FOUND_ALTHOUGH_NOT_EQUAL = {
    ("von der Heide", "Freiin von der Heide"),
    ("Schmidt", "Meier-Schmidt"),
    ("Djordjevic", "Đorđević"),
    ("Đorđević", "Djordjevic"),
}
always = settings(max_examples=300, derandomize=True, database=None)
words_of_names = some.text(
    alphabet="aäåbcçdđeéfgğhiıİjklłmnñoöøpqrsşßtuüvwxyzAÄÖÜŠŽ'’КоваленкЩЮя", min_size=1, max_size=9
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['a']}={pair['b']}")
def test_pairs_are_the_same_or_different_as_people_say(pair: dict[str, str]) -> None:
    one, other, expected = pair["a"], pair["b"], pair["expected"]

    if expected != "candidate":
        assert names.same(one, other) is (expected == "same")
        assert names.is_among(one, other) is (expected == "same")
    for typed, stored in ((one, other), (other, one)):
        if expected == "candidate":
            found = (typed, stored) in FOUND_ALTHOUGH_NOT_EQUAL
            assert names.is_among(typed, stored) is found


@pytest.mark.shared_data
def test_the_pairs_are_those_of_the_shared_folder() -> None:
    shared = shared_file("names/name_pairs_dev.csv").read_text(encoding="utf-8")

    assert shared == (Path(__file__).parent / "name_pairs.csv").read_text(encoding="utf-8")


@pytest.mark.shared_data
def test_every_family_is_found_by_each_of_its_names_in_capitals_without_marks_and_closed_up() -> (
    None
):
    shared = shared_file("names/synthetic_family_names_dev.csv")
    rows = csv.DictReader(shared.read_text(encoding="utf-8").splitlines())
    for row in rows:
        mother, family = row["mother_given"], row["family"]
        for stored in (f"{mother} {family}", f"{family} {mother}"):
            for typed in (
                family,
                family.upper(),
                family.lower(),
                unicodedata.normalize("NFD", family),
            ):
                assert names.is_among(typed, stored), (typed, stored)
            assert names.is_among(family.replace("-", " "), stored)
            assert names.is_among(family.replace(" ", "").replace("-", ""), stored)


@always
@given(one=words_of_names, other=words_of_names)
def test_folding_is_settled_after_one_time_and_ignores_what_people_ignore(
    one: str, other: str
) -> None:
    both = f"{one} {other}"

    assert names.folded(names.folded(both)) == names.folded(both)
    assert names.folded(unicodedata.normalize("NFD", both)) == names.folded(both)
    assert names.folded(f"{one}-{other}") == names.folded(f"\u00a0{one}\u200b \u00ad{other} ")
    assert names.folded(both) in names.spellings(both) | {""}


@always
@given(text=some.text(max_size=30))
def test_any_text_folds_to_letters_and_digits(text: str) -> None:
    folded = names.folded(text)

    assert folded == "" or folded.isalnum()
    assert all(form.isalnum() for form in names.words(text))


@always
@given(typed=some.lists(words_of_names, min_size=1, max_size=4),
       stored=some.lists(words_of_names, min_size=1, max_size=5))  # fmt: skip
def test_the_index_leads_to_every_name_that_would_be_accepted(
    typed: list[str], stored: list[str]
) -> None:
    """Otherwise a family would be there and not be found."""
    for wanted, name in (
        (" ".join(typed), " ".join(stored)),
        ("-".join(stored[:2]), " ".join(stored)),
    ):
        if names.is_among(wanted, name):
            assert names.looked_up(wanted) & names.words(name)


@always
@given(stored=some.lists(words_of_names, min_size=1, max_size=4), order=some.randoms())
def test_order_does_not_matter(stored: list[str], order: object) -> None:
    mixed = list(stored)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    if names.parts(" ".join(stored)):
        assert names.is_among(" ".join(mixed), " ".join(stored))


@pytest.mark.parametrize("typed", ["", " ", "-", "'", "\u200b", "Schmid", "Schmidtt", "S"])
def test_nothing_and_beginnings_find_nobody(typed: str) -> None:
    assert not names.is_among(typed, "Lena Schmidt")
    assert not names.same(typed, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Öztürk", "Ozturk"), ("Müller", "Muller"), ("Шевченко", "Schewtschenko"),
        ("Шевченко", "Shevchenko"), ("Сергій", "Serhij"), ("Наталья", "Natalia"),
        ("Nguyễn Thị Mai", "Mai Nguyen"), ("Åse", "Aase"),
    ],
)  # fmt: skip
def test_other_spellings_of_other_offices_are_found_too(one: str, other: str) -> None:
    assert names.is_among(other, one) or names.is_among(one, other)


@pytest.mark.parametrize(
    "written",
    ["0171 39200 11", "0171/3920011", "+49 171 3920011", "0049 171 3920011", "+49 (0)171 39200-11",
     "(0171) 3920011", "+49 0171 3920011", "０１７１ ３９２００１１", "٠١٧١ ٣٩٢٠٠١١"],
)  # fmt: skip
def test_one_telephone_has_one_form(written: str) -> None:
    assert names.folded_phone(written) == "491713920011"
    assert names.same_phone(written, "0171 3920011")


@pytest.mark.parametrize(
    ("one", "other"),
    [("0171 3920011", "0171 3920012"), ("0171 3920011", "+43 171 3920011"), ("", ""), ("+", "-"),
     ("0171 392001", "0171 3920011")],
)  # fmt: skip
def test_other_telephones_are_others(one: str, other: str) -> None:
    assert not names.same_phone(one, other)


def test_numbers_of_other_countries_keep_their_code() -> None:
    assert names.folded_phone("+90 532 123 45 67") == names.folded_phone("0090 532 1234567")
    assert names.folded_phone("+43 (0)660 1234567") == "436601234567"


def test_a_word_and_a_day_cannot_be_mistaken_for_another_pair() -> None:
    assert names.combined("kaya", date(1994, 2, 1)) == "kaya|1994-02-01"
