"""A lost device: found by its sticker, blocked at once, by whoever answers for its people."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen import blocking
from lotsen.accounts import tokens
from lotsen.accounts.models import BlockedDevice, BlockReason, Session, TokenScope, User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.devices import device_name, numbers_named
from lotsen.errors import InvalidInput, NotPermitted
from tests.builders import PASSWORD, make_user
from tests.conftest import Cast

PAGE = "/verwaltung/geraete/"


@pytest.fixture
def gero(cast: Cast) -> User:
    return make_user("gero", cast.clinic, Role.ADMINISTRATOR)


def on(tablet: Client, name: str = "anna", password: str = PASSWORD) -> int:
    return tablet.post("/anmelden/", {"login": name, "password": password}).status_code


def sticker(user: User, session: Session | None = None) -> str:
    device = (session or Session.objects.filter(user=user).latest("signed_in_at")).device
    assert device
    return device_name(device)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_blocking_ends_what_runs_there_at_once_and_lets_nobody_in(cast: Cast, gero: User) -> None:
    tablet, at_home = Client(), Client()
    on(tablet, "bilal")
    tablet.post("/abmelden/")
    for client in (tablet, at_home):
        assert on(client) == 302
    token = tokens.issue(cast.anna, scope=TokenScope.READ, days=9, at=now())
    name = sticker(cast.anna, Session.objects.filter(user=cast.anna).earliest("signed_in_at"))

    ended = blocking.block(numbers_named(name), reason=BlockReason.LOST, actor=gero, at=now())

    assert ended == 1
    assert tablet.get("/konto/").status_code == 302
    assert at_home.get("/konto/").status_code == 200
    bearer = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/offers/", headers=bearer).status_code == 200
    assert on(Client()) == 302  # cookies cleared: another device, as the page says
    assert ChangeEntry.objects.filter(content_type__model="blockeddevice").exists()
    (event,) = AccessEvent.objects.filter(object_type="device", reason="lost")
    assert (event.actor, event.shown, event.count) == (gero, [name], 1)


def test_a_blocked_device_hears_the_same_about_every_account(
    cast: Cast, gero: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = Client()
    on(tablet)
    blocking.block(
        numbers_named(sticker(cast.anna)), reason=BlockReason.STOLEN, actor=gero, at=now()
    )

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the password was looked at")

    monkeypatch.setattr("lotsen.accounts.backends.LoginBackend.authenticate", never)
    logins = [("anna", PASSWORD), ("anna", "x"), ("nobody", "x")]
    answers = [
        tablet.post("/anmelden/", {"login": login, "password": password})
        for login, password in logins
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert tablet.get("/anmelden/").status_code == 403
    assert "gesperrt" in answers[0].content.decode()
    assert not Session.objects.filter(user=cast.anna).exists()


def test_after_opening_it_again_people_sign_in_and_nothing_old_comes_back(
    cast: Cast, gero: User
) -> None:
    tablet = Client()
    on(tablet)
    numbers = numbers_named(sticker(cast.anna))
    blocking.block(numbers, reason=BlockReason.LOST, actor=gero, at=now())
    blocking.unblock(numbers, actor=gero, at=now())

    assert tablet.get("/konto/").status_code == 302
    assert on(tablet) == 302
    assert not BlockedDevice.objects.exists()


def test_a_device_of_other_houses_is_as_unknown_as_one_that_does_not_exist(
    cast: Cast, gero: User
) -> None:
    on(Client(), "carla")
    for name in (sticker(cast.carla), device_name(uuid4())):
        with pytest.raises(InvalidInput) as refusal:
            blocking.block(numbers_named(name), reason=BlockReason.LOST, actor=gero, at=now())
        assert refusal.value.code == "device_unknown"
    assert not BlockedDevice.objects.exists()


def test_of_a_shared_device_only_ones_own_people_are_named(cast: Cast, gero: User) -> None:
    tablet = Client()
    for name in ("carla", "anna"):
        on(tablet, name)
        tablet.post("/abmelden/")
    on(tablet)
    page = browser(gero).get(PAGE, {"device": sticker(cast.anna)})

    (known,) = page.context["found"]
    assert [name for name, _at in known.people] == [cast.anna.display_name]
    assert known.leaves_out
    assert cast.carla.display_name not in page.content.decode()
    assert cast.case.pseudonym not in page.content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_two_offices_block_and_nobody_else(
    cast: Cast, signed_in: Callable[[str], Client], role: Role
) -> None:
    on(Client())
    name = sticker(cast.anna)
    office = browser(make_user(f"office-{role}", cast.clinic, role))
    sent = {"device": name, "reason": "lost"}

    assert signed_in("bilal").post(f"{PAGE}sperren/", sent).status_code == 403
    assert signed_in("anna").get(PAGE).status_code == 403
    assert office.get(PAGE, {"device": name.lower()}).status_code == 200
    assert office.get(PAGE, {"device": "2222-2223"}).status_code == 422
    assert office.post(f"{PAGE}sperren/", sent)["Location"] == PAGE
    assert name[:4] in office.get(PAGE).content.decode()
    assert office.post(f"{PAGE}freigeben/", {"device": name})["Location"] == PAGE
    with pytest.raises(NotPermitted):
        blocking.blocked(cast.dora)
