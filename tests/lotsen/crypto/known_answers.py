"""Published vectors, and a second implementation of HKDF from the standard library alone."""

import hashlib
import hmac


def hkdf(hash_name: str, key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, written from the text of the RFC."""
    extracted = hmac.new(salt, key, hash_name).digest()
    blocks = [b""]
    while sum(map(len, blocks)) < length:
        message = blocks[-1] + info + len(blocks).to_bytes()
        blocks.append(hmac.new(extracted, message, hash_name).digest())
    return b"".join(blocks)[:length]


# RFC 5869, appendix A.1 and A.3: hash, key, salt, info, output.
RFC_5869 = [
    (
        "sha256",
        b"\x0b" * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        "sha256",
        b"\x0b" * 22,
        bytes(hashlib.sha256().digest_size),
        b"",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]

# The GCM specification (McGrew, Viega), test cases 13, 14 and 16: key, nonce, plaintext,
# associated data, ciphertext with tag.
_KEY_16 = "feffe9928665731c6d6a8f9467308308" * 2
_PLAIN_16 = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
_CIPHER_16 = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
)
GCM = [
    ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    (
        "00" * 32,
        "00" * 12,
        "00" * 16,
        "",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    ),
    (
        _KEY_16,
        "cafebabefacedbaddecaf888",
        _PLAIN_16,
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        _CIPHER_16 + "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]
