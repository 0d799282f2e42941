"""Tampering with the logs in short: `python -m benchmarks.audit_tampering` does a thousand."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from benchmarks import audit_tampering
from benchmarks.attacks import ATTACKS
from tests.serving import as_owner


@pytest.fixture
def anchor(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.jsonl")
    audit_tampering.settle(now())
    return tmp_path / "anchor.jsonl"


def test_every_attack_is_found(anchor: Path) -> None:
    assert audit_tampering.is_sound(anchor)
    with as_owner(), audit_tampering.without_triggers():
        tried, missed = audit_tampering.unfound(2 * len(ATTACKS), 3, anchor)

    assert set(tried) == set(ATTACKS)
    assert not missed
    assert audit_tampering.is_sound(anchor)


def test_only_the_anchor_tells_of_a_cut(anchor: Path, tmp_path: Path) -> None:
    """An attack that the seals alone do not show: the anchor is no ornament."""
    import random

    from benchmarks.attacks import Attacker

    empty = tmp_path / "empty.jsonl"
    empty.touch()
    with as_owner(), audit_tampering.without_triggers():
        ATTACKS["cut seals and rows"](Attacker(random.Random(1)))  # noqa: S311
        assert audit_tampering.is_sound(empty)
        assert not audit_tampering.is_sound(anchor)
