"""Opening sealed text: the one door, and it writes down who went through.

Only referrals.identities and the reading side of referrals.notes may import this module; who
may see what is decided there. Here it is made impossible to see without a trace.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lotsen.accounts.models import User
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Damaged
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
        Damaged: one of them does not open. No text leaves, none is changed, and each of the
            others opens when asked for without it. The refusal leaves an event.
        KeyringProblem: the keys cannot be used at present; nothing is opened.
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
    try:
        return _texts(rows)
    except Unopenable:  # a fresh key for the case may have come between two reads (rotating.renew)
        rows = list(SealedText.objects.filter(pk__in=set(sealed)))
    try:
        return _texts(rows)
    except Unopenable as problem:
        raise _damaged(str(problem)) from None


def worked_out[Answer](
    refs: Collection[UUID],
    fields: Collection[str],
    work: Callable[[Mapping[str, str]], Answer],
) -> dict[UUID, Answer]:
    """What `work` answers about each identity, by case. For the machine alone: nobody sees a text.

    It compares with what was searched for, and feeds the search index. No page may show what it
    answers. The event is the caller's, because it tells who caused this and what came of it.

    Args:
        work: is given the filled ones of `fields`, by name.

    Returns:
        No answer for a case whose texts do not open: that is in the operator's log, and the
        others are answered all the same.
    """
    answers = {}
    for ref in sorted(refs):
        rows = SealedText.objects.filter(ref=ref, kind=IDENTITY, field__in=fields)
        try:
            texts = _read_twice(rows)
        except Damaged:
            continue
        answers[ref] = work({field: text for field, text in texts.items() if text})
    return answers


def _read_twice(rows: QuerySet[SealedText]) -> dict[str, str]:
    """The texts by field; asked again once, because a fresh key may come between two reads.

    Raises:
        Damaged: one of them does not open.
    """
    for _ in range(2):
        found = list(rows.all())
        try:
            texts = _texts(found) if found else {}
        except Unopenable as problem:
            trouble = str(problem)
        else:
            return {row.field: texts[row.pk] for row in found}
    raise _damaged(trouble)


def identity_ids(ref: UUID) -> dict[str, UUID]:
    """Which fields of an identity there are, and the ids to open them by. Opens nothing."""
    return dict(SealedText.objects.filter(ref=ref, kind=IDENTITY).values_list("field", "id"))


def _texts(rows: list[SealedText]) -> dict[UUID, str]:
    key = CaseKey.objects.filter(ref__in={row.ref for row in rows}).first()
    if key is None:
        raise Unopenable("the case key is gone")
    try:
        data_key = casekeys.unwrapped(key)
    except Unopenable:
        raise Unopenable(f"case key {key.pk}") from None
    return {row.pk: _text(row, key, data_key) for row in rows}


def _text(row: SealedText, key: CaseKey, data_key: bytes) -> str:
    try:
        return envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key)).decode()
    except Unopenable:
        raise Unopenable(f"sealed text {row.pk}") from None


def _damaged(what: str) -> Damaged:
    """One answer for every cause; the operator's log alone says which row it was."""
    _log.error("The vault cannot open what was asked for: %s", what)
    return Damaged()
