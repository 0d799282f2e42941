import base64
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from lotsen.crypto import known_answer
from lotsen.vault import keyfile, keyring
from lotsen.vault.keyfile import Keyring
from lotsen.vault.keyring import KeyringProblem

KEY = base64.b64encode(bytes(range(32))).decode()


def written(folder: Path, text: str, mode: int = 0o400) -> Path:
    file = folder / "keyring.json"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def ring(current: object = "k1", **keys: object) -> str:
    return json.dumps({"current": current, "keys": keys or {"k1": KEY}})


def ring_in_use() -> Keyring:
    provided = keyring.provider()
    assert isinstance(provided, Keyring)
    return provided


def use_file(settings: Settings, file: Path) -> None:
    settings.KEY_PROVIDER, settings.KEYRING_FILE = "file", str(file)


def test_a_made_keyring_is_usable_and_its_owners_alone(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "keyring.json"
    call_command("create_keyring", str(file))
    use_file(settings, file)

    keyring.require_usable()
    loaded = ring_in_use()
    assert len(loaded.key(loaded.current())) == 32
    assert file.stat().st_mode & 0o777 == 0o400


def test_a_keyring_is_never_overwritten(tmp_path: Path) -> None:
    file = written(tmp_path, ring())

    with pytest.raises(CommandError, match="bleibt unverändert"):
        call_command("create_keyring", str(file))
    assert file.read_text(encoding="utf-8") == ring()


def test_a_keyring_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lässt sich nicht anlegen"):
        call_command("create_keyring", str(tmp_path / "missing" / "keyring.json"))


def test_two_made_keyrings_share_neither_key_nor_name(tmp_path: Path, settings: Settings) -> None:
    loaded = []
    for name in ("one.json", "two.json"):
        call_command("create_keyring", str(tmp_path / name))
        use_file(settings, tmp_path / name)
        loaded.append(ring_in_use())

    assert loaded[0].current() != loaded[1].current()
    assert not set(loaded[0].keys.values()) & set(loaded[1].keys.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "kein lesbarer Schlüsselbund"),
        ("[]", "kein lesbarer Schlüsselbund"),
        ('{"current": "k1"}', "kein lesbarer Schlüsselbund"),
        ('{"current": "k1", "keys": 5}', "kein lesbarer Schlüsselbund"),
        ('{"current": ["k1"], "keys": {}}', "„current“"),
        (ring(current="k2"), "„current“ auf einen vorhandenen Schlüssel setzen"),
        (ring(k1=base64.b64encode(bytes(31)).decode()), "31 Byte lang, nötig sind 32"),
        (ring(k1=""), "0 Byte lang"),
        (ring(k1="!!!!"), "kein gültiges Base64"),
        (ring(k1=7), "kein gültiges Base64"),
        (ring(k1=KEY, k2="AAAA"), "„k2“ ist 3 Byte lang"),
        (ring(current="k" * 41, **{"k" * 41: KEY}), "höchstens 40 Zeichen"),
    ],
)
def test_a_damaged_keyring_is_refused_with_a_way_out(
    tmp_path: Path, settings: Settings, text: str, message: str
) -> None:
    use_file(settings, written(tmp_path, text))

    with pytest.raises(KeyringProblem, match=message) as refused:
        ring_in_use()
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o640, 0o420, 0o401])
def test_a_keyring_others_can_reach_is_refused(
    tmp_path: Path, settings: Settings, mode: int
) -> None:
    use_file(settings, written(tmp_path, ring(), mode))

    with pytest.raises(KeyringProblem, match="chmod 400"):
        ring_in_use()


def test_a_missing_keyring_is_refused_and_the_message_says_how_to_make_one(
    tmp_path: Path, settings: Settings
) -> None:
    use_file(settings, tmp_path / "none.json")

    with pytest.raises(KeyringProblem, match=r"manage\.py create_keyring"):
        ring_in_use()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_an_unreadable_keyring_is_refused(
    tmp_path: Path, settings: Settings, content: bytes | None
) -> None:
    file = tmp_path / "keyring.json"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
        file.chmod(0o400)
    use_file(settings, file)

    with pytest.raises(KeyringProblem, match="nicht lesbar"):
        ring_in_use()


def test_a_changed_keyring_is_read_without_a_restart(tmp_path: Path, settings: Settings) -> None:
    file = written(tmp_path, ring(), 0o600)
    use_file(settings, file)
    assert ring_in_use().current() == "k1"

    other = base64.b64encode(bytes(32)).decode()
    file.write_text(ring(current="k2", k1=KEY, k2=other), encoding="utf-8")

    assert ring_in_use().current() == "k2"
    assert ring_in_use().key("k1") == bytes(range(32))


def test_a_key_that_is_not_in_the_ring_is_asked_back_from_the_copy() -> None:
    with pytest.raises(KeyringProblem, match="hinterlegten Kopie"):
        ring_in_use().key("k9")


def test_the_environment_serves_demo_development_and_tests_only(settings: Settings) -> None:
    settings.KEY_PROVIDER = "env"
    assert ring_in_use().current() == "t1"

    settings.KEYRING_IN_ENVIRONMENT = False
    with pytest.raises(KeyringProblem, match="nur für Demo, Entwicklung und Tests"):
        ring_in_use()


def test_an_environment_without_a_keyring_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEY_PROVIDER = "env"
    monkeypatch.delenv("LOTSEN_KEYRING")

    with pytest.raises(KeyringProblem, match="LOTSEN_KEYRING fehlt"):
        ring_in_use()


@pytest.mark.parametrize(("provider", "message"), [("", "„“ nicht"), ("sms", "„sms“")])
def test_other_providers_are_refused(settings: Settings, provider: str, message: str) -> None:
    settings.KEY_PROVIDER = provider

    with pytest.raises(KeyringProblem, match=message):
        ring_in_use()


def test_an_unusable_key_ends_the_program_with_one_and_a_message(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEY_PROVIDER = "sms"

    with pytest.raises(SystemExit) as left:
        keyring.require_usable()
    assert left.value.code == 1
    assert "kennt „sms“ nicht" in capsys.readouterr().err


def test_a_key_that_does_not_open_what_it_sealed_is_found_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(known_answer, "holds", lambda: True)
    monkeypatch.setattr(keyfile.envelope, "unseal", lambda *_: b"something else")

    with pytest.raises(SystemExit):
        keyring.require_usable()
    assert "öffnet nicht, was er verschließt" in capsys.readouterr().err


def test_a_machine_that_cannot_open_the_known_answer_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(known_answer, "holds", lambda: False)

    with pytest.raises(SystemExit) as left:
        keyring.require_usable()
    assert left.value.code == 1
    assert "öffnet einen bekannten Text nicht" in capsys.readouterr().err


def test_no_key_shows_when_a_keyring_is_printed() -> None:
    loaded = ring_in_use()

    assert repr(loaded) == "Keyring(current='t1', 1 keys)"
    assert str(loaded) == repr(loaded)
