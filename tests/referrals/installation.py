"""A small installation in a folder of its own: database, backup, ledger, keyring, all as files."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import restore_drill

FAMILIES, ERASED = 3, 1  # the backup holds all of them


@dataclass
class Installation:
    """Its commands run in processes of their own, so that no test's transaction is disturbed."""

    folder: Path
    url: str

    @property
    def database(self) -> Path:
        return self.folder / "main.sqlite3"

    @property
    def backup(self) -> Path:
        return self.folder / "before.backup"

    @property
    def ledger(self) -> Path:
        return self.folder / "erasures.jsonl"

    @property
    def erased(self) -> str:
        """The reference of a family that was erased after the backup."""
        return str(json.loads((self.folder / "families.json").read_text())[0][0])

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return restore_drill.manage(self.folder, self.url, *words)

    def refused(self, *words: str) -> str:
        """What a command says that ends with 1 and leaves every file as it was."""
        before = self._files()
        ended = self.manage(*words)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        assert self._files() == before
        return ended.stderr

    def done(self, *words: str) -> str:
        ended = self.manage(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def starts(self) -> bool:
        return restore_drill.python(self.folder, self.url, "start").returncode == 0

    def look(self) -> dict[str, int]:
        """What came back of erased families, and how many others open."""
        ended = restore_drill.python(self.folder, self.url, "look")
        assert ended.returncode == 0, ended.stderr
        return dict(json.loads(ended.stdout))

    def _files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A database file by hand, as nobody should; committed at the end."""
    with closing(sqlite3.connect(file)) as connection:
        yield connection
        connection.commit()


def rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with opened(file) as connection:
        return connection.execute(sql).fetchall()
