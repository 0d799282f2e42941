"""An anchor for each test, and rows to seal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.seals import verifying
from lotsen.seals.findings import Findings
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    return tmp_path / "anchor.jsonl"


@pytest.fixture
def found(anchor_file: Path) -> Callable[[], Findings]:
    """What a verification finds now."""
    return lambda: verifying.verify(at=now(), file=anchor_file)


@pytest.fixture
def saw(cast: Cast) -> Callable[..., Any]:
    """One row of the access log."""

    def see(**facts: Any) -> Any:
        return events.record(
            Deed.READ, actor=cast.anna, object_type="case",
            **{"shown": [cast.case.pseudonym]} | facts,
        )  # fmt: skip

    return see
