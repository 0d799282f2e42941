from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lotsen.errors import InvalidInput
from lotsen.pseudonyms import ALPHABET, check_symbol, new_pseudonym, read_pseudonym

bodies = some.text(alphabet=ALPHABET, min_size=11, max_size=11)
exhaustive = settings(max_examples=300, derandomize=True, database=None)


def refusal(typed: str) -> str | None:
    try:
        read_pseudonym(typed)
    except InvalidInput as refused:
        return refused.code if refused.field == "pseudonym" else "wrong field"
    return None


def with_one_symbol_changed(whole: str) -> Iterator[str]:
    for place, symbol in enumerate(whole):
        for other in ALPHABET.replace(symbol, ""):
            yield whole[:place] + other + whole[place + 1 :]


def with_two_symbols_swapped(whole: str, apart: int) -> Iterator[str]:
    for place in range(len(whole) - apart):
        swapped = list(whole)
        swapped[place], swapped[place + apart] = swapped[place + apart], swapped[place]
        if "".join(swapped) != whole:
            yield "".join(swapped)


@exhaustive
@given(body=bodies)
def test_every_single_wrong_symbol_is_found(body: str) -> None:
    """12 places times 28 wrong symbols, for each example."""
    wrong = list(with_one_symbol_changed(body + check_symbol(body)))

    assert len(wrong) == 12 * 28
    assert {refusal(typed) for typed in wrong} == {"pseudonym_mistyped"}


@exhaustive
@given(body=bodies)
@pytest.mark.parametrize("apart", [1, 2])
def test_every_swap_of_neighbours_is_found_and_over_one_too(apart: int, body: str) -> None:
    for typed in with_two_symbols_swapped(body + check_symbol(body), apart):
        assert refusal(typed) == "pseudonym_mistyped"


@exhaustive
@given(body=bodies)
def test_what_is_meant_counts_not_how_it_is_typed(body: str) -> None:
    whole = body + check_symbol(body)
    expected = f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"

    for typed in (whole, expected, expected.lower(), f"  {whole[:6]} {whole[6:]}\n", "-" + whole):
        assert read_pseudonym(typed) == expected


@pytest.mark.parametrize(
    "typed",
    ["", "-", "BCDF", "BCDF-GHJK-LMNPQ", "BCDF-GHJK-LMN0", "ÄCDF-GHJK-LMNP", "BCDF.GHJK.LMNP"],
)
def test_what_cannot_be_a_pseudonym_is_called_malformed(typed: str) -> None:
    assert refusal(typed) == "pseudonym_malformed"


def test_the_alphabet_has_no_vowels_and_nothing_to_misread() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set("AEIOU01") & set(ALPHABET)


def test_a_new_pseudonym_reads_as_itself_and_none_comes_twice() -> None:
    made = [new_pseudonym() for _ in range(2_000)]

    assert [read_pseudonym(pseudonym) for pseudonym in made] == made
    assert len(set(made)) == len(made)


def test_every_symbol_is_used_in_every_place() -> None:
    """A lost symbol or place would shrink 29¹¹; 5,000 draws miss one with less than 1e-70."""
    made = [new_pseudonym().replace("-", "") for _ in range(5_000)]

    for place in range(12):
        assert {pseudonym[place] for pseudonym in made} == set(ALPHABET)
