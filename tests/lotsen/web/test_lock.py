"""What a locked session and a session in family view may reach, and how they are lifted."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from lotsen.accounts.models import User
from lotsen.errors import InvalidInput
from lotsen.web import pins
from lotsen.web.lock import enter_family_view
from tests.builders import PASSWORD
from tests.conftest import Cast

FAMILY_PAGE = "/einwilligung-zeigen/abc/"


def _hand_over_tablet(request: HttpRequest) -> HttpResponse:
    enter_family_view(request, FAMILY_PAGE, back_to="/konto/pin/")
    return HttpResponse("entered")


def _family_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for the family")


urlpatterns = [
    path("tablet/", _hand_over_tablet),
    path("einwilligung-zeigen/abc/", _family_page),
    path("einwilligung-zeigen/abc/danke/", _family_page),
    path("einwilligung-zeigen/", _family_page),
    path("", include("lotsen.urls")),
]
pytestmark = pytest.mark.usefixtures("these_urls")


@pytest.fixture
def these_urls() -> object:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def anna(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("anna")


@pytest.mark.parametrize(
    "address",
    ["/", "/konto/", "/konto/pin/", "/anmelden/", "/hilfe/", "/einwilligung-zeigen/abc/", "/nix/"],
)
def test_a_locked_session_reaches_nothing_but_the_lock_page(anna: Client, address: str) -> None:
    anna.post("/sichtschutz/", {"next": "/konto/"})

    for answer in (anna.get(address), anna.post(address)):
        assert (answer.status_code, answer["Location"]) == (302, "/gesperrt/")


def test_a_locked_session_still_gets_a_sign_of_life(anna: Client) -> None:
    anna.post("/sichtschutz/")
    assert anna.get("/health/").content == b"ok"


def test_the_api_of_a_locked_session_is_shut(anna: Client) -> None:
    anna.post("/sichtschutz/")
    assert anna.get("/api/v1/cases/").status_code == 423


def test_a_page_part_asked_for_in_a_locked_session_moves_the_whole_page(anna: Client) -> None:
    anna.post("/sichtschutz/")
    answer = anna.get("/konto/", headers={"HX-Request": "true"})
    assert (answer.content, answer["HX-Redirect"]) == (b"", "/gesperrt/")


def test_the_lock_page_tells_nothing_of_where_one_was(anna: Client, cast: Cast) -> None:
    anna.post("/sichtschutz/", {"next": f"/fall/{cast.case.pk}/"})
    page = anna.get("/gesperrt/").content.decode()

    assert cast.anna.initials in page
    for secret in (str(cast.case.pk), cast.anna.display_name, cast.case.pseudonym):
        assert secret not in page


def test_the_password_leads_back_to_the_page(anna: Client) -> None:
    anna.post("/sichtschutz/", {"next": "/konto/pin/?a=b"})
    answer = anna.post("/gesperrt/", {"secret": PASSWORD})

    assert answer["Location"] == "/konto/pin/?a=b"
    assert anna.get("/konto/").status_code == 200


def test_the_pin_leads_back_to_the_page(anna: Client, cast: Cast) -> None:
    pins.choose(cast.anna, pin="402817")
    anna.post("/sichtschutz/", {"next": "/konto/"})
    assert anna.post("/gesperrt/", {"secret": "402817"})["Location"] == "/konto/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "x"])
def test_unlocking_never_leads_to_another_site(anna: Client, elsewhere: str) -> None:
    anna.post("/sichtschutz/", {"next": elsewhere})
    assert anna.post("/gesperrt/", {"secret": PASSWORD})["Location"] == "/"


def test_a_wrong_try_says_how_many_are_left_and_opens_nothing(anna: Client) -> None:
    anna.post("/sichtschutz/")
    answer = anna.post("/gesperrt/", {"secret": "999999"})

    assert answer.status_code == 422
    assert anna.get("/konto/").status_code == 302


def test_after_five_wrong_tries_the_session_has_ended(anna: Client) -> None:
    anna.post("/sichtschutz/")
    for _ in range(4):
        assert anna.post("/gesperrt/", {"secret": "no"}).status_code == 422
    assert anna.post("/gesperrt/", {"secret": "no"})["Location"] == "/anmelden/"

    assert anna.get("/konto/")["Location"].startswith("/anmelden/")


def test_tries_count_across_sessions_and_the_right_secret_comes_too_late(
    signed_in: Callable[[str], Client],
) -> None:
    first, second = signed_in("anna"), signed_in("anna")
    for client in (first, second):
        client.post("/sichtschutz/")
    for _ in range(5):
        first.post("/gesperrt/", {"secret": "no"})

    assert second.post("/gesperrt/", {"secret": PASSWORD})["Location"] == "/anmelden/"


def test_signing_in_anew_starts_the_count_anew(anna: Client, cast: Cast) -> None:
    anna.post("/sichtschutz/")
    for _ in range(5):
        anna.post("/gesperrt/", {"secret": "no"})
    anna.post("/anmelden/", {"login": "anna", "password": PASSWORD})

    cast.anna.refresh_from_db()
    assert cast.anna.unlock_tries == 0


def test_the_family_reaches_its_page_and_what_lies_below_it_alone(anna: Client) -> None:
    anna.get("/tablet/")

    assert anna.get(FAMILY_PAGE).content == b"for the family"
    assert anna.get(f"{FAMILY_PAGE}danke/").content == b"for the family"
    for address in ("/", "/konto/", "/einwilligung-zeigen/", "/hilfe/"):
        assert anna.get(address)["Location"] == FAMILY_PAGE


def test_the_family_cannot_choose_where_unlocking_leads(anna: Client) -> None:
    anna.get("/tablet/")
    anna.post("/sichtschutz/", {"next": "/konto/"})
    assert anna.post("/gesperrt/", {"secret": PASSWORD})["Location"] == "/konto/pin/"


def test_only_pin_or_password_ends_the_family_view(anna: Client) -> None:
    anna.get("/tablet/")
    anna.get("/gesperrt/")
    assert anna.get("/konto/")["Location"] == FAMILY_PAGE
    anna.post("/gesperrt/", {"secret": PASSWORD})
    assert anna.get("/konto/").status_code == 200


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "12 456", "١٢٣٤٥٦", "abcdef", ""])
def test_a_pin_is_six_to_twelve_digits(cast: Cast, pin: str) -> None:
    with pytest.raises(InvalidInput, match="pin_not_digits"):
        pins.choose(cast.anna, pin=pin)


@pytest.mark.parametrize(
    "pin", ["123456", "654321", "111111", "121212", "123123", "012345", "890123", "00000000"]
)
def test_a_pin_anybody_would_try_first_is_refused(cast: Cast, pin: str) -> None:
    with pytest.raises(InvalidInput, match="pin_too_easy"):
        pins.choose(cast.anna, pin=pin)


def test_a_pin_is_kept_as_a_hash_that_fits_one_person_only(cast: Cast) -> None:
    pins.choose(cast.anna, pin="402817")
    stored = User.objects.get(pk=cast.anna.pk).pin
    User.objects.filter(pk=cast.bilal.pk).update(pin=stored)
    cast.bilal.refresh_from_db()

    assert "402817" not in stored
    assert pins.unlocks(cast.anna, "402817")
    assert not pins.unlocks(cast.bilal, "402817")


def test_a_pin_signs_nobody_in(cast: Cast, client: Client) -> None:
    pins.choose(cast.anna, pin="402817")
    client.post("/anmelden/", {"login": "anna", "password": "402817"})
    assert client.get("/konto/").status_code == 302


def test_a_session_ends_ten_hours_after_signing_in_however_busy_it_was(
    cast: Cast, client: Client
) -> None:
    morning = datetime(2026, 3, 2, 7, tzinfo=UTC)
    with time_machine.travel(morning, tick=False) as clock:
        client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
        for hour in range(10):
            clock.move_to(morning + timedelta(hours=hour, minutes=59))
            client.post("/sichtschutz/")  # saves the session, hence would prolong it
            client.post("/gesperrt/", {"secret": PASSWORD})
            assert client.get("/konto/").status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get("/konto/")["Location"].startswith("/anmelden/")


# Nobody there for a while


@pytest.fixture
def idle(cast: Cast) -> Iterator[Client]:
    """Anna's browser, sixteen minutes after she last did something."""
    with time_machine.travel(datetime(2026, 3, 2, 7, tzinfo=UTC), tick=False) as clock:
        client = Client()
        client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
        clock.shift(timedelta(minutes=16))
        yield client


def test_after_a_pause_the_pin_leads_back_to_the_page(idle: Client) -> None:
    assert idle.get("/konto/pin/?a=b")["Location"] == "/gesperrt/"
    assert idle.get("/konto/")["Location"] == "/gesperrt/"
    assert idle.post("/gesperrt/", {"secret": PASSWORD})["Location"] == "/konto/pin/?a=b"
    assert idle.get("/konto/").status_code == 200


def test_what_was_sent_after_a_pause_is_not_carried_out_and_that_is_said(idle: Client) -> None:
    sent = idle.post(
        "/sprache/", {"language": "en"}, headers={"Referer": "http://testserver/konto/?a=b"}
    )
    assert sent["Location"] == "/gesperrt/"
    assert User.objects.get(username="anna").language == "de"

    back = idle.post("/gesperrt/", {"secret": PASSWORD})
    assert back["Location"] == "/konto/?a=b"
    assert "noch einmal" in idle.get("/konto/").content.decode()


def test_a_page_of_another_site_is_not_led_back_to(idle: Client) -> None:
    idle.post("/sprache/", {}, headers={"Referer": "https://elsewhere.example//evil.example/"})
    answer = idle.post("/gesperrt/", {"secret": PASSWORD})
    assert answer["Location"] == "/"


def test_the_family_view_stays_what_it_was_behind_a_pause(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 7, tzinfo=UTC), tick=False) as clock:
        client = Client()
        client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
        client.get("/tablet/")
        clock.shift(timedelta(minutes=16))
        assert client.get(FAMILY_PAGE)["Location"] == "/gesperrt/"
        assert client.post("/gesperrt/", {"secret": PASSWORD})["Location"] == "/konto/pin/"


def test_whoever_types_without_sending_is_there(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 7, tzinfo=UTC), tick=False) as clock:
        client = Client()
        client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
        for _ in range(4):
            clock.shift(timedelta(minutes=14))
            assert client.post("/da/").status_code == 204
        assert client.get("/konto/").status_code == 200


def test_a_page_that_drew_the_curtain_over_itself_goes_on_where_it_is(idle: Client) -> None:
    part = {"HX-Request": "true"}
    assert idle.post("/sichtschutz/", headers=part)["Location"] == "/gesperrt/"
    assert idle.post("/gesperrt/", {"secret": "no"}, headers=part).status_code == 422
    assert idle.post("/gesperrt/", {"secret": PASSWORD}, headers=part).status_code == 204
    assert idle.get("/konto/").status_code == 200


def test_no_page_asks_by_itself_and_so_keeps_a_session_awake() -> None:
    """Whoever adds one must leave it out in lotsen.web.lock first."""
    root = Path(__file__).parents[3]
    asking = [
        path.name
        for path in [*(root / "templates").rglob("*.html"), *(root / "static/js").glob("*.js")]
        if re.search(
            r'hx-trigger="[^"]*(every|load)|http-equiv="refresh"', path.read_text(encoding="utf-8")
        )
    ]
    assert asking == []
