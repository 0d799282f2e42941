"""The access log as an API: for officers, of their own houses, each page an event."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.devices import device_name
from lotsen.membership import actions as membership
from lotsen.pseudonyms import new_pseudonym
from tests.builders import NOON, make_user
from tests.conftest import Cast
from tests.lotsen.audit.test_reading import DAY, TABLET, saw
from tests.security.stage import browser

AUDIT = "/api/v1/audit/"
A, B = new_pseudonym(), new_pseudonym()


@pytest.fixture
def frieda(cast: Cast) -> User:
    """She serves Anna's clinic."""
    return make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)


def read(client: Client, **asked: object) -> dict[str, Any]:
    answer = client.get(AUDIT, asked)
    assert answer.status_code == 200, answer.content
    page: dict[str, Any] = answer.json()
    return page


def cases(page: dict[str, Any]) -> list[str]:
    """Of the events made by these tests, newest first."""
    return [event["shown"][0] for event in page["results"] if event["deed"] == "read"]


def test_an_event_is_told_with_codes_and_no_value(cast: Cast, frieda: User) -> None:
    event = saw(
        cast.anna, A, fields=["phone"], reason="work_on_case", device=TABLET,
        organisation=cast.clinic.pk, request_id="number-1",
    )  # fmt: skip

    [told] = [each for each in read(browser(frieda))["results"] if each["deed"] == "read"]

    assert told == {
        "id": str(event.pk), "at": "2026-03-02T13:00:00+01:00", "actor": str(cast.anna.pk),
        "actor_name": "Anna", "organisation": str(cast.clinic.pk), "deed": "read",
        "object_type": "case", "shown": [A], "fields_shown": ["phone"], "reason": "work_on_case",
        "count": 1, "device": device_name(TABLET), "request_id": "number-1",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["anna", "bilal", "carla", "dora"])
def test_it_is_an_office(cast: Cast, name: str) -> None:
    answer = browser(getattr(cast, name)).get(AUDIT)

    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    denied = AccessEvent.objects.get(deed=Deed.DENIED)
    assert (denied.actor, denied.reason) == (getattr(cast, name), "view_audit")


def test_people_of_other_houses_are_not_told(cast: Cast, frieda: User) -> None:
    membership.join(cast.bilal, organisation=cast.clinic, role=Role.NAVIGATOR, at=NOON)
    saw(cast.anna, A)
    saw(cast.carla, B, organisation=cast.clinic.pk)  # our case, but the account is theirs
    saw(cast.bilal, B, organisation=cast.office.pk)  # of both houses, at work for the other
    client = browser(frieda)

    assert cases(read(client)) == [A]
    for foreign in ({"actor": cast.carla.pk}, {"case": B}):
        assert cases(read(client, **foreign)) == []


def test_filters_narrow_together(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A)
    saw(cast.anna, B, at=NOON + DAY)
    saw(cast.anna, A, at=NOON + 2 * DAY, deed=Deed.UNLOCK)
    client = browser(frieda)

    assert cases(read(client)) == [B, A]
    assert cases(read(client, case=A.lower())) == [A]
    assert cases(read(client, actor=cast.anna.pk, since=(NOON + DAY).isoformat())) == [B]
    assert cases(read(client, until=(NOON + DAY).isoformat())) == [A]
    [unlock] = read(client, deed="unlock")["results"]
    assert unlock["at"].startswith("2026-03-04")


@pytest.mark.parametrize(
    ("name", "value"),
    [("actor", "anna"), ("deed", "looked"), ("case", "7K4M"), ("since", "gestern"), ("house", "x")],
)
def test_a_filter_that_cannot_be_read_is_named(
    cast: Cast, frieda: User, name: str, value: str
) -> None:
    answer = browser(frieda).get(AUDIT, {name: value})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]
    assert not AccessEvent.objects.filter(actor=frieda, object_type="access_event").exists()


def test_pages_show_each_event_once_newest_first(cast: Cast, frieda: User) -> None:
    moments = [NOON + timedelta(seconds=number // 3) for number in range(120)]  # three at a time
    made = [saw(cast.anna, A, at=at) for at in moments]
    client = browser(frieda)

    pages = [read(client, until=(NOON + DAY).isoformat())]
    while address := pages[-1]["next"]:
        pages.append(client.get(address).json())

    told = [event["id"] for page in pages for event in page["results"]]
    assert len(pages) == 3
    assert told == [str(event.pk) for event in sorted(made, key=_newest, reverse=True)]
    assert client.get(pages[2]["previous"]).json()["results"] == pages[1]["results"]


def _newest(event: AccessEvent) -> tuple[Any, Any]:
    return event.at, event.pk


def test_each_page_is_one_event_that_names_what_it_showed(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A, B)
    saw(cast.anna, A, str(uuid4()), deed=Deed.LIST)
    client = browser(frieda)

    read(client, actor=cast.anna.pk)

    [event] = AccessEvent.objects.filter(actor=frieda, object_type="access_event")
    assert (event.deed, sorted(event.shown), event.count) == (Deed.LIST, sorted([A, B]), 2)


def test_a_page_costs_the_same_however_much_it_tells(
    cast: Cast, frieda: User, django_assert_num_queries: Any
) -> None:
    client = browser(frieda)
    for number in (1, 40):
        for _ in range(number):
            saw(cast.anna, A, B)
        with django_assert_num_queries(8):  # session, account, rights, events, names, own event
            read(client)
