"""What the documents say follows from the code, or the code's change is not told."""

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from lotsen.privacy import REGISTER
from scripts.generate_docs import PAGES

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("page", PAGES)
def test_generated_pages_are_current(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page](), "make docs"


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} → {target}"


def test_the_readme_names_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_picture_of_the_floors_names_every_floor() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    for contract in pyproject["tool"]["importlinter"]["contracts"][:3]:  # one for each house
        for layer in contract["layers"]:
            for floor in layer.split(" | "):
                if not floor.startswith("(") and floor != "models":
                    assert re.search(rf"\b{floor}\b", picture), floor


def test_the_record_of_processing_names_every_table_once() -> None:
    page = (ROOT / "docs" / "privacy" / "verzeichnis.md").read_text(encoding="utf-8")
    named = re.findall(r"`([A-Z][A-Za-z]+)`", page)
    assert sorted(named) == sorted(model.__name__ for model in REGISTER)


def test_the_operators_page_names_every_command_and_only_its_options() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    ours = {
        name: app
        for name, app in get_commands().items()
        if app.split(".")[0] in ("lotsen", "offers", "referrals")
    }
    for name, app in ours.items():
        [row] = [row for row in rows if re.search(rf"`{name}\b", row)]
        parser = load_command_class(app, name).create_parser("manage.py", name)
        known = {option for action in parser._actions for option in action.option_strings}
        if row.count("`") == 2:  # one command in this row
            assert set(re.findall(r"--[a-z-]+", row)) <= known, row


def test_what_the_documents_name_in_the_tree_exists() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:lotsen|offers|referrals|tests|docs|scripts|deploy)/[\w/.-]+)", text
        ):
            assert (ROOT / name).exists(), f"{document.name} names {name}"
