"""The page on which a family is found again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.roles import Role
from lotsen.audit.models import Deed
from referrals.cases.models import Case
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.identities.families import family, searches
from tests.referrals.web import desk
from tests.referrals.web.test_cases import browser_of

type SignIn = Callable[[str], Client]

PAGE = "/fall/suchen/"
BY_NAME = {"was": "name", "surname": "Ozturk", "birth_date": "24.12.1994"}
BY_PHONE = {"was": "telefon", "phone": "+49 171 3920012"}


@pytest.fixture
def family_of_anna(cast: Cast) -> Case:
    return family(cast.clinic, cast.anna, case=cast.case, at=now())


@pytest.mark.parametrize("wanted", [BY_NAME, BY_NAME | {"birth_date": "1994-12-24"}, BY_PHONE])
def test_a_family_is_found_and_leads_to_its_case(
    family_of_anna: Case, signed_in: SignIn, wanted: dict[str, str]
) -> None:
    page = signed_in("anna").post(PAGE, wanted)

    assert page.status_code == 200
    assert family_of_anna.pseudonym in desk.text_of(page)
    assert f'href="/fall/{family_of_anna.pk}/"' in page.content.decode()


def test_what_is_found_says_nothing_but_the_code_and_the_house(
    cast: Cast, family_of_anna: Case, signed_in: SignIn
) -> None:
    desk.accepted(cast, categories=["phone"])
    page = desk.text_of(signed_in("bilal").post(PAGE, {"was": "telefon", "phone": desk.PHONE}))

    assert cast.case.pseudonym in page
    assert cast.case.district.name not in page
    assert desk.NAME not in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower"])
def test_a_code_leads_straight_to_the_case(cast: Cast, signed_in: SignIn, typed: str) -> None:
    code = cast.case.pseudonym
    code = code.lower().replace("-", " ") if typed == "lower" else typed.format(code)

    answer = signed_in("anna").post(PAGE, {"was": "kuerzel", "pseudonym": code})

    assert (answer.status_code, answer["Location"]) == (302, f"/fall/{cast.case.pk}/")


def test_a_mistyped_code_is_told_at_its_field_and_kept(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("anna").post(PAGE, {"was": "kuerzel", "pseudonym": "7K4M-QX2T-9RHW"})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["pseudonym"]
    assert page.context["code_form"]["pseudonym"].value() == "7K4M-QX2T-9RHW"
    assert "stimmt ein Zeichen nicht" in desk.text_of(page)


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"was": "name", "surname": "Öztürk"}, ["birth_date"]),
        ({"was": "name", "surname": "Öztürk", "birth_date": "gestern"}, ["birth_date"]),
        ({"was": "name"}, ["birth_date", "surname"]),
        ({"was": "telefon", "phone": "12"}, ["phone"]),
        ({"was": "telefon"}, ["phone"]),
        ({"was": "???"}, ["pseudonym"]),
        ({}, ["pseudonym"]),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    cast: Cast, signed_in: SignIn, wanted: dict[str, str], fields: list[str]
) -> None:
    page = signed_in("anna").post(PAGE, wanted)

    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == fields
    assert searches(cast.anna) == []


@pytest.mark.parametrize("wanted", [BY_NAME, BY_PHONE, {"was": "kuerzel"}])
def test_not_there_and_not_for_carla_are_one_page(
    cast: Cast, family_of_anna: Case, signed_in: SignIn, wanted: dict[str, str]
) -> None:
    unknown = {"surname": "Muster", "phone": "0171 39200 99"}
    elsewhere = make_case(cast.clinic, cast.anna)
    elsewhere_code = {"pseudonym": elsewhere.pseudonym}
    nowhere_code = {"pseudonym": elsewhere.pseudonym}
    elsewhere.delete()
    carla = signed_in("carla")
    pages = [
        carla.post(PAGE, wanted | elsewhere_code | {"pseudonym": cast.case.pseudonym}),
        carla.post(PAGE, unknown | {k: v for k, v in wanted.items() if k in ("was", "birth_date")}
                   | nowhere_code),
    ]  # fmt: skip

    said = [desk.text_of(page) for page in pages]
    assert "Nichts gefunden" in said[0]
    assert [page.status_code for page in pages] == [200, 200]
    assert said[0] == said[1]
    assert [event.shown for event in searches(cast.carla)] == [[], []]


def test_searching_often_says_when_to_try_again_and_loses_nothing(
    cast: Cast, family_of_anna: Case, signed_in: SignIn
) -> None:
    anna = signed_in("anna")
    for _ in range(30):
        assert anna.post(PAGE, BY_PHONE).status_code == 200

    page = anna.post(PAGE, BY_PHONE)

    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 60
    assert f"in {page['Retry-After']} Sekunden" in desk.text_of(page)
    assert page.context["phone_form"]["phone"].value() == BY_PHONE["phone"]
    assert family_of_anna.pseudonym not in desk.text_of(page)
    assert len(searches(cast.anna)) == 30


def test_looking_at_the_page_searches_nothing_and_is_kept_by_no_browser(
    cast: Cast, signed_in: SignIn
) -> None:
    page = signed_in("anna").get(PAGE, {"surname": "Öztürk", "phone": "0171 39200 12"})

    assert page.status_code == 200
    assert "Öztürk" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert searches(cast.anna) == []


@pytest.mark.parametrize("role", [Role.SCREENER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_who_works_with_no_families_has_no_such_page(cast: Cast, role: Role) -> None:
    browser = browser_of(make_user("kim", cast.clinic, role))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, BY_PHONE).status_code == 403
    assert PAGE not in browser.get("/angebote/").content.decode()


def test_the_menu_leads_here(cast: Cast, signed_in: SignIn) -> None:
    assert f'href="{PAGE}"' in signed_in("anna").get("/eingang/").content.decode()


def test_the_day_of_birth_is_entered_shown_and_emptied(cast: Cast, signed_in: SignIn) -> None:
    anna, page = signed_in("anna"), f"/fall/{cast.case.pk}/kontaktdaten/"
    told = {"was": "sichern", "name": "Rana Öztürk", "phone": "0171 39200 12"}
    assert anna.post(page, told | {"birth_date": "24.12.1994"}).status_code == 302

    assert "24. Dezember 1994" in desk.text_of(anna.post(page, {"was": "anzeigen"}))
    assert (
        anna.post(page, {"was": "aendern"}).context["entry_form"]["birth_date"].value()
        == "1994-12-24"
    )
    assert anna.post(PAGE, BY_NAME).context["found"] == [cast.case]

    assert anna.post(page, told).status_code == 302
    assert "1994" not in desk.text_of(anna.post(page, {"was": "anzeigen"}))
    assert anna.post(PAGE, BY_NAME).context["found"] == []


@pytest.mark.parametrize("born", ["31.12.1899", "1.1.2999", "31.02.1994"])
def test_an_impossible_day_of_birth_is_told_at_its_field(
    cast: Cast, signed_in: SignIn, born: str
) -> None:
    answer = signed_in("anna").post(
        f"/fall/{cast.case.pk}/kontaktdaten/",
        {"was": "sichern", "phone": "0171 39200 12", "birth_date": born},
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["birth_date"]


def test_the_recipient_never_sees_the_day_of_birth(
    cast: Cast, family_of_anna: Case, signed_in: SignIn
) -> None:
    desk.accepted(cast, categories=["name", "phone", "safe_contact", "note"])

    page = signed_in("bilal").post(f"/fall/{cast.case.pk}/kontaktdaten/", {"was": "anzeigen"})

    assert desk.NAME in desk.text_of(page)
    assert "1994" not in desk.text_of(page)
    assert desk.events_of(cast.bilal)[-1].fields == ["name", "phone"]


def test_a_restricted_case_is_marked_and_opens_for_the_familys_question_alone(
    cast: Cast, family_of_anna: Case, signed_in: SignIn
) -> None:
    Case.objects.filter(pk=cast.case.pk).update(restricted=True)
    anna, page = signed_in("anna"), f"/fall/{cast.case.pk}/kontaktdaten/"

    assert "Eingeschränkt" in desk.text_of(anna.post(PAGE, BY_PHONE))
    reasons = anna.get(page).context["reason_form"].fields["reason"].choices
    assert [code for code, _ in reasons] == ["data_rights"]
    shown = anna.post(page, {"was": "anzeigen", "reason": "data_rights"})
    assert "Rana Öztürk" in desk.text_of(shown)
    assert desk.events_of(cast.anna)[-1].deed == Deed.UNLOCK
