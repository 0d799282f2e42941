"""Published vectors, and a second implementation of HKDF from the standard library alone."""

import hmac
from collections.abc import Iterator
from typing import NamedTuple

import cryptography_vectors


def hkdf(hash_name: str, key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, written from the text of the RFC."""
    extracted = hmac.new(salt, key, hash_name).digest()
    blocks = [b""]
    while sum(map(len, blocks)) < length:
        message = blocks[-1] + info + len(blocks).to_bytes()
        blocks.append(hmac.new(extracted, message, hash_name).digest())
    return b"".join(blocks)[:length]


class Derivation(NamedTuple):
    key: bytes
    salt: bytes
    info: bytes
    expected: bytes


class Message(NamedTuple):
    key: bytes
    nonce: bytes
    associated: bytes
    plain: bytes | None  # None: it must not open
    sealed: bytes  # with the tag at its end


def rfc_5869() -> list[Derivation]:
    """Test cases A.1 to A.3 of the RFC, for SHA-256."""
    return [
        Derivation(*(_bytes(case[part]) for part in ("IKM", "salt", "info", "OKM")))
        for case in _cases("KDF/rfc-5869-HKDF-SHA256.txt", "COUNT")
    ]


def nist_gcm(which: str) -> list[Message]:
    """NIST's vectors (CAVS 14.0) for AES-256-GCM with a tag of 128 bits, as ours is; those with a
    nonce of 8 bits are left out, because the library refuses so short a nonce."""
    return [
        Message(
            _bytes(case["Key"]),
            _bytes(case["IV"]),
            _bytes(case["AAD"]),
            None if "FAIL" in case else _bytes(case["PT"]),
            _bytes(case["CT"]) + _bytes(case["Tag"]),
        )
        for case in _cases(f"ciphers/AES/GCM/gcm{which}256.rsp", "Count")
        if len(case["Tag"]) == 32 and len(case["IV"]) >= 24
    ]


def _cases(file: str, begins: str) -> Iterator[dict[str, str]]:
    case: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(file, "r") as lines:
        for line in lines:
            name, _, value = (part.strip() for part in line.partition("="))
            if name == begins and case:
                yield case
                case = {}
            if name and not name.startswith(("#", "[")):
                case[name] = value
    yield case


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)
