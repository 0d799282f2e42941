"""Sealing text about a family. Anyone may seal; opening is another door."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Damaged
from lotsen.vault import casekeys, contexts
from lotsen.vault.models import SealedText

IDENTITY = "identity"


@transaction.atomic
def seal(ref: UUID, *, kind: str, field: str, text: str, at: datetime) -> UUID:
    """Keep `text` sealed with the key of the case; answers the id to open it by later.

    A field of an identity has one text: a new one takes its place and its id. Every other kind
    gets a row of its own.

    Raises:
        Damaged: the key of the case does not open; nothing is changed.
    """
    key = casekeys.locked(ref, at=at)
    row = _row(ref, kind=kind, field=field)
    row.key_id_used = key.pk
    row.sealed_at = at
    try:
        data_key = casekeys.unwrapped(key)
    except Unopenable:
        raise Damaged from None
    row.ciphertext = envelope.seal(data_key, text.encode(), contexts.of_text(row, key))
    row.save()
    return row.pk


def _row(ref: UUID, *, kind: str, field: str) -> SealedText:
    """A new row, or the next version of an identity's; the lock on the case key orders them."""
    if kind == IDENTITY:
        row = SealedText.objects.filter(ref=ref, kind=kind, field=field).first()
        if row is not None:
            row.row_version += 1
            return row
    return SealedText(ref=ref, kind=kind, field=field)
