"""Codes of an app and recovery codes: each once, counted, sealed in the database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent, Deed
from lotsen.vault import purposes
from lotsen.vault.purposes import Purpose
from tests.builders import NOON
from tests.conftest import Cast
from tests.lotsen.web.second_factor.phone import Phone, begin, confirm, set_up, spare_codes

pytestmark = pytest.mark.once

CONFIRM = "/anmelden/bestaetigen/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(cast: Cast, clock: time_machine.Traveller) -> Phone:
    """Anna's, set up a minute ago."""
    client = Client()
    begin(client)
    found = set_up(client)
    clock.shift(timedelta(minutes=1))
    return found


def test_the_password_alone_opens_nothing_any_more(phone: Phone, client: Client) -> None:
    assert begin(client) == CONFIRM
    assert client.get("/konto/").headers["Location"].startswith("/anmelden/")
    assert confirm(client, "000000") == ""
    assert confirm(client, phone.code()) == "/"
    assert client.get("/konto/").status_code == 200


def test_the_page_asked_for_is_opened_after_the_second_step(phone: Phone, client: Client) -> None:
    asked = client.get("/konto/pin/")
    client.post(asked.headers["Location"], {"login": "anna", "password": _password()})
    assert confirm(client, phone.code()) == "/konto/pin/"


def test_without_the_password_there_is_no_second_step(phone: Phone, client: Client) -> None:
    assert client.get(CONFIRM).headers["Location"] == "/anmelden/"
    assert confirm(client, phone.code()) == "/anmelden/"
    begin(client, password="wrong")
    assert confirm(client, phone.code()) == "/anmelden/"


def test_the_session_gets_another_key_with_each_step(phone: Phone, client: Client) -> None:
    begin(client)
    before = client.cookies["lotsen_session"].value
    confirm(client, phone.code())
    assert client.cookies["lotsen_session"].value != before


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_works_once(
    phone: Phone, client: Client, clock: time_machine.Traveller, steps: int
) -> None:
    clock.shift(timedelta(minutes=5))
    code = phone.code(steps=steps)
    begin(client)
    assert confirm(client, code) == "/"
    for seconds in (0, 31):  # allauth alone forgets a code after 30 seconds
        clock.shift(timedelta(seconds=seconds))
        other = Client()
        begin(other)
        assert confirm(other, code) == ""


def test_the_code_that_set_the_app_up_signs_nobody_in(cast: Cast, clock: object) -> None:
    first, second = Client(), Client()
    begin(first)
    phone = set_up(first)
    begin(second)
    assert confirm(second, phone.code()) == ""


def test_codes_too_old_or_too_early_do_not_fit(phone: Phone, client: Client) -> None:
    begin(client)
    assert [confirm(client, phone.code(steps=steps)) for steps in (-2, 2)] == ["", ""]


def test_wrong_codes_count_over_all_strange_devices(
    phone: Phone, client: Client, clock: time_machine.Traveller
) -> None:
    """A browser whose cookies are cleared is a new device: that wins nobody more tries."""
    for number in range(11):
        stranger = Client()
        begin(stranger, f"somebody{number}")  # now this device has a number of its own
        begin(stranger)
        assert confirm(stranger, "000000" if number < 10 else phone.code()) == ""

    clock.shift(timedelta(minutes=16))
    begin(client)
    assert confirm(client, phone.code()) == "/"


def test_strangers_keep_nobody_out_of_a_known_device(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    begin(client)
    phone = set_up(client)
    client.post("/abmelden/")
    clock.shift(timedelta(minutes=1))
    for _ in range(11):
        stranger = Client()
        begin(stranger)
        confirm(stranger, "000000")
    begin(client)
    assert confirm(client, phone.code()) == "/"


def test_a_wrong_code_is_an_event_without_the_code(phone: Phone, client: Client) -> None:
    begin(client)
    confirm(client, "135790")
    event = AccessEvent.objects.get(reason="second_factor_wrong")
    assert (event.deed, event.actor.username) == (Deed.DENIED, "anna")
    assert not AccessEvent.objects.filter(deed=Deed.LOGIN, at=now()).exists()


def test_a_recovery_code_opens_once_and_says_how_many_are_left(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    first = Client()
    begin(first)
    set_up(first)
    codes = spare_codes(first)
    assert len(set(codes)) == 10

    for left, code in zip(range(9, 1, -1), codes, strict=False):
        client = Client()
        begin(client)
        assert confirm(client, code) == "/"
        assert confirm_again(code) == ""
        page = client.get("/konto/zweiter-faktor/").content.decode()
        assert f"{left} Codes sind übrig" in page
        assert ("machen Sie neue" in page) == (left <= 3)


def confirm_again(code: str) -> str:
    other = Client()
    begin(other)
    return confirm(other, code)


def test_recovery_codes_are_shown_until_they_are_kept(cast: Cast, client: Client) -> None:
    begin(client)
    set_up(client)
    codes = spare_codes(client)
    file = client.get("/konto/zweiter-faktor/ersatzcodes/datei/")
    assert file.headers["Content-Type"].startswith("text/plain")
    assert all(code in file.content.decode() for code in codes)

    client.post("/konto/zweiter-faktor/ersatzcodes/verwahrt/")
    assert spare_codes(client) == []
    assert client.get("/konto/zweiter-faktor/ersatzcodes/datei/").status_code == 404


def test_new_recovery_codes_void_the_old_ones(cast: Cast, client: Client) -> None:
    begin(client)
    set_up(client)
    old = spare_codes(client)
    client.post("/konto/zweiter-faktor/ersatzcodes/neu/")
    new = spare_codes(client)
    assert not set(old) & set(new)
    assert [confirm_again(code) for code in (old[0], new[0])] == ["", "/"]


def test_the_database_alone_makes_no_code(cast: Cast, client: Client) -> None:
    begin(client)
    pending = _key_on_page(client)
    assert pending not in _everything_stored()
    phone = set_up(client)
    codes = spare_codes(client)
    stored = _everything_stored()
    assert phone.key not in stored
    assert not any(code.replace(" ", "") in stored for code in codes)


def test_codes_survive_a_change_of_keys(phone: Phone, client: Client) -> None:
    """Another key for the purpose: what the older one sealed still opens."""
    before = Authenticator.objects.get(type="totp").data["secret"]
    purposes.begin_anew(Purpose.SECOND_FACTOR, at=now())
    call_command("rotate_keys", verbosity=0)
    begin(client)
    assert confirm(client, phone.code()) == "/"
    client.post("/konto/zweiter-faktor/ersatzcodes/neu/")
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.split(":")[0] != before.split(":")[0]


def test_a_secret_that_was_changed_opens_nothing(phone: Phone, client: Client) -> None:
    row = Authenticator.objects.get(type="totp")
    row.data["secret"] = row.data["secret"][:-6] + "AAAA=="
    row.save()
    begin(client)
    assert client.post(CONFIRM, {"code": phone.code()}).status_code == 422


def _password() -> str:
    from tests.builders import PASSWORD

    return PASSWORD


def _key_on_page(client: Client) -> str:
    page = client.get("/konto/zweiter-faktor/app/").content.decode()
    return page.split('class="key-text">')[1].split("<")[0].replace(" ", "")


def _everything_stored() -> str:
    """Every text of every table, with what sessions hold unpacked."""
    from lotsen.accounts.models import Session

    texts = [str(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            texts += [str(row) for row in cursor.fetchall()]
    return "\n".join(texts)
