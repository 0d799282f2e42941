"""How the file of a backup comes to be."""

from pathlib import Path

import pytest

from lotsen.backups import files
from lotsen.backups.files import BackupProblem


def test_a_new_file_appears_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "b.backup"
    with files.new(target) as growing:
        growing.write_bytes(b"half")
        assert target.read_bytes() == b""

    assert target.read_bytes() == b"half"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), BackupProblem("x"), OSError(28, "full")])
def test_a_failed_backup_leaves_nothing_behind(tmp_path: Path, problem: BaseException) -> None:
    expected = BackupProblem if isinstance(problem, OSError) else type(problem)
    with pytest.raises(expected), files.new(tmp_path / "b.backup"):
        raise problem

    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "b.backup"
    target.write_bytes(b"older backup")

    with pytest.raises(BackupProblem, match="bleibt unverändert"), files.new(target):
        pytest.fail("nothing to write to")
    assert target.read_bytes() == b"older backup"


@pytest.mark.parametrize(
    ("content", "answer"),
    [(b"SQLite format 3\x00rest", "sqlite"), (b"PGDMP\x01", "postgresql")],
)
def test_the_kind_of_a_backup_stands_at_its_start(
    tmp_path: Path, content: bytes, answer: str
) -> None:
    file = tmp_path / "b.backup"
    file.write_bytes(content)

    assert files.vendor(file) == answer


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "es gibt sie nicht"), (b"", "ist leer"), (b"SQLite", "keine Sicherung von lotsen")],
)
def test_what_is_no_backup_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "b.backup"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BackupProblem, match=said):
        files.vendor(file)
