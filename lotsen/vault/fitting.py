"""Whether the keys there are belong to the database there is, asked once at the start.

A keyring of another installation, or an old copy, is sound in itself: only trying it on what is
stored shows that it opens nothing here.
"""

import sys

from django.db import connection

from lotsen.crypto.envelope import Unopenable
from lotsen.vault import contexts, keyring
from lotsen.vault.keyproblems import KeyringProblem, refuse
from lotsen.vault.models import CaseKey


def require_fitting() -> None:
    """Leave the program with status 1 and a clear message unless, for each key that something is
    wrapped with, the newest of it opens. A database without tables fits every key."""
    try:
        if CaseKey._meta.db_table in connection.introspection.table_names():
            _try_newest()
    except KeyringProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None
    finally:
        connection.close()  # workers that are forked from here must not share it


def _try_newest() -> None:
    keys = keyring.provider()
    for kind, context_of in contexts.OF_WRAPPED:
        stored = kind.objects.order_by("keyring_key").values_list("keyring_key", flat=True)
        for name in stored.distinct():
            row = kind.objects.filter(keyring_key=name).latest("created_at")
            try:
                keys.unwrap(name, bytes(row.wrapped), context_of(row))
            except Unopenable:
                refuse(
                    f"Der Schlüssel „{name}“ öffnet nicht, was in dieser Datenbank liegt. Bitte "
                    "prüfen, ob Schlüsselbund, DATABASE_URL und LOTSEN_INSTANCE zu derselben "
                    "Installation gehören, oder den Schlüsselbund aus der hinterlegten Kopie "
                    "wiederherstellen. Es wurde nichts geändert."
                )
