"""Building the search index anew from what is sealed: after a new root key, or what is missing.

Possible because the texts can be opened; nobody sees one. Each case is one transaction, so a run
that was broken off goes on where it stopped, and searching works all the while.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.vault import indexing
from referrals.identities.likeness import COMPARED, Kind, combinations_of
from referrals.identities.reading import worked_out

_AT_ONCE = 200  # cases asked for together
_NEEDED = frozenset().union(*COMPARED.values())


@dataclass(frozen=True)
class Report:
    """What a run has done."""

    new_key: bool  # it began with a new root key
    looked_at: int  # cases
    damaged: int  # of them: their texts do not open, their old entries stay
    old_keys: int  # root keys that are still needed, because entries of damaged cases rest on them


def rebuild(*, new_key: bool, at: datetime) -> Report:
    """Every identity is found under the newest root key. One event; a second run changes nothing.

    Args:
        new_key: begin with a new root key, unless the move to an earlier one is not finished yet.
    """
    began = new_key and indexing.begin_anew(at=at)
    indexing.mend(at=at)
    record(
        Deed.KEY,
        actor=None,
        object_type="search_index",
        reason="new_key" if began else "rebuild",
        at=at,
    )
    looked_at, damaged, after = 0, 0, None
    while refs := indexing.refs_to_enter(after, _AT_ONCE):
        damaged += sum(not _enter(ref, at=at) for ref in refs)
        looked_at, after = looked_at + len(refs), refs[-1]
    return Report(began, looked_at, damaged, indexing.drop_old_keys())


@transaction.atomic
def _enter(ref: UUID, *, at: datetime) -> bool:
    """Whether the texts of this case open; then its entries are as they should be."""
    indexing.hold(ref)
    answers = worked_out([ref], _NEEDED, _all_combinations)
    for kind, combinations in answers.get(ref, {}).items():
        indexing.enter(ref, kind, combinations, at)
    return ref in answers


def _all_combinations(texts: Mapping[str, str]) -> dict[Kind, frozenset[str]]:
    return {kind: combinations_of(kind, texts) for kind in COMPARED}
