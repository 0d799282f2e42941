"""For whom the database is asked: the system, nobody, one person; and back again."""

import ast
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse

from lotsen.fence import standing
from lotsen.fence.middleware import FenceMiddleware
from lotsen.fence.standing import NOBODY, SYSTEM

ROOT = Path(__file__).resolve().parents[3]
# Whoever lifts the fence adds a line here, with the reason in the code: as few as there can be.
LIFTED = {
    "referrals/cases/actions.py",
    "referrals/documents/accesses.py",
    "referrals/emergencies/actions.py",
    "referrals/emergencies/reading.py",
    "referrals/handovers/counting.py",
    "referrals/intake/actions.py",
    "referrals/retention/actions.py",
    "referrals/retention/running.py",
    "referrals/rights/actions.py",
    "referrals/web/privacy/requests.py",
}


@pytest.fixture
def as_on_a_server() -> Iterator[None]:
    before = list(standing._outside)
    standing.close_outside_requests()
    yield
    standing._outside[:] = before


def test_a_request_is_nobodys_and_leaves_no_trace() -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(standing.current())
        standing.stand_for(uuid4())
        return HttpResponse()

    assert standing.current() == SYSTEM
    FenceMiddleware(answer)(HttpRequest())
    assert seen == [NOBODY]
    assert standing.current() == SYSTEM


def test_what_fails_leaves_no_trace_either() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        standing.stand_for(uuid4())
        raise LookupError

    with pytest.raises(LookupError):
        FenceMiddleware(fail)(HttpRequest())
    assert standing.current() == SYSTEM


def test_a_server_asks_for_nobody_between_requests(as_on_a_server: None) -> None:
    assert standing.current() == NOBODY


def test_the_fence_is_lifted_for_a_reason_and_for_a_moment() -> None:
    token = standing.begin_request()
    person = uuid4()
    standing.stand_for(person)
    with standing.lifted("a test"):
        assert standing.current() == SYSTEM
    assert standing.current() == str(person)
    with pytest.raises(ValueError, match="say why"), standing.lifted(""):
        pass
    standing.end_request(token)


def test_every_place_that_lifts_the_fence_is_known_and_gives_its_reason() -> None:
    found = set()
    for folder in ("lotsen", "offers", "referrals"):
        for file in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if _lifts(call):
                    assert isinstance(call.args[0], ast.Constant), file
                    assert len(str(call.args[0].value).split()) >= 5, file
                    found.add(str(file.relative_to(ROOT)))
    assert found == LIFTED


def _lifts(node: ast.AST) -> bool:
    name = getattr(node, "func", None)
    return isinstance(node, ast.Call) and "lifted" in {
        getattr(name, "id", ""), getattr(name, "attr", ""),
    }  # fmt: skip
