"""Promises about the code itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

from lotsen.privacy import REGISTER

ROOT = Path(__file__).parent.parent
PACKAGES = ("lotsen", "offers", "referrals")
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
PYTHON = [
    path
    for package in (*PACKAGES, "tests", "benchmarks", "scripts")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def _columns(model: type[Model]) -> list[str]:
    return sorted(field.name for field in model._meta.concrete_fields)


@pytest.mark.parametrize("model", OURS, ids=str)
def test_every_field_has_one_privacy_class(model: type[Model]) -> None:
    classes = REGISTER[model]
    declared = [*classes.identity, *classes.sensitive, *classes.staff, *classes.operational]
    assert sorted(declared) == _columns(model)


def test_only_the_vault_holds_identities_and_they_are_bytes() -> None:
    holders = {model for model, classes in REGISTER.items() if classes.identity}
    assert {model.__module__ for model in holders} == {"lotsen.vault.models"}
    for model in holders:
        for name in REGISTER[model].identity:
            assert model._meta.get_field(name).get_internal_type() == "BinaryField"


def test_only_accounts_hold_names_of_staff() -> None:
    holders = {model.__module__ for model, classes in REGISTER.items() if classes.staff}
    assert holders == {"lotsen.accounts.models"}


def _free_text(model: type[Model]) -> Iterator[Field]:
    for field in model._meta.concrete_fields:
        if field.get_internal_type() == "TextField":
            yield field


def test_no_case_table_has_room_for_free_text() -> None:
    """What is written freely about a family is sealed; ConsentText holds texts about nobody."""
    rooms = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        if model.__module__.startswith("referrals")
        for field in _free_text(model)
    }
    assert rooms == {"ConsentText.body"}


def test_no_foreign_key_joins_a_case_to_the_vault() -> None:
    for model in OURS:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if isinstance(target, type) and target.__module__.startswith("lotsen.vault"):
                assert model.__module__.startswith("lotsen.vault"), field


def test_no_file_outgrows_a_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PYTHON
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert not long


def test_no_drawer_without_a_name() -> None:
    nameless = {"utils.py", "helpers.py", "misc.py", "common.py", "services.py"}
    assert not [path for path in PYTHON if path.name in nameless]


def test_every_template_names_its_inputs_in_the_first_line() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if not path.read_text(encoding="utf-8").startswith("{#")
    ]
    assert not silent


def test_every_template_is_used() -> None:
    """By name, from Python or from another template; Django and allauth ask for some themselves."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*PYTHON, *TEMPLATES, *(ROOT / "scripts").glob("*")]
        if path.is_file() and "tests" not in path.relative_to(ROOT).parts[:1]
    )
    asked_by_others = {"429.html", "django/forms/widgets/input_option.html",
                       "django/forms/widgets/multiple_input.html"}  # fmt: skip
    unused = [
        name
        for path in TEMPLATES
        if (name := str(path.relative_to(ROOT / "templates"))) not in asked_by_others
        and f'"{name}"' not in text
        and f"'{name}'" not in text
    ]
    assert not unused


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_keep_the_strict_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|\shx-on|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)


def test_nothing_is_fetched_from_outside() -> None:
    """No page, style or script names another host as a place to load from."""
    loading = re.compile(r"""(?:src|href)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import""")
    for path in [*TEMPLATES, *(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]:
        if path.name.startswith("kern"):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not loading.search(line) or "{{" in line or "<a " in line, f"{path}: {line}"


def test_bulk_writes_do_not_pass_the_change_log() -> None:
    """`QuerySet.update`, `bulk_create` and `bulk_update` send no signal, so auditlog misses them.

    Where one is right (copied sort keys, seeding), the line says so with `# unlogged:`.
    """
    silent = re.compile(r"\.(bulk_create|bulk_update)\(|objects\b.*\.update\(|\)\.update\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON
        if path.relative_to(ROOT).parts[0] in PACKAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silent.search(line) and "# unlogged:" not in line
    ]
    assert not found
