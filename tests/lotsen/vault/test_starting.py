"""What starts without a key, and what does not: in a process of its own, as on a server."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import lay_migrated

ROOT = Path(__file__).parents[3]


def run(*command: str, keyring: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {
        "DJANGO_SETTINGS_MODULE": "lotsen.settings.production",
        "LOTSEN_SECRET_KEY": "x" * 60,
        "LOTSEN_KEYRING_FILE": str(keyring),
        "DATABASE_URL": f"sqlite:///{keyring.parent}/empty.sqlite3",
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=kept | environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_server_does_not_start_without_a_key(tmp_path: Path) -> None:
    ended = run("-c", "import lotsen.wsgi", keyring=tmp_path / "none.json")

    assert ended.returncode == 1
    assert "manage.py create_keyring" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_server_does_not_start_without_its_secret(tmp_path: Path) -> None:
    ended = run(
        "-c",
        "import os; del os.environ['LOTSEN_SECRET_KEY']; import lotsen.wsgi",
        keyring=tmp_path / "none.json",
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("LOTSEN_SECRET_KEY fehlt.")
    assert "Traceback" not in ended.stderr


def test_the_server_starts_with_a_key(tmp_path: Path) -> None:
    file = tmp_path / "keyring.json"
    made = run("manage.py", "create_keyring", str(file), keyring=file)
    assert made.returncode == 0, made.stderr

    ended = run("-c", "import lotsen.wsgi", keyring=file)

    assert ended.returncode == 0, ended.stderr


def ring(key: bytes) -> str:
    return json.dumps({"current": "k1", "keys": {"k1": base64.b64encode(key).decode()}})


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        (ring(bytes(16)), 0o400, "16 Byte lang, nötig sind 32"),
        (ring(bytes(32)), 0o444, "Bitte ausführen: chmod 400"),
        ("", 0o400, "kein lesbarer Schlüsselbund"),
    ],
)
def test_the_server_does_not_start_with_a_key_that_is_no_use(
    tmp_path: Path, text: str, mode: int, message: str
) -> None:
    """Under gunicorn, as on a server: it ends, and does not start its workers for ever."""
    file = tmp_path / "keyring.json"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)

    ended = run("-m", "gunicorn", "lotsen.wsgi:application", "--preload",
                "--bind", f"unix:{tmp_path}/socket", keyring=file)  # fmt: skip

    assert ended.returncode == 1
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Booting worker" not in ended.stderr


def test_no_key_is_derived_from_the_secret_of_django(tmp_path: Path) -> None:
    ended = run("-c", "import lotsen.wsgi", keyring=tmp_path / "none.json", LOTSEN_KEYRING="",
                LOTSEN_SECRET_KEY="a secret, but no keyring" * 4)  # fmt: skip

    assert ended.returncode == 1
    assert "none.json fehlt" in ended.stderr


def test_families_are_never_served_with_a_key_from_the_environment(tmp_path: Path) -> None:
    ended = run("-c", "import lotsen.wsgi", keyring=tmp_path / "none.json",
                LOTSEN_KEY_PROVIDER="env", LOTSEN_KEYRING=ring(bytes(32)))  # fmt: skip

    assert ended.returncode == 1
    assert "nur für Demo, Entwicklung und Tests" in ended.stderr


def test_the_server_does_not_start_while_the_key_service_is_silent(tmp_path: Path) -> None:
    ended = run("-c", "import lotsen.wsgi", keyring=tmp_path / "none.json",
                LOTSEN_KEY_PROVIDER="vault", LOTSEN_VAULT_ADDR="http://127.0.0.1:9",
                LOTSEN_VAULT_TOKEN="hvs.only-for-tests")  # fmt: skip

    assert ended.returncode == 1
    assert "Der Schlüsseldienst antwortet nicht" in ended.stderr
    assert "hvs.only-for-tests" not in ended.stderr
    assert "Traceback" not in ended.stderr


_SEAL = """
import django; django.setup()
from uuid import uuid4
from django.utils.timezone import now
from lotsen.vault import sealing
sealing.seal(uuid4(), kind="note", field="text", text="text", at=now())
"""


def test_the_server_does_not_start_with_the_keyring_of_another_installation(
    django_db_setup: None, tmp_path: Path
) -> None:
    """Sound in itself, of the same name even: only trying it on the database shows it."""
    lay_migrated(tmp_path / "empty.sqlite3")
    ours, theirs, namesake = (tmp_path / f"{name}.json" for name in ("ours", "theirs", "namesake"))
    for file in (ours, theirs):
        assert run("manage.py", "create_keyring", str(file), keyring=file).returncode == 0
    sealed = run("-c", _SEAL, keyring=ours)
    assert sealed.returncode == 0, sealed.stderr
    name = json.loads(ours.read_text(encoding="utf-8"))["current"]
    namesake.write_text(ring(bytes(32)).replace("k1", name), encoding="utf-8")
    namesake.chmod(0o400)

    for keyring, message in [
        (theirs, f"Der Schlüssel „{name}“ fehlt im Schlüsselbund"),
        (namesake, f"Der Schlüssel „{name}“ öffnet nicht, was in dieser Datenbank liegt"),
    ]:
        ended = run("-c", "import lotsen.wsgi", keyring=keyring)
        assert ended.returncode == 1
        assert message in ended.stderr
        assert "Traceback" not in ended.stderr
    assert run("-c", "import lotsen.wsgi", keyring=ours).returncode == 0


@pytest.mark.parametrize(
    "command", [("check",), ("makemigrations", "--check", "--dry-run"), ("migrate", "--plan")]
)
def test_what_shapes_the_house_needs_no_key(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = run("manage.py", *command, keyring=tmp_path / "none.json")

    assert ended.returncode == 0, ended.stdout + ended.stderr
