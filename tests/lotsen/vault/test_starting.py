"""What starts without a key, and what does not: in a process of its own, as on a server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "command", [("check",), ("makemigrations", "--check", "--dry-run"), ("migrate", "--plan")]
)
def test_what_shapes_the_house_needs_no_key(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = run("manage.py", *command, keyring=tmp_path / "none.json")

    assert ended.returncode == 0, ended.stdout + ended.stderr
