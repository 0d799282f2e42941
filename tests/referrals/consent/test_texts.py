"""The shipped texts, and how they reach the database."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from referrals.consent import texts
from referrals.consent.models import ConsentText, TextStatus
from referrals.consent.rules import Purpose
from tests.builders import NOON

SHIPPED = texts.read_folder()
RELEASED = {"de", "de-simple", "en"}
pytestmark = pytest.mark.django_db


def changed(folder: Path, language: str, old: str, new: str) -> list[texts.Draft]:
    """The shipped text of one language with other words."""
    source = (texts.FOLDER / f"1-{language}.md").read_text(encoding="utf-8")
    assert old in source
    (folder / f"1-{language}.md").write_text(source.replace(old, new), encoding="utf-8")
    return texts.read_folder(folder)


@pytest.mark.parametrize("draft", SHIPPED, ids=lambda draft: draft.language)
def test_every_text_is_short_names_the_recipient_and_asks_for_each_purpose(
    draft: texts.Draft,
) -> None:
    assert len(draft.body.split()) <= 250
    assert draft.body.count(texts.RECIPIENT) == 1
    assert set(draft.questions) == set(Purpose)
    assert all(draft.questions.values())
    assert (draft.status == TextStatus.RELEASED) is (draft.language in RELEASED)


def test_machine_drafts_are_stored_but_never_offered() -> None:
    texts.load(SHIPPED, at=NOON)

    assert ConsentText.objects.count() == len(SHIPPED) == 12
    assert texts.languages(legal_regime="municipal") == sorted(RELEASED)
    assert texts.current(language="tr", legal_regime="municipal") is None


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_consent_texts")
    before = list(ConsentText.objects.order_by("language").values())
    call_command("load_consent_texts")

    assert list(ConsentText.objects.order_by("language").values()) == before
    assert "0" in capsys.readouterr().out.splitlines()[-1]
    assert all(
        row["sha256"] and row["released_at"] for row in before if row["status"] == "released"
    )


def test_a_released_version_keeps_its_words(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)
    other_words = changed(tmp_path, "de", "freiwillig", "erwünscht")

    with pytest.raises(texts.TextProblem):
        texts.load(other_words, at=NOON)
    with pytest.raises(CommandError):
        call_command("load_consent_texts", str(tmp_path))


def test_also_the_questions_belong_to_the_words(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)

    with pytest.raises(texts.TextProblem):
        texts.load(changed(tmp_path, "en", "call me again", "visit me"), at=NOON)


def test_a_draft_may_still_change_and_be_released(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)

    assert texts.load(changed(tmp_path, "fr", "status: machine", "status: released"), at=NOON) == (
        0,
        1,
    )
    found = texts.current(language="fr", legal_regime="municipal")
    assert found is not None
    assert found.released_at == NOON


def test_a_text_for_the_own_law_comes_before_one_for_any(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)
    texts.load(
        changed(tmp_path, "de", "status: released", "regime: catholic\nstatus: released"), at=NOON
    )

    catholic = texts.current(language="de", legal_regime="catholic")
    municipal = texts.current(language="de", legal_regime="municipal", version="1")
    assert catholic is not None
    assert municipal is not None
    assert (catholic.legal_regime, municipal.legal_regime) == ("catholic", "")
    assert texts.current(language="de", legal_regime="municipal", version="9") is None


@pytest.mark.parametrize(
    "broken",
    ["language: de\n\n{recipient}", "version: 1\nlanguage: de\nstatus: fine\ntitle: A\n\nB"],
)
def test_a_file_without_its_head_is_named(broken: str) -> None:
    with pytest.raises(texts.TextProblem, match=r"1-de\.md"):
        texts.parse(broken, "1-de.md")


def test_a_text_that_names_nobody_is_refused() -> None:
    whole = (texts.FOLDER / "1-de.md").read_text(encoding="utf-8")

    with pytest.raises(texts.TextProblem, match="recipient"):
        texts.parse(whole.replace("{recipient}", "uns"), "1-de.md")


def test_the_recipient_is_named_in_the_words(tmp_path: Path) -> None:
    texts.load(SHIPPED, at=NOON)
    text = texts.current(language="de", legal_regime="municipal")
    assert text is not None

    assert "diese Stelle" in texts.spoken(text, "Familienbüro")
    assert "Familienbüro" in texts.spoken(text, "Familienbüro")
    assert "{" not in texts.spoken(text, "Familienbüro")
