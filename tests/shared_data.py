"""Public files that are not shipped: read where they are, skipped by name where they are not."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_file(name: str) -> Path:
    """The path of a shared file, or a skip that names it."""
    folder = Path(os.environ.get("LOTSEN_SHARED_DATA") or ROOT.parent / "shared" / "data")
    path = folder / name
    if not path.exists():
        pytest.skip(f"public file {name} is not here (set LOTSEN_SHARED_DATA)")
    return path
