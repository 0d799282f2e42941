"""What is opened or shown stands in the access log: for every address of the resolver, by every
method, and where no event can be written, there is no answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import localdate, localtime, now

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from lotsen.pseudonyms import ALPHABET
from lotsen.vault import opening
from referrals.cases.models import Case
from referrals.notes.actions import write
from referrals.rights import actions as rights
from referrals.rights.models import RightsRequest
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import Stage, browser, set_stage

ALL = ["name", "phone", "language", "district", "needs", "note"]
SHOW, READ = {"was": "anzeigen"}, {"was": "oeffnen"}
NOTE = "Die Oma hilft an drei Tagen."
# Everything an address may take for a wish to print, to export or to open.
VARIANTS = (
    "?format=json", "?format=csv&as=csv", "?form=pdf&druck=1&print=1", "?was=anzeigen",
    "?was=oeffnen",
)  # fmt: skip
PEOPLE = ("anna", "bilal", "frieda")
# The addresses that open sealed text of a family, for whom it is meant. A new one is noted here,
# and its events are counted below like those of the others.
OPENERS = {"case-identity", "case-notes", "case-rights-file"}
# Not a part of an id, which may be all digits by chance.
_PSEUDONYM = re.compile(rf"(?<![\w-])[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{2}}(?![\w-])")


@dataclass
class Watch:
    """What the vault did."""

    openings: list[object] = field(default_factory=list)  # each of one case, for one person
    texts: list[object] = field(default_factory=list)  # really decrypted, keys of cases left out

    def reset(self) -> None:
        self.openings.clear()
        self.texts.clear()


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """A family in the loop about whom something sealed lies everywhere, and that asked for it."""
    stage = set_stage(cast, categories=ALL)
    case = stage.handover.case
    for house, by in ((cast.clinic, cast.anna), (cast.office, cast.bilal)):
        write(
            case, organisation=house, kind="case", text=NOTE, provenance="family", actor=by,
            at=now(),
        )  # fmt: skip
    rights.receive(
        case, kind="access", identity_check="known", received_on=localdate(), actor=cast.anna,
        at=now(),
    )  # fmt: skip
    return stage


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch, unseal, open_texts = Watch(), envelope.unseal, opening.open_texts

    def unsealed(*arguments: object) -> bytes:
        plain: bytes = unseal(*arguments)  # type: ignore[arg-type]
        if len(plain) != 32:
            watch.texts.append(plain)
        return plain

    def opened(*arguments: Any, **facts: Any) -> dict[Any, str]:
        found = open_texts(*arguments, **facts)
        if found:
            watch.openings.append(facts["pseudonym"])
        return found

    monkeypatch.setattr(envelope, "unseal", unsealed)
    monkeypatch.setattr(opening, "open_texts", opened)
    return watch


def person(stage: Stage, name: str) -> User:
    if name == "frieda":
        return make_user("frieda", stage.cast.clinic, Role.PRIVACY_OFFICER)
    user: User = getattr(stage.cast, name)
    return user


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no row behind."""
    before = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


def url_of(stage: Stage, route: Route) -> str:
    row = ROWS[route.name]
    return route.url(stage.things[row.about]) + row.query.format(offer=stage.cast.offer.pk)


def with_query(url: str, more: str) -> str:
    return url + (more.replace("?", "&") if "?" in url else more)


def faults(asked: Callable[[], HttpResponse], watch: Watch) -> list[str]:
    """What one request did without writing it down, or wrote down twice."""
    known = list(AccessEvent.objects.values_list("pk", flat=True))
    watch.reset()
    answer = asked()
    rows = list(AccessEvent.objects.exclude(pk__in=known))
    kinds = Counter((row.deed, row.object_type) for row in rows)
    named = {pseudonym for row in rows for pseudonym in row.shown}
    shown = names_in(answer) & set(Case.objects.values_list("pseudonym", flat=True))
    found = []
    if sum(row.deed == Deed.UNLOCK for row in rows) != len(watch.openings):
        found.append(f"{len(watch.openings)} openings, events {kinds}")
    if watch.texts and not watch.openings:
        found.append("decrypts past the vault's opening")
    if shown - named:
        found.append("shows a family that no event names")
    if [kind for kind, times in kinds.items() if times > 1 and kind[0] != Deed.UNLOCK]:
        found.append(f"more than one row of a kind: {kinds}")
    if len({row.request_id for row in rows}) > 1:
        found.append("rows of one request with several numbers")
    return found


def names_in(answer: HttpResponse) -> set[str]:
    """Whom an answer shows; on pages the first group of a pseudonym is bold."""
    body = b"".join(answer) if answer.streaming else answer.content
    return set(_PSEUDONYM.findall(re.sub("</?b>", "", body.decode(errors="replace"))))


@pytest.mark.once
@pytest.mark.parametrize("name", PEOPLE)
def test_no_address_opens_by_being_looked_at_and_each_tells_whom_it_shows(
    stage: Stage, watch: Watch, name: str
) -> None:
    client, wrong, seen = browser(person(stage, name)), [], 0
    for route in all_routes():
        url = url_of(stage, route)
        with undone():
            reads = client.get(url).status_code == 200
        asks = [(client.get, url)]
        if reads:
            more = [(client.get, with_query(url, each)) for each in VARIANTS]
            asks += [(client.head, url), (client.options, url), *more]
        for ask, address in asks:
            with undone():
                found = faults(lambda: ask(address), watch)  # noqa: B023  called at once
            wrong += [f"{ask.__name__} {route.name} {address}: {fault}" for fault in found]
            wrong += [f"{route.name} opens by {ask.__name__}"] * bool(watch.texts)
            seen += 1
    assert wrong == []
    assert seen > len(all_routes())


@pytest.mark.once
@pytest.mark.parametrize("name", ["anna", "bilal"])
def test_each_opening_by_any_address_is_one_event(stage: Stage, watch: Watch, name: str) -> None:
    client, wrong, openers = browser(person(stage, name)), [], set()
    asked = {"form": "json", "anfrage": str(RightsRequest.objects.get().pk), "as": "csv"}
    for route in all_routes():
        for wish in (SHOW, READ):
            cookies = client.cookies.copy()
            with undone():
                found = faults(lambda: client.post(url_of(stage, route), asked | wish), watch)  # noqa: B023
            client.cookies = cookies
            wrong += [f"{route.name} {wish}: {fault}" for fault in found]
            openers |= {route.name} if watch.openings else set()
    assert wrong == []
    assert openers == (OPENERS if name == "anna" else OPENERS - {"case-rights-file"})


def pseudonym_of(stage: Stage) -> str:
    return stage.handover.case.pseudonym


@pytest.mark.parametrize("name", ["carla", "dora"])
def test_whoever_may_not_opens_nothing(stage: Stage, watch: Watch, name: str) -> None:
    client, page = browser(person(stage, name)), f"/fall/{stage.handover.case_id}/"
    for what, data in (("kontaktdaten", SHOW), ("notiz", READ)):
        assert client.post(f"{page}{what}/", data | {"reason": "data_rights"}).status_code == 404
    assert watch.texts == []


def test_before_accepting_the_recipient_opens_nothing(cast: Cast, watch: Watch) -> None:
    stage = set_stage(cast, accepted=False)
    page = f"/fall/{stage.handover.case_id}/kontaktdaten/"

    assert browser(cast.bilal).post(page, SHOW).status_code == 404
    assert watch.texts == []


@pytest.mark.parametrize("address", ["/faelle/", "/eingang/", "/ausgang/", "/api/v1/cases/"])
def test_a_full_list_is_one_row_with_everybody_it_shows(cast: Cast, address: str) -> None:
    if address in ("/eingang/", "/ausgang/"):
        desk.many(cast, 25)
    else:
        for _ in range(25):
            make_case(cast.clinic, cast.anna)
    client = browser(cast.bilal if address == "/eingang/" else cast.anna)
    known = list(AccessEvent.objects.values_list("pk", flat=True))

    answer = client.get(address)

    [row] = AccessEvent.objects.exclude(pk__in=known)
    assert set(row.shown) == names_in(answer)
    assert row.count == len(row.shown) >= 25


# No event, no answer


def _asks(stage: Stage, frieda: Client) -> dict[str, Callable[[Client], HttpResponse]]:
    case = stage.handover.case
    around = {"since": "2020-01-01T00:00", "until": f"{localtime(now()):%Y-%m-%d}T23:59"}
    asked = {"pseudonym": case.pseudonym, **around}
    posted: dict[str, Any] = {"was": "telefon", "phone": desk.PHONE}
    return {
        "list": lambda client: client.get("/eingang/"),
        "due": lambda client: client.get("/wiedervorlagen/"),
        "case": lambda client: client.get(f"/fall/{case.pk}/"),
        "handover": lambda client: client.get(f"/uebergabe/{stage.handover.pk}/"),
        "consents": lambda client: client.get(f"/fall/{case.pk}/einwilligungen/"),
        "identity": lambda client: client.post(f"/fall/{case.pk}/kontaktdaten/", SHOW),
        "search": lambda client: client.post("/fall/suchen/", posted),
        "API list": lambda client: client.get("/api/v1/cases/"),
        "API case": lambda client: client.get(f"/api/v1/cases/{case.pseudonym}/"),
        "API box": lambda client: client.get("/api/v1/handovers/"),
        "officer": lambda _: frieda.post("/datenschutz-verwaltung/zugriffe/fall/", asked),
        "file": lambda _: frieda.post(
            "/datenschutz-verwaltung/zugriffe/fall/", asked | {"as": "csv"}
        ),
        "API audit": lambda _: frieda.get("/api/v1/audit/"),
    }


def test_without_an_event_there_is_no_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(stage.cast.bilal, raise_request_exception=False)
    asks = _asks(stage, browser(person(stage, "frieda"), raise_request_exception=False))
    for name, ask in asks.items():
        assert ask(client).status_code == 200, name

    monkeypatch.setattr(events, "_INSERT", "INSERT INTO a_log_that_is_not_there VALUES (%s)")
    for name, ask in asks.items():
        answer = ask(client)
        assert answer.status_code == 503, name
        content = answer.content.decode()
        assert stage.handover.case.pseudonym not in content, name
        assert desk.NAME not in content, name
    caplog.clear()
