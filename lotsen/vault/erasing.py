"""Erasing from the vault: the key of a case goes, so no copy of its texts opens again."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Max

from lotsen.errors import Refusal
from lotsen.vault import casekeys, ledger
from lotsen.vault.ledger import LedgerProblem
from lotsen.vault.models import CaseKey, Erasure, IndexEntry, SealedText
from lotsen.vault.sealing import IDENTITY

logger = logging.getLogger(__name__)


@transaction.atomic
def erase(ref: UUID, *, cause: str, at: datetime) -> int:
    """Destroy the key, the sealed texts and the index entries of a case; answers how many texts.

    The line in the ledger is on disk before anything is committed, and it cannot be rolled back:
    call this last in a transaction. Erasing twice changes nothing. Whether it may happen, and
    the event that tells of it, are the caller's.

    Args:
        cause: a code, at most 20 characters.

    Raises:
        Refusal: the ledger cannot be written (`erasure_not_recorded`); nothing is erased.
    """
    casekeys.take_turn(ref)
    CaseKey.objects.filter(ref=ref).delete()
    IndexEntry.objects.filter(ref=ref).delete()
    gone, _ = SealedText.objects.filter(ref=ref).delete()
    Erasure.objects.get_or_create(ref=ref, defaults={"cause": cause, "erased_at": at})
    try:
        ledger.append(ref, cause=cause, at=at)
    except LedgerProblem as problem:
        logger.error("%s", problem)  # noqa: TRY400  the text is all there is to say
        raise Refusal("erasure_not_recorded") from None
    transaction.on_commit(empty_logs)
    return gone


def empty_logs() -> bool:
    """Take what was erased out of the database's own log as well; False while others read it.

    Call it after the transaction; the next erasure tries again. SQLite keeps deleted pages in its
    write-ahead log until that is truncated. PostgreSQL has no such switch: dead rows stay in
    their pages until those are used again, and in archived logs; there it is the keys' rotation
    that ends what they are worth (docs/adr/0017).
    """
    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
    except OperationalError:  # locked; what was committed must not fail for that
        busy = True
    if busy:
        logger.warning("the write-ahead log is in use and was not emptied")
    return not busy


@transaction.atomic
def erase_identity(ref: UUID) -> int:
    """Delete who the family is and where a search finds it; answers how many fields are gone.

    The key stays: notes and signature still open. So a backup holds the fields until it is
    overwritten, and what it brings back is due again on the next night.
    """
    IndexEntry.objects.filter(ref=ref).delete()
    gone, _ = SealedText.objects.filter(ref=ref, kind=IDENTITY).delete()
    transaction.on_commit(empty_logs)
    return gone


def identities_sealed(refs: Iterable[UUID]) -> dict[UUID, datetime]:
    """Those of `refs` with an identity, and when its newest field was sealed. Opens nothing."""
    fields = SealedText.objects.filter(ref__in=set(refs), kind=IDENTITY)
    newest = fields.values("ref").annotate(newest=Max("sealed_at"))
    return {row["ref"]: row["newest"] for row in newest}


def is_erased(ref: UUID) -> bool:
    """Whether the key of this case was destroyed; nothing is ever sealed under it again."""
    return Erasure.objects.filter(ref=ref).exists()
