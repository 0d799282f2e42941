"""Tokens of the search index: keyed, short, and the same on every machine."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lotsen.crypto import index

ROOT = bytes(range(32))
always = settings(max_examples=200, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("rows", "bits"), [(1, 1), (4, 1), (10_000, 12), (50_000, 14), (1_000_000, 18), (2**40, 32)]
)
def test_the_number_of_bits_follows_the_planner(rows: int, bits: int) -> None:
    assert index.bits_for(rows) == bits


@always
@given(rows=some.integers(min_value=8, max_value=2**30))
def test_two_to_four_rows_share_a_token(rows: int) -> None:
    assert 2 <= rows / 2 ** index.bits_for(rows) < 4


def test_a_token_is_the_beginning_of_hmac_sha_256_under_hkdf() -> None:
    """Computed here from RFC 2104 and RFC 5869 with the standard library alone."""
    place = b"\x00\x00\x00\x01\x00\x00\x00\x05phone"
    pseudorandom = hmac.digest(bytes(32), ROOT, "sha256")
    key = hmac.digest(pseudorandom, place + b"\x01", "sha256")
    whole = hmac.digest(key, b"491713920011", "sha256")

    assert index.derive(ROOT, ("phone",)) == key
    assert index.token(key, "491713920011", bits=32) == whole[:4]
    assert index.token(key, "491713920011", bits=8) == whole[:1]
    assert (
        int.from_bytes(index.token(key, "491713920011", bits=11)) == int.from_bytes(whole[:2]) >> 5
    )


def test_other_keys_and_kinds_give_unrelated_tokens() -> None:
    keys = [index.derive(root, (kind,)) for root in (ROOT, ROOT[::-1]) for kind in ("a", "b")]

    assert len({index.token(key, "491713920011", bits=32) for key in keys}) == 4


def test_without_the_key_nobody_can_recompute_a_token() -> None:
    """The plain hash of a guess is not the token, in no truncation."""
    plain = hashlib.sha256(b"491713920011").digest()
    token = index.token(index.derive(ROOT, ("phone",)), "491713920011", bits=32)

    assert token != plain[:4]
    assert token != hmac.digest(b"", b"491713920011", "sha256")[:4]


@pytest.mark.parametrize("bits", [0, -1, 33])
def test_too_many_and_too_few_bits_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="1 to 32 bits"):
        index.token(ROOT, "x", bits=bits)


def test_a_short_root_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        index.derive(b"short", ("phone",))
