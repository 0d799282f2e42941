"""How often a secret may be tried, and that trying keeps nobody else out."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.urls import get_resolver
from django.utils.timezone import now

from lotsen.accounts import limits, tokens
from lotsen.accounts.limits import Counter, Limit
from lotsen.accounts.models import Attempt, TokenScope, User
from lotsen.errors import TooOften
from lotsen.web import gate
from lotsen.web.addresses import network_of
from tests.builders import PASSWORD
from tests.conftest import Cast

WRONG = "wrong"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reached the hasher; the tests' own hasher stands for scrypt."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, *args: Any, **kwargs: Any) -> str:
        seen.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen


def attempt(
    login: str, password: str = WRONG, *, address: str = HERE, client: Client | None = None
) -> Any:
    browser = client or Client()
    return browser.post("/anmelden/", {"login": login, "password": password}, REMOTE_ADDR=address)


def test_of_ten_thousand_passwords_from_one_address_sixty_an_hour_reach_the_hasher(
    cast: Cast, hashed: list[str], clock: time_machine.Traveller
) -> None:
    """Two hours, a try every 40 seconds instead of every one: the limits are what counts."""
    for second in range(0, 2 * 3600, 40):
        clock.move_to(MORNING + timedelta(seconds=second))
        answer = attempt(("anna", "bilal", "nobody")[second % 3], f"{second}")
    assert answer.status_code == 429
    assert 0 < len(hashed) <= 2 * 60


def test_the_eleventh_try_on_one_account_waits_and_the_right_password_too(
    cast: Cast, hashed: list[str], clock: time_machine.Traveller
) -> None:
    for _ in range(10):
        assert attempt("anna").status_code == 200
    late = attempt(" ANNA", PASSWORD)

    assert (late.status_code, late["Retry-After"]) == (429, "900")
    assert len(hashed) == 10
    clock.shift(timedelta(minutes=15))
    assert attempt("anna", PASSWORD).status_code == 302


def test_nobody_else_is_kept_out(cast: Cast) -> None:
    """Neither Anna elsewhere, nor Bilal here, nor Anna here on the tablet that knows her."""
    tablet = Client()
    attempt("anna", PASSWORD, client=tablet)
    tablet.post("/abmelden/")
    for _ in range(11):
        answer = attempt("anna")
    assert answer.status_code == 429

    assert attempt("anna", PASSWORD, address=ELSEWHERE).status_code == 302
    assert attempt("bilal", PASSWORD).status_code == 302
    for number in range(30):
        attempt(f"made-up {number}")
    assert attempt("bilal", PASSWORD).status_code == 429  # the address has tried too much
    assert attempt("anna", PASSWORD, client=tablet).status_code == 302


def test_a_known_device_counts_by_itself_and_only_for_whom_it_knows(cast: Cast) -> None:
    tablet = Client()
    attempt("anna", PASSWORD, client=tablet)
    tablet.post("/abmelden/")
    for _ in range(10):
        assert attempt("anna", client=tablet).status_code == 200
    assert attempt("anna", PASSWORD, client=tablet).status_code == 429

    for _ in range(10):
        attempt("bilal", client=tablet)
    assert attempt("bilal").status_code == 429  # the tablet's address counted, not the tablet


def test_numbers_of_devices_are_had_for_the_asking_and_open_no_way_round(
    cast: Cast, hashed: list[str]
) -> None:
    for _ in range(12):
        attempt("anna", client=Client())  # each gets a number of its own
    assert len(hashed) == 10


@pytest.mark.parametrize(("known", "unknown"), [("anna", "nobody"), ("anna@example.org", "n@x.y")])
def test_known_unknown_and_closed_accounts_behave_the_same(
    cast: Cast, hashed: list[str], known: str, unknown: str
) -> None:
    User.objects.filter(username="bilal").update(is_active=False)
    User.objects.filter(username="carla").update(password="!")
    seen = set()
    for login in (known, unknown, "bilal", "carla"):
        hashed.clear()
        answers = [attempt(login) for _ in range(11)]
        page = answers[0].content.decode().split('id="error-title"')[1].split("</ul>")[0]
        seen.add((tuple(a.status_code for a in answers), page, len(hashed)))
        Attempt.objects.all().delete()
    ((statuses, _page, runs),) = seen
    assert statuses == (200,) * 10 + (429,)
    assert runs == 10  # one for each that got through


def test_success_is_not_counted(cast: Cast) -> None:
    for _ in range(12):
        assert attempt("anna", PASSWORD).status_code == 302
    assert not Attempt.objects.exists()


def test_a_crash_takes_no_count_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The count stands before the request's transaction begins."""

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("lotsen.web.signing_in.AccountAdapter.authenticate", crash)
    with pytest.raises(RuntimeError):
        attempt("anna")
    caplog.clear()  # the crash is logged, and expected here
    assert Attempt.objects.count() == 3


def test_neither_address_nor_account_is_kept_and_nothing_beyond_the_window(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    attempt("anna")
    kept = str(list(Attempt.objects.values()))
    assert HERE not in kept
    assert "anna" not in kept

    clock.shift(timedelta(hours=1))
    attempt("bilal", address=ELSEWHERE)
    assert Attempt.objects.filter(at__lt=now()).count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_tries_at_the_same_moment_never_get_through_together() -> None:
    counter, through = Counter(Limit("race", 5, timedelta(minutes=1)), ("x",)), []
    start = threading.Barrier(12)

    def run() -> None:
        start.wait()
        try:
            limits.take([counter], at=MORNING)
            through.append(1)
        except TooOften:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) <= 5


# Whose address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "taken"),
    [
        (0, "203.0.113.9", HERE),  # nobody in front: whoever sends it has made it up
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the left part is the client's own
        (2, "9.9.9.9, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", HERE),  # fewer than there are: it did not come through them
        (1, "", HERE),
        (1, "rubbish", HERE),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),  # the same line
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_a_forged_header_neither_helps_nor_harms(proxies: int, forwarded: str, taken: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=HERE, headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUSTED_PROXIES=proxies):
        assert network_of(request) == taken


def test_many_bad_tokens_are_sent_away_and_a_good_one_beside_them_works(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    good = tokens.issue(cast.anna, scope=TokenScope.READ, days=9, at=now())
    address = "/api/v1/offers/"
    answers = [
        Client().get(address, headers={"authorization": f"Bearer lotsen_{number}"})
        for number in range(31)
    ]

    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert int(answers[-1]["Retry-After"]) == 60
    assert answers[-1].json()["code"] == "too_many_tries"
    assert Client().get(address, headers={"authorization": f"Bearer {good}"}).status_code == 200


def test_typing_ones_own_password_again_is_counted_in_this_session_alone(cast: Cast) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        attempt("anna", PASSWORD, client=client)
    form = {"pin": "402817", "password": "wrong"}
    for _ in range(10):
        assert here.post("/konto/pin/", form).status_code == 422
    assert here.post("/konto/pin/", form | {"password": PASSWORD}).status_code == 429
    assert there.post("/konto/pin/", form | {"password": PASSWORD}).status_code == 302


# Completeness

# Open to everybody, and no secret is looked at.
NO_SECRET = {
    "accessibility", "privacy", "imprint", "help", "health", "logout", "set-language",
    "municipal-sign-in",  # leads away to the municipal service
    "municipal-back",  # looked at by that service
    "voice",  # families tell, without any secret; forms are limited by referrals.web.planning
    "confirm-sign-in",  # counts by itself: lotsen.web.second_factor.codes
}  # fmt: skip


def _views() -> Iterator[tuple[str, Callable[..., Any]]]:
    def walk(patterns: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name, pattern.callback

    return walk(get_resolver().url_patterns)


def test_whatever_is_open_to_everybody_and_looks_at_a_secret_stands_behind_the_gate() -> None:
    open_to_all = {
        name
        for name, view in _views()
        if not getattr(view, "login_required", True) and not name.startswith("api-")
    }  # the API lets nobody in by anything that could be guessed; bad tokens are counted
    guarded = {name for name, view in _views() if hasattr(view, "guard")}
    assert open_to_all - guarded - NO_SECRET == set()
    assert guarded >= {"login", "account_login", "pin", "password"}
    assert gate.PER_ADDRESS_AND_HOUR.most == 60
