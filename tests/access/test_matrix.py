"""Who may ask for which address: every route of the resolver × everybody, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from referrals.followups.models import FollowUp
from referrals.handovers import actions as handovers
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS, Row
from tests.builders import (
    NOON,
    make_assessment,
    make_consent,
    make_rule,
    make_run,
    make_user,
)
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


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def values(cast: Cast) -> dict[str, dict[str, object]]:
    """What fills a route's parameters: Anna's case, handed over to Bilal but not accepted."""
    make_assessment(cast.case, by=cast.anna)
    consent = make_consent(cast.case, cast.office, cast.anna)
    handover = handovers.draft(
        cast.case, offer=cast.offer, categories=["name", "phone"], actor=cast.anna, at=NOON
    )
    handovers.attach_consent(handover, consent=consent, actor=cast.anna, at=NOON)
    handovers.request(handover, actor=cast.anna, at=NOON)
    follow_up = FollowUp.objects.get(organisation=cast.clinic)
    return {
        "case": {"pk": cast.case.pk, "pseudonym": cast.case.pseudonym},
        "handover": {"pk": handover.pk},
        "consent": {"pk": consent.pk},
        "follow-up": {"pk": follow_up.pk},
        "offer": {"pk": cast.offer.pk},
        "token": {"token": "made-up"},
        "run": {"pk": make_run(cast.case, cast.anna).pk},
        "term": {"pk": make_rule(cast.anna).pk},
        "": {},
    }


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
    if method == "post" and as_json:
        return client.post(url, {}, content_type="application/json")
    answer: HttpResponse = getattr(client, method)(url)
    return answer


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route.name for route in all_routes()} == set(ROWS)


@pytest.mark.parametrize("route", all_routes(), ids=lambda route: route.name)
def test_who_may_ask(
    cast: Cast, values: dict[str, dict[str, object]], route: Route, clients: dict[str, Client]
) -> None:
    row = ROWS[route.name]
    url = route.url(values[row.about]) + row.query.format(offer=cast.offer.pk)
    for method in ("get", "post"):
        for name, client in clients.items():
            before = transaction.savepoint_create()
            answer = _ask(client, method, url, as_json=route.name.startswith("api-"))
            transaction.savepoint_rollback(before)
            assert answer.status_code == _expected(row, method, name), f"{method} as {name}"
            if name not in ("nobody", "anna", "bilal"):
                assert cast.case.pseudonym not in answer.content.decode(errors="replace")
