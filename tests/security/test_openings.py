"""As many unlock events as openings: for every method of every page, and none when none is kept."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError
from django.test import Client

from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import Stage, browser, set_stage

ALL = ["name", "phone", "language", "district", "needs", "note"]
SHOW, READ = {"was": "anzeigen"}, {"was": "oeffnen"}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return set_stage(cast, categories=ALL)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every text that was really decrypted."""
    texts: list[object] = []
    unseal = envelope.unseal

    def watched(*arguments: object) -> bytes:
        plain: bytes = unseal(*arguments)  # type: ignore[arg-type]
        if len(plain) != 32:  # not a key of a case
            texts.append(plain)
        return plain

    monkeypatch.setattr(envelope, "unseal", watched)
    return texts


def unlocks() -> int:
    return AccessEvent.objects.filter(deed=Deed.UNLOCK).count()


@pytest.mark.once
@pytest.mark.parametrize("name", ["anna", "bilal"])
def test_no_address_opens_anything_by_being_looked_at(
    stage: Stage, opened: list[object], name: str
) -> None:
    client = browser(getattr(stage.cast, name))
    for route in all_routes():
        url = route.url(stage.things[ROWS[route.name].about])
        for ask in (client.get, client.head, client.options):
            for query in ("", "?format=json&was=anzeigen", "?was=oeffnen"):
                ask(url + query)
    assert opened == []
    assert unlocks() == 0


@pytest.mark.parametrize("name", ["anna", "bilal"])
def test_each_opening_is_one_event(stage: Stage, opened: list[object], name: str) -> None:
    client, page = browser(getattr(stage.cast, name)), f"/fall/{stage.handover.case_id}/"
    for number in range(1, 4):
        before = len(opened)
        answer = client.post(f"{page}kontaktdaten/", SHOW)
        assert desk.NAME in answer.content.decode()
        assert len(opened) > before
        assert unlocks() == number
    client.post(f"{page}notiz/", READ)  # nothing lies there
    assert unlocks() == 3


@pytest.mark.parametrize("name", ["carla", "dora"])
def test_whoever_may_not_opens_nothing(stage: Stage, opened: list[object], name: str) -> None:
    client, page = browser(getattr(stage.cast, name)), f"/fall/{stage.handover.case_id}/"
    for what, data in (("kontaktdaten", SHOW), ("notiz", READ)):
        assert client.post(f"{page}{what}/", data | {"reason": "data_rights"}).status_code == 404
    assert opened == []
    assert unlocks() == 0


def test_before_accepting_the_recipient_opens_nothing(cast: Cast, opened: list[object]) -> None:
    stage = set_stage(cast, accepted=False)
    page = f"/fall/{stage.handover.case_id}/kontaktdaten/"

    assert browser(cast.bilal).post(page, SHOW).status_code == 404
    assert opened == []


def _asks(stage: Stage) -> dict[str, Callable[[Client], object]]:
    case = stage.handover.case
    return {
        "list": lambda client: client.get("/eingang/"),
        "due": lambda client: client.get("/wiedervorlagen/"),
        "case": lambda client: client.get(f"/fall/{case.pk}/"),
        "handover": lambda client: client.get(f"/uebergabe/{stage.handover.pk}/"),
        "consents": lambda client: client.get(f"/fall/{case.pk}/einwilligungen/"),
        "identity": lambda client: client.post(f"/fall/{case.pk}/kontaktdaten/", SHOW),
        "search": lambda client: client.post(
            "/fall/suchen/", {"was": "telefon", "phone": desk.PHONE}
        ),
        "API list": lambda client: client.get("/api/v1/cases/"),
        "API case": lambda client: client.get(f"/api/v1/cases/{case.pseudonym}/"),
        "API box": lambda client: client.get("/api/v1/handovers/"),
    }


def test_without_an_event_there_is_no_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(stage.cast.bilal, raise_request_exception=False)
    asks = _asks(stage)
    for name, ask in asks.items():
        assert ask(client).status_code == 200, name  # type: ignore[attr-defined]

    def full(*_: object, **__: object) -> None:
        raise DatabaseError("the log is full")

    monkeypatch.setattr(AccessEvent.objects, "create", full)
    for name, ask in asks.items():
        answer = ask(client)
        assert answer.status_code == 500, name  # type: ignore[attr-defined]
        content = answer.content.decode()  # type: ignore[attr-defined]
        assert stage.handover.case.pseudonym not in content, name
        assert desk.NAME not in content, name
    caplog.clear()
