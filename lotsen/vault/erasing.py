"""Erasing a case from the vault: its key goes, so no copy of its texts opens again."""

from uuid import UUID

from django.db import transaction

from lotsen.vault.models import CaseKey, SealedText


@transaction.atomic
def erase(ref: UUID) -> int:
    """Destroy the key and the sealed texts of a case; answers how many texts are gone.

    Erasing twice changes nothing. Whether it may happen and what is written about it is the
    caller's; so is emptying what the database still keeps in its log files and backups.
    """
    CaseKey.objects.filter(ref=ref).delete()
    gone, _ = SealedText.objects.filter(ref=ref).delete()
    return gone
