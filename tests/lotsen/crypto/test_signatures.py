"""Ed25519 by the vectors of RFC 8032, section 7.1."""

import pytest

from lotsen.crypto import signatures

# Secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
            "f9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
            "f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("key", "public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(key: str, public: str, message: str, signature: str) -> None:
    secret, text, signed = (bytes.fromhex(part) for part in (key, message, signature))

    assert signatures.public_key(secret).hex() == public
    assert signatures.sign(secret, text) == signed
    assert signatures.is_signed(bytes.fromhex(public), text, signed)


def test_another_message_key_or_signature_is_not_signed() -> None:
    key, other = bytes(32), bytes([1] * 32)
    public, signed = signatures.public_key(key), signatures.sign(key, b"text")

    assert signatures.is_signed(public, b"text", signed)
    assert not signatures.is_signed(public, b"Text", signed)
    assert not signatures.is_signed(signatures.public_key(other), b"text", signed)
    for bit in range(8 * len(signed)):
        bent = bytearray(signed)
        bent[bit // 8] ^= 1 << bit % 8
        assert not signatures.is_signed(public, b"text", bytes(bent))
    assert not signatures.is_signed(b"short", b"text", signed)


def test_a_fingerprint_can_be_written_down() -> None:
    words = signatures.fingerprint(signatures.public_key(bytes(32))).split()
    assert [len(word) for word in words] == [4] * 8
