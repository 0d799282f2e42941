"""Every refusal has a sentence, every sentence a refusal; the page tells it and nothing more."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from lotsen import errors, refusals
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.sentences import SENTENCES
from tests.conftest import Cast

ROOT = Path(refusals.__file__).parent.parent
KINDS = {
    "Refusal", "NotPermitted", "InvalidMove", "ConsentMissing", "InvalidInput", "Damaged",
    "Unavailable", "TooOften",
}  # fmt: skip
# Put together from a field's name where they are raised.
SPELLED_OUT = {"language_unknown", "household_unknown", "route_unknown"}


def _trees() -> Iterator[ast.Module]:
    for package in ("lotsen", "offers", "referrals"):
        for file in (ROOT / package).rglob("*.py"):
            if "migrations" not in file.parts and file.name not in {"sentences.py", "errors.py"}:
                yield ast.parse(file.read_text(encoding="utf-8"))


def _raised_codes() -> set[str]:
    calls = (
        node
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS
    )
    return {
        call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)
    } | SPELLED_OUT


def _all_words() -> set[str]:
    return {
        node.value
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_raised_anywhere_has_a_sentence() -> None:
    assert _raised_codes() - set(SENTENCES) == set()


def test_no_sentence_stands_without_someone_who_raises_it() -> None:
    kinds = {getattr(errors, kind).code for kind in KINDS}
    assert set(SENTENCES) - _all_words() - kinds - SPELLED_OUT == set()


def test_parameters_are_put_into_the_sentence() -> None:
    refusal = InvalidInput("age_out_of_range", field="child_age_months", low=-9, high=71)
    sentence = refusals.sentence(refusal)
    assert "-9" in sentence
    assert "71" in sentence


def test_a_code_without_a_sentence_is_answered_as_its_kind() -> None:
    assert refusals.sentence(InvalidMove("of_tomorrow")) == refusals.sentence(InvalidMove())


def _refusing(request: object) -> None:
    raise NotPermitted(right="view_audit")


def _closed(request: object) -> None:
    raise Refusal("case_closed")


urlpatterns = [
    path("verboten/", _refusing, name="forbidden-step"),
    path("geschlossen/", _closed, name="closed-case"),
    path("", include("lotsen.urls")),
]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def anna(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.anna, backend="django.contrib.auth.backends.ModelBackend")
    return client


@here
def test_a_denied_step_is_told_in_a_sentence_and_written_down(anna: Client) -> None:
    answer = anna.get("/verboten/")

    assert answer.status_code == 403
    assert refusals.sentence(NotPermitted()) in answer.content.decode()
    event = AccessEvent.objects.get(deed=Deed.DENIED)
    assert (event.object_type, event.reason) == ("forbidden-step", "view_audit")


@here
def test_what_is_impossible_rather_than_forbidden_is_no_denial(anna: Client) -> None:
    answer = anna.get("/geschlossen/")

    assert answer.status_code == 409
    assert not AccessEvent.objects.filter(deed=Deed.DENIED).exists()


@here
@pytest.mark.parametrize(
    ("came_from", "way_back"),
    [
        ("http://testserver/konto/?seite=2", 'href="/konto/?seite=2"'),
        ("https://elsewhere.example/konto/", 'href="/"'),
        ("http://testserver//elsewhere.example/", 'href="/"'),
        ("", 'href="/"'),
    ],
)
def test_the_way_back_never_leads_to_another_site(
    anna: Client, came_from: str, way_back: str
) -> None:
    page = anna.get("/geschlossen/", headers={"referer": came_from}).content.decode()
    assert f'kern-btn--primary" {way_back}' in page


def test_other_exceptions_are_left_to_django() -> None:
    middleware = refusals.RefusalMiddleware(lambda _: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
