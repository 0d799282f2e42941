"""Where a sealed thing belongs. Each part is bound into it: moved elsewhere, it stays shut.

A text binds to the case key, the case key binds to the keyring key. If texts bound the keyring
key as well, each rotation of the keyring would rewrite every text.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from lotsen.vault.models import CaseKey, IndexKey, PurposeKey, SealedText

_TABLE = "vault_sealedtext"  # fixed: part of every text ever sealed, whatever the table is called


def of_text(text: SealedText, key: CaseKey) -> tuple[str, ...]:
    """The place of a sealed text: installation, table, row, kind, field, case, key, version."""
    return (
        "lotsen/field/v1",
        settings.INSTANCE,
        _TABLE,
        str(text.pk),
        text.kind,
        text.field,
        str(text.ref),
        str(key.pk),
        str(key.version),
        str(text.row_version),
    )


def of_key(key: CaseKey) -> tuple[str, ...]:
    """The place of a case key: installation, case, row, version, the keyring key that wraps it."""
    return (
        "lotsen/dek/v1",
        settings.INSTANCE,
        str(key.ref),
        str(key.pk),
        str(key.version),
        key.keyring_key,
    )


def of_index_key(key: IndexKey) -> tuple[str, ...]:
    """The place of an index key: installation, row, size, the keyring key that wraps it.

    The size counts because it says how much a token tells.
    """
    return (
        "lotsen/index-key/v1",
        settings.INSTANCE,
        str(key.pk),
        str(key.families),
        key.keyring_key,
    )


def of_index(kind: str) -> tuple[str, ...]:
    """What the tokens of one kind are for: installation, kind."""
    return ("lotsen/index/v1", settings.INSTANCE, kind)


def of_purpose_key(key: PurposeKey) -> tuple[str, ...]:
    """The place of a key for a purpose: installation, purpose, row, the keyring key that wraps
    it. Of the purpose: what seals the log opens no second factor."""
    return (
        "lotsen/purpose-key/v1",
        settings.INSTANCE,
        key.purpose,
        str(key.pk),
        key.keyring_key,
    )


# Whatever a key of the keyring wraps.
type Wrapped = type[CaseKey] | type[IndexKey] | type[PurposeKey]
OF_WRAPPED: tuple[tuple[Wrapped, Callable[[Any], tuple[str, ...]]], ...] = (
    (IndexKey, of_index_key),
    (PurposeKey, of_purpose_key),
    (CaseKey, of_key),
)
