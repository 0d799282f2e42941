"""The page families answer on, the sheet that leads there, and what Dora reads of a year."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from lotsen.accounts.models import Attempt
from referrals.facts.models import Delta
from referrals.facts.rules import VOICES
from referrals.planning.voices import speeches
from referrals.web.planning.voices import PER_ADDRESS, qr
from tests.conftest import Cast
from tests.referrals.statistics.stage import CIRCUMSTANCE, publish

ANSWERS = {"asked": "yes", "understood": "partly", "help": "no", "in_time": "no"}
type SignsIn = Callable[[str], Client]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/rueckmeldung/{cast.clinic.municipality_id}/"


def _told(client: Client, page: str) -> str:
    return client.get(page).content.decode()


@pytest.mark.parametrize("code", [*speeches()])
def test_a_family_is_asked_in_its_language_with_words_beside_the_faces(
    page: str, code: str
) -> None:
    speech = speeches()[code]
    answer = Client().get(page, {"sprache": code})
    text = answer.content.decode()
    assert answer.headers["Content-Language"] == speech.tag
    assert f'<html lang="{speech.tag}" dir="{speech.direction}"' in text
    assert all(speech.words[question] in text for question in VOICES)
    assert text.count('type="radio"') == 16
    assert "textarea" not in text
    assert 'type="text"' not in text
    assert (speech.words["draft"] in text) is speech.is_draft


def test_the_browser_says_which_language_comes_first(page: str) -> None:
    asked = Client().get(page, headers={"accept-language": "tr-TR,tr;q=0.9,de;q=0.5"})
    unknown = Client().get(page, headers={"accept-language": "ja"})
    assert asked.headers["Content-Language"] == "tr"
    assert unknown.headers["Content-Language"] == "de"
    assert Client().get(page, {"sprache": "../x"}).headers["Content-Language"] == "de"


def test_an_answer_is_counted_and_thanked_for(page: str) -> None:
    answer = Client().post(f"{page}?sprache=en", ANSWERS, follow=True)
    assert "Thank you." in answer.content.decode()
    assert set(Delta.objects.values_list("code", flat=True)) == {
        "asked-yes", "understood-partly", "help-no", "in_time-no",
    }  # fmt: skip


def test_nothing_recognises_the_family_afterwards(page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', _told(client, page))
    assert token
    assert set(client.cookies) == {"csrftoken"}
    client.post(page, {**ANSWERS, "csrfmiddlewaretoken": token[1]}, follow=True)
    assert Delta.objects.count() == len(ANSWERS)
    assert {name: each.value for name, each in client.cookies.items()} == {"csrftoken": ""}


def test_a_foreign_page_answers_for_nobody(page: str) -> None:
    assert Client(enforce_csrf_checks=True).post(page, ANSWERS).status_code == 403
    assert not Delta.objects.exists()


def test_an_empty_or_odd_answer_comes_back_and_costs_nothing(page: str) -> None:
    for answers in ({}, {"asked": "very"}, {"name": "Mira"}):
        answer = Client().post(page, answers)
        assert answer.status_code == 422
        assert speeches()["de"].words["missing"] in answer.content.decode()
    assert not Delta.objects.exists()
    assert not Attempt.objects.exists()


def test_nobody_fills_the_numbers_from_one_address(page: str) -> None:
    for _ in range(PER_ADDRESS.most):
        assert Client().post(page, ANSWERS).status_code == 302
    refused = Client().post(f"{page}?sprache=de", ANSWERS)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 3600
    assert speeches()["de"].words["too_often"] in refused.content.decode()
    assert Delta.objects.count() == PER_ADDRESS.most * len(ANSWERS)
    other = Client(REMOTE_ADDR="192.0.2.7").post(page, ANSWERS)
    assert other.status_code == 302
    assert not any(
        "192.0.2.7" in row.key or "127.0.0.1" in row.key for row in Attempt.objects.all()
    )


def test_a_city_nobody_knows_is_a_page_that_does_not_exist(cast: Cast) -> None:
    assert Client().get("/rueckmeldung/atlantis/").status_code == 404
    assert Client().post("/rueckmeldung/atlantis/", ANSWERS).status_code == 404


def test_the_sheet_holds_an_address_and_nothing_else(signed_in: SignsIn, page: str) -> None:
    answer = signed_in("dora").get("/auswertung/familien/qr/")
    text = answer.content.decode()
    path, side = qr(f"http://testserver{page}")
    assert f'd="{path}"' in text
    assert f'viewBox="0 0 {side} {side}"' in text
    assert f"testserver{page}" in text
    assert all(
        each.words["sheet"] in text for each in speeches().values() if "-" not in each.language
    )


def test_the_code_is_dark_on_a_quiet_zone_of_four_modules() -> None:
    path, side = qr("https://lotsen.example/rueckmeldung/stadt/")
    places = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)]
    assert {min(min(x, y) for x, y in places), max(max(x, y) for x, y in places)} == {4, side - 5}


def _year(cast: Cast, **voices: int) -> None:
    counts = CIRCUMSTANCE | {f"voice:{code.replace('0', '-')}": n for code, n in voices.items()}
    for quarter in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
        publish(
            cast.clinic.municipality, quarter, circumstances={(c,): n for c, n in counts.items()}
        )


def test_a_year_is_told_once_it_is_complete(cast: Cast, signed_in: SignsIn) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    assert "Sobald alle vier Quartale" in _told(signed_in("dora"), "/auswertung/familien/")
    _year(cast, asked0yes=30, asked0no=10, help0yes=0)
    text = _told(signed_in("dora"), "/auswertung/familien/")
    assert "75 %" in text
    assert "25 %" in text
    assert "160" in text
    assert text.count("Zu wenige Rückmeldungen") == 4


def test_shares_need_twenty_answers(cast: Cast, signed_in: SignsIn) -> None:
    _year(cast, asked0yes=0, asked0no=0)
    publish(cast.clinic.municipality, "2026Q1", circumstances={("voice:asked-yes",): 15})
    text = _told(signed_in("dora"), "/auswertung/familien/")
    assert text.count("Zu wenige Rückmeldungen") == 5
    assert " %<" not in text


def test_only_who_reads_numbers_reads_these(cast: Cast, signed_in: SignsIn) -> None:
    for address in ("/auswertung/familien/", "/auswertung/familien/qr/"):
        assert signed_in("anna").get(address).status_code == 403
        assert Client().get(address).status_code == 302
