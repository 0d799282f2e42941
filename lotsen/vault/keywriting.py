"""Writing a keyring file: never readable by others, never half written, never lost."""

import base64
import json
import os
import secrets
from pathlib import Path

from lotsen.crypto import envelope
from lotsen.importing import os_problem
from lotsen.vault import keyfile
from lotsen.vault.keyfile import Keyring
from lotsen.vault.keyproblems import refuse


def create(file: Path) -> str:
    """A keyring with one fresh key in a new file; answers its name.

    Raises:
        FileExistsError: there is a file of this name; it stays as it is.
        OSError: it cannot be written.
    """
    name = _new_name()
    _write_new(file, Keyring(name, {name: envelope.new_key()}))
    return name


def add(file: Path) -> str:
    """One more fresh key, current from now on; the others stay. Answers its name.

    Raises:
        KeyringProblem: the keyring is unusable or cannot be replaced; it stays as it is.
    """
    ring = keyfile.from_file(file)
    ring.try_out()
    name = _new_name()
    _replace(file, Keyring(name, {**ring.keys, name: envelope.new_key()}))
    return name


def remove(file: Path, name: str) -> None:
    """Take a key out. Whether anything is still wrapped with it is the caller's to know.

    Raises:
        KeyringProblem: as `require_old`; the keyring stays as it is.
    """
    ring = require_old(file, name)
    _replace(file, Keyring(ring.chosen, {n: key for n, key in ring.keys.items() if n != name}))


def require_old(file: Path, name: str) -> Keyring:
    """The keyring, if it holds a key of this name that is not the current one.

    Raises:
        KeyringProblem: it is current or not there.
    """
    ring = keyfile.from_file(file)
    if name not in ring.keys:
        refuse(
            f"Einen Schlüssel „{name}“ gibt es im Schlüsselbund nicht. Es wurde nichts geändert."
        )
    if name == ring.chosen:
        refuse(f"„{name}“ ist der aktuelle Schlüssel und bleibt im Schlüsselbund.")
    return ring


def _new_name() -> str:
    """A random name: two keyrings made apart never give one name to two keys."""
    return f"k{secrets.token_hex(4)}"


def _replace(file: Path, ring: Keyring) -> None:
    """Beside the old file first, then in its place in one step; so a crash leaves one of the two.

    The name beside it is fixed: of two who change the keyring at once, one is refused.
    """
    file = file.resolve()
    beside = file.with_name(f".{file.name}.new")
    try:
        owner = file.stat()
        _write_new(beside, ring)
        if os.geteuid() == 0:  # run by root, read by the service
            os.chown(beside, owner.st_uid, owner.st_gid)
        beside.replace(file)
        _settle(file.parent)
    except FileExistsError:
        refuse(
            f"{beside} liegt noch da: Jemand ändert den Schlüsselbund gerade, oder eine Änderung "
            "brach ab. Der Schlüsselbund ist unverändert. Läuft nichts mehr, bitte diese Datei "
            "löschen und noch einmal beginnen."
        )
    except OSError as problem:
        refuse(
            f"Der Schlüsselbund {file} lässt sich nicht ersetzen: {os_problem(problem)}. "
            "Bitte nachsehen, ob der Ordner diesem Benutzer gehört; verloren ist nichts."
        )


def _write_new(file: Path, ring: Keyring) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(_as_text(ring))
        opened.flush()
        os.fsync(opened.fileno())
    _settle(file.parent)


def _settle(folder: Path) -> None:
    """The name of a file is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_text(ring: Keyring) -> str:
    keys = {name: base64.b64encode(key).decode() for name, key in ring.keys.items()}
    return json.dumps({"current": ring.chosen, "keys": keys}, indent=2) + "\n"
