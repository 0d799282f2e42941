"""Keys for purposes of the installation itself: signing the access log, second factors.

Wrapped by the keyring as case keys are, and moved by `rotate_keys` with them. Whoever holds the
database alone has none of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lotsen.crypto import envelope
from lotsen.vault import contexts, keyring
from lotsen.vault.models import PurposeKey


class Purpose(StrEnum):
    SEAL_LOG = "seal_log"
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True)
class Opened:
    """A key of 32 bytes, and the id by which it is found again."""

    id: UUID
    key: bytes


def newest(purpose: Purpose, *, at: datetime) -> Opened:
    """The key to use for `purpose` now; the first one is made when it is first asked for.

    Raises:
        KeyringProblem: the keyring cannot be used at present.
        Unopenable: the row was changed, or belongs to another installation.
    """
    row = PurposeKey.objects.filter(purpose=purpose).order_by("-created_at", "-id").first()
    return _opened(row or _make(purpose, at=at))


def found(purpose: Purpose, key: UUID) -> Opened | None:
    """The key of `purpose` with this id; None: there is none.

    Raises:
        KeyringProblem, Unopenable: as above.
    """
    row = PurposeKey.objects.filter(purpose=purpose, pk=key).first()
    return _opened(row) if row else None


def begin_anew(purpose: Purpose, *, at: datetime) -> Opened:
    """A fresh key for `purpose`; what was made with the older ones still opens."""
    return _opened(_make(purpose, at=at))


def _make(purpose: Purpose, *, at: datetime) -> PurposeKey:
    keys = keyring.provider()
    row = PurposeKey(purpose=purpose, keyring_key=keys.current(), created_at=at)
    row.wrapped = keys.wrap(envelope.new_key(), contexts.of_purpose_key(row))
    row.save()
    return row


def _opened(row: PurposeKey) -> Opened:
    context = contexts.of_purpose_key(row)
    key = keyring.provider().unwrap(row.keyring_key, bytes(row.wrapped), context)
    return Opened(row.pk, key)
