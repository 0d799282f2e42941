"""Signing a message so that whoever knows the public key can tell who signed. Pure.

Source:
    Ed25519 is RFC 8032.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def sign(key: bytes, message: bytes) -> bytes:
    """The signature of `message` by the secret `key`, 64 bytes; always the same for both.

    Raises:
        ValueError: the key is not 32 bytes long.
    """
    return Ed25519PrivateKey.from_private_bytes(key).sign(message)


def public_key(key: bytes) -> bytes:
    """What everybody may know of the secret `key`, 32 bytes.

    Raises:
        ValueError: the key is not 32 bytes long.
    """
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the secret key behind `public` signed just this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """The first 16 bytes of its hash, in groups to be read aloud and written down."""
    text = sha256(public).hexdigest()[:32]
    return " ".join(text[start : start + 4] for start in range(0, 32, 4))
