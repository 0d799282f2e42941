"""The keys that wrap case keys: where they come from, and whether they can be used.

A keyring is {"current": "k1", "keys": {"k1": "<32 bytes, base64>"}}. New case keys are wrapped
with the current key, old ones open with the key they name; so keys rotate without downtime.
Nothing here runs on import: `check`, `migrate` and the like need no key.
"""

import base64
import binascii
import json
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from django.conf import settings

from lotsen.crypto import envelope
from lotsen.environment import EnvironmentProblem

_TRIAL = ("lotsen/trial/v1",)
_LONGEST_NAME = 40  # CaseKey.keyring_key


class KeyringProblem(EnvironmentProblem):
    """No usable key; the text says why and how to mend it. It never holds a key."""


@dataclass(frozen=True)
class Keyring:
    """Named keys, one of them current."""

    current: str
    keys: dict[str, bytes]

    def key(self, name: str) -> bytes:
        """The key with this name.

        Raises:
            KeyringProblem: it is not in the ring.
        """
        try:
            return self.keys[name]
        except KeyError:
            raise KeyringProblem(
                f"Der Schlüssel „{name}“ fehlt im Schlüsselbund. Mit ihm sind Angaben "
                "verschlossen; bitte den Schlüsselbund aus der hinterlegten Kopie ergänzen."
            ) from None

    def __repr__(self) -> str:
        return f"Keyring(current={self.current!r}, {len(self.keys)} keys)"  # never the keys


def load() -> Keyring:
    """The keyring of the provider named in settings.KEY_PROVIDER.

    Raises:
        KeyringProblem: it is missing, readable by others, damaged, or of an unknown provider.
    """
    provider = settings.KEY_PROVIDER
    if provider == "file":
        return _from_file(Path(settings.KEYRING_FILE))
    if provider == "env":
        return _from_environment()
    if provider == "vault":
        raise KeyringProblem(
            "LOTSEN_KEY_PROVIDER=vault ist in dieser Version nicht verfügbar. Bitte "
            "LOTSEN_KEY_PROVIDER=file setzen und LOTSEN_KEYRING_FILE angeben."
        )
    raise KeyringProblem(
        f"LOTSEN_KEY_PROVIDER kennt „{provider}“ nicht. Möglich ist file "
        "(env nur für Demo, Entwicklung und Tests)."
    )


def require_usable() -> None:
    """Leave the program with status 1 and a clear message unless every key seals and opens."""
    try:
        _try_out(load())
    except KeyringProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None


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
        _refuse(
            f"{source} ist kein lesbarer Schlüsselbund. Erwartet wird JSON der Form "
            '{"current": "NAME", "keys": {"NAME": "BASE64"}}. Bitte aus der hinterlegten Kopie '
            "wiederherstellen."
        )
    if current not in encoded:
        _refuse(
            f"{source}: Unter „keys“ fehlt der Schlüssel, den „current“ nennt. Bitte „current“ "
            "auf einen vorhandenen Schlüssel setzen."
        )
    return Keyring(current, {name: _decode(name, key, source) for name, key in encoded.items()})


def _decode(name: str, encoded: object, source: str) -> bytes:
    if len(name) > _LONGEST_NAME:
        _refuse(f"{source}: Schlüsselnamen dürfen höchstens {_LONGEST_NAME} Zeichen lang sein.")
    try:
        key = base64.b64decode(str(encoded), validate=True)
    except (binascii.Error, ValueError):
        _refuse(f"{source}: Der Schlüssel „{name}“ ist kein gültiges Base64.")
    if len(key) != envelope.KEY_BYTES:
        _refuse(
            f"{source}: Der Schlüssel „{name}“ ist {len(key)} Byte lang, nötig sind 32. "
            "Einen neuen Schlüsselbund legt an: manage.py create_keyring DATEI"
        )
    return key


def _from_file(path: Path) -> Keyring:
    try:
        written = path.stat().st_mtime_ns
        return _read(path, written)
    except FileNotFoundError:
        _refuse(
            f"Der Schlüsselbund {path} fehlt. Vorhandene Daten brauchen die hinterlegte Kopie; "
            f"eine neue Installation legt ihn an mit: manage.py create_keyring {path}"
        )
    except (OSError, UnicodeDecodeError):
        _refuse(
            f"Der Schlüsselbund {path} ist nicht lesbar. Bitte prüfen, ob er dem Benutzer des "
            "Dienstes gehört und die Rechte 0400 hat."
        )


@lru_cache(maxsize=2)
def _read(path: Path, written: int) -> Keyring:  # noqa: ARG001  a changed file is read again
    """The keyring in a file that only its owner may read; kept until the file changes."""
    with path.open(encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        if mode & 0o077:
            _refuse(
                f"Der Schlüsselbund {path} ist für andere zugänglich (Rechte {mode:04o}). "
                f"Bitte ausführen: chmod 400 {path}"
            )
        return parse(file.read(), f"Der Schlüsselbund {path}")


def _from_environment() -> Keyring:
    if not settings.KEYRING_IN_ENVIRONMENT:
        _refuse(
            "LOTSEN_KEY_PROVIDER=env ist nur für Demo, Entwicklung und Tests erlaubt, weil "
            "Umgebungsvariablen leicht mitgelesen werden. Bitte LOTSEN_KEY_PROVIDER=file setzen."
        )
    # Not environment.text: LOTSEN_KEYRING_FILE belongs to the other provider.
    text = os.environ.get("LOTSEN_KEYRING")
    if text is None:
        _refuse("LOTSEN_KEYRING fehlt. Bitte den Schlüsselbund als JSON hineinlegen.")
    return parse(text, "LOTSEN_KEYRING")


def _try_out(keyring: Keyring) -> None:
    for name, key in keyring.keys.items():
        sealed = envelope.seal(key, b"lotsen", _TRIAL)
        if envelope.unseal(key, sealed, _TRIAL) != b"lotsen":
            _refuse(f"Der Schlüssel „{name}“ öffnet nicht, was er verschließt.")


def _refuse(message: str) -> NoReturn:
    raise KeyringProblem(message) from None
