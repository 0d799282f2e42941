"""The key of a case: made on first use, kept wrapped, unwrapped only inside the vault."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from lotsen.crypto import envelope
from lotsen.errors import Refusal
from lotsen.vault import contexts, keyring
from lotsen.vault.models import CaseKey, Erasure

_BIGINT = 2**63 - 1  # the largest number of an advisory lock


def locked(ref: UUID, *, at: datetime) -> CaseKey:
    """The key row of a case, made if there is none, locked so that writers take turns.

    Raises:
        Refusal: the case was erased (`case_erased`); it never gets a key again.
    """
    key = CaseKey.objects.select_for_update().filter(ref=ref).first()
    if key is None:
        take_turn(ref)
        if Erasure.objects.filter(ref=ref).exists():
            raise Refusal("case_erased")
        _make(ref, at=at)
        key = CaseKey.objects.select_for_update().get(ref=ref)
    return key


def unwrapped(key: CaseKey) -> bytes:
    """The data key itself.

    Raises:
        Unopenable: the row was changed or moved.
        KeyringProblem: the key it was wrapped with is missing, or cannot be used at present.
    """
    return keyring.provider().unwrap(key.keyring_key, bytes(key.wrapped), contexts.of_key(key))


def take_turn(ref: UUID) -> None:
    """Wait for whoever makes or erases the key of this case, until this transaction ends.

    A key that is not there yet has no row to lock. SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ref.int & _BIGINT])


def _make(ref: UUID, *, at: datetime) -> None:
    keys = keyring.provider()
    key = CaseKey(ref=ref, keyring_key=keys.current(), created_at=at)
    wrapped = keys.wrap(envelope.new_key(), contexts.of_key(key))
    CaseKey.objects.get_or_create(  # of two first writers one makes it, the other takes it
        ref=ref,
        defaults={
            "id": key.pk,
            "wrapped": wrapped,
            "keyring_key": key.keyring_key,
            "created_at": at,
        },
    )
