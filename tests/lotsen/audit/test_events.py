from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.requests import RequestIdMiddleware, current_request_id
from lotsen.errors import NotPermitted
from tests.builders import NOON, PASSWORD
from tests.conftest import Cast


def test_an_event_costs_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        events.record(
            Deed.LIST, actor=cast.anna, object_type="case", shown=[str(n) for n in range(25)]
        )


def test_an_event_holds_what_was_shown_and_how_much(cast: Cast) -> None:
    event = events.record(
        Deed.LIST,
        actor=cast.anna,
        organisation=cast.clinic.pk,
        object_type="case",
        shown=(name for name in ("B", "A")),
        fields={"phone", "name"},
        reason="care",
        at=NOON,
    )

    event.refresh_from_db()
    assert (event.shown, event.count, event.fields) == (["B", "A"], 2, ["name", "phone"])
    assert (event.at, event.reason, event.organisation) == (NOON, "care", cast.clinic.pk)


def test_an_event_is_written_as_any_row_would_be(cast: Cast) -> None:
    facts: dict[str, Any] = {
        "actor": cast.anna, "object_type": "case", "shown": ["B", "A"], "fields": ["name", "phone"],
        "organisation": cast.clinic.pk, "reason": "Grund", "at": NOON, "count": 7,
    }  # fmt: skip
    written = events.record(Deed.LIST, **facts)
    saved = AccessEvent.objects.create(deed=Deed.LIST, **facts)

    rows = list(AccessEvent.objects.filter(pk__in=[written.pk, saved.pk]).values())
    assert len(rows) == 2
    assert rows[0] | {"id": None} == rows[1] | {"id": None}
    assert not written._state.adding


def test_all_rows_of_a_request_carry_its_number(cast: Cast) -> None:
    def answer(_: object) -> list[AccessEvent]:
        return [events.record(Deed.READ, actor=cast.anna, object_type="case") for _ in range(2)]

    first, second = RequestIdMiddleware(answer)(RequestFactory().get("/"))

    assert first.request_id == second.request_id != ""
    assert current_request_id() == ""


def denied(user: User | AnonymousUser, **address: object) -> AccessEvent:
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = ResolverMatch(lambda: None, (), address, url_name="case-identity")
    return events.record_denied(request, NotPermitted(right=Right.VIEW_IDENTITY.value))


def test_a_refused_access_says_who_wanted_what(cast: Cast) -> None:
    event = denied(cast.bilal, pk=cast.case.pk)

    assert (event.deed, event.actor) == (Deed.DENIED, cast.bilal)
    assert (event.object_type, event.shown) == ("case-identity", [str(cast.case.pk)])
    assert event.reason == "view_identity"


def test_a_secret_in_an_address_is_not_written_down(cast: Cast) -> None:
    event = denied(AnonymousUser(), token="the family's link")

    assert (event.actor, event.shown) == (None, [])


def test_a_refusal_outside_any_route_is_written_down_too(cast: Cast) -> None:
    event = events.record_denied(RequestFactory().get("/"), NotPermitted())

    assert (event.object_type, event.reason) == ("", "not_permitted")


def test_signing_in_and_out_is_written_down(cast: Cast, client: Client) -> None:
    client.login(username="anna", password=PASSWORD)
    client.logout()

    rows = AccessEvent.objects.order_by("at").values_list("deed", "actor", "object_type")
    assert list(rows) == [
        (Deed.LOGIN, cast.anna.pk, "session"),
        (Deed.LOGOUT, cast.anna.pk, "session"),
    ]


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_a_failed_sign_in_is_written_down_without_a_name(cast: Cast, name: str) -> None:
    assert authenticate(None, username=name, password=f"wrong {uuid4()}") is None

    [event] = AccessEvent.objects.all()
    assert (event.deed, event.reason, event.actor) == (Deed.DENIED, "login_failed", None)
    assert (event.shown, event.fields) == ([], [])


def test_nobody_signing_out_is_no_event(client: Client, db: None) -> None:
    client.logout()

    assert not AccessEvent.objects.exists()
