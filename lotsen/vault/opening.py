"""Opening sealed text: the one door, and it writes down who went through.

Only referrals.identities and the reading side of referrals.notes may import this module; who
may see what is decided there. Here it is made impossible to see without a trace.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lotsen.accounts.models import User
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Refusal
from lotsen.vault import casekeys, contexts
from lotsen.vault.models import CaseKey, SealedText
from lotsen.vault.sealing import IDENTITY

_log = logging.getLogger(__name__)


@transaction.atomic
def open_texts(
    sealed: Sequence[UUID],
    *,
    actor: User,
    organisation: UUID | None,
    pseudonym: str,
    object_type: str,
    fields: Sequence[str],
    reason: str,
    at: datetime,
) -> dict[UUID, str]:
    """The texts behind these ids, all of one case, after one unlock event was written.

    No ids, nothing opened, no event.

    Args:
        pseudonym: of the case they belong to; the event names it.
        fields: names of what is about to be seen; the event adds those of the rows themselves,
            so it cannot say less than was opened.
        reason: a code.

    Raises:
        Refusal: one of them does not open (`sealed_text_damaged`). No text leaves, none is
            changed, and each of the others opens when asked for without it.
        ValueError: the ids belong to more than one case, which one event cannot tell.
    """
    if not sealed:
        return {}
    rows = list(SealedText.objects.filter(pk__in=set(sealed)))
    refs = {row.ref for row in rows}
    if len(refs) > 1:
        raise ValueError("one unlock event tells of one case")
    events.record(
        Deed.UNLOCK,
        actor=actor,
        organisation=organisation,
        object_type=object_type,
        shown=[pseudonym],
        fields={*fields, *(row.field for row in rows)},
        reason=reason,
        at=at,
    )
    if len(rows) < len(set(sealed)):
        raise _damaged("a row is missing")
    return _texts(rows, CaseKey.objects.filter(ref__in=refs).first())


def identity_ids(ref: UUID) -> dict[str, UUID]:
    """Which fields of an identity there are, and the ids to open them by. Opens nothing."""
    return dict(SealedText.objects.filter(ref=ref, kind=IDENTITY).values_list("field", "id"))


def _texts(rows: list[SealedText], key: CaseKey | None) -> dict[UUID, str]:
    if key is None:
        raise _damaged("the case key is gone")
    try:
        data_key = casekeys.unwrapped(key)
    except Unopenable:
        raise _damaged(f"case key {key.pk}") from None
    return {row.pk: _text(row, key, data_key) for row in rows}


def _text(row: SealedText, key: CaseKey, data_key: bytes) -> str:
    try:
        return envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key)).decode()
    except Unopenable:
        raise _damaged(f"sealed text {row.pk}") from None


def _damaged(what: str) -> Refusal:
    """One answer for every cause; the operator's log alone says which row it was."""
    _log.error("The vault cannot open what was asked for: %s", what)
    return Refusal("sealed_text_damaged")
