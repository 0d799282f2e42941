"""The search index: finds candidates among sealed identities without opening any.

Only combinations are entered (a word of a name with a day of birth, a whole telephone number),
never a name or a day of birth alone: those few values would give themselves away by how often
they occur. A token is keyed and cut short, so several families share one: whoever searches opens
the candidates and compares (docs/adr/0015-search-index.md).
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from lotsen.crypto import envelope, index
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Refusal
from lotsen.vault import contexts, keyring
from lotsen.vault.models import CaseKey, IndexEntry, IndexKey, SealedText
from lotsen.vault.sealing import IDENTITY

# Each kind, and how many entries a family makes: two or three words of a name, and neighbours
# joined. A kind not named here is not entered.
ENTRIES_OF_A_FAMILY = {"name_birth": 4, "phone": 1}

_TICK = timedelta(microseconds=1)
_log = logging.getLogger(__name__)


@transaction.atomic
def enter(ref: UUID, kind: str, combinations: Iterable[str], at: datetime) -> None:
    """These combinations, and no others, lead to this case from now on; none: it leaves the index.

    A case without a key holds nothing that could be found, so it gets no entries. The key stays
    locked until the transaction ends: an erasure waits and then takes the entries with it.
    """
    has_key = hold(ref)
    IndexEntry.objects.filter(ref=ref, kind=kind).delete()
    texts = set(combinations) if has_key else set()
    if not texts:
        return
    root, opened = _for_entering(at=at)
    tokens = _tokens(root, opened, kind, texts)
    IndexEntry.objects.bulk_create(  # unlogged: tokens stand in no log
        IndexEntry(ref=ref, kind=kind, index_key=root, token=token) for token in sorted(tokens)
    )


def candidates(kind: str, *combinations: str) -> list[UUID]:
    """The cases that one of these combinations may lead to; some of them by chance.

    While the index moves to a new root key, each key that still has entries is asked.

    Raises:
        Refusal: a root key does not open (`search_unavailable`): whom it leads to is not known.
    """
    found: set[UUID] = set()
    for root in IndexKey.objects.order_by("created_at", "id"):
        try:
            tokens = _tokens(root, _unwrapped(root), kind, combinations)
        except Unopenable:
            raise Refusal("search_unavailable") from None
        rows = IndexEntry.objects.filter(index_key=root, kind=kind, token__in=tokens)
        found.update(rows.values_list("ref", flat=True))
    return sorted(found)


def hold(ref: UUID) -> bool:
    """Keep others from sealing or erasing this case until the transaction ends; False if it has
    no key."""
    return CaseKey.objects.select_for_update().filter(ref=ref).first() is not None


def begin_anew(*, at: datetime) -> bool:
    """A new root key, for as many families as are expected now. Entries move to it one by one.

    False, and nothing is made, while entries still move from an earlier change.
    """
    if IndexKey.objects.count() > 1:
        return False
    _make(at=at)
    return True


def mend(*, at: datetime) -> None:
    """A newest root key that opens: one that was damaged is left behind, as if moved away from."""
    _for_entering(at=at)


def refs_to_enter(after: UUID | None, limit: int) -> list[UUID]:
    """The next cases with an identity that are not, or not wholly, under the newest root key."""
    rows = SealedText.objects.filter(kind=IDENTITY)
    if after is not None:
        rows = rows.filter(ref__gt=after)
    newest = _newest()
    if newest is not None:
        moved = IndexEntry.objects.filter(index_key=newest).values("ref")
        behind = IndexEntry.objects.exclude(index_key=newest).values("ref")
        rows = rows.filter(~Q(ref__in=moved) | Q(ref__in=behind))
    return list(rows.order_by("ref").values_list("ref", flat=True).distinct()[:limit])


@transaction.atomic
def drop_old_keys() -> int:
    """Destroy root keys that no entry needs any more, all but the newest; answers how many stay."""
    newest = _newest()
    if newest is None:
        return 0
    older = IndexKey.objects.select_for_update().exclude(pk=newest.pk)
    older.exclude(pk__in=IndexEntry.objects.values("index_key")).delete()
    return older.count()


def _newest() -> IndexKey | None:
    return IndexKey.objects.order_by("created_at", "id").last()


def _for_entering(*, at: datetime) -> tuple[IndexKey, bytes]:
    """The root key that takes entries. One that does not open is no reason to lose a family's
    telephone number: a new one takes its place, and the rebuilt index no longer needs the old."""
    newest = _newest()
    try:
        if newest is not None:
            return newest, _unwrapped(newest)
    except Unopenable:
        pass  # the log has it
    made = _make(at=at)
    return made, _unwrapped(made)


def _make(*, at: datetime) -> IndexKey:
    """A root key newer than every other, even if the clock went back."""
    newest, keys = _newest(), keyring.provider()
    root = IndexKey(
        keyring_key=keys.current(),
        created_at=max(at, newest.created_at + _TICK) if newest else at,
        families=settings.EXPECTED_FAMILIES,
    )
    root.wrapped = keys.wrap(envelope.new_key(), contexts.of_index_key(root))
    root.save()
    return root


def _tokens(root: IndexKey, opened: bytes, kind: str, texts: Iterable[str]) -> set[bytes]:
    bits = index.bits_for(root.families * ENTRIES_OF_A_FAMILY[kind])
    key = index.derive(opened, contexts.of_index(kind))
    return {index.token(key, text, bits=bits) for text in texts}


def _unwrapped(root: IndexKey) -> bytes:
    try:
        return keyring.provider().unwrap(
            root.keyring_key, bytes(root.wrapped), contexts.of_index_key(root)
        )
    except Unopenable:
        _log.error("Index key %s does not open: rebuild the search index", root.pk)
        raise
