"""The tools of PostgreSQL: missing, too old, and what they are told. No server is needed."""

from pathlib import Path

import pytest
from django.db import connection

from lotsen.backups import postgres
from lotsen.backups.files import BackupProblem

# Stands in for pg_dump: writes down how it was called, then does what a test wants.
STAND_IN = """#!/bin/sh
/usr/bin/env > "{folder}/environment"
printf '%s\\n' "$0" "$@" > "{folder}/arguments"
{deed}
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only place where programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def stand_in(folder: Path, deed: str) -> None:
    tool = folder / "pg_dump"
    tool.write_text(STAND_IN.format(folder=folder, deed=deed), encoding="utf-8")
    tool.chmod(0o700)


def test_a_missing_tool_is_named_with_the_package_it_comes_in(tools: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match=r"pg_dump fehlt.*postgresql-client"):
        postgres.save(tmp_path / "b.backup")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("pg_dump: error: aborting because of server version mismatch", "älter als der Server"),
        ("pg_dump: error: permission denied for table vault_casekey", "fehlen Rechte"),
        ("pg_dump: error: something else", "Es meldet: pg_dump: error: something else"),
    ],
)
def test_what_the_tool_complains_about_is_told_in_german(
    tools: Path, tmp_path: Path, said: str, meaning: str
) -> None:
    stand_in(tools, f'echo "{said}" >&2; exit 1')

    with pytest.raises(BackupProblem, match=meaning):
        postgres.save(tmp_path / "b.backup")


def test_no_password_stands_in_a_process_list(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"NAME": "lotsen", "USER": "u", "PASSWORD": "geheim", "HOST": "h", "PORT": "1"}
    for name, value in facts.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    monkeypatch.setenv("PGSERVICE", "another")  # what the shell happens to say does not count
    stand_in(tools, "echo PGDMP")
    postgres.save(tmp_path / "b.backup")

    environment = (tools / "environment").read_text().splitlines()
    said = (tools / "arguments").read_text()
    assert "PGPASSWORD=geheim" in environment
    assert "PGDATABASE=lotsen" in environment
    assert not [line for line in environment if line.startswith("PGSERVICE=")]
    assert "geheim" not in said
    assert "--format=custom" in said
    assert (tmp_path / "b.backup").read_text() == "PGDMP\n"
