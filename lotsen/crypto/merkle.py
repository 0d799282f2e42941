"""One hash over many things, in an order that counts. Pure.

    leaf(data)        = SHA-256(0x00 ‖ data)
    node(left, right) = SHA-256(0x01 ‖ left ‖ right)

No node can pass for a leaf: the first byte differs.

Source:
    RFC 6962, section 2.1 (Merkle Hash Trees).
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32


def leaf(data: bytes) -> bytes:
    """The hash of one thing, 32 bytes."""
    return sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash over leaves in this order, 32 bytes; of none, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)  # the largest power of two below their number
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()
