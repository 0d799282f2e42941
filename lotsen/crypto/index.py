"""A few bits of a keyed hash: enough to find candidates by, useless without the key. Pure.

    K     = HKDF-SHA-256(root key, no salt, info = context)         32 bytes, one key per kind
    token = the first bits of HMAC-SHA-256(K, text), as a big-endian number

Source:
    HMAC is RFC 2104, HKDF is RFC 5869. How many bits: the blind index planner of CipherSweet
    (https://ciphersweet.paragonie.com/node.js/blind-index-planning) wants between two and
    √rows rows behind each token; floor(log2(rows)) − 1 bits give two to four.
"""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lotsen.crypto.envelope import KEY_BYTES, encode

MOST_BITS = 32


def bits_for(rows: int) -> int:
    """How many bits a token keeps in an index of so many rows: 1 … 32."""
    return min(max(rows.bit_length() - 2, 1), MOST_BITS)  # bit_length is floor(log2) + 1


def derive(root: bytes, context: tuple[str, ...]) -> bytes:
    """The key of one kind of token, 32 bytes; another context gives an unrelated one.

    Raises:
        ValueError: the root key is not 32 bytes long.
    """
    if len(root) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=encode(context)).derive(root)


def token(key: bytes, text: str, *, bits: int) -> bytes:
    """The first `bits` bits of the keyed hash of `text`, in as few whole bytes as hold them.

    Raises:
        ValueError: fewer bits than 1 or more than 32.
    """
    if not 1 <= bits <= MOST_BITS:
        raise ValueError("a token has 1 to 32 bits")
    number = int.from_bytes(hmac.digest(key, text.encode(), "sha256")) >> (256 - bits)
    return number.to_bytes((bits + 7) // 8)
