"""A session: whose, where, since when; and that nothing is left of it when it has ended."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import closing, sessions
from lotsen.accounts.models import BlockedDevice, BlockReason, Session
from lotsen.accounts.sessions import SessionStore, row_key
from lotsen.audit.models import AccessEvent, Deed
from tests.builders import PASSWORD
from tests.conftest import Cast

COOKIE = "lotsen_session"
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
NEW = "vier zufällige Wörter reichen"


@pytest.fixture
def clock() -> object:
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def sign_in(name: str = "anna") -> Client:
    client = Client()
    assert client.post("/anmelden/", {"login": name, "password": PASSWORD})["Location"] == "/"
    return client


def cookie_of(client: Client) -> str:
    return str(client.cookies[COOKIE].value)


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[COOKIE] = value
    return client


def gets_nothing(client: Client) -> bool:
    """No page and no answer of the API; a page leads to the sign-in, whatever the reason."""
    page = client.get("/konto/")
    to_sign_in = (page.status_code, page["Location"]) == (302, "/anmelden/?next=/konto/")
    return to_sign_in and client.get("/api/v1/cases/").status_code == 401


# Every way a session ends


def _by_signing_out(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    client.post("/abmelden/")


def _by_its_hours(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=10))


def _by_another_session_of_ones_own(cast: Cast, client: Client, clock: object) -> None:
    sign_in().post("/konto/sitzungen/beenden/", {"session": row_key(cookie_of(client))})


def _with_all_others(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    sign_in().post("/konto/sitzungen/andere/")


def _by_whoever_manages_people(cast: Cast, client: Client, clock: object) -> None:
    assert sessions.end_all(cast.anna) == 1


def _by_closing_the_account(cast: Cast, client: Client, clock: object) -> None:
    closing.close(cast.anna, at=now())


def _by_another_password(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    words = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert sign_in().post("/konto/kennwort/", words).status_code == 302


def _with_its_device(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    """Blocked without any session being taken away: it is not found there."""
    device = Session.objects.get().device
    assert device
    BlockedDevice.objects.create(
        number=device, blocked_at=now(), blocked_by=cast.bilal, reason=BlockReason.LOST
    )


def _by_wrong_pins(cast: Cast, client: Client, clock: time_machine.Traveller) -> None:
    client.post("/sichtschutz/")
    for _ in range(5):
        client.post("/gesperrt/", {"secret": "no"})


ENDINGS = [
    _by_signing_out, _by_its_hours, _by_another_session_of_ones_own, _with_all_others,
    _by_whoever_manages_people, _by_closing_the_account, _by_another_password, _with_its_device,
    _by_wrong_pins,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDINGS)
def test_the_old_cookie_of_an_ended_session_gets_nothing(
    cast: Cast, clock: time_machine.Traveller, end: Callable[..., None]
) -> None:
    client = sign_in()
    kept = cookie_of(client)
    assert client.get("/konto/").status_code == 200

    end(cast, client, clock)

    assert gets_nothing(with_cookie(kept))


def test_an_idle_session_gets_the_lock_page_alone(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    client = sign_in()
    clock.shift(timedelta(minutes=15, seconds=1))

    assert client.get("/konto/")["Location"] == "/gesperrt/"
    assert client.get("/api/v1/cases/").status_code == 423


@pytest.mark.parametrize("value", ["", "x", "ü", "a" * 32, "a" * 5000, "../../etc", "'; --"])
def test_a_damaged_or_made_up_cookie_is_nobody(cast: Cast, value: str) -> None:
    assert gets_nothing(with_cookie(value))


def test_what_a_stolen_database_holds_opens_no_session(cast: Cast) -> None:
    value = cookie_of(sign_in())
    row = Session.objects.get()

    assert value not in str(Session.objects.values())
    assert gets_nothing(with_cookie(row.session_key))


def test_the_id_changes_with_every_step_up(cast: Cast) -> None:
    """Nobody can have planted it before: nor before signing in, nor while it was locked."""
    client = Client()
    client.post("/sprache/", {"language": "de"})
    ids = [cookie_of(client)]
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    ids.append(cookie_of(client))
    client.post("/sichtschutz/")
    client.post("/gesperrt/", {"secret": PASSWORD})
    ids.append(cookie_of(client))
    client.post(
        "/konto/kennwort/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )
    ids.append(cookie_of(client))

    assert len(set(ids)) == 4
    assert all(gets_nothing(with_cookie(old)) for old in ids[:-1])
    assert client.get("/konto/").status_code == 200


def test_a_session_ended_meanwhile_is_not_written_back(cast: Cast) -> None:
    store = SessionStore(cookie_of(sign_in()))
    store["page"] = 1
    sessions.end_all(cast.anna)

    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_being_there_is_written_once_a_minute_and_overwrites_nothing(
    cast: Cast,
    clock: time_machine.Traveller,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    value = cookie_of(sign_in())
    here, elsewhere = SessionStore(value), SessionStore(value)
    clock.shift(timedelta(seconds=59))
    assert not here.is_idle(at=now())
    with django_assert_num_queries(0):
        here.seen(at=now())

    clock.shift(timedelta(seconds=1))
    elsewhere["draft"] = "kept"
    elsewhere.save()
    with django_assert_num_queries(1):
        here.seen(at=now())
        here.seen(at=now())

    row = Session.objects.get()
    assert row.last_seen_at == now()
    assert row.get_decoded()["draft"] == "kept"


def test_saving_late_does_not_turn_back_when_somebody_was_last_there(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    value = cookie_of(sign_in())
    slow = SessionStore(value)
    slow["page"] = 1
    clock.shift(timedelta(minutes=5))
    quick = SessionStore(value)
    quick.is_idle(at=now())
    quick.seen(at=now())
    slow.save()

    assert Session.objects.get().last_seen_at == now()


# The page


def test_ones_own_sessions_stand_there_by_device_and_nobody_elses(cast: Cast) -> None:
    here, _there, _bilals = sign_in(), sign_in(), sign_in("bilal")
    page = here.get("/konto/sitzungen/")

    lines = page.context["lines"]
    assert [line.is_this for line in lines] == [True, False]
    assert len({line.device for line in lines}) == 2
    assert all(line.key in page.content.decode() for line in lines)


def _end(client: Client, whose: Client) -> Any:
    return client.post("/konto/sitzungen/beenden/", {"session": row_key(cookie_of(whose))})


def test_ending_ones_own_session_signs_out_and_anothers_stays(cast: Cast) -> None:
    here, there, bilals = sign_in(), sign_in(), sign_in("bilal")

    assert _end(here, bilals)["Location"] == "/konto/sitzungen/"
    assert bilals.get("/konto/").status_code == 200
    _end(here, there)
    assert gets_nothing(there)
    assert _end(here, here)["Location"] == "/anmelden/"
    assert gets_nothing(here)

    (event,) = AccessEvent.objects.filter(reason="ended_elsewhere")
    assert (event.deed, event.actor, event.count) == (Deed.LOGOUT, cast.anna, 1)
