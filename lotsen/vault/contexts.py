"""Where a sealed thing belongs. Each part is bound into it: moved elsewhere, it stays shut.

A text binds to the case key, the case key binds to the keyring key. If texts bound the keyring
key as well, each rotation of the keyring would rewrite every text.
"""

from django.conf import settings

from lotsen.vault.models import CaseKey, SealedText

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
