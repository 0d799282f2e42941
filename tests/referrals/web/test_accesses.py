"""What an account saw and what was shown on a device: the officer's pages and file."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import localtime, now
from django.utils.translation import override

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.devices import device_name
from lotsen.membership import actions as membership
from referrals.identities.rules import OpeningReason
from referrals.web.privacy.access_words import DEEDS, REASONS
from tests.builders import NOON, PASSWORD, make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk

BY_ACCOUNT = "/datenschutz-verwaltung/zugriffe/"
BY_DEVICE = "/datenschutz-verwaltung/zugriffe/geraet/"
OPEN = {"was": "anzeigen"}
OPENED = "Name, Telefon"


@pytest.fixture
def frieda(cast: Cast) -> User:
    """She serves Anna's clinic and Bilal's office, not Carla's clinic."""
    frieda = make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)
    membership.join(frieda, organisation=cast.office, role=Role.PRIVACY_OFFICER, at=NOON)
    return frieda


def browser(name: str) -> Client:
    """A browser in which this person signed in by the page everybody uses."""
    client = Client()
    assert client.post("/anmelden/", {"login": name, "password": PASSWORD}).status_code == 302
    return client


def asked(**what: object) -> dict[str, str]:
    """The last hour, and what else is asked."""
    around = {"since": now() - timedelta(hours=1), "until": now() + timedelta(minutes=2)}
    period = {name: f"{localtime(at):%Y-%m-%dT%H:%M}" for name, at in around.items()}
    return period | {name: str(value) for name, value in what.items()}


def look(client: Client, page: str, what: Mapping[str, str]) -> str:
    answer = client.get(page, what)
    assert answer.status_code == 200
    return desk.text_of(answer)


def in_german(words: object) -> str:
    with override("de"):
        return str(words)


def table(answer: HttpResponse) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def looks(frieda: User) -> list[tuple[str, list[str]]]:
    rows = AccessEvent.objects.filter(actor=frieda, object_type="access_event").order_by("at")
    return list(rows.values_list("deed", "shown"))


# Who may ask


@pytest.mark.parametrize("page", [BY_ACCOUNT, BY_DEVICE])
@pytest.mark.parametrize("name", ["anna", "bilal", "carla", "dora"])
def test_none_of_the_cast_may_ask(cast: Cast, page: str, name: str) -> None:
    client = browser(name)
    for what in ({}, asked(account=cast.anna.pk, device="7K4M-QX27")):
        assert client.get(page, what).status_code == 403

    denied = AccessEvent.objects.filter(deed=Deed.DENIED)
    assert {event.actor for event in denied} == {getattr(cast, name)}
    assert {event.reason for event in denied} == {"view_audit"}


def test_opening_the_page_is_no_question_yet(cast: Cast, frieda: User) -> None:
    client = browser("frieda")
    for page in (BY_ACCOUNT, BY_DEVICE):
        assert 'role="alert"' not in client.get(page).content.decode()

    assert looks(frieda) == []


def test_the_menu_offers_it_to_officers_alone(cast: Cast, frieda: User) -> None:
    assert f'href="{BY_ACCOUNT}"' in browser("frieda").get("/konto/").content.decode()
    assert f'href="{BY_ACCOUNT}"' not in browser("anna").get("/konto/").content.decode()


# What is told


def test_what_anna_saw_is_told_by_case_and_without_a_family(cast: Cast, frieda: User) -> None:
    handover = desk.accepted(cast)
    anna = browser("anna")
    anna.get(f"/fall/{handover.case_id}/")
    assert desk.NAME in anna.post(f"/fall/{handover.case_id}/kontaktdaten/", OPEN).content.decode()

    text = look(browser("frieda"), BY_ACCOUNT, asked(account=cast.anna.pk))

    assert handover.case.pseudonym in text
    for told in (DEEDS[Deed.UNLOCK], DEEDS[Deed.READ], REASONS[OpeningReason.WORK], "angemeldet"):
        assert in_german(told) in text
    assert OPENED in text
    assert desk.NAME not in text
    assert desk.PHONE not in text


def test_what_was_shown_on_a_lost_tablet_is_told_for_everybody_who_used_it(
    cast: Cast, frieda: User
) -> None:
    handover = desk.accepted(cast)
    tablet = Client()
    for name in ("anna", "bilal"):
        tablet.post("/anmelden/", {"login": name, "password": PASSWORD})
        tablet.get(f"/fall/{handover.case_id}/")
        tablet.post("/abmelden/")
    browser("bilal").get("/eingang/")  # elsewhere
    [number] = set(AccessEvent.objects.filter(actor=cast.anna).values_list("device", flat=True)) - {
        None
    }

    text = look(browser("frieda"), BY_DEVICE, asked(device=device_name(number)))

    assert handover.case.pseudonym in text
    assert "Anna, Bilal" in text
    assert in_german(DEEDS[Deed.READ]) in text
    assert in_german(DEEDS[Deed.LIST]) not in text


def test_a_foreign_account_and_one_that_is_not_there_look_alike(cast: Cast, frieda: User) -> None:
    browser("carla").get("/eingang/")
    client = browser("frieda")
    answers = []
    for account in (cast.carla.pk, uuid4()):
        answer = client.get(BY_ACCOUNT, asked(account=account))
        assert answer.status_code == 422
        answers.append(desk.text_of(answer))

    assert answers[0] == answers[1]
    assert "Carla" not in answers[0]
    assert looks(frieda) == []


def test_foreign_people_on_a_device_stay_unnamed(cast: Cast, frieda: User) -> None:
    case = make_case(cast.other_clinic, cast.carla)
    tablet = Client()
    for name in ("carla", "anna"):
        tablet.post("/anmelden/", {"login": name, "password": PASSWORD})
        tablet.get("/station/")
        tablet.post("/abmelden/")
    number = AccessEvent.objects.filter(actor=cast.carla).first().device

    text = look(browser("frieda"), BY_DEVICE, asked(device=device_name(number)))

    assert "Anna" in text
    assert "Carla" not in text
    assert case.pseudonym not in text
    assert "für die Sie nicht zuständig sind" in text


def test_the_title_names_nobody(cast: Cast, frieda: User) -> None:
    page = browser("frieda").get(BY_ACCOUNT, asked(account=cast.anna.pk)).content.decode()
    [title] = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)

    assert "Anna" not in title


def test_nothing_seen_is_an_answer(cast: Cast, frieda: User) -> None:
    assert "Zeitraum nichts" in look(browser("frieda"), BY_ACCOUNT, asked(account=cast.bilal.pk))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"until": "2020-01-01T00:00"}, "muss nach seinem Beginn enden"),
        ({"until": ""}, "wann der Zeitraum endet"),
        ({"since": "gestern"}, "21.11.2026 14:30"),
        ({"since": "2026-03-29T02:30"}, ""),  # an hour that this day does not have
        ({"account": ""}, "ein Konto"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_is_missing(
    cast: Cast, frieda: User, wrong: dict[str, str], told: str
) -> None:
    answer = browser("frieda").get(BY_ACCOUNT, asked(account=cast.anna.pk) | wrong)

    assert answer.status_code == 422
    assert told in desk.text_of(answer)
    assert looks(frieda) == []


@pytest.mark.parametrize(
    ("typed", "told"), [("7K4M-QX28", "Aufkleber"), ("Tablet 3", "7K4M-QX27"), ("", "Namen")]
)
def test_a_mistyped_device_is_told(cast: Cast, frieda: User, typed: str, told: str) -> None:
    answer = browser("frieda").get(BY_DEVICE, asked(device=typed))

    assert answer.status_code == 422
    assert told in desk.text_of(answer)


# Each look is an access


def test_each_look_and_each_download_writes_one_event(cast: Cast, frieda: User) -> None:
    case = make_case(cast.clinic, cast.anna)
    browser("anna").get(f"/fall/{case.pk}/")
    client = browser("frieda")

    look(client, BY_ACCOUNT, asked(account=cast.anna.pk))
    client.get(BY_ACCOUNT, asked(account=cast.anna.pk, **{"as": "csv"}))

    shown = [str(cast.anna.pk), case.pseudonym]
    assert looks(frieda) == [(Deed.LIST, shown), (Deed.EXPORT, shown)]


# The file


def test_the_file_holds_the_same_lines(cast: Cast, frieda: User) -> None:
    handover = desk.accepted(cast)
    browser("anna").post(f"/fall/{handover.case_id}/kontaktdaten/", OPEN)

    answer = browser("frieda").get(BY_ACCOUNT, asked(account=cast.anna.pk, **{"as": "csv"}))

    head, *rows = table(answer)
    assert head[0] == "Fall"
    assert rows[0][0] == handover.case.pseudonym
    assert rows[0][5] == OPENED
    assert rows[-1][0] == "ohne Fall"
    assert {len(row) for row in rows} == {len(head)}
    assert desk.NAME not in answer.content.decode()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="zugriffe-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"]
    )


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A0"])
def test_a_formula_in_a_name_is_inert(cast: Cast, frieda: User, payload: str) -> None:
    User.objects.filter(pk=cast.anna.pk).update(display_name=payload)
    browser("anna").get("/eingang/")

    answer = browser("frieda").get(BY_ACCOUNT, asked(account=cast.anna.pk, **{"as": "csv"}))

    for row in table(answer)[1:]:
        assert row[8] == f"'{payload}"
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_the_file_says_what_it_leaves_out(
    cast: Cast, frieda: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lotsen.audit.reading.MOST_EVENTS", 2)
    membership.join(cast.anna, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=NOON)
    client = browser("anna")
    for _ in range(3):
        client.get("/eingang/")

    answer = browser("frieda").get(BY_ACCOUNT, asked(account=cast.anna.pk, **{"as": "csv"}))

    remarks = [row[0] for row in table(answer) if len(row) == 1]
    assert len(remarks) == 2
    assert remarks[0].startswith("Unvollständig")
    assert "nicht zuständig" in remarks[1]
