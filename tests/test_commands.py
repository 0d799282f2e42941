"""Bad input at the command line: a German sentence, nothing changed, never a traceback."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands

from tests.builders import SAMPLE_INSTRUMENT, make_city, make_organisation, make_user

ROOT = Path(__file__).parent.parent
OURS = {
    name
    for name, app in get_commands().items()
    if app.split(".")[0] in ("lotsen", "offers", "referrals")
}
LONG = "x" * 300
HOUSE = ("--city", "duesseldorf", "--kind", "clinic", "--regime", "private")
PERSON = ("--organisation", "haus", "--role", "navigator")

# Command line ({f} is a folder with the files below) → what the message says.
REFUSED = [
    ("import_districts {f}/fehlt.csv", "es gibt sie nicht"),
    ("import_districts {f}", "es ist ein Ordner"),
    ("import_districts {f}/leer.csv", "ist leer"),
    ("import_districts {f}/bild.csv", "keine Textdatei"),
    ("import_districts {f}/latin1.csv", "nicht in UTF-8"),
    ("import_districts {f}/falsch.csv", "Kopfzeile"),
    ("import_districts {f}/objekt.json", "keine GeoJSON-Sammlung"),
    ("import_districts {f}/sammlung.json", "enthält keine Umrisse"),
    ("import_offers {f}/fehlt.csv", "es gibt sie nicht"),
    ("import_offers {f}", "es ist ein Ordner"),
    ("import_offers {f}/leer.csv", "ist leer"),
    ("import_offers {f}/bild.csv", "keine Textdatei"),
    ("import_offers {f}/falsch.csv", "Kopfzeile"),
    ("import_offers {f}/objekt.json", "keine GeoJSON-Sammlung"),
    ("import_offers {f}/sammlung.json --city atlantis", "nicht angelegt"),
    ("import_offers {f}/sammlung.json --source !!!", "--source"),
    ("import_offers {f}/sammlung.json --report {f}", "Bericht"),
    ("import_births {f}/fehlt.csv", "es gibt sie nicht"),
    ("import_births {f}", "es ist ein Ordner"),
    ("import_births {f}/leer.csv", "ist leer"),
    ("import_births {f}/bild.csv", "keine Textdatei"),
    ("import_births {f}/latin1.csv", "nicht in UTF-8"),
    ("import_births {f}/falsch.csv", "Kopfzeile"),
    ("import_births {f}/geburten.csv", "Nichts wurde übernommen"),
    ("import_births {f}/geburten.csv --city atlantis", "nicht angelegt"),
    ("import_births {f}/geburten.csv --report {f}", "Bericht"),
    ("import_context {f}/fehlt.csv", "es gibt sie nicht"),
    ("import_context {f}", "es ist ein Ordner"),
    ("import_context {f}/leer.csv", "ist leer"),
    ("import_context {f}/bild.csv", "keine Textdatei"),
    ("import_context {f}/falsch.csv", "Kopfzeile"),
    ("import_context {f}/geburten.csv", "Kopfzeile"),
    ("import_context {f}/falsch.csv --city atlantis", "nicht angelegt"),
    ("import_instrument {f}/fehlt.json", "es gibt sie nicht"),
    ("import_instrument {f}", "es ist ein Ordner"),
    ("import_instrument {f}/leer.csv", "kein JSON"),
    ("import_instrument {f}/bild.csv", "kein JSON"),
    ("import_instrument {f}/tief.json", "kein JSON"),
    ("import_instrument {f}/objekt.json", "kein FHIR-Fragebogen"),
    ("import_instrument {f}/lang.json", "id (50)"),
    ("import_instrument {f}/null.json", "U+0000"),
    ("export_instrument unbekannt {f}/aus.json", "gibt es nicht"),
    ("export_instrument muster-lotsenbogen {f}", "es ist ein Ordner"),
    ("export_instrument muster-lotsenbogen {f}/fehlt/aus.json", "kann nicht geschrieben"),
    ("load_consent_texts {f}/fehlt", "kein Einwilligungstext"),
    ("load_consent_texts {f}/leer.csv", "kein Einwilligungstext"),
    ("load_consent_texts --folder {f}/texte", "Im Kopf fehlt"),
    ("release_consent_text 9 tr --reviewed-by Sprachdienst", "gibt es nicht"),
    ("release_consent_text 9 tr --take-back", "gibt es nicht"),
    ("create_keyring {f}", "gibt es schon"),
    ("create_keyring {f}/fehlt/bund.json", "den Ordner gibt es nicht"),
    ("create_keyring {f}/leer.csv/bund.json", "ist kein Ordner"),
    ("create_keyring --add {f}/fehlt.json", "fehlt"),
    ("create_keyring --add {f}/leer.csv", "für andere zugänglich"),
    ("rotate_keys --retire t9", "Nur aus einem Schlüsselbund"),
    ("renew_case_key 7K4M", "gibt es nicht"),
    ("grant_serving_role nobody", "Roll"),
    ("backup {f}/leer.csv", "bleibt unverändert"),
    ("backup {f}/fehlt/b.backup", "den Ordner gibt es nicht"),
    ("restore {f}/fehlt.backup", "es gibt sie nicht"),
    ("restore {f}/leer.csv", "ist leer"),
    ("restore {f}/bild.csv", "keine Sicherung von lotsen"),
    ("restore {f}", "es ist ein Ordner"),
    ("replay_erasures --touched vielleicht", "'erase', 'keep'"),
    ("freeze_statistics 2026", "ist kein Quartal"),
    ("freeze_statistics 2026Q5", "ist kein Quartal"),
    ("freeze_statistics 2099Q4 --city duesseldorf", "ist noch offen"),
    ("freeze_statistics 2025Q1 --city atlantis", "nicht angelegt"),
    ("revoke_tokens niemand", "gibt es nicht"),
    ("close_account niemand", "gibt es nicht"),
    ("close_account petra --reopen", "nicht gesperrt"),
    ("close_organisation fehlt", "gibt es nicht"),
    ("close_organisation haus --reopen", "nicht geschlossen"),
    ("issue_token niemand", "gibt es nicht"),
    ("issue_token petra --days 0", "--days"),
    ("issue_token petra --days 367", "--days"),
    ("issue_token petra --days bald", "--days"),
    ("issue_token petra --scope alles", "'read', 'write'"),
    ("rebuild_search_index --neu", "--neu"),
    ("erase_expired --jetzt", "--jetzt"),
    ("worker --after-restore", "mit --once"),
    ("verify_audit --anchor {f}/fehlt.jsonl", "gibt es nicht"),
    ("verify_audit --anchor {f}", "Anker"),
    ("expire_audit --jetzt", "--jetzt"),
    ("load_demo --city dortmund", "Möglich ist: duesseldorf"),
    ("load_demo --cases -1", "--cases"),
    ("load_demo --cases viele", "--cases"),
    ("load_demo --quarters -1", "--quarters"),
]  # fmt: skip
REFUSED_WORDS = [
    (("add_organisation", "Haus", "--city", "atlantis", *HOUSE[2:]), "nicht bekannt"),
    (("add_organisation", "", *HOUSE), "Name"),
    (("add_organisation", "!!!", *HOUSE), "Kürzel"),
    (("add_organisation", LONG, *HOUSE), "Name"),
    (("add_organisation", "Haus", *HOUSE), "Kürzel"),  # taken
    (("add_organisation", "Haus", "--slug", "a b/c", *HOUSE), "Kürzel"),
    (("add_organisation", "Haus", *HOUSE[:2], "--kind", "schloss", *HOUSE[4:]), "'clinic'"),
    (("add_person", "petra2", "--organisation", "fehlt", "--role", "navigator"), "gibt es nicht"),
    (("add_person", "petra2", "--organisation", "haus", "--role", "king"), "'navigator'"),
    (("add_person", "petra2", *PERSON), "--email"),
    (("add_person", "", *PERSON, "--email", "p@example.org", "--name", "P"), "Benutzername"),
    (("add_person", "p@q", *PERSON, "--email", "p@example.org", "--name", "P"), "Benutzername"),
    (("add_person", LONG, *PERSON, "--email", "p@example.org", "--name", "P"), "Benutzername"),
    (("add_person", "p", *PERSON, "--email", "p@example.org", "--name", LONG), "Anzeigename"),
    (("add_person", "p", *PERSON, "--email", "keine", "--name", "P"), "E-Mail-Adresse"),
    (("add_person", "p", *PERSON, "--email", f"{LONG}@example.org", "--name", "P"), "E-Mail"),
    (("add_person", "p", *PERSON, "--email", "PETRA@example.org", "--name", "P"), "schon ein"),
]


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Files that cannot be used, and a database with one house, one person, one instrument."""
    sample = json.loads(SAMPLE_INSTRUMENT.read_text(encoding="utf-8"))
    files = {
        "leer.csv": b"",
        "bild.csv": b"\x89PNG\x00\xff",
        "latin1.csv": "name\nMörsenbroich".encode("latin-1"),
        "falsch.csv": b"a,b\n1,2\n",
        "geburten.csv": b"site,month,births\nAtlantis,2026-01,5\n",
        "objekt.json": b"{}",
        "sammlung.json": b'{"type": "FeatureCollection", "features": []}',
        "tief.json": b"[" * 100_000,
        "lang.json": json.dumps(sample | {"id": LONG}).encode(),
        "null.json": json.dumps(sample | {"title": "a\x00b"}).encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "texte").mkdir()
    (tmp_path / "texte" / "1-de.md").write_text("version: 1\n\nohne Kopf", encoding="utf-8")
    settings.DEMO = True
    make_city()
    make_user("petra", make_organisation("haus"))
    call_command("import_instrument", SAMPLE_INSTRUMENT, stdout=StringIO())
    return tmp_path


def _everything() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.parametrize(("line", "said"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_does_not_fit_is_told_and_changes_nothing(folder: Path, line: str, said: str) -> None:
    _refused([word.format(f=folder) for word in line.split()], said, folder)


@pytest.mark.parametrize(("words", "said"), REFUSED_WORDS, ids=range(len(REFUSED_WORDS)))
def test_no_house_and_no_person_with_unfit_details(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    _refused(words, said, folder)


def _refused(words: "list[str] | tuple[str, ...]", said: str, folder: Path) -> None:
    before, files = _everything(), sorted(folder.rglob("*"))
    with pytest.raises(CommandError) as refusal:
        call_command(*words, stdout=StringIO())
    assert said in str(refusal.value)
    assert refusal.value.returncode == 1
    assert _everything() == before
    assert sorted(folder.rglob("*")) == files


def test_every_command_is_asked_for_something_it_must_refuse() -> None:
    asked = {line.split()[0] for line, _ in REFUSED} | {words[0] for words, _ in REFUSED_WORDS}
    assert asked == OURS


@pytest.mark.parametrize(
    ("variables", "words", "said"),
    [
        ({"DATABASE_URL": "mysql://x/y"}, ["check"], "DATABASE_URL beginnt mit „mysql“"),
        ({"LOTSEN_DEMO": "ja"}, ["check"], "LOTSEN_DEMO muss 0 oder 1 sein"),
        ({"DATABASE_URL": "sqlite:////fehlt/x"}, ["issue_token", "anna"], "Die Datenbank"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, ["issue_token", "anna"], "fehlen Tabellen"),
    ],
)
def test_a_wrong_environment_is_a_sentence_not_a_traceback(
    variables: dict[str, str], words: list[str], said: str
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env=kept | {"PYTHONIOENCODING": "utf-8"} | variables,
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
