"""Files of consent texts: what is wrong in one is named by file and line, and nothing is loaded."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from referrals.consent import files
from referrals.consent.models import ConsentText
from referrals.consent.rules import Purpose
from referrals.consent.wording import WORDS, fingerprint

pytestmark = pytest.mark.django_db
GERMAN = (files.FOLDER / "2-de.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """German alone, with its four paragraphs on the law."""
    (tmp_path / files.LAWS).mkdir()
    shutil.copy(files.FOLDER / "2-de.md", tmp_path)
    for path in (files.FOLDER / files.LAWS).glob("2-de-[!s]*.md"):
        shutil.copy(path, tmp_path / files.LAWS)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 2\n", "", r"Im Kopf fehlt: version"),
        ("yes: Ja, einverstanden\n", "", r"Im Kopf fehlt: yes"),
        ("feedback: ", "feedbak: ", r"Zeile 7: Den Schlüssel „feedbak“ gibt es nicht"),
        ("status: released", "status: fine", r"Zeile 3: „fine“ ist kein Stand\. Möglich: machine"),
        ("status: released", "regime: roman\nstatus: released", r"Zeile 3: „roman“ ist kein Recht"),
        ("language: de", "language: Deutsch", r"Zeile 2: „Deutsch“ ist kein Sprachkürzel"),
        ("page: Eine Frage an Sie", "page:", r"Zeile 10: Hinter „page:“ steht nichts"),
        ("page: Eine", "page Eine", r"Zeile 10: „page Eine.*“ ist keine Zeile"),
        ("no: Nein", "yes: Nein", r"Zeile 25: „yes“ steht schon in Zeile 24"),
        ("title: ", f"title: {160 * 'o'}", r"Zeile 4: „title“ hat höchstens 160 Zeichen"),
        ("{recipient}", "uns", r"Der Platz für die Stelle fehlt: \{recipient\}"),
        ("{recipient}", "{house}{recipient}", r"Zeile 4: „\{house\}“ füllt niemand aus"),
        ("freiwillig.", "{freiwillig.", r"Zeile 54: „\{freiwillig.*“ füllt niemand aus"),
        ("\n{law}\n", "\nDazu: {law}\n", r"\{law\} steht einmal und allein"),
        ("\n{law}\n", "\n{law}\n\n{law}\n", r"\{law\} steht einmal und allein"),
        ("\n{law}\n", "\n", r"-catholic\.md: Zu Fassung 2 \(de\) gibt es keinen Text"),
    ],
)
def test_a_fault_is_named_by_file_and_line_and_nothing_is_loaded(
    folder: Path, old: str, new: str, told: str
) -> None:
    assert old in GERMAN
    (folder / "2-de.md").write_text(GERMAN.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(CommandError, match=rf"2-de.*{told}[\s\S]*Es wurde nichts geändert"):
        call_command("load_consent_texts", folder=folder)

    assert not ConsentText.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("regime: catholic\n", "", r"Zeile 4: Im Kopf fehlt: regime"),
        ("regime: catholic", "regime: private", r"gibt es zweimal"),
        ("version: 2", "version: 3", r"Zu Fassung 3 \(de\) gibt es keinen Text"),
        ("Sie können", "Sie {können}", r"Zeile 6: „\{können\}“ füllt niemand aus\."),
        ("title", "title", ""),
    ],
)
def test_so_is_a_fault_in_a_paragraph_on_the_law(
    folder: Path, old: str, new: str, told: str
) -> None:
    path = folder / files.LAWS / "2-de-catholic.md"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace(old, new, 1) if told else source.split("\n\n")[0] + "\n")

    with pytest.raises(CommandError, match=told or r"law/2-de-catholic.md, Zeile 5: Der Absatz"):
        call_command("load_consent_texts", folder=folder)

    assert not ConsentText.objects.exists()


def test_a_text_that_asks_for_the_law_needs_one(folder: Path) -> None:
    shutil.rmtree(folder / files.LAWS)

    with pytest.raises(files.TextProblem, match=r"2-de\.md: In „law/“ liegt kein Absatz"):
        files.read_folder(folder)


def test_a_house_without_a_paragraph_for_its_law_is_not_asked_in_this_language(
    folder: Path,
) -> None:
    (folder / files.LAWS / "2-de-protestant.md").unlink()

    made = {draft.legal_regime for draft in files.read_folder(folder)}

    assert made == {"municipal", "private", "catholic"}


def test_a_text_is_only_as_far_as_its_paragraph_on_the_law(folder: Path) -> None:
    path = folder / files.LAWS / "2-de-catholic.md"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("status: released", "status: translated"), encoding="utf-8")

    made = {draft.legal_regime: draft.status for draft in files.read_folder(folder)}

    assert made["catholic"] == "translated"
    assert made["municipal"] == "released"


def test_the_same_text_twice_is_refused(folder: Path) -> None:
    shutil.copy(folder / "2-de.md", folder / "again.md")

    with pytest.raises(files.TextProblem, match=r"Fassung 2 \(de, catholic\) gibt es zweimal"):
        files.read_folder(folder)


def test_what_is_not_utf_8_is_told_with_its_line(folder: Path) -> None:
    (folder / "2-de.md").write_bytes(b"version: 2\nlanguage: d\xe4\n")

    with pytest.raises(files.TextProblem, match=r"2-de\.md, Zeile 2: nicht in UTF-8"):
        files.read_folder(folder)


def test_windows_line_ends_and_a_byte_order_mark_change_no_word(folder: Path) -> None:
    before = [draft.sha256 for draft in files.read_folder(folder)]
    windows = "\ufeff" + GERMAN.replace("\n", "\r\n")
    (folder / "2-de.md").write_bytes(windows.encode())

    assert [draft.sha256 for draft in files.read_folder(folder)] == before


@given(st.data())
def test_every_word_counts_for_the_hash(data: st.DataObject) -> None:
    words = {key: f"w {key}" for key in WORDS}
    questions = {purpose.value: f"q {purpose}" for purpose in Purpose}
    before = fingerprint("t", "b", questions, words)

    place = data.draw(st.sampled_from(["title", "body", *questions, *words]))
    other = data.draw(st.text(min_size=1))
    title, body = (
        ("t" + other if place == "title" else "t"),
        ("b" + other if place == "body" else "b"),
    )
    after = fingerprint(
        title,
        body,
        {key: text + other if key == place else text for key, text in questions.items()},
        {key: text + other if key == place else text for key, text in words.items()},
    )

    assert after != before
