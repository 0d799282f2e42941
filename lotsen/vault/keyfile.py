"""Keys that lie in a file, or in the environment of a demo: the keyring itself.

A keyring is {"current": "k1", "keys": {"k1": "<32 bytes, base64>"}}. New case keys are wrapped
with the current key, old ones open with the key they name; so keys rotate without downtime.
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from lotsen.crypto import envelope
from lotsen.vault.keyproblems import refuse

LONGEST_NAME = 40  # CaseKey.keyring_key
FOREIGN = "transit:"  # begins the names of keys that lie in a key service
_TRIAL = ("lotsen/trial/v1",)


@dataclass(frozen=True, repr=False)
class Keyring:
    """Named keys, one of them chosen for whatever is wrapped from now on."""

    chosen: str
    keys: Mapping[str, bytes]

    def current(self) -> str:
        return self.chosen

    def wrap(self, data_key: bytes, context: tuple[str, ...]) -> bytes:
        return envelope.wrap(self.key(self.chosen), data_key, context)

    def unwrap(self, name: str, wrapped: bytes, context: tuple[str, ...]) -> bytes:
        return envelope.unwrap(self.key(name), wrapped, context)

    def try_out(self) -> None:
        """Seal and open with every key.

        Raises:
            KeyringProblem: one of them does not open what it sealed.
        """
        for name, key in self.keys.items():
            sealed = envelope.seal(key, b"lotsen", _TRIAL)
            if envelope.unseal(key, sealed, _TRIAL) != b"lotsen":
                refuse(f"Der Schlüssel „{name}“ öffnet nicht, was er verschließt.")

    def key(self, name: str) -> bytes:
        """The key with this name.

        Raises:
            KeyringProblem: it is not in the ring.
        """
        if name not in self.keys:
            refuse(
                f"Der Schlüssel „{name}“ fehlt im Schlüsselbund. Mit ihm sind Angaben "
                "verschlossen; bitte den Schlüsselbund aus der hinterlegten Kopie ergänzen."
            )
        return self.keys[name]

    def __repr__(self) -> str:
        return f"Keyring(current={self.chosen!r}, {len(self.keys)} keys)"  # never the keys


def from_file(path: Path) -> Keyring:
    """The keyring in a file that only its owner may read.

    Raises:
        KeyringProblem: it is missing, readable by others, or damaged.
    """
    try:
        written = path.stat().st_mtime_ns
        return _read(path, written)
    except FileNotFoundError:
        refuse(
            f"Der Schlüsselbund {path} fehlt. Vorhandene Daten brauchen die hinterlegte Kopie; "
            f"eine neue Installation legt ihn an mit: manage.py create_keyring {path}"
        )
    except (OSError, UnicodeDecodeError):
        refuse(
            f"Der Schlüsselbund {path} ist nicht lesbar. Bitte prüfen, ob er dem Benutzer des "
            "Dienstes gehört und die Rechte 0400 hat."
        )


def from_environment() -> Keyring:
    """The keyring in LOTSEN_KEYRING, for demo, development and tests.

    Raises:
        KeyringProblem: it is missing or damaged, or this is a server with families' data.
    """
    if not settings.KEYRING_IN_ENVIRONMENT:
        refuse(
            "LOTSEN_KEY_PROVIDER=env ist nur für Demo, Entwicklung und Tests erlaubt, weil "
            "Umgebungsvariablen leicht mitgelesen werden. Bitte LOTSEN_KEY_PROVIDER=file setzen."
        )
    # Not environment.text: LOTSEN_KEYRING_FILE belongs to the other provider.
    text = os.environ.get("LOTSEN_KEYRING")
    if text is None:
        refuse("LOTSEN_KEYRING fehlt. Bitte den Schlüsselbund als JSON hineinlegen.")
    return parse(text, "LOTSEN_KEYRING")


def parse(text: str, source: str) -> Keyring:
    """The keyring written in `text`.

    Args:
        source: how messages name the place the text came from.

    Raises:
        KeyringProblem: it is no JSON, lacks a part, or holds a key that is not 32 bytes long.
    """
    try:
        content = json.loads(text)
        current, encoded = str(content["current"]), dict(content["keys"])
    except (ValueError, KeyError, TypeError):
        refuse(
            f"{source} ist kein lesbarer Schlüsselbund. Erwartet wird JSON der Form "
            '{"current": "NAME", "keys": {"NAME": "BASE64"}}. Bitte aus der hinterlegten Kopie '
            "wiederherstellen."
        )
    if current not in encoded:
        refuse(
            f"{source}: Unter „keys“ fehlt der Schlüssel, den „current“ nennt. Bitte „current“ "
            "auf einen vorhandenen Schlüssel setzen."
        )
    return Keyring(current, {name: _decode(name, key, source) for name, key in encoded.items()})


def _decode(name: str, encoded: object, source: str) -> bytes:
    if len(name) > LONGEST_NAME:
        refuse(f"{source}: Schlüsselnamen dürfen höchstens {LONGEST_NAME} Zeichen lang sein.")
    if name.startswith(FOREIGN):
        refuse(f"{source}: Schlüsselnamen dürfen nicht mit „{FOREIGN}“ beginnen.")
    try:
        key = base64.b64decode(str(encoded), validate=True)
    except (binascii.Error, ValueError):
        refuse(f"{source}: Der Schlüssel „{name}“ ist kein gültiges Base64.")
    if len(key) != envelope.KEY_BYTES:
        refuse(
            f"{source}: Der Schlüssel „{name}“ ist {len(key)} Byte lang, nötig sind 32. "
            "Einen neuen Schlüsselbund legt an: manage.py create_keyring DATEI"
        )
    return key


@lru_cache(maxsize=2)
def _read(path: Path, written: int) -> Keyring:  # noqa: ARG001  a changed file is read again
    """Kept until the file changes."""
    with path.open(encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        if mode & 0o077:
            refuse(
                f"Der Schlüsselbund {path} ist für andere zugänglich (Rechte {mode:04o}). "
                f"Bitte ausführen: chmod 400 {path}"
            )
        return parse(file.read(), f"Der Schlüsselbund {path}")
