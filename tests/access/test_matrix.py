"""Who may ask for which address: every route of the resolver × everybody, once."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from referrals.handovers import actions as handovers
from tests.access.oracle import ABOUT_A_FAMILY
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS, Row
from tests.access.things import Values, things_of
from tests.builders import NOON, make_assessment, make_consent, make_user
from tests.conftest import Cast

# Roles that see no case, even in the house that holds it.
BLIND = (
    Role.CHILD_PROTECTION_ADVISER,
    Role.CATALOGUE_EDITOR,
    Role.COORDINATOR,
    Role.PRIVACY_OFFICER,
    Role.ADMINISTRATOR,
)
NAMES = ("nobody", "anna", "bilal", "carla", "dora", *(f"anna's {role}" for role in BLIND))
SHARES = 4  # so that workers divide the walk; each sets the stage once


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def things(cast: Cast) -> dict[str, Values]:
    """Anna's case, handed over to Bilal but not accepted."""
    make_assessment(cast.case, by=cast.anna)
    consent = make_consent(cast.case, cast.office, cast.anna)
    handover = handovers.draft(
        cast.case, offer=cast.offer, categories=["name", "phone"], actor=cast.anna, at=NOON
    )
    handovers.attach_consent(handover, consent=consent, actor=cast.anna, at=NOON)
    return things_of(cast, handovers.request(handover, actor=cast.anna, at=NOON))


@pytest.fixture
def clients(cast: Cast) -> dict[str, Client]:
    return {name: _client(cast, name) for name in NAMES}


def _client(cast: Cast, name: str) -> Client:
    client = Client()
    user = _user(cast, name)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _user(cast: Cast, name: str) -> User | None:
    if name == "nobody":
        return None
    if name.startswith("anna's "):
        role = Role(name.removeprefix("anna's "))
        return make_user(f"blind-{role}", cast.clinic, role)
    user: User = getattr(cast, name)
    return user


def _expected(row: Row, method: str, name: str) -> int:
    if method == "post" and row.editor is not None and name.endswith(Role.CATALOGUE_EDITOR):
        return row.editor
    for office, (reading, sending) in row.offices.items():
        if name == f"anna's {office}":
            return reading if method == "get" else sending
    statuses = row.get if method == "get" else row.post
    return statuses[min(NAMES.index(name), 4)]  # the blind roles fare as Dora


def _ask(client: Client, method: str, url: str, *, as_json: bool) -> HttpResponse:
    """Ask, and leave behind neither a row nor a cookie."""
    cookies, before = deepcopy(client.cookies), transaction.savepoint_create()
    try:
        if method == "post" and as_json:
            return client.post(url, {}, content_type="application/json")
        answer: HttpResponse = getattr(client, method)(url)
        return answer
    finally:
        transaction.savepoint_rollback(before)
        client.cookies = cookies


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route.name for route in all_routes()} == set(ROWS)


@pytest.mark.once
@pytest.mark.parametrize("share", range(SHARES))
def test_who_may_ask(
    cast: Cast, things: dict[str, Values], clients: dict[str, Client], share: int
) -> None:
    wrong = []
    for route in all_routes()[share::SHARES]:
        if route.name in ROWS:  # those without a row fail above
            wrong += _mismatches(cast, things, clients, route)
    assert wrong == []


def _is_asked_elsewhere(row: Row, name: str) -> bool:
    """Of what is about a family, every role is asked by the product, with an oracle of its own."""
    return name.startswith("anna's ") and row.about in ABOUT_A_FAMILY and not row.offices


def _mismatches(
    cast: Cast, things: dict[str, Values], clients: dict[str, Client], route: Route
) -> Iterator[str]:
    row = ROWS[route.name]
    url = route.url(things[row.about]) + row.query.format(offer=cast.offer.pk)
    for method in ("get", "post"):
        for name, client in clients.items():
            if _is_asked_elsewhere(row, name):
                continue
            answer = _ask(client, method, url, as_json=route.name.startswith("api-"))
            told, expected = answer.status_code, _expected(row, method, name)
            if told != expected:
                yield f"{method} {route.name} as {name}: {told}, not {expected}"
            # An office that the table lets in reads its houses' logs, by pseudonym.
            outside = name not in ("nobody", "anna", "bilal") and told in (302, 401, 403, 404, 405)
            outside = outside or name in ("carla", "dora")
            if outside and cast.case.pseudonym in answer.content.decode(errors="replace"):
                yield f"{method} {route.name} as {name}: names the case"
