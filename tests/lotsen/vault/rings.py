"""Keyrings for tests, in the environment or in a file, and whether what was sealed still opens."""

import base64
import json
from pathlib import Path
from uuid import UUID

import pytest

from lotsen.crypto import envelope
from lotsen.vault import casekeys, contexts
from lotsen.vault.models import CaseKey, SealedText

KEYS = {f"t{n}": base64.b64encode(bytes(range(n - 1, n + 31))).decode() for n in range(1, 5)}


def ring(current: str, *names: str) -> str:
    """The ring of the tests is t1; the others come after it."""
    return json.dumps({"current": current, "keys": {name: KEYS[name] for name in names}})


def use(monkeypatch: pytest.MonkeyPatch, current: str, *names: str) -> None:
    monkeypatch.setenv("LOTSEN_KEYRING", ring(current, *names))


def written(folder: Path, text: str, mode: int = 0o400) -> Path:
    file = folder / "keyring.json"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def texts_of(ref: UUID) -> set[str]:
    """Every text of a case, past the door that writes events; fails if one does not open."""
    key = CaseKey.objects.get(ref=ref)
    data_key = casekeys.unwrapped(key)
    return {
        envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key)).decode()
        for row in SealedText.objects.filter(ref=ref)
    }
