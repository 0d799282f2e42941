"""The key of a case: made on first use, kept wrapped, unwrapped only inside the vault."""

from datetime import datetime
from uuid import UUID

from lotsen.crypto import envelope
from lotsen.vault import contexts, keyring
from lotsen.vault.models import CaseKey


def locked(ref: UUID, *, at: datetime) -> CaseKey:
    """The key row of a case, made if there is none, locked so that writers take turns."""
    key = CaseKey.objects.select_for_update().filter(ref=ref).first()
    if key is None:
        _make(ref, at=at)
        key = CaseKey.objects.select_for_update().get(ref=ref)
    return key


def unwrapped(key: CaseKey) -> bytes:
    """The data key itself.

    Raises:
        Unopenable: the row was changed or moved.
        KeyringProblem: the keyring lacks the key it was wrapped with.
    """
    wrapping_key = keyring.load().key(key.keyring_key)
    return envelope.unwrap(wrapping_key, bytes(key.wrapped), contexts.of_key(key))


def _make(ref: UUID, *, at: datetime) -> None:
    ring = keyring.load()
    key = CaseKey(ref=ref, keyring_key=ring.current, created_at=at)
    wrapped = envelope.wrap(ring.key(ring.current), envelope.new_key(), contexts.of_key(key))
    CaseKey.objects.get_or_create(  # of two first writers one makes it, the other takes it
        ref=ref,
        defaults={
            "id": key.pk,
            "wrapped": wrapped,
            "keyring_key": key.keyring_key,
            "created_at": at,
        },
    )
