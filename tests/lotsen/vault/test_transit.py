"""Keys in a key service (OpenBao, HashiCorp Vault), against a real one on loopback."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from lotsen.crypto.envelope import Unopenable
from lotsen.vault import keyring, rotating, transit
from lotsen.vault.keyring import KeyringProblem
from lotsen.vault.models import CaseKey
from tests.builders import NOON
from tests.lotsen.vault import rings, transit_server
from tests.lotsen.vault.openings import seal
from tests.lotsen.vault.transit_server import TOKEN, Answer, Engine, Key

DATA_KEY, PLACE = bytes(range(32)), ("lotsen/dek/v1", "here", "case", "row")


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine()
    with transit_server.running(engine) as address:
        settings.KEY_PROVIDER, settings.VAULT_ADDR = "vault", address
        settings.KEYRING_FILE = str(tmp_path / "keyring.json")
        monkeypatch.setenv("LOTSEN_VAULT_TOKEN", TOKEN)
        yield engine


def test_what_the_service_wrapped_it_unwraps(engine: Engine) -> None:
    keys = keyring.provider()
    wrapped = keys.wrap(DATA_KEY, PLACE)

    assert keys.current() == "transit:lotsen:v1"
    assert wrapped.startswith(b"vault:v1:")
    assert keyring.provider().unwrap("transit:lotsen:v1", wrapped, PLACE) == DATA_KEY
    keyring.require_usable()


def test_the_longest_name_fits_into_the_column(engine: Engine, settings: Settings) -> None:
    settings.VAULT_KEY = "k" * 24
    engine.keys[settings.VAULT_KEY] = Key(
        versions=[bytes(32)] * 999_999, min_decryption_version=999_999
    )

    name = keyring.provider().current()
    assert len(name) == 40
    assert len(name) <= CaseKey._meta.get_field("keyring_key").max_length


def test_it_opens_in_its_own_place_only(engine: Engine) -> None:
    keys = keyring.provider()
    wrapped = keys.wrap(DATA_KEY, PLACE)

    for place in [(*PLACE, ""), PLACE[:-1], ("lotsen/dek/v1here", *PLACE[2:]), ()]:
        with pytest.raises(Unopenable):
            keys.unwrap("transit:lotsen:v1", wrapped, place)


@pytest.mark.parametrize(
    "damage",
    [
        lambda wrapped: wrapped[:-1] + (b"A" if wrapped[-1:] != b"A" else b"B"),
        lambda wrapped: wrapped[:-8],
        lambda wrapped: wrapped.replace(b"v1", b"v2"),
        lambda wrapped: wrapped.replace(b"vault", b"fault"),
        lambda wrapped: wrapped + b"!",
        lambda _: b"",
        lambda _: b"vault:v1:\xff\xfe",
        lambda _: b"\x01\x01" + bytes(200),
    ],
)
def test_what_was_changed_stays_shut(engine: Engine, damage: object) -> None:
    keys = keyring.provider()
    wrapped = keys.wrap(DATA_KEY, PLACE)

    with pytest.raises(Unopenable):
        keys.unwrap("transit:lotsen:v1", damage(wrapped), PLACE)  # type: ignore[operator]


def test_after_a_rotation_old_and_new_open_and_new_ones_take_the_new_version(
    engine: Engine,
) -> None:
    before = keyring.provider()
    old = before.wrap(DATA_KEY, PLACE)
    engine.rotate("lotsen")

    assert before.current() == "transit:lotsen:v1"  # one object speaks of one moment
    assert before.wrap(DATA_KEY, PLACE).startswith(b"vault:v1:")
    after = keyring.provider()
    assert after.current() == "transit:lotsen:v2"
    new = after.wrap(DATA_KEY, PLACE)
    assert after.unwrap("transit:lotsen:v1", old, PLACE) == DATA_KEY
    assert after.unwrap("transit:lotsen:v2", new, PLACE) == DATA_KEY
    with pytest.raises(Unopenable):
        after.unwrap("transit:lotsen:v2", old, PLACE)


def test_nothing_but_a_data_key_is_wrapped(engine: Engine) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keyring.provider().wrap(b"short", PLACE)


def answering(status: int, *messages: str) -> object:
    return lambda: (status, {"errors": list(messages)})


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        (transit_server.sealed, "versiegelt"),
        (answering(501, "Vault is not initialized"), "noch nicht eingerichtet"),
        (answering(401, "no"), "Token abgelehnt"),
        (answering(403, "permission denied"), "verbietet es diesem Token"),
        (answering(404), "LOTSEN_VAULT_KEY und LOTSEN_VAULT_MOUNT"),
        (answering(429, "rate limit quota exceeded"), "begrenzt die Zahl"),
        (answering(500, "internal error of 10.0.0.7"), "meldet einen Fehler"),
        (answering(418, "a teapot"), "meldet einen Fehler"),
        (answering(400, "something new"), "nicht verstanden"),
        (answering(400), "nicht verstanden"),
        (answering(302), "kein Schlüsseldienst"),
        (lambda: (200, b"<html>"), "kein Schlüsseldienst"),
        (lambda: (200, {}), "kein Schlüsseldienst"),
        (lambda: (200, {"data": []}), "kein Schlüsseldienst"),
        (lambda: (200, {"data": {"type": "aes256-gcm96", "keys": {"x": 1}}}), "kein Schlüsseld"),
        (lambda: (200, {"data": {"type": "aes256-gcm96", "keys": {}}}), "kein Schlüsseldienst"),
    ],
)
def test_each_trouble_of_the_service_has_a_german_sentence(
    engine: Engine, capsys: pytest.CaptureFixture[str], instead: object, message: str
) -> None:
    engine.instead = instead  # type: ignore[assignment]

    with pytest.raises(SystemExit) as left:
        keyring.require_usable()
    assert left.value.code == 1
    told = capsys.readouterr().err
    assert message in told
    assert TOKEN not in told
    assert "10.0.0.7" not in told


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"data": {"plaintext": "!"}}), "kein Schlüsseldienst"),
        ((200, {"data": {"plaintext": None}}), "kein Schlüsseldienst"),
        ((400, {"errors": ["encryption key not found"]}), "kennt den Schlüssel nicht"),
        ((400, {"errors": [transit_server.TOO_OLD]}), "min_decryption_version"),
        ((400, {"errors": ["invalid ciphertext: version is too new"]}), "min_decryption_version"),
    ],
)
def test_what_the_service_withholds_is_no_damage(
    engine: Engine, answer: Answer, message: str
) -> None:
    keys = keyring.provider()
    wrapped = keys.wrap(DATA_KEY, PLACE)
    engine.instead = lambda: answer

    with pytest.raises(KeyringProblem, match=message):
        keys.unwrap("transit:lotsen:v1", wrapped, PLACE)


def test_a_shorter_key_from_the_service_is_not_used(engine: Engine) -> None:
    engine.instead = lambda: (200, {"data": {"plaintext": "AAAA"}})

    with pytest.raises(Unopenable):
        keyring.provider().unwrap("transit:lotsen:v1", b"vault:v1:AAAA", PLACE)


def test_a_version_that_was_shut_off_is_told_by_the_real_path(engine: Engine) -> None:
    wrapped = keyring.provider().wrap(DATA_KEY, PLACE)
    engine.rotate("lotsen")
    engine.keys["lotsen"].min_decryption_version = 2

    with pytest.raises(KeyringProblem, match="min_decryption_version"):
        keyring.provider().unwrap("transit:lotsen:v1", wrapped, PLACE)


@pytest.mark.parametrize(
    "key", [Key(type="rsa-4096"), Key(type="ed25519"), Key(type="hmac"), Key(derived=True)]
)
def test_a_key_that_binds_no_place_is_refused(engine: Engine, key: Key) -> None:
    engine.keys["lotsen"] = key

    with pytest.raises(KeyringProblem, match="type=aes256-gcm96"):
        keyring.provider().current()


def test_a_service_that_ignores_the_place_is_found_at_the_start(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.ignores_associated_data = True

    with pytest.raises(SystemExit):
        keyring.require_usable()
    assert "bindet nicht an den Ort" in capsys.readouterr().err


def test_a_service_that_takes_another_version_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keyring.provider()
    assert keys.current() == "transit:lotsen:v1"
    engine.instead = lambda: (200, {"data": {"ciphertext": "vault:v7:AAAA"}})

    with pytest.raises(KeyringProblem, match="andere Fassung"):
        keys.wrap(DATA_KEY, PLACE)


def test_a_service_that_opens_to_something_else_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transit.Transit, "unwrap", lambda *_: bytes(32))

    with pytest.raises(KeyringProblem, match="öffnet nicht, was er verschließt"):
        keyring.provider().try_out()


def test_a_service_that_does_not_answer_is_given_up_soon(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transit, "_ANSWER", 0.1)
    engine.instead = transit_server.slow

    with pytest.raises(KeyringProblem, match="antwortet nicht"):
        keyring.provider().current()


def test_a_service_that_is_not_there_is_told(settings: Settings, engine: Engine) -> None:
    settings.VAULT_ADDR = "http://127.0.0.1:9"

    with pytest.raises(KeyringProblem, match="antwortet nicht"):
        keyring.provider().current()


@pytest.mark.parametrize(
    "address",
    ["", "http://bao.stadt.example:8200", "ftp://127.0.0.1", "127.0.0.1:8200", "https://", "http://[",
     "http://127.0.0.1.example:8200"],
)  # fmt: skip
def test_the_token_goes_over_no_unprotected_way(
    engine: Engine, settings: Settings, address: str
) -> None:
    settings.VAULT_ADDR = address

    with pytest.raises(KeyringProblem, match="nicht geschützt"):
        keyring.provider()
    assert engine.asked == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_follows_no_redirect(engine: Engine, status: int) -> None:
    elsewhere = Engine()
    with transit_server.running(elsewhere) as engine.location:
        engine.instead = lambda: (status, b"")
        with pytest.raises(KeyringProblem):
            keyring.provider().current()
    assert elsewhere.asked == []


def test_a_certificate_nobody_vouches_for_needs_ours(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    certificate = transit_server.certificate(tmp_path)
    with transit_server.running(engine, certificate=certificate) as settings.VAULT_ADDR:
        with pytest.raises(KeyringProblem, match="Zertifikat"):
            keyring.provider().current()
        settings.VAULT_CA = str(certificate)
        assert keyring.provider().current() == "transit:lotsen:v1"
        settings.VAULT_CA = str(tmp_path / "missing.pem")
        with pytest.raises(KeyringProblem, match="LOTSEN_VAULT_CA"):
            keyring.provider().current()


@pytest.mark.parametrize("name", ["", "a/b", "k" * 25, "ä", "../sys", "-x"])
def test_a_key_name_that_could_be_a_path_is_refused(
    engine: Engine, settings: Settings, name: str
) -> None:
    settings.VAULT_KEY = name

    with pytest.raises(KeyringProblem, match="LOTSEN_VAULT_KEY"):
        keyring.provider()


@pytest.mark.parametrize("name", ["k1", "transit:lotsen", "transit:a/b:v1", "transit:lotsen:v0"])
def test_a_stored_name_that_is_none_of_the_service_asks_nothing(engine: Engine, name: str) -> None:
    with pytest.raises(KeyringProblem, match="kein Schlüssel des Schlüsseldienstes"):
        keyring.provider().unwrap(name, b"vault:v1:AAAA", PLACE)
    assert engine.asked == []


def test_the_token_comes_from_a_file_that_an_agent_renews(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("expired\n", encoding="utf-8")
    file.chmod(0o400)
    monkeypatch.setenv("LOTSEN_VAULT_TOKEN_FILE", str(file))
    with pytest.raises(KeyringProblem, match="verbietet es diesem Token"):
        keyring.provider().current()

    file.chmod(0o600)
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert keyring.provider().current() == "transit:lotsen:v1"

    file.chmod(0o604)
    with pytest.raises(KeyringProblem, match="chmod o-rwx"):
        keyring.provider()
    file.unlink()
    with pytest.raises(KeyringProblem, match="nicht lesbar"):
        keyring.provider()


@pytest.mark.parametrize("token", [None, "", " \n"])
def test_without_a_token_nothing_is_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.delenv("LOTSEN_VAULT_TOKEN")
    if token is not None:
        monkeypatch.setenv("LOTSEN_VAULT_TOKEN", token)

    with pytest.raises(KeyringProblem, match="LOTSEN_VAULT_TOKEN"):
        keyring.provider()
    assert engine.asked == []


def test_a_machines_own_proxy_is_not_used(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert keyring.provider().current() == "transit:lotsen:v1"


@pytest.mark.django_db
def test_an_installation_moves_from_a_file_into_the_service_and_back(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    ref, address = uuid4(), settings.VAULT_ADDR
    file = rings.written(tmp_path, rings.ring("t1", "t1"))
    settings.KEY_PROVIDER, settings.VAULT_ADDR = "file", ""
    seal(ref, "Aylin")

    settings.KEY_PROVIDER, settings.VAULT_ADDR = "vault", address
    keyring.require_usable()  # tries both
    assert rings.texts_of(ref) == {"Aylin"}
    call_command("rotate_keys")
    assert CaseKey.objects.get().keyring_key == "transit:lotsen:v1"
    file.rename(tmp_path / "put-away.json")
    assert rings.texts_of(ref) == {"Aylin"}

    (tmp_path / "put-away.json").rename(file)
    settings.KEY_PROVIDER = "file"
    keyring.require_usable()
    assert rings.texts_of(ref) == {"Aylin"}
    call_command("rotate_keys")
    assert CaseKey.objects.get().keyring_key == "t1"
    settings.VAULT_ADDR = ""
    assert rings.texts_of(ref) == {"Aylin"}


@pytest.mark.django_db
def test_a_rotation_over_there_is_followed_here(engine: Engine) -> None:
    refs = [uuid4() for _ in range(5)]
    for ref in refs:
        seal(ref, f"text of {ref}")
    engine.rotate("lotsen")

    assert rotating.rewrap(at=NOON).moved == 5
    engine.keys["lotsen"].min_decryption_version = 2
    assert all(rings.texts_of(ref) == {f"text of {ref}"} for ref in refs)


@pytest.mark.django_db
def test_a_rotation_the_service_breaks_off_carries_on_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 2)
    refs = [uuid4() for _ in range(6)]
    for ref in refs:
        seal(ref, f"text of {ref}")
    engine.rotate("lotsen")

    def break_off(moved: int) -> None:
        if moved == 4:
            engine.instead = transit_server.sealed

    with pytest.raises(KeyringProblem, match="versiegelt"):
        rotating.rewrap(at=NOON, tell=break_off)
    engine.instead = None
    assert CaseKey.objects.filter(keyring_key="transit:lotsen:v2").count() == 4
    assert rotating.rewrap(at=NOON).moved == 2
    assert all(rings.texts_of(ref) == {f"text of {ref}"} for ref in refs)
