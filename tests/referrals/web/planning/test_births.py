"""The pages of births and posts: to fill in by keyboard, and careful with what stands out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lotsen.accounts.models import Organisation
from referrals.planning import actions
from referrals.planning.models import SiteMonth, Staffing
from tests.conftest import Cast
from tests.referrals.planning.stage import AT, elsewhere, enter_year

type SignsIn = Callable[[str], Client]
PAGE, FILE, POSTS = "/planung/geburten/", "/planung/geburten/datei/", "/planung/stellen/"


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def _field(house: Organisation, month: int, year: int = 2026) -> str:
    return f"b_{house.pk.hex}_{year}{month:02}"


def _sent(**fields: str) -> dict[str, str]:
    """What a browser sends: each field, and what it held when the page was made."""
    return fields


def test_every_month_that_is_over_asks_and_a_missing_one_says_so(
    cast: Cast, signed_in: SignsIn
) -> None:
    page = signed_in("dora").get(PAGE).content.decode()
    assert f'name="{_field(cast.clinic, 10)}"' in page
    assert f'name="{_field(cast.clinic, 11)}"' not in page
    assert page.count("fehlt") >= 20
    assert "noch nicht zu Ende" in page
    assert 'aria-label="marienklinik, Januar 2026"' in page


def test_a_year_is_entered_in_one_go(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    fields = {_field(cast.clinic, month): str(200 + month) for month in range(1, 11)}
    answer = dora.post(PAGE, fields, follow=True)
    assert "10 Monate" in answer.content.decode()
    assert SiteMonth.objects.count() == 10
    row = SiteMonth.objects.get(month=date(2026, 3, 1))
    assert (row.births, row.entered_by, row.organisation) == (203, cast.dora, cast.clinic)


def test_a_whole_year_is_summed_and_a_quarter_says_its_births(
    cast: Cast, signed_in: SignsIn
) -> None:
    enter_year(cast)
    page = signed_in("dora").get(PAGE).content.decode()
    assert "<b>2.000</b>" in page
    assert "1.200 Geburten" in page


def test_what_was_not_touched_stays_also_when_a_colleague_was_quicker(
    cast: Cast, signed_in: SignsIn
) -> None:
    """Dora's page was made when January was empty; meanwhile it was entered."""
    enter_year(cast, months=[date(2026, 1, 1)])
    name, other = _field(cast.clinic, 1), _field(cast.clinic, 2)
    signed_in("dora").post(PAGE, {name: "", f"initial-{name}": "", other: "210"})
    told = {row.month.month: row.births for row in SiteMonth.objects.filter(
        organisation=cast.clinic)}  # fmt: skip
    assert told == {1: 200, 2: 210}


def test_an_emptied_field_takes_its_number_back(cast: Cast, signed_in: SignsIn) -> None:
    enter_year(cast)
    name = _field(cast.clinic, 4)
    signed_in("dora").post(PAGE, {name: "", f"initial-{name}": "200"})
    assert SiteMonth.objects.filter(organisation=cast.clinic).count() == 9


@pytest.mark.parametrize("text", ["-1", "viele", "12,5", "9999", "1e2"])
def test_what_is_no_number_is_said_at_its_field_and_nothing_is_kept(
    cast: Cast, signed_in: SignsIn, text: str
) -> None:
    good, bad = _field(cast.clinic, 1), _field(cast.clinic, 2)
    answer = signed_in("dora").post(PAGE, {good: "200", bad: text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{bad}"' in page
    assert "marienklinik, Februar 2026" in page
    assert f'value="{text}"' in page
    assert not SiteMonth.objects.exists()


def test_a_number_that_stands_out_is_asked_about_once(cast: Cast, signed_in: SignsIn) -> None:
    enter_year(cast)
    dora, name = signed_in("dora"), _field(cast.clinic, 5)
    change = {name: "20", f"initial-{name}": "200"}
    answer = dora.post(PAGE, change)
    assert answer.status_code == 422
    assert 'name="confirm"' in answer.content.decode()
    assert SiteMonth.objects.get(organisation=cast.clinic, month=date(2026, 5, 1)).births == 200
    assert dora.post(PAGE, change | {"confirm": "on"}).status_code == 302
    row = SiteMonth.objects.get(organisation=cast.clinic, month=date(2026, 5, 1))
    assert (row.births, row.confirmed) == (20, True)


def test_what_a_file_left_doubtful_is_confirmed_here(cast: Cast, signed_in: SignsIn) -> None:
    enter_year(cast)
    key = (cast.clinic.pk, date(2026, 5, 1))
    actions.enter_births(cast.clinic.municipality, {key: 20}, actor=cast.dora, at=AT)
    dora = signed_in("dora")
    page = dora.get(PAGE).content.decode()
    assert "sticht hervor" in page
    assert "Keine Quote" in page
    name = _field(cast.clinic, 5)
    dora.post(PAGE, {name: "20", f"initial-{name}": "20", "confirm": "on"})
    assert SiteMonth.objects.get(organisation=cast.clinic, month=date(2026, 5, 1)).confirmed
    assert "Keine Quote" not in dora.get(PAGE).content.decode()


def test_an_empty_sending_changes_nothing(cast: Cast, signed_in: SignsIn) -> None:
    enter_year(cast)
    answer = signed_in("dora").post(PAGE, {}, follow=True)
    assert "Nichts wurde geändert" in answer.content.decode()
    assert SiteMonth.objects.count() == 20


@pytest.mark.parametrize(
    ("year", "status"), [("2025", 200), ("2027", 404), ("1999", 404), ("x", 404), ("²⁰²⁶", 404)]
)
def test_a_year_is_chosen_by_the_address(signed_in: SignsIn, year: str, status: int) -> None:
    assert signed_in("dora").get(PAGE, {"jahr": year}).status_code == status


def test_a_file_is_taken_whole_and_its_rows_are_told(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    rows = "Haus;Monat;Geburten\nMarienklinik;Jan 26;200\nMarienklinik;Mrz 26;210\n"
    answer = dora.post(FILE, {"file": SimpleUploadedFile("geburten.csv", rows.encode())})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 Zeilen übernommen" in page
    assert "02.2026" in page
    assert SiteMonth.objects.count() == 2
    bad = SimpleUploadedFile("geburten.csv", (rows + "Nirgendwo;Mai 26;1\n").encode())
    answer = dora.post(FILE, {"file": bad})
    assert answer.status_code == 422
    assert "Zeile 4" in answer.content.decode()
    assert "Nirgendwo" in answer.content.decode()
    assert SiteMonth.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "leer"), (b"\xff\xfe\x00", "keine Textdatei"), (b"a,b\n1,2\n", "Kopfzeile"),
     ("site,month,births\nMörs,1,1".encode("latin-1"), "UTF-8")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_at_the_form(
    cast: Cast, signed_in: SignsIn, content: bytes, said: str
) -> None:
    sent = {"file": SimpleUploadedFile("../../x<b>.csv", content)}
    answer = signed_in("dora").post(FILE, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "<b>.csv" not in answer.content.decode()


def test_posts_are_entered_and_taken_back(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    fields = {"house": str(cast.clinic.pk), "since": "2026-01-01", "posts": "0,75"}
    assert dora.post(POSTS, fields).status_code == 302
    row = Staffing.objects.get()
    assert (row.full_time_posts, row.organisation) == (Decimal("0.75"), cast.clinic)
    assert "0,75" in dora.get(PAGE).content.decode()
    assert dora.post(POSTS, {"back": str(row.pk)}).status_code == 302
    assert not Staffing.objects.exists()
    assert dora.post(POSTS, {"back": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("house", ""), ("house", "x"), ("since", "gestern"), ("since", "2099-01-01"),
     ("posts", "viele"), ("posts", "-1"), ("posts", "1000")],
)  # fmt: skip
def test_posts_that_do_not_fit_are_said(
    cast: Cast, signed_in: SignsIn, field: str, value: str
) -> None:
    fields = {"house": str(cast.clinic.pk), "since": "2026-01-01", "posts": "1"}
    answer = signed_in("dora").post(POSTS, fields | {field: value})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Staffing.objects.exists()


def test_who_coordinates_elsewhere_neither_sees_nor_changes_anything(
    cast: Cast, signed_in: SignsIn
) -> None:
    enter_year(cast)
    posts = actions.set_posts(
        cast.clinic, since=date(2026, 1, 1), posts=Decimal(1), actor=cast.dora, at=AT
    )
    _clinic, cast.carla = elsewhere()  # type: ignore[misc]
    emil = signed_in("carla")
    page = emil.get(PAGE).content.decode()
    assert "marienklinik" not in page
    assert "klinik-krefeld" in page
    for address in (PAGE, FILE, POSTS):
        assert emil.get(address, {"stadt": "duesseldorf"}).status_code == 404
        assert emil.post(f"{address}?stadt=duesseldorf", {}).status_code == 404
    emil.post(PAGE, {_field(cast.clinic, 1): "1"})
    assert emil.post(POSTS, {"back": str(posts.pk)}).status_code == 404  # type: ignore[union-attr]
    house = {"house": str(cast.clinic.pk), "since": "2026-02-01", "posts": "2"}
    assert emil.post(POSTS, house).status_code == 422
    assert SiteMonth.objects.filter(births=200).count() == 20
    assert Staffing.objects.count() == 1


@pytest.mark.parametrize("name", ["anna", "bilal", "carla"])
def test_nobody_else_plans(signed_in: SignsIn, name: str) -> None:
    for address in (PAGE, FILE, POSTS):
        assert signed_in(name).get(address).status_code == 403
        assert signed_in(name).post(address).status_code == 403
