"""Who steals the disk, a dump, the log and the mails after a day of work has nobody's name."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tests.security.canaries import STEMS, hits
from tests.serving import lay_migrated
from tests.shared_data import ROOT

# 200 and more: python -m tests.security.stolen_copy (docs/security/README.md)
FAMILIES = 60


@pytest.fixture
def database_of_its_own(django_db_setup: None, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the kind the tests run on."""
    if connection.vendor == "sqlite":
        lay_migrated(tmp_path / "stolen.sqlite3")
        yield f"sqlite:///{tmp_path / 'stolen.sqlite3'}"
        return
    import psycopg

    at = connection.settings_dict
    server = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT'] or 5432}"
    name = f"lotsen_stolen_{uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}"')


def after_a_day(folder: Path, database: str, *how: str) -> dict[str, bytes]:
    """Everything that lies in the folder afterwards, by its name."""
    subprocess.run(
        [sys.executable, "-m", "tests.security.stolen_copy", str(folder), *how],
        check=True, cwd=ROOT, env=os.environ | {"DATABASE_URL": database},
    )  # fmt: skip
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_after_a_day_with_many_families_the_stolen_copy_names_none(
    tmp_path: Path, database_of_its_own: str
) -> None:
    stolen = after_a_day(tmp_path, database_of_its_own, str(FAMILIES))

    assert hits(STEMS.all(), stolen) == []
    assert b"marienklinik" in b"".join(stolen.values())  # something was carried away
    if connection.vendor == "sqlite":
        assert len(stolen["copy/stolen.sqlite3-wal"]) > 1000
    else:
        assert stolen["copy/vault_sealedtext.dump"].count(b"\n") > 3 * FAMILIES


def test_one_field_left_unsealed_is_found(tmp_path: Path, database_of_its_own: str) -> None:
    stolen = after_a_day(tmp_path, database_of_its_own, "1", "--open-field")

    places = {hit.partition(":")[0] for hit in hits([STEMS.name], stolen)}
    assert any(place.startswith("copy/") for place in places)
