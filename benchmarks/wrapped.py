"""Many wrapped case keys, and whether each of them still opens."""

from datetime import UTC, datetime
from itertools import batched
from uuid import uuid4

from django.utils.timezone import now

from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.vault import casekeys, contexts, keyring, rotating
from lotsen.vault.models import CaseKey, SealedText

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def fill(count: int) -> None:
    """All keys under the current one, `count` of them in all: what is there, and new ones."""
    keys = keyring.provider()
    rotating.rewrap(at=now())  # an earlier run has moved them to the other key
    missing = count - CaseKey.objects.count()
    for numbers in batched(range(missing), 5_000, strict=False):
        CaseKey.objects.bulk_create(_key(keys) for _ in numbers)


def _key(keys: keyring.KeyProvider) -> CaseKey:
    key = CaseKey(ref=uuid4(), keyring_key=keys.current(), created_at=_WHEN)
    key.wrapped = keys.wrap(envelope.new_key(), contexts.of_key(key))
    return key


def left(current: str) -> int:
    return CaseKey.objects.exclude(keyring_key=current).count()


def broken() -> int:
    """How many keys, and texts of them, do not open."""
    data_keys, number = {}, 0
    for key in CaseKey.objects.iterator():
        try:
            data_keys[key.ref] = key, casekeys.unwrapped(key)
        except Unopenable:
            number += 1
    for row in SealedText.objects.iterator():
        key, data_key = data_keys[row.ref]
        try:
            envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key))
        except Unopenable:
            number += 1
    return number
