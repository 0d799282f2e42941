from pathlib import Path

import pytest

from lotsen import environment
from lotsen.environment import EnvironmentProblem

NAME = "LOTSEN_TRIAL"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


def test_a_missing_variable_is_named_with_both_ways_to_set_it() -> None:
    with pytest.raises(EnvironmentProblem, match=r"LOTSEN_TRIAL fehlt.*LOTSEN_TRIAL_FILE"):
        environment.text(NAME)


def test_a_default_stands_in_for_a_missing_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.text(NAME, "default") == "default"
    monkeypatch.setenv(NAME, "set")
    assert environment.text(NAME, "default") == "set"


def test_a_secret_comes_from_a_file_without_its_line_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text(" from the file \r\n", encoding="utf-8")
    monkeypatch.setenv(NAME, "from the variable")
    monkeypatch.setenv(f"{NAME}_FILE", str(file))

    assert environment.text(NAME) == " from the file "


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))

    with pytest.raises(EnvironmentProblem, match="none, aber die Datei ist nicht lesbar"):
        environment.text(NAME, "default")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    file.mkdir() if content is None else file.write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(file))

    with pytest.raises(EnvironmentProblem, match="nicht lesbar"):
        environment.text(NAME)


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False)])
def test_a_flag_is_one_or_zero(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv(NAME, value)
    assert environment.flag(NAME) is expected


@pytest.mark.parametrize("value", ["", "true", "ja", "on", " 1"])
def test_any_other_flag_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(EnvironmentProblem, match="muss 0 oder 1 sein"):
        environment.flag(NAME)


@pytest.mark.parametrize("default", [True, False])
def test_a_missing_flag_is_its_default(default: bool) -> None:
    assert environment.flag(NAME, default=default) is default


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "one, two ,,three")
    assert environment.words(NAME) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///var/lotsen.sqlite3", "var/lotsen.sqlite3"),
        ("sqlite:////srv/lotsen.sqlite3", "/srv/lotsen.sqlite3"),
        ("postgres://host/lotsen", "lotsen"),
        ("postgresql://host/lots%20en", "lots en"),
    ],
)
def test_a_database_url_names_the_database(url: str, name: str) -> None:
    assert environment.database(url)["NAME"] == name


def test_every_part_of_a_database_url_arrives() -> None:
    settings = environment.database("postgres://anna%40x:p%2Fw@db.local:5433/lotsen")

    assert settings["ENGINE"] == "lotsen.fence.postgres"
    parts = [settings[part] for part in ("USER", "PASSWORD", "HOST", "PORT")]
    assert parts == ["anna@x", "p/w", "db.local", "5433"]


def test_sqlite_erases_what_is_deleted_and_keeps_its_promises() -> None:
    pragmas = str(environment.database("sqlite:///x")["OPTIONS"])

    for pragma in ("secure_delete=ON", "recursive_triggers=ON", "foreign_keys=ON", "WAL"):
        assert pragma in pragmas


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("mysql://root:geheim@host/lotsen", "beginnt mit „mysql“"),
        ("lotsen.sqlite3", "beginnt mit „“"),
        ("", "beginnt mit „“"),
        ("postgres://root:geheim@host", "nennt keine Datenbank"),
        ("postgres://root:geheim@host/", "nennt keine Datenbank"),
        ("sqlite://", "nennt keine Datenbank"),
        ("postgres://root:geheim@host:port/lotsen", "ist keine gültige Adresse"),
        ("postgres://root:geheim@[host/lotsen", "ist keine gültige Adresse"),
    ],
)
def test_a_bad_database_url_is_refused_without_its_password(url: str, cause: str) -> None:
    with pytest.raises(EnvironmentProblem, match=cause) as refused:
        environment.database(url)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_number_is_read_or_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.number("LOTSEN_EXPECTED_FAMILIES", 2000) == 2000
    monkeypatch.setenv("LOTSEN_EXPECTED_FAMILIES", "50000")
    assert environment.number("LOTSEN_EXPECTED_FAMILIES", 2000) == 50_000


@pytest.mark.parametrize("written", ["0", "-5", "viele", "", "1e6", "²", "1234567890"])
def test_what_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("LOTSEN_EXPECTED_FAMILIES", written)
    with pytest.raises(EnvironmentProblem, match="muss eine ganze Zahl ab 1 sein"):
        environment.number("LOTSEN_EXPECTED_FAMILIES", 2000)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ""),
        (
            "https://anmelden.stadt.example/realms/stadt",
            "https://anmelden.stadt.example/realms/stadt",
        ),
        ("http://127.0.0.1:8001/o", "http://127.0.0.1:8001/o"),
    ],
)
def test_an_address_is_read_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch, written: str | None, read: str
) -> None:
    if written is not None:
        monkeypatch.setenv(NAME, written)
    assert environment.address(NAME) == read


@pytest.mark.parametrize(
    "written", ["http://stadt.example/", "stadt.example", "https:///o", "x://["]
)
def test_an_address_in_the_clear_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(NAME, written)
    with pytest.raises(EnvironmentProblem, match="https://"):
        environment.address(NAME)


def test_one_of_few_words_is_read_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.choice(NAME, "own", "provider") == "own"
    monkeypatch.setenv(NAME, "provider")
    assert environment.choice(NAME, "own", "provider") == "provider"
    monkeypatch.setenv(NAME, "both")
    with pytest.raises(EnvironmentProblem, match="own oder provider"):
        environment.choice(NAME, "own", "provider")
