"""One number for each browser: kept over people and sign-outs, drawn by us alone."""

from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils.html import strip_tags
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope
from lotsen.audit.models import AccessEvent, Deed
from lotsen.devices import (
    COOKIE,
    DeviceMiddleware,
    current_device,
    device_name,
    numbers_named,
)
from lotsen.errors import InvalidInput
from lotsen.pseudonyms import ALPHABET, check_symbol
from tests.builders import PASSWORD
from tests.conftest import Cast


def sign_in(client: Client, name: str) -> None:
    assert client.post("/anmelden/", {"login": name, "password": PASSWORD}).status_code == 302


def devices(**what: object) -> list[UUID | None]:
    rows = AccessEvent.objects.filter(**what).order_by("at", "id")
    return list(rows.values_list("device", flat=True))


# The cookie


def test_a_ward_tablet_is_one_device_whoever_signs_in(cast: Cast, client: Client) -> None:
    for name in ("anna", "bilal"):
        sign_in(client, name)
        client.get("/eingang/")
        answer = client.post("/abmelden/")
        assert "cookies" not in answer["Clear-Site-Data"]

    found = devices()
    assert len(found) >= 6
    assert len(set(found)) == 1
    assert found[0] is not None


def test_two_browsers_are_two_devices(cast: Cast) -> None:
    for _ in range(2):
        sign_in(Client(), "anna")

    assert len(set(devices(deed=Deed.LOGIN))) == 2


def test_failed_tries_on_a_device_carry_its_number(cast: Cast, client: Client) -> None:
    for _ in range(2):
        client.post("/anmelden/", {"login": "anna", "password": "wrong"})

    first, second = devices(reason="login_failed")
    assert first == second is not None


def test_whoever_only_reads_public_pages_gets_no_number(db: None, client: Client) -> None:
    for page in ("/impressum/", "/datenschutz/", "/anmelden/", "/health/"):
        assert COOKIE not in client.get(page).cookies


def test_the_cookie_is_long_lived_and_out_of_reach(cast: Cast, client: Client) -> None:
    sign_in(client, "anna")

    morsel = client.cookies[COOKIE]
    assert (morsel["max-age"], morsel["samesite"]) == (400 * 86_400, "Lax")
    assert morsel["httponly"]
    assert not morsel["secure"]  # as the session: without TLS there would be none at all
    with override_settings(SESSION_COOKIE_SECURE=True):
        client.get("/konto/")
    assert client.cookies[COOKIE]["secure"]


@pytest.mark.parametrize("forged", ["0" * 32, "nonsense", f"{'0' * 32}:1abcde:{'A' * 43}"])
def test_a_number_we_did_not_sign_is_replaced(cast: Cast, client: Client, forged: str) -> None:
    client.cookies[COOKIE] = forged
    sign_in(client, "anna")

    [number] = devices(deed=Deed.LOGIN)
    assert number is not None
    assert number.int != 0


def test_a_token_of_the_api_has_no_device(cast: Cast, client: Client) -> None:
    text = tokens.issue(cast.anna, scope=TokenScope.READ, days=1, at=now())
    answer = client.get("/api/v1/cases/", headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    assert devices(reason="api") == [None]


def test_a_header_does_not_hide_a_device_on_a_page(cast: Cast, client: Client) -> None:
    sign_in(client, "anna")
    client.get("/eingang/", headers={"Authorization": "Bearer anything"})

    [number] = devices(deed=Deed.LIST)
    assert number is not None


def test_outside_a_request_there_is_no_device() -> None:
    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(str(current_device()))

    response = DeviceMiddleware(answer)(RequestFactory().get("/"))
    assert UUID(response.content.decode())
    assert current_device() is None


# The name on the sticker


def test_the_account_page_tells_the_name_of_this_device(cast: Cast, client: Client) -> None:
    sign_in(client, "anna")
    [number] = devices(deed=Deed.LOGIN)

    assert number is not None
    assert device_name(number) in strip_tags(client.get("/konto/").content.decode())


@given(st.uuids(version=4))
def test_a_name_leads_back_to_its_number(number: UUID) -> None:
    name = device_name(number)
    first, last = numbers_named(f" {name.lower().replace('-', ' ')} ")

    assert first <= number <= last
    assert device_name(first) == device_name(last) == name
    if last.int + 1 < 2**128:
        assert device_name(UUID(int=last.int + 1)) != name


@given(st.uuids(version=4), st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_found(number: UUID, place: int, symbol: str) -> None:
    name = device_name(number).replace("-", "")
    typed = name[:place] + symbol + name[place + 1 :]

    if typed != name:
        with pytest.raises(InvalidInput) as refused:
            numbers_named(typed)
        assert refused.value.code == "device_mistyped"


@pytest.mark.parametrize("typed", ["", "7K4M", "7K4M-QX2", "7K4M-QX2A", "7K4M-QX277", "ÄÖÜß-7K4M"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        numbers_named(typed)
    assert refused.value.code == "device_malformed"


def test_a_name_beyond_all_numbers_is_refused() -> None:
    body = "ZZZZZZZ"

    with pytest.raises(InvalidInput):
        numbers_named(body + check_symbol(body))


def test_names_of_many_devices_differ() -> None:
    assert len({device_name(uuid4()) for _ in range(2_000)}) == 2_000
