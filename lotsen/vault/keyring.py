"""The keys that wrap case keys and index keys: who keeps them, and whether they can be used.

Nothing here runs on import: `check`, `migrate` and the like need no key.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from lotsen.crypto import known_answer
from lotsen.vault import keyfile, transit
from lotsen.vault.keyproblems import KeyringProblem, refuse

__all__ = ["KeyProvider", "KeyringProblem", "provider", "require_usable"]


class KeyProvider(Protocol):
    """Who keeps the wrapping keys. One object speaks of one moment: ask for a new one each time,
    so that `current` and `wrap` mean the same key and a change is seen."""

    def current(self) -> str:
        """The name of the key that `wrap` uses, at most 40 characters.

        Raises:
            KeyringProblem: nobody can say.
        """

    def wrap(self, data_key: bytes, context: tuple[str, ...]) -> bytes:
        """`data_key`, wrapped with the current key so that it opens in `context` only.

        Raises:
            KeyringProblem: the key cannot be used at present.
            ValueError: the data key is not 32 bytes long.
        """

    def unwrap(self, name: str, wrapped: bytes, context: tuple[str, ...]) -> bytes:
        """The data key that was wrapped with the key of this name.

        Raises:
            Unopenable: what was wrapped, or its place, is another.
            KeyringProblem: there is no such key, or it cannot be used at present.
        """

    def try_out(self) -> None:
        """Wrap and unwrap with what there is.

        Raises:
            KeyringProblem: it does not work, and how to mend it.
        """


def provider() -> KeyProvider:
    """The provider named in settings.KEY_PROVIDER, as it is at this moment.

    Raises:
        KeyringProblem: its keys are missing, readable by others or damaged; or it is unknown.
    """
    name = settings.KEY_PROVIDER
    if name == "file":
        file = keyfile.from_file(Path(settings.KEYRING_FILE))
        return _Moving(file, transit.from_settings()) if settings.VAULT_ADDR else file
    if name == "env":
        return keyfile.from_environment()
    if name == "vault":
        service = transit.from_settings()
        ring = Path(settings.KEYRING_FILE)
        return _Moving(service, keyfile.from_file(ring)) if ring.exists() else service
    raise KeyringProblem(
        f"LOTSEN_KEY_PROVIDER kennt „{name}“ nicht. Möglich sind file und vault "
        "(env nur für Demo, Entwicklung und Tests)."
    )


@dataclass(frozen=True)
class _Moving:
    """Keys on their way from a file into a key service, or back: the new place wraps, and each
    key opens where it lies, until `rotate_keys` has moved all of them."""

    new: KeyProvider
    old: KeyProvider

    def current(self) -> str:
        return self.new.current()

    def wrap(self, data_key: bytes, context: tuple[str, ...]) -> bytes:
        return self.new.wrap(data_key, context)

    def unwrap(self, name: str, wrapped: bytes, context: tuple[str, ...]) -> bytes:
        newly = name.startswith(keyfile.FOREIGN) == isinstance(self.new, transit.Transit)
        return (self.new if newly else self.old).unwrap(name, wrapped, context)

    def try_out(self) -> None:
        self.new.try_out()
        self.old.try_out()


def require_usable() -> None:
    """Leave the program with status 1 and a clear message unless the format opens a text of old,
    and every key opens what it seals."""
    try:
        if not known_answer.holds():
            refuse(
                "Die Verschlüsselung auf diesem Rechner öffnet einen bekannten Text nicht. Bitte "
                "die Umgebung neu einrichten (scripts/venv.sh) und nichts speichern."
            )
        provider().try_out()
    except KeyringProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None
