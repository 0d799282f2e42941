"""Each contract about imports can fail: one planted line in a copy turns exactly it red."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("lotsen", "offers", "referrals")
LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]

# Contract → file of the copy, and the line that must not stand in it.
PLANTED = {
    "ground": ("lotsen/accounts/roles.py", "import lotsen.vault.sealing"),
    "offers": ("offers/models.py", "import offers.search"),
    "referrals": ("referrals/cases/actions.py", "import referrals.handovers.models"),
    "concepts": ("referrals/consent/rules.py", "import referrals.consent.models"),
    "ground-below": ("lotsen/web/pages.py", "import offers.models"),
    "offers-below": ("offers/actions.py", "import referrals.cases.models"),
    "pure": ("referrals/handovers/rules.py", "import django.utils.timezone"),
    "identities": ("referrals/notes/actions.py", "import lotsen.vault.models"),
    "purposes": ("referrals/notes/actions.py", "import lotsen.vault.purposes"),
    "opening": ("referrals/handovers/actions.py", "import lotsen.vault.opening"),
    "blind": ("referrals/matching/actions.py", "import lotsen.vault.sealing"),
    "cube-alone": ("referrals/planning/voices.py", "import referrals.facts.models"),
    "seal-only": ("referrals/api/cases.py", "import referrals.notes.reading"),
    "guardian": ("referrals/cases/models.py", "import guardian.shortcuts"),
    "crypto": ("lotsen/vault/sealing.py", "import cryptography.fernet"),
    "fronts": ("referrals/api/matches.py", "import referrals.web.phrases"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three packages and their contracts, in a folder that may be spoilt."""
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        unread = shutil.ignore_patterns("__pycache__", "data")
        shutil.copytree(ROOT / package, folder / package, ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache", "--contract", contract],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


def test_every_contract_has_a_violation_to_plant() -> None:
    assert set(PLANTED) == {contract["id"] for contract in CONTRACTS}


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_turns_its_contract_red(copy: Path, contract: str) -> None:
    name, line = PLANTED[contract]
    file = copy / name
    clean = file.read_text(encoding="utf-8")
    assert _lint(copy, contract).returncode == 0, "red before anything was planted"
    file.write_text(f"{clean}\n{line}\n", encoding="utf-8")
    try:
        ended = _lint(copy, contract)
    finally:
        file.write_text(clean, encoding="utf-8")
    assert ended.returncode == 1, ended.stdout
    assert "BROKEN" in ended.stdout


@pytest.mark.parametrize(
    ("house", "contract"),
    [("lotsen", "ground"), ("offers", "offers"), ("referrals", "referrals")],
)
def test_a_new_package_must_choose_its_floor(copy: Path, house: str, contract: str) -> None:
    stray = copy / house / "stray.py"
    stray.write_text("", encoding="utf-8")
    try:
        ended = _lint(copy, contract)
    finally:
        stray.unlink()
    assert ended.returncode == 1, ended.stdout
