"""A sealed text of the first version, kept for ever: what cannot open it has another format."""

from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable

KEY = bytes(range(32))
CONTEXT = ("lotsen/field/v1", "here", "table", "row", "name")
TEXT = "Aylin Özkan".encode()
SALT = bytes(range(100, 132))
SEALED = bytes.fromhex(
    "01016465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f8081828316166e46"
    "964216ae0c79d2dabea44c978c9a8be240040dd84195c45ce352acab19269c96fe5cb793f5d1"
    "3936391fdb8a81853cf914a006814b5ea470a86e6c10249007116b705fe957c46b6ea2c67dad"
)


def holds() -> bool:
    """Whether it opens to the text it was made of, and stays shut once a bit is changed."""
    changed = SEALED[:-1] + bytes([SEALED[-1] ^ 1])
    return _opened(SEALED) == TEXT and _opened(changed) is None


def _opened(sealed: bytes) -> bytes | None:
    try:
        return envelope.unseal(KEY, sealed, CONTEXT)
    except Unopenable:
        return None
