"""The table of OWASP ASVS is complete, judged without gaps, and its tests exist."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

from scripts import asvs
from scripts.asvs import requirements

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
FEWEST_AUTOMATED = 120


@cache
def _functions_of(path: str) -> frozenset[str]:
    file = TESTS / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_has_one_row() -> None:
    rows = requirements()
    assert Counter(row.level for row in rows) == asvs.LEVELS
    assert len({row.number for row in rows}) == len(rows)
    order = [tuple(int(part) for part in row.number.split(".")) for row in rows]
    assert order == sorted(order)


def test_every_row_has_a_verdict_and_a_proof_or_a_reason() -> None:
    for row in requirements():
        assert row.verdict in asvs.VERDICTS, row.number
        assert row.about, row.number
        assert row.tests or row.remark, row.number
        assert row.verdict == asvs.MET or row.remark, row.number


def test_every_test_that_is_named_exists() -> None:
    missing = {
        test
        for row in requirements()
        for test in row.tests
        if test.partition("::")[2] not in _functions_of(test.partition("::")[0])
    }
    assert not missing


def test_every_document_that_is_named_exists() -> None:
    for row in requirements():
        for word in row.remark.replace(",", " ").replace(":", " ").replace(")", " ").split():
            path = word.lstrip("(")
            if path.startswith(("docs/", "lotsen/", "deploy/")):
                assert (ROOT / path).exists(), (row.number, path)


def test_most_of_it_is_shown_by_tests() -> None:
    applying = [row for row in requirements() if row.verdict != asvs.LEFT_OUT]
    assert sum(bool(row.tests) for row in applying) >= FEWEST_AUTOMATED
    met = sum(row.verdict == asvs.MET for row in applying)
    assert met / len(applying) >= 0.95
