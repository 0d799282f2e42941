import os
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from lotsen.crypto import envelope, known_answer
from lotsen.crypto.envelope import Unopenable
from tests.lotsen.crypto.known_answers import hkdf, nist_gcm, rfc_5869

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PLACE = ("lotsen/field/v1", "here", "table", "row", "name")
VECTORS = 750  # with a nonce of 96 or 1024 bits and a whole tag: all there are

texts = some.binary(max_size=300)
places = some.lists(some.text(max_size=12), min_size=1, max_size=6).map(tuple)
thorough = settings(max_examples=1_000, derandomize=True, database=None)


def test_the_second_implementation_of_hkdf_agrees_with_the_rfc() -> None:
    vectors = rfc_5869()

    assert len(vectors) == 3
    for key, salt, info, expected in vectors:
        assert hkdf("sha256", key, salt, info, len(expected)) == expected


def test_the_library_agrees_with_the_rfc() -> None:
    for key, salt, info, expected in rfc_5869():
        library = HKDF(algorithm=SHA256(), length=len(expected), salt=salt, info=info)
        assert library.derive(key) == expected


@pytest.mark.parametrize("which", ["EncryptExtIV", "Decrypt"])
def test_the_cipher_agrees_with_every_vector_of_nist(which: str) -> None:
    vectors = nist_gcm(which)

    assert len(vectors) == VECTORS
    for key, nonce, associated, plain, sealed in vectors:
        if plain is None:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, sealed, associated)
        else:
            assert AESGCM(key).decrypt(nonce, sealed, associated) == plain
            assert AESGCM(key).encrypt(nonce, plain, associated) == sealed


@thorough
@given(
    key=some.binary(min_size=32, max_size=32),
    salt=some.binary(min_size=32, max_size=32),
    place=some.binary(max_size=300),
)
def test_keys_are_derived_as_a_second_implementation_derives_them(
    key: bytes, salt: bytes, place: bytes
) -> None:
    derived = hkdf("sha512", key, salt, place, 64)

    assert envelope._derive(key, salt, place) == (derived[:32], derived[32:])


@thorough
@given(text=texts, place=places, key=some.binary(min_size=32, max_size=32))
def test_a_sealed_text_is_what_the_format_says(
    text: bytes, place: tuple[str, ...], key: bytes
) -> None:
    """Taken apart with the second HKDF, byte by byte as the page on the vault describes it."""
    sealed = envelope.seal(key, text, place)
    header, salt, commitment, body = sealed[:2], sealed[2:34], sealed[34:66], sealed[66:]
    info = envelope.encode(place)
    derived = hkdf("sha512", key, salt, info, 64)

    assert header == b"\x01\x01"
    assert commitment == derived[32:]
    opened = AESGCM(derived[:32]).decrypt(bytes(12), body, info + salt + commitment)
    assert opened.startswith(text + b"\x80")
    assert envelope.unseal(key, sealed, place) == text


def test_texts_of_the_first_version_still_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen bytes: a change of the format must keep reading them."""
    monkeypatch.setattr(os, "urandom", lambda count: known_answer.SALT[:count])
    key, text, place = known_answer.KEY, known_answer.TEXT, known_answer.CONTEXT

    assert known_answer.holds()
    assert envelope.unseal(key, known_answer.SEALED, place) == text
    assert envelope.seal(key, text, place) == known_answer.SEALED


@pytest.mark.parametrize("answer", [b"another text", None])
def test_a_known_answer_that_does_not_come_is_noticed(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | None
) -> None:
    def unseal(*_: object) -> bytes:
        if answer is None:
            raise Unopenable
        return answer

    monkeypatch.setattr(envelope, "unseal", unseal)
    assert not known_answer.holds()


def test_a_cipher_that_opens_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "unseal", lambda *_: known_answer.TEXT)
    assert not known_answer.holds()


@pytest.mark.parametrize("length", [0, 11, 31, 32, 100])
def test_no_flipped_bit_is_accepted(length: int) -> None:
    sealed = envelope.seal(KEY, bytes(length), PLACE)
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unopenable):
            envelope.unseal(KEY, bytes(flipped), PLACE)


def test_no_shortened_or_lengthened_text_is_accepted() -> None:
    sealed = envelope.seal(KEY, b"text", PLACE)
    for length in range(len(sealed)):
        with pytest.raises(Unopenable):
            envelope.unseal(KEY, sealed[:length], PLACE)
    with pytest.raises(Unopenable):
        envelope.unseal(KEY, sealed + b"\x00", PLACE)


@thorough
@given(text=texts, here=places, there=places)
def test_it_opens_nowhere_else(text: bytes, here: tuple[str, ...], there: tuple[str, ...]) -> None:
    assume(here != there)
    sealed = envelope.seal(KEY, text, here)

    with pytest.raises(Unopenable):
        envelope.unseal(KEY, sealed, there)


def test_borders_between_parts_count() -> None:
    sealed = envelope.seal(KEY, b"text", ("ab", "c"))
    for moved in [("a", "bc"), ("abc",), ("abc", ""), ("ab", "c", "")]:
        with pytest.raises(Unopenable):
            envelope.unseal(KEY, sealed, moved)


def test_it_opens_with_no_other_key() -> None:
    sealed = envelope.seal(KEY, b"text", PLACE)
    neighbours = [(int.from_bytes(KEY) ^ 1 << bit).to_bytes(32) for bit in range(256)]
    for key in [OTHER_KEY, bytes(32), *neighbours]:
        with pytest.raises(Unopenable):
            envelope.unseal(key, sealed, PLACE)


def test_parts_of_two_texts_do_not_mix() -> None:
    """Every way of taking salt, commitment and body from two texts of one place."""
    first, second = (envelope.seal(KEY, text, PLACE) for text in (b"one", b"two"))
    cuts = [0, 2, 34, 66, len(first)]
    for choice in range(1, 7):
        mixed = b"\x01\x01" + b"".join(
            (second if choice >> part & 1 else first)[cuts[part + 1] : cuts[part + 2]]
            for part in range(3)
        )
        with pytest.raises(Unopenable):
            envelope.unseal(KEY, mixed, PLACE)


def test_nothing_is_decrypted_before_the_commitment_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = envelope.seal(KEY, b"text", PLACE)
    monkeypatch.setattr(envelope, "AESGCM", lambda _: pytest.fail("decrypted"))

    with pytest.raises(Unopenable):
        envelope.unseal(OTHER_KEY, sealed, PLACE)


def test_one_text_sealed_twice_looks_different() -> None:
    assert len({envelope.seal(KEY, b"text", PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("length", "bucket"), [(0, 32), (31, 32), (32, 64), (63, 64), (64, 128), (1_000, 1_024)]
)
def test_only_the_bucket_of_a_length_shows(length: int, bucket: int) -> None:
    sealed = envelope.seal(KEY, b"x" * length, PLACE)

    assert len(sealed) == 66 + bucket + 16


@thorough
@given(text=texts)
def test_padding_comes_off_as_it_went_on(text: bytes) -> None:
    assert envelope.unpad(envelope.pad(text)) == text


@pytest.mark.parametrize("padded", [b"", bytes(32), b"text" + bytes(28)])
def test_padding_without_an_end_is_refused(padded: bytes) -> None:
    with pytest.raises(Unopenable):
        envelope.unpad(padded)


def test_a_data_key_comes_back_and_nothing_else_passes_for_one() -> None:
    data_key = envelope.new_key()

    assert envelope.unwrap(KEY, envelope.wrap(KEY, data_key, PLACE), PLACE) == data_key
    with pytest.raises(Unopenable):
        envelope.unwrap(KEY, envelope.seal(KEY, b"no key", PLACE), PLACE)


@pytest.mark.parametrize(
    "use",
    [
        lambda: envelope.seal(b"short", b"text", PLACE),
        lambda: envelope.unseal(b"short", envelope.seal(KEY, b"", PLACE), PLACE),
        lambda: envelope.wrap(KEY, b"short", PLACE),
    ],
)
def test_a_short_key_is_never_used(use: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        use()
