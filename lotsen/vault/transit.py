"""Keys that lie in OpenBao or HashiCorp Vault (Transit) and never leave it.

The service wraps and unwraps; the context goes along as associated data, so that what was
wrapped opens in its own place only. A key of ours is named `transit:NAME:vVERSION`: after a
rotation over there the older versions count as old keys here.

Source:
    Paths, fields and answers: OpenBao, "Transit secrets engine (API)", version 2.5, which is
    that of HashiCorp Vault.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import hvac
import requests
from django.conf import settings
from hvac import exceptions

from lotsen import environment
from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.vault.keyfile import FOREIGN
from lotsen.vault.keyproblems import KeyringProblem, refuse

_CONNECT, _ANSWER = 2, 5  # seconds
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,23}")  # with prefix and version 40 characters
_OUR_NAME = re.compile(rf"{FOREIGN}({_NAME.pattern}):v([1-9][0-9]{{0,5}})")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_BINDING = {"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"}
_TRIAL, _ELSEWHERE = ("lotsen/trial/v1",), ("lotsen/trial/v1", "elsewhere")
# What the service says, word for word, of something that was changed or moved.
_SHUT = ("cipher: message authentication failed", "invalid ciphertext")


class Transit:
    """One key of the service, in the version that is newest when first asked for."""

    def __init__(self, client: hvac.Client, *, mount: str, key: str) -> None:
        self._engine = client.secrets.transit
        self._mount, self._key = mount, key

    def current(self) -> str:
        return f"{FOREIGN}{self._key}:v{self._version}"

    def wrap(self, data_key: bytes, context: tuple[str, ...]) -> bytes:
        if len(data_key) != envelope.KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        answer = _asked(
            lambda: self._engine.encrypt_data(
                name=self._key,
                plaintext=base64.b64encode(data_key).decode(),
                associated_data=_bound(context),
                key_version=self._version,
                mount_point=self._mount,
            )
        )
        wrapped = _text(answer, "ciphertext").encode()
        if not wrapped.startswith(_prefix(self._version)):
            refuse("Der Schlüsseldienst hat eine andere Fassung des Schlüssels genommen.")
        return wrapped

    def unwrap(self, name: str, wrapped: bytes, context: tuple[str, ...]) -> bytes:
        key, version = _taken_apart(name)
        if not wrapped.startswith(_prefix(version)):
            raise Unopenable
        answer = _asked(
            lambda: self._engine.decrypt_data(
                name=key,
                ciphertext=wrapped.decode("ascii", "replace"),
                associated_data=_bound(context),
                mount_point=self._mount,
            )
        )
        return _data_key(_text(answer, "plaintext"))

    def try_out(self) -> None:
        """Wrap and unwrap, and see that the place is bound.

        Raises:
            KeyringProblem: the service cannot be used; the key has another type; or the service
                is so old that it ignores associated data.
        """
        data_key = envelope.new_key()
        wrapped = self.wrap(data_key, _TRIAL)
        try:
            same = self.unwrap(self.current(), wrapped, _TRIAL) == data_key
        except Unopenable:
            same = False
        if not same:
            refuse(f"Der Schlüssel „{self.current()}“ öffnet nicht, was er verschließt.")
        try:
            self.unwrap(self.current(), wrapped, _ELSEWHERE)
        except Unopenable:
            return
        refuse(
            "Der Schlüsseldienst bindet nicht an den Ort (associated_data). Bitte OpenBao oder "
            "eine neuere Fassung von Vault verwenden."
        )

    @cached_property
    def _version(self) -> int:
        """Asked once per object, so that a rotation between two calls mixes no versions."""
        facts = _facts(_asked(lambda: self._engine.read_key(self._key, mount_point=self._mount)))
        kind = facts.get("type")
        if kind not in _BINDING or facts.get("derived"):
            refuse(
                f"Der Schlüssel „{self._key}“ im Schlüsseldienst hat die Art „{kind}“ oder leitet "
                "ab (derived). Nötig ist einer, der an den Ort bindet: bao write -f "
                f"{self._mount}/keys/{self._key} type=aes256-gcm96"
            )
        try:
            return max(int(version) for version in facts["keys"])
        except (KeyError, TypeError, ValueError):
            refuse(_UNCLEAR)


def from_settings() -> Transit:
    """The key that the settings name. The token is read anew, so an agent may renew its file.

    Raises:
        KeyringProblem: something is not set, or the way there is not protected.
    """
    key = str(settings.VAULT_KEY)
    if not _NAME.fullmatch(key):
        refuse(
            "LOTSEN_VAULT_KEY fehlt oder passt nicht: 1 bis 24 Zeichen aus Buchstaben ohne "
            "Umlaute, Ziffern, Punkt, Strich und Unterstrich."
        )
    session = requests.Session()
    session.trust_env = False  # no proxy, no .netrc of the machine
    session.verify = _authority() or True
    client = hvac.Client(
        url=_address(),
        token=_token(),
        session=session,
        timeout=(_CONNECT, _ANSWER),
        allow_redirects=False,  # the token goes to this address only
    )
    return Transit(client, mount=str(settings.VAULT_MOUNT), key=key)


def _address() -> str:
    address = str(settings.VAULT_ADDR)
    if not _is_protected(address):
        refuse(
            "LOTSEN_VAULT_ADDR fehlt oder ist nicht geschützt. Nötig ist https://RECHNER:PORT "
            "(http nur auf demselben Rechner)."
        )
    return address


def _is_protected(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _authority() -> str:
    file = str(settings.VAULT_CA)
    if file and not Path(file).is_file():
        refuse(f"LOTSEN_VAULT_CA zeigt auf {file}; diese Datei gibt es nicht. Bitte prüfen.")
    return file


def _token() -> str:
    file = environment.path("LOTSEN_VAULT_TOKEN")
    if file is not None and file.exists() and _open_to_all(file):
        refuse(
            f"Das Token {file} ist für alle auf dem Rechner lesbar. Bitte ausführen: "
            f"chmod o-rwx {file}"
        )
    try:
        token = environment.text("LOTSEN_VAULT_TOKEN").strip()
    except environment.EnvironmentProblem as problem:
        refuse(str(problem))
    return token or refuse("LOTSEN_VAULT_TOKEN ist leer.")


def _open_to_all(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o007)


_UNCLEAR = (
    "Unter LOTSEN_VAULT_ADDR antwortet etwas, das kein Schlüsseldienst (Transit) ist. Bitte "
    "Adresse und LOTSEN_VAULT_MOUNT prüfen."
)
_MEANINGS: dict[type[exceptions.VaultError], str] = {
    exceptions.Unauthorized: "hat das Token abgelehnt. Bitte LOTSEN_VAULT_TOKEN erneuern.",
    exceptions.Forbidden: (
        "verbietet es diesem Token. Bitte prüfen, ob es abgelaufen ist und ob seine Regel keys "
        "lesen sowie encrypt und decrypt schreiben darf (docs/operations.md)."
    ),
    exceptions.InvalidPath: (
        "kennt den Schlüssel oder den Pfad nicht. Bitte LOTSEN_VAULT_KEY und LOTSEN_VAULT_MOUNT "
        "prüfen."
    ),
    exceptions.VaultNotInitialized: "ist noch nicht eingerichtet. Bitte dort einrichten.",
    exceptions.VaultDown: "ist versiegelt (sealed). Bitte dort entsiegeln: bao operator unseal",
    exceptions.RateLimitExceeded: "begrenzt die Zahl der Anfragen. Bitte die Grenze dort anheben.",
}


def _asked(ask: Callable[[], object]) -> object:
    """The answer of the service.

    Raises:
        Unopenable: it says that what was wrapped, or its place, is another.
        KeyringProblem: everything else; nothing the service wrote is repeated but short reasons.
    """
    try:
        return ask()
    except exceptions.InvalidRequest as problem:
        _refused(problem)
    except exceptions.VaultError as problem:
        meaning = _MEANINGS.get(type(problem), "meldet einen Fehler. Bitte dort nachsehen.")
        refuse(f"Der Schlüsseldienst {meaning}")
    except requests.exceptions.SSLError:
        refuse(
            "Das Zertifikat des Schlüsseldienstes wird nicht anerkannt. Bitte LOTSEN_VAULT_CA "
            "auf das Zertifikat der ausstellenden Stelle zeigen lassen."
        )
    except (requests.exceptions.RequestException, OSError):
        refuse(
            "Der Schlüsseldienst antwortet nicht. Bitte prüfen, ob er läuft und unter "
            "LOTSEN_VAULT_ADDR erreichbar ist."
        )


def _refused(problem: exceptions.InvalidRequest) -> NoReturn:
    reason = str((problem.errors or [""])[0])
    if reason == "encryption key not found":
        refuse("Der Schlüsseldienst kennt den Schlüssel nicht. Bitte LOTSEN_VAULT_KEY prüfen.")
    if "too old" in reason or "too new" in reason or "no such key version" in reason:
        refuse(
            "Der Schlüsseldienst gibt die nötige Fassung des Schlüssels nicht frei. Bitte "
            "min_decryption_version senken oder die Sicherung des Dienstes zurückspielen."
        )
    if reason.startswith(_SHUT):
        raise Unopenable from None
    refuse("Der Schlüsseldienst hat die Anfrage nicht verstanden. Bitte dort nachsehen.")


def _facts(answer: object) -> Mapping[str, Any]:
    data = answer.get("data") if isinstance(answer, Mapping) else None
    return data if isinstance(data, Mapping) else refuse(_UNCLEAR)


def _text(answer: object, part: str) -> str:
    value = _facts(answer).get(part)
    return value if isinstance(value, str) else refuse(_UNCLEAR)


def _data_key(encoded: str) -> bytes:
    try:
        data_key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        refuse(_UNCLEAR)
    if len(data_key) != envelope.KEY_BYTES:
        raise Unopenable
    return data_key


def _taken_apart(name: str) -> tuple[str, int]:
    found = _OUR_NAME.fullmatch(name)
    if found is None:
        raise KeyringProblem(
            f"„{name}“ ist kein Schlüssel des Schlüsseldienstes. Mit ihm sind Angaben "
            "verschlossen; bitte LOTSEN_KEYRING_FILE auf den Schlüsselbund zeigen lassen, in dem "
            "er liegt."
        )
    return found[1], int(found[2])


def _prefix(version: int) -> bytes:
    return b"vault:v%d:" % version


def _bound(context: tuple[str, ...]) -> str:
    return base64.b64encode(envelope.encode(context)).decode()
