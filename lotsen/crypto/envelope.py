"""Sealing bytes with a key, bound to the place they belong to. Pure.

Each message gets a key of its own, derived together with a commitment, so that no sealed
message opens under two keys:

    salt  = 32 random bytes
    K ‖ C = HKDF-SHA-512(key, salt, info = context)            two times 32 bytes
    body  = AES-256-GCM(K, nonce = 0, padded plaintext, bound to context ‖ salt ‖ C)
    sealed = version ‖ algorithm ‖ salt ‖ C ‖ body

The zero nonce is safe only because K is never used for a second message.

Source:
    The message format follows AWS Encryption SDK suite 0x0478 (AES-256-GCM, HKDF-SHA-512,
    32-byte commitment); HKDF is RFC 5869, GCM is NIST SP 800-38D.
"""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_HEADER = b"\x01\x01"  # version 1; algorithm 1: AES-256-GCM, HKDF-SHA-512, commitment
_SALT_BYTES = 32
_COMMITMENT_BYTES = 32
_BODY_STARTS = len(_HEADER) + _SALT_BYTES + _COMMITMENT_BYTES
_ZERO_NONCE = bytes(12)
_SMALLEST_BUCKET = 32
_END_OF_TEXT = b"\x80"


class Unopenable(Exception):  # noqa: N818  an answer: this key and this place do not open it
    """It does not open. Deliberately silent on whether key, place or bytes are wrong."""


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, context: tuple[str, ...]) -> bytes:
    """`plaintext`, sealed so that it opens with `key` in `context` only.

    Args:
        key: 32 random bytes.
        context: where the text belongs; every part counts, and so do their borders.

    Raises:
        ValueError: the key has another length.
    """
    salt = os.urandom(_SALT_BYTES)
    place = encode(context)
    message_key, commitment = _derive(key, salt, place)
    body = AESGCM(message_key).encrypt(_ZERO_NONCE, pad(plaintext), place + salt + commitment)
    return _HEADER + salt + commitment + body


def unseal(key: bytes, sealed: bytes, context: tuple[str, ...]) -> bytes:
    """The text that `seal` was given, if `key` and `context` are the same.

    Raises:
        Unopenable: anything differs by a single bit.
        ValueError: the key has another length.
    """
    if sealed[: len(_HEADER)] != _HEADER:
        raise Unopenable
    salt = sealed[len(_HEADER) : len(_HEADER) + _SALT_BYTES]
    committed = sealed[len(_HEADER) + _SALT_BYTES : _BODY_STARTS]
    place = encode(context)
    message_key, commitment = _derive(key, salt, place)
    if not hmac.compare_digest(commitment, committed):  # before anything is decrypted
        raise Unopenable
    try:
        padded = AESGCM(message_key).decrypt(
            _ZERO_NONCE, sealed[_BODY_STARTS:], place + salt + commitment
        )
    except InvalidTag:
        raise Unopenable from None
    return unpad(padded)


def wrap(wrapping_key: bytes, data_key: bytes, context: tuple[str, ...]) -> bytes:
    """A data key, sealed by another key in the same way as a text.

    Raises:
        ValueError: one of the keys is not 32 bytes long.
    """
    if len(data_key) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")
    return seal(wrapping_key, data_key, context)


def unwrap(wrapping_key: bytes, wrapped: bytes, context: tuple[str, ...]) -> bytes:
    """The data key that `wrap` was given.

    Raises:
        Unopenable: it does not open, or what opens is no data key.
    """
    data_key = unseal(wrapping_key, wrapped, context)
    if len(data_key) != KEY_BYTES:
        raise Unopenable
    return data_key


def encode(context: tuple[str, ...]) -> bytes:
    """The parts as bytes, each after its length: ("ab", "c") and ("a", "bc") stay apart."""
    parts = [part.encode() for part in context]
    return len(parts).to_bytes(4) + b"".join(len(part).to_bytes(4) + part for part in parts)


def pad(plaintext: bytes) -> bytes:
    """Filled up to 32, 64, 128, … bytes, so that the length of a name does not show."""
    bucket = _SMALLEST_BUCKET
    while bucket <= len(plaintext):  # one byte is always needed to mark the end
        bucket *= 2
    return (plaintext + _END_OF_TEXT).ljust(bucket, b"\x00")


def unpad(padded: bytes) -> bytes:
    """What `pad` was given.

    Raises:
        Unopenable: there is no mark of the end.
    """
    marked = padded.rstrip(b"\x00")
    if not marked.endswith(_END_OF_TEXT):
        raise Unopenable
    return marked[:-1]


def _derive(key: bytes, salt: bytes, place: bytes) -> tuple[bytes, bytes]:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    both = HKDF(algorithm=SHA512(), length=64, salt=salt, info=place).derive(key)
    return both[:KEY_BYTES], both[KEY_BYTES:]
