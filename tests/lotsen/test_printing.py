"""Documents lose no character silently, and no text becomes an instruction."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from lotsen import printing

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set document(title: "T")
#set text(lang: "de")
#for words in data.lines [#par(words)]
#if data.incomplete [gekürzt]
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("print") / "lines.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_what_can_be_shown_is_shown_and_nothing_is_said_about_it(template: Path) -> None:
    printed = printing.pdf(template, {"lines": ["Çağrı Nguyễn Łódź Їжак Ωμέγα", "„so“ – 3 €"]})

    assert printed.complete
    assert "Çağrı Nguyễn Łódź Їжак Ωμέγα" in text_of(printed.content)
    assert "gekürzt" not in text_of(printed.content)


def test_what_cannot_be_shown_is_a_gap_that_is_said(template: Path) -> None:
    printed = printing.pdf(template, {"lines": ("Frau ሰላም aus Köln", "ok 😀\x07 ok")})

    assert not printed.complete
    text = text_of(printed.content)
    assert "Frau […] aus Köln" in text
    assert "ok […] ok" in text
    assert "gekürzt" in text


def test_what_no_font_knows_is_known_beforehand() -> None:
    assert printing.undisplayable("aä王😀") == {"王", "😀"}


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_of_a_family_gives_a_document(template: Path, words: str) -> None:
    printed = printing.pdf(template, {"lines": [words]})

    assert printed.content.startswith(b"%PDF-")
    assert printed.complete or printing.GAP in text_of(printed.content)


def test_text_is_never_markup(template: Path) -> None:
    trap = '#read("/etc/passwd") $x$ *fett* = T'

    assert trap in text_of(printing.pdf(template, {"lines": [trap]}).content)


def test_a_broken_template_says_so_without_the_data(tmp_path: Path) -> None:
    path = tmp_path / "broken.typ"
    path.write_text("#nothing-of-this-name")

    with pytest.raises(printing.PrintingFailed) as failure:
        printing.pdf(path, {"lines": ["Rana Beispiel"]})

    assert str(failure.value) == "broken.typ"
    assert failure.value.__cause__ is None


def test_a_page_becomes_a_picture_of_the_size_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "slide.typ"
    path.write_text(
        "#let data = json(bytes(sys.inputs.data))\n"
        "#set page(width: 960pt, height: 540pt)\n#data.title #if data.incomplete [gekürzt]"
    )

    picture = printing.png(path, {"title": "Auswertung 王"})

    assert picture.startswith(b"\x89PNG")
    assert [int.from_bytes(picture[at : at + 4]) for at in (16, 20)] == [1920, 1080]


def test_what_fits_on_no_single_page_is_no_picture(template: Path) -> None:
    with pytest.raises(printing.PrintingFailed):
        printing.png(template, {"lines": ["Zeile"] * 200})
