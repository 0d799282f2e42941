"""Whatever is sent, nothing breaks: an answer with a number below 500, and nothing half done."""

import base64
import json
import random
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from referrals.models import Case, Handover
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.builders import make_assessment, make_case, make_consent_text, make_instrument
from tests.conftest import Cast
from tests.security.stage import Stage, browser, post_json, set_stage

CHANCE = random.Random(20260302)  # noqa: S311  the same tries every time
TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "‮evil", "😀" * 50, "x" * 100_000, "%s%n{0}{{7*7}}",
    "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "\r\nX: y", "null", "true",
    "-1", "0", "1e999", "9" * 400, "٣", "0000-00-00", "9999-12-31", "0001-01-01", "2026-02-30",
    "00000000-0000-0000-0000-000000000000", "[]", "{}", "other", "yes",
)  # fmt: skip
SENDABLE = tuple(text for text in TEXTS if text != "\ud800")  # no form can carry half a character
PARAMETERS = (
    "after", "angebot", "uebergabe", "ansicht", "sprache", "q", "need", "needs", "age_months",
    "language", "district", "dimension", "setting", "offer_format", "provider", "capacity", "box",
    "format", "next", "page", "zurueck",
)  # fmt: skip
FIELDS = (
    "was", "name", "phone", "safe_contact", "text", "kind", "provenance", "reason", "outcome",
    "resume_on", "channel", "result", "next_step", "next_on", "note", "answer", "form",
    "typed_name", "drawing", "given_by", "message", "show", "drop", "interpreted", "categories",
    "suggest", "offer", "suggestion", "need", "rest", "short", "keep", "talk_wish", "needs",
    "resources", "organisation", "district", "district_chip", "language", "language_chip", "age",
    "age_chip", "household", "route", "capacity", "waiting_weeks", "next", "secret", "pin",
    "password", "old_password", "new_password1", "new_password2", "login", "ansicht", "zurueck",
    "handover", "to", "answer-smoking", "action",
)  # fmt: skip
# Buttons that lead deeper, so that the values behind them are read at all.
DEEPER = (
    {"was": "sichern"}, {"was": "schreiben"}, {"was": "anzeigen"}, {"answer": "yes"}, {"show": "1"},
    {"form": "typed", "given_by": "mother"}, {"keep": "yes"}, {},
)  # fmt: skip
# They would end what the others are tried on.
LEFT_OUT = {"logout", "lock", "unlock", "family-consent", "password"}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    make_consent_text()
    make_instrument()
    return set_stage(cast, accepted=False)


def _routes(stage: Stage) -> Iterator[tuple[Route, str]]:
    for route in all_routes():
        if route.name not in LEFT_OUT:
            url = route.url(stage.things[ROWS[route.name].about])
            yield route, url + ROWS[route.name].query.format(offer=stage.cast.offer.pk)


def _survived(answer: HttpResponse, told: object) -> None:
    assert answer.status_code < 500, told
    assert b"Traceback" not in answer.content


def _mark(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


MARKS = (
    _mark("2026-03-02T12:00:00+00:00", "0" * 32, "after"),
    _mark("0001-01-01T00:00:00+14:00", "0" * 32, "after"),
    _mark("9999-12-31T23:59:59-14:00", "0" * 32, "before"),
    _mark("2026-03-02", "0" * 32, "after"),
    _mark("\ud800", "0" * 32, "after"),
    _mark("\ud800", "\ud800", "after"),
    _mark("\ud800", "after"),
    _mark("a\x00b", "x", "before"),
    _mark("x" * 5000, "y", "after"),
    _mark(None, [], {}),
    _mark("a", "b", "c", "d"),
    _mark(1e308, 1, "after"),
    "not-base64!", "=", "A", "ü",
)  # fmt: skip


@pytest.mark.parametrize("name", ["anna", "bilal"])
def test_no_mark_of_a_page_breaks_a_list(stage: Stage, name: str) -> None:
    client = browser(getattr(stage.cast, name))
    for route, url in _routes(stage):
        if route.name.endswith("-list") or route.name in {"inbox", "sent", "follow-ups"}:
            for mark in CHANCE.sample(MARKS, 8):
                view = CHANCE.choice(["", "alle", "zurueck", "laeuft"])
                query = urlencode({"after": mark, "ansicht": view, "box": "sent"})
                _survived(client.get(f"{url}?{query}"), (route.name, mark, view))


def test_no_query_string_breaks_a_page(stage: Stage) -> None:
    clients = [browser(stage.cast.anna), browser(stage.cast.bilal), Client()]
    for route, url in _routes(stage):
        few = CHANCE.sample(PARAMETERS, 6)
        query = urlencode(
            {name: CHANCE.choice(TEXTS)[:2000] for name in few}, errors="surrogatepass"
        )
        address = f"{url.split('?')[0]}?{query}"
        _survived(CHANCE.choice(clients).get(address), (route.name, query[:300]))


@pytest.mark.parametrize("parameter", ["angebot", "uebergabe", "sprache", "ansicht", "q"])
def test_no_value_of_a_known_parameter_breaks_its_page(stage: Stage, parameter: str) -> None:
    client = browser(stage.cast.anna)
    case = stage.handover.case_id
    for text in CHANCE.sample(TEXTS, 6):
        query = urlencode({parameter: text[:3000]}, errors="surrogatepass")
        for page in (f"/fall/{case}/uebergabe/", "/eingang/", "/angebote/", "/wiedervorlagen/"):
            _survived(client.get(f"{page}?{query}"), (page, text[:40]))


def test_no_value_breaks_the_familys_page(stage: Stage) -> None:
    cast = stage.cast
    client = browser(cast.carla)
    case = make_case(cast.other_clinic, cast.carla)
    make_assessment(case, cast.carla)
    opened = client.post(
        f"/fall/{case.pk}/uebergabe/?angebot={cast.offer.pk}", {"categories": ["language"]}
    )
    page = opened["Location"]
    for text in ["\x00", *CHANCE.sample(SENDABLE, 10)]:
        query = urlencode({"sprache": text[:3000]}, errors="surrogatepass")
        _survived(client.get(f"{page}?{query}"), text[:40])
        data = {"form": CHANCE.choice(["typed", "drawn", "paper", text[:99]]), "typed_name": text}
        answer = client.post(page, data | {"drawing": text, "given_by": text[:99]})
        _survived(answer, text[:40])
    assert not Handover.objects.get(case=case).consent_id or answer.status_code == 302


def test_no_form_breaks(stage: Stage) -> None:
    clients = [browser(stage.cast.anna), browser(stage.cast.bilal)]
    for route, url in _routes(stage):
        if route.name.startswith("api-") or ROWS[route.name].post[1] == 405:
            continue
        for _ in range(2):
            filled = {name: CHANCE.choice(SENDABLE) for name in CHANCE.sample(FIELDS, 25)}
            data = filled | CHANCE.choice(DEEPER)
            answer = CHANCE.choice(clients).post(url, data)
            _survived(answer, (route.name, {k: v[:30] for k, v in data.items()}))


def test_every_text_field_takes_or_refuses_every_text(stage: Stage) -> None:
    """The fields that are sealed, one by one: here a text most easily meets a database."""
    client, case = browser(stage.cast.anna), stage.handover.case_id
    for text in CHANCE.sample(SENDABLE, 8):
        for page, data in (
            ("kontaktdaten", {"was": "sichern", "name": text, "phone": "0171 39200 11"}),
            ("kontaktdaten", {"was": "sichern", "name": "x", "phone": text, "safe_contact": text}),
            ("notiz", {"was": "schreiben", "text": text, "kind": "case", "provenance": "family"}),
            ("kontakt", {"channel": "phone", "result": "reached", "next_step": "none",
                         "note": text}),
            ("kontakt", {"channel": "phone", "result": "reached", "next_step": "on_a_day",
                         "next_on": text}),
        ):  # fmt: skip
            _survived(client.post(f"/fall/{case}/{page}/", data), (page, text[:40]))


BODIES = (
    b"", b"{", b"[]", b"null", b'"text"', b"1", b"\xff\xfe", b"[[[[[" * 2000, b'{"a":1e999}',
    b"NaN", b'{"answers": null}', b'{"\\u0000": "\\u0000"}',
)  # fmt: skip
VALUES: tuple[object, ...] = (
    *TEXTS, None, True, [], {}, [None], ["\x00"], {"\x00": "\x00"}, {"a": {"b": [1]}}, 10**30,
    -(10**30), 1.5, ["x"] * 500,
)  # fmt: skip
KEYS = (
    "district", "language", "child_age_months", "household", "interpreting", "route",
    "organisation", "instrument", "version", "answers", "needs", "resources", "talk_wish",
    "recipient", "purposes", "categories", "text_version", "form", "signature", "consent", "offer",
    "reason", "outcome", "resume_on", "unknown",
)  # fmt: skip
GOOD: dict[str, dict[str, object]] = {
    "api-case-list": {"district": "duesseldorf-bilk", "language": "tr", "child_age_months": 0},
    "api-case-assessments": {"talk_wish": "no"},
    "api-case-consents": {
        "recipient": "familienbuero", "purposes": ["handover"], "categories": ["name"],
        "text_version": "1", "language": "de", "form": "typed",
    },
}  # fmt: skip


def test_no_body_breaks_the_api(stage: Stage) -> None:
    for client in (browser(stage.cast.anna), browser(stage.cast.bilal)):
        for route, url in _routes(stage):
            if not route.name.startswith("api-") or ROWS[route.name].post[1] == 405:
                continue
            for body in CHANCE.sample(BODIES, 4):
                _is_problem(client.post(url, body, "application/json"), (route.name, body[:40]))
            for kind in ("text/plain", "multipart/form-data; boundary=x", "x"):
                _is_problem(client.post(url, b"{}", kind), (route.name, kind))
            good = GOOD.get(route.name, {})
            for key in CHANCE.sample(KEYS, 3):
                value = CHANCE.choice(VALUES)
                answer = post_json(client, url, _as_json(good | {key: value}))
                _is_problem(answer, (route.name, key, repr(value)[:40]))


def test_no_value_of_a_good_body_breaks_the_api(stage: Stage) -> None:
    client, pseudonym = browser(stage.cast.anna), stage.handover.case.pseudonym
    tries = [
        (url, good | {key: value})
        for url, good in (
            ("/api/v1/cases/", GOOD["api-case-list"]),
            (f"/api/v1/cases/{pseudonym}/consents/", GOOD["api-case-consents"]),
        )
        for key in [*good, "signature", "organisation"]
        for value in VALUES
    ]
    for url, data in CHANCE.sample(tries, 80):
        _is_problem(post_json(client, url, _as_json(data)), (url, str(data)[:200]))


def _as_json(data: object) -> str:
    """Lone surrogates and all, as a program that means harm would write it."""
    return json.dumps(data)


def _is_problem(answer: HttpResponse, told: object) -> None:
    _survived(answer, told)
    if answer.status_code >= 400:
        assert answer["Content-Type"].startswith("application/problem+json"), told
        problem = json.loads(answer.content)
        assert {"type", "title", "status", "detail", "code"} <= set(problem), told


def test_a_megabyte_of_anything_is_answered(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    client = browser(stage.cast.anna)
    before = Case.objects.count()
    for url, data in (
        ("/api/v1/cases/", GOOD["api-case-list"] | {"district": "x" * 1_000_000}),
        (f"/api/v1/cases/{stage.handover.case.pseudonym}/consents/",
         GOOD["api-case-consents"] | {"signature": "x" * 1_000_000}),
        ("/api/v1/cases/", GOOD["api-case-list"] | {"district": "x" * 3_000_000}),
    ):  # fmt: skip
        answer = post_json(client, url, data)
        _is_problem(answer, url)
        assert answer.status_code in {400, 413, 422}
    caplog.clear()  # Django reports the largest as suspicious
    assert Case.objects.count() == before
