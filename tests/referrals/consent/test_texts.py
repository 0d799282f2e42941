"""The shipped texts, and how they reach the database."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lotsen.accounts.models import LegalRegime
from lotsen.audit.models import AccessEvent
from referrals.consent import files, texts
from referrals.consent.models import ConsentText, TextStatus
from referrals.consent.rules import Category, Purpose
from referrals.consent.wording import GIVES, WORDS
from tests.builders import NOON

SHIPPED = files.read_folder()
FIRST = [draft for draft in SHIPPED if draft.version == "1"]
SECOND = [draft for draft in SHIPPED if draft.version == "2"]
RELEASED = {"de", "de-simple", "en"}
pytestmark = pytest.mark.django_db


def changed(folder: Path, language: str, old: str, new: str) -> list[files.Draft]:
    """The shipped first text of one language with other words."""
    source = (files.FOLDER / f"1-{language}.md").read_text(encoding="utf-8")
    assert old in source
    (folder / f"1-{language}.md").write_text(source.replace(old, new), encoding="utf-8")
    return files.read_folder(folder)


def named(draft: files.Draft) -> str:
    return f"{draft.version}-{draft.language}-{draft.legal_regime}"


def only(version: str, language: str, regime: str = "municipal") -> ConsentText:
    return ConsentText.objects.get(version=version, language=language, legal_regime=regime)


@pytest.mark.parametrize("draft", SHIPPED, ids=named)
def test_every_text_is_short_names_the_recipient_and_asks_for_each_purpose(
    draft: files.Draft,
) -> None:
    assert len(f"{draft.title} {draft.body}".split()) <= 250
    assert (draft.title + draft.body).count("{recipient}") == 1
    assert set(draft.questions) == set(Purpose)
    assert all(draft.questions.values())
    assert (draft.status == TextStatus.RELEASED) is (draft.language in RELEASED)


def test_version_2_is_whole_in_every_language_and_for_every_law() -> None:
    languages = {draft.language for draft in FIRST}
    made = {(draft.language, draft.legal_regime) for draft in SECOND}

    assert len(languages) == 12
    assert made == {(language, law) for language in languages for law in LegalRegime.values}
    assert all(set(draft.words) == set(WORDS) for draft in SECOND)
    assert all(all(draft.words.values()) for draft in SECOND)
    assert set(GIVES) == set(Category)


@pytest.mark.parametrize(
    ("law", "names"),
    [
        ("municipal", ["DSGVO", "Datenschutzgesetz NRW", "SGB X", "Landesbeauftragten"]),
        ("private", ["DSGVO", "BDSG", "Landesbeauftragten"]),
        ("catholic", ["KDG", "Katholischen Datenschutzzentrum"]),
        ("protestant", ["DSG-EKD", "Datenschutz der EKD"]),
    ],
)
def test_each_law_is_named_with_its_authority(law: str, names: list[str]) -> None:
    [text] = [draft for draft in SECOND if (draft.language, draft.legal_regime) == ("de", law)]

    assert all(name in text.body for name in names)
    assert "{law}" not in text.body


def _syllables(word: str) -> int:
    """Groups of vowels; a diphthong is one."""
    joined = re.sub("ie|ei|eu|au|äu|ai|ee|aa|oo", "a", word.lower())
    return max(1, len(re.findall("[aeiouyäöü]", joined)))


@pytest.mark.parametrize(
    "draft", [draft for draft in SECOND if draft.language in {"de", "de-simple"}], ids=named
)
def test_german_reads_easily(draft: files.Draft) -> None:
    """Flesch in Amstad's form for German: 180 - words per sentence - 58.5 x syllables per word."""
    text = f"{draft.title}\n{draft.body}".replace("{recipient}", "Familienbüro")
    sentences = [part for part in re.split(r"[.!?:]\s|\n", text) if part.strip(" .")]
    words = re.findall(r"\w+", text)

    ease = 180 - len(words) / len(sentences) - 58.5 * sum(map(_syllables, words)) / len(words)

    assert ease >= 70


def test_version_1_is_what_it_was() -> None:
    hashes = {draft.language: draft.sha256[:10] for draft in FIRST}

    assert (hashes["de"], hashes["en"], hashes["ar"]) == ("881dd9e77f", "f67bd70286", "3166b328c2")


def test_machine_drafts_are_stored_but_never_offered() -> None:
    texts.load(SHIPPED, at=NOON)

    assert ConsentText.objects.count() == len(SHIPPED) == 12 + 12 * 4
    for law in LegalRegime.values:
        assert texts.languages(legal_regime=law) == sorted(RELEASED)
        assert texts.current(language="tr", legal_regime=law) is None


def test_the_newest_text_for_the_own_law_is_the_one_to_ask_in() -> None:
    texts.load(SHIPPED, at=NOON)

    for law in LegalRegime.values:
        found = texts.current(language="de", legal_regime=law)
        assert found is not None
        assert (found.version, found.legal_regime) == ("2", law)


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_consent_texts")
    before = list(ConsentText.objects.order_by("pk").values())
    call_command("load_consent_texts")

    assert list(ConsentText.objects.order_by("pk").values()) == before
    assert "0" in capsys.readouterr().out.splitlines()[-1]
    assert all(
        row["sha256"] and row["released_at"] for row in before if row["status"] == "released"
    )


def test_a_released_version_keeps_its_words(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)
    other_words = changed(tmp_path, "de", "freiwillig", "erwünscht")

    with pytest.raises(files.TextProblem):
        texts.load(other_words, at=NOON)
    with pytest.raises(CommandError):
        call_command("load_consent_texts", folder=tmp_path)


def test_also_the_questions_belong_to_the_words(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)

    with pytest.raises(files.TextProblem):
        texts.load(changed(tmp_path, "en", "call me again", "visit me"), at=NOON)


def test_a_draft_may_still_change_and_be_released(tmp_path: Path) -> None:
    texts.load(FIRST, at=NOON)

    assert texts.load(changed(tmp_path, "fr", "status: machine", "status: released"), at=NOON) == (
        0,
        1,
    )
    found = texts.current(language="fr", legal_regime="municipal")
    assert found is not None
    assert found.released_at == NOON


def test_a_text_for_the_own_law_comes_before_one_for_any(tmp_path: Path) -> None:
    texts.load(FIRST, at=NOON)
    texts.load(
        changed(tmp_path, "de", "status: released", "regime: catholic\nstatus: released"), at=NOON
    )

    catholic = texts.current(language="de", legal_regime="catholic")
    municipal = texts.current(language="de", legal_regime="municipal", version="1")
    assert catholic is not None
    assert municipal is not None
    assert (catholic.legal_regime, municipal.legal_regime) == ("catholic", "")
    assert texts.current(language="de", legal_regime="municipal", version="9") is None


def test_a_reviewed_translation_is_released_by_a_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    texts.load(SHIPPED, at=NOON)

    call_command("release_consent_text", "2", "tr", reviewed_by="Sprachdienst Musterstadt")

    row = only("2", "tr")
    assert (row.status, row.reviewed_by) == ("released", "Sprachdienst Musterstadt")
    assert row.released_at is not None
    assert "tr" in texts.languages(legal_regime="catholic")
    event = AccessEvent.objects.get(object_type="consent_text")
    assert (event.reason, event.count, event.actor) == ("released", 4, None)
    assert "4 Texte" in capsys.readouterr().out


def test_a_release_survives_the_next_loading(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)
    texts.release("2", "tr", reviewed_by="Sprachdienst", at=NOON)

    assert texts.load(SHIPPED, at=NOON) == (0, 0)
    assert (only("2", "tr").status, only("2", "tr").reviewed_by) == ("released", "Sprachdienst")


def test_a_release_can_be_taken_back_and_the_words_still_stay(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)

    call_command("release_consent_text", "1", "en", take_back=True)

    assert only("1", "en", "").status == "reviewed"
    assert texts.load(SHIPPED, at=NOON) == (0, 0)  # what the file says does not bring it back
    assert only("1", "en", "").status == "reviewed"
    with pytest.raises(files.TextProblem, match="ihre Worte bleiben"):
        texts.load(changed(tmp_path, "en", "call me again", "visit me"), at=NOON)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (("9", "tr"), "gibt es nicht"),
        (("2", "de"), "schon freigegeben"),
        (("1", "tr"), "keine Worte für Knöpfe"),
    ],
)
def test_what_cannot_be_released_says_why(what: tuple[str, str], words: str) -> None:
    texts.load(SHIPPED, at=NOON)

    with pytest.raises(CommandError, match=words):
        call_command("release_consent_text", *what, reviewed_by="Sprachdienst")
    assert not AccessEvent.objects.filter(object_type="consent_text").exists()


def test_nothing_is_released_that_nobody_reviewed_or_somebody_changed() -> None:
    texts.load(SHIPPED, at=NOON)
    with pytest.raises(CommandError, match="wer den Text geprüft hat"):
        call_command("release_consent_text", "2", "tr")
    with pytest.raises(CommandError, match="nicht freigegeben"):
        call_command("release_consent_text", "2", "tr", take_back=True)

    ConsentText.objects.filter(version="2", language="tr").update(title="Değişti")
    with pytest.raises(CommandError, match="Prüfsumme"):
        call_command("release_consent_text", "2", "tr", reviewed_by="Sprachdienst")
    assert not texts.is_intact(only("2", "tr"))
    assert texts.is_intact(only("2", "de"))


def test_the_recipient_is_named_in_the_words(tmp_path: Path) -> None:
    texts.load(FIRST, at=NOON)
    text = texts.current(language="de", legal_regime="municipal", version="1")
    assert text is not None

    assert "diese Stelle" in texts.spoken(text, "Familienbüro")
    assert "Familienbüro" in texts.spoken(text, "Familienbüro")
    assert "{" not in texts.spoken(text, "Familienbüro")
