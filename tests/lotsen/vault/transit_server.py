"""A Transit secrets engine on loopback, small but real: it encrypts, binds, counts versions.

Source:
    Paths, fields and answers after OpenBao, "Transit secrets engine (API)", and the messages of
    its decrypt path ("cipher: message authentication failed", "encryption key not found", …).
"""

import base64
import json
import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TOKEN = "hvs.only-for-tests"
TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)"

type Answer = tuple[int, dict[str, Any] | bytes]


@dataclass
class Key:
    type: str = "aes256-gcm96"
    derived: bool = False
    min_decryption_version: int = 1
    versions: list[bytes] = field(default_factory=lambda: [os.urandom(32)])


@dataclass
class Engine:
    """What the server knows, and how it is to behave."""

    keys: dict[str, Key] = field(default_factory=lambda: {"lotsen": Key()})
    mount: str = "transit"
    instead: Callable[[], Answer] | None = None  # answers whatever is asked
    ignores_associated_data: bool = False
    location: str = ""  # where a redirect leads
    asked: list[str] = field(default_factory=list)

    def rotate(self, name: str) -> None:
        self.keys[name].versions.append(os.urandom(32))

    def answer(self, method: str, path: str, token: str | None, body: dict[str, Any]) -> Answer:
        self.asked.append(f"{method} {path}")
        if self.instead is not None:
            return self.instead()
        if token != TOKEN:
            return _errors(403, "permission denied")
        match path.removeprefix("/v1/").split("/"):
            case [self.mount, "keys", name] if method == "GET":
                return self._read(name)
            case [self.mount, ("encrypt" | "decrypt") as verb, name] if method == "POST":
                return getattr(self, f"_{verb}")(name, body)
        return _errors(404, f'no handler for route "{path.removeprefix("/v1/")}". route not found.')

    def _read(self, name: str) -> Answer:
        if name not in self.keys:
            return 404, {"errors": []}
        key = self.keys[name]
        return _data(
            type=key.type,
            derived=key.derived,
            keys={
                str(n): 1442851412 + n
                for n in range(key.min_decryption_version, len(key.versions) + 1)
            },
            min_decryption_version=key.min_decryption_version,
            min_encryption_version=0,
            name=name,
            supports_encryption=True,
            supports_decryption=True,
        )

    def _encrypt(self, name: str, body: dict[str, Any]) -> Answer:
        if name not in self.keys:
            return _errors(400, "encryption key not found")
        key = self.keys[name]
        version = body.get("key_version") or len(key.versions)
        if version > len(key.versions):
            return _errors(
                400, "requested version for encryption is higher than the latest key version"
            )
        nonce = os.urandom(12)
        plain = base64.b64decode(body["plaintext"], validate=True)
        sealed = nonce + AESGCM(key.versions[version - 1]).encrypt(nonce, plain, self._bound(body))
        text = f"vault:v{version}:{base64.b64encode(sealed).decode()}"
        return _data(ciphertext=text, key_version=version)

    def _decrypt(self, name: str, body: dict[str, Any]) -> Answer:
        if name not in self.keys:
            return _errors(400, "encryption key not found")
        try:
            plain = self._opened(self.keys[name], body)
        except _Refused as refused:
            return _errors(400, str(refused))
        return _data(plaintext=base64.b64encode(plain).decode())

    def _opened(self, key: Key, body: dict[str, Any]) -> bytes:
        prefix, _, rest = body["ciphertext"].partition(":v")
        number, _, encoded = rest.partition(":")
        if prefix != "vault":
            raise _Refused("invalid ciphertext: no prefix")
        if int(number) > len(key.versions):
            raise _Refused("invalid ciphertext: version is too new")
        if int(number) < key.min_decryption_version:
            raise _Refused(TOO_OLD)
        try:
            sealed = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise _Refused("invalid ciphertext: could not decode base64") from None
        cipher = AESGCM(key.versions[int(number) - 1])
        try:
            return cipher.decrypt(sealed[:12], sealed[12:], self._bound(body))
        except (InvalidTag, ValueError):
            raise _Refused("cipher: message authentication failed") from None

    def _bound(self, body: dict[str, Any]) -> bytes:
        if self.ignores_associated_data:
            return b""
        return base64.b64decode(body.get("associated_data", ""), validate=True)


class _Refused(Exception):  # noqa: N818  what the engine says
    pass


def _errors(status: int, *messages: str) -> Answer:
    return status, {"errors": list(messages)}


def _data(**data: Any) -> Answer:
    return 200, {"request_id": "4", "lease_id": "", "renewable": False, "data": data}


def sealed() -> Answer:
    return _errors(503, "Vault is sealed")


def slow() -> Answer:
    time.sleep(1)
    return sealed()


@contextmanager
def running(engine: Engine, *, certificate: Path | None = None) -> Iterator[str]:
    """The address of the engine, while it is served; over TLS with a certificate (and its key)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(json.loads(self.rfile.read(length)))

        def _answer(self, body: dict[str, Any]) -> None:
            token = self.headers.get("X-Vault-Token")
            status, said = engine.answer(self.command, self.path, token, body)
            is_json = not isinstance(said, bytes)
            content = json.dumps(said).encode() if is_json else said
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if is_json else "text/html")
            self.send_header("Content-Length", str(len(content)))
            if engine.location:
                self.send_header("Location", engine.location + self.path)
            with suppress(ConnectionError):  # whoever asked had no more patience
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silent: the tests look at `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        scheme = "http" if certificate is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, and its key, in one file."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)  # noqa: TID251  an edge
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    return file
