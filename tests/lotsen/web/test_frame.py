"""The frame of every page: menu by role, language, headers, error pages, own account."""

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.urls import include, path, reverse

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.web import menu
from tests.builders import NOON, PASSWORD
from tests.conftest import Cast

SignIn = Callable[[str], Client]
PUBLIC = ["/barrierefreiheit/", "/datenschutz/", "/impressum/", "/hilfe/", "/anmelden/"]


def _fails(request: object) -> None:
    raise RuntimeError("Anna Krause")


handler500 = "lotsen.web.problems.server_error"
urlpatterns = [path("bricht/", _fails), path("", include("lotsen.urls"))]


def test_every_page_of_the_menu_exists() -> None:
    for page in menu.PAGES:
        assert reverse(page.route)


@pytest.mark.parametrize(
    ("name", "start"), [("anna", "ward"), ("bilal", "inbox"), ("dora", "statistics")]
)
def test_the_day_begins_where_the_role_works(signed_in: SignIn, name: str, start: str) -> None:
    assert signed_in(name).get("/")["Location"] == reverse(start)


def test_whoever_coordinates_is_offered_no_family(signed_in: SignIn) -> None:
    routes = {entry for entry in menu.PAGES if entry.roles & {Role.COORDINATOR}}
    assert {page.route for page in routes} == {
        "statistics", "gaps", "chain", "goals", "offer-list",
    }  # fmt: skip
    page = signed_in("dora").get("/konto/").content.decode()
    assert reverse("offer-list") in page
    assert reverse("inbox") not in page


def test_someone_without_a_house_begins_at_the_account(client: Client, db: None) -> None:
    user = User.objects.create_user(
        username="neu", email="neu@example.org", password=PASSWORD, display_name="Neu Hier"
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/")["Location"] == "/konto/"
    assert client.get("/konto/").status_code == 200


@pytest.mark.parametrize("name", ["anna", "bilal", "dora"])
def test_the_frame_costs_one_query_the_one_for_rights(
    cast: Cast, signed_in: SignIn, name: str, django_assert_num_queries: Callable
) -> None:
    client = signed_in(name)
    client.get("/hilfe/")
    with django_assert_num_queries(5):  # session, user, rights; transaction
        client.get("/hilfe/")


def test_the_frame_names_each_house_once(signed_in: SignIn, cast: Cast) -> None:
    membership.join(cast.anna, organisation=cast.office, role=Role.FAMILY_OFFICE, at=NOON)
    membership.join(cast.anna, organisation=cast.clinic, role=Role.CATALOGUE_EDITOR, at=NOON)
    shell = signed_in("anna").get("/hilfe/").context["shell"]

    assert shell.place == "familienbuero, marienklinik"
    assert {post.role for post in shell.posts} == {
        Role.NAVIGATOR,
        Role.CATALOGUE_EDITOR,
        Role.FAMILY_OFFICE,
    }


def test_who_holds_no_right_is_shown_the_house_all_the_same(signed_in: SignIn, cast: Cast) -> None:
    membership.leave(cast.dora.memberships.get(), at=NOON)
    membership.join(
        cast.dora, organisation=cast.clinic, role=Role.CHILD_PROTECTION_ADVISER, at=NOON
    )
    page = signed_in("dora").get("/hilfe/")

    assert page.context["shell"].place == cast.clinic.short_name
    assert reverse("offer-list") in page.content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_everybody_may_read_the_public_pages(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*PUBLIC, "/health/", "/nix/", "/konto/", "/"])
def test_nothing_dynamic_is_kept_by_a_browser(client: Client, db: None, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/konto/", "/anmelden/", "/hilfe/", "/nix/", "/gesperrt/"])
def test_no_page_needs_what_the_content_policy_forbids(signed_in: SignIn, address: str) -> None:
    client = signed_in("anna") if address != "/anmelden/" else Client()
    if address == "/gesperrt/":
        client.post("/sichtschutz/")
    page = client.get(address).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)", page)


def test_a_title_names_nobody(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in("anna").get("/konto/").content.decode()
    title = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert len(title) == 1
    assert cast.anna.display_name not in title[0]


# Language


def _language(client: Client, **headers: str) -> str:
    return client.get("/hilfe/", headers=headers)["Content-Language"]


@pytest.mark.parametrize(
    ("wished", "given"),
    [("", "de"), ("en-GB,en;q=0.9", "en"), ("fr,de;q=0.5", "de"), ("fr", "de"), ("%%", "de")],
)
def test_the_browser_chooses_among_german_and_english(
    client: Client, db: None, wished: str, given: str
) -> None:
    assert _language(client, accept_language=wished) == given


def test_the_choice_stays_in_this_browser(client: Client, db: None) -> None:
    client.post("/sprache/", {"language": "en", "next": "/hilfe/"})
    assert _language(client, accept_language="de") == "en"


def test_the_choice_of_the_account_comes_first(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in("anna")
    assert _language(client, accept_language="en") == "de"
    assert client.post("/sprache/", {"language": "en", "next": "/hilfe/"})["Location"] == "/hilfe/"
    assert _language(client, accept_language="de") == "en"
    cast.anna.refresh_from_db()
    assert cast.anna.language == "en"


def test_a_choice_on_the_sign_in_page_goes_along_into_the_account(
    client: Client, cast: Cast
) -> None:
    client.post("/sprache/", {"language": "en", "next": "/anmelden/"})
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})

    assert _language(client, accept_language="de") == "en"
    cast.anna.refresh_from_db()
    assert cast.anna.language == "en"


def test_what_somebody_chose_before_is_not_the_next_persons_language(
    client: Client, cast: Cast
) -> None:
    client.post("/sprache/", {"language": "en", "next": "/anmelden/"})
    client.post("/anmelden/", {"login": "anna", "password": PASSWORD})
    client.post("/abmelden/")
    client.post("/anmelden/", {"login": "bilal", "password": PASSWORD})

    assert _language(client) == "de"


def test_an_unknown_language_changes_nothing(signed_in: SignIn) -> None:
    client = signed_in("anna")
    answer = client.post("/sprache/", {"language": "xx", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert _language(client) == "de"


# Errors


def test_what_does_not_exist_and_what_is_not_ones_own_look_alike(signed_in: SignIn) -> None:
    answer = signed_in("anna").get("/nix/")
    assert answer.status_code == 404
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", answer.content.decode())


def test_an_address_opened_the_wrong_way_gets_a_page(signed_in: SignIn) -> None:
    answer = signed_in("anna").get("/sprache/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert b"<h1>" in answer.content


def test_a_stale_form_gets_a_page(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/anmelden/", {"login": "anna"})
    assert answer.status_code == 403
    assert b"<h1>" in answer.content


@override_settings(ROOT_URLCONF=__name__)
def test_the_page_of_a_crash_tells_its_number_and_nothing_of_the_fault(
    signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in("anna")
    client.raise_request_exception = False
    answer = client.get("/bricht/")
    caplog.clear()  # the crash is logged, and expected here
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Anna" not in page
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", page)


def test_a_crash_page_asks_the_database_nothing(
    db: None, django_assert_num_queries: object
) -> None:
    from lotsen.web.problems import server_error

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert server_error(None).status_code == 500  # type: ignore[arg-type]


# Account


def test_the_account_tells_houses_and_roles(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in("anna").get("/konto/").content.decode()
    assert cast.anna.display_name in page
    assert cast.clinic.name in page


def test_setting_a_pin_needs_the_password(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in("anna")
    wrong = client.post("/konto/pin/", {"pin": "402817", "password": "wrong"})
    assert wrong.status_code == 422
    cast.anna.refresh_from_db()
    assert cast.anna.pin == ""

    right = client.post("/konto/pin/", {"pin": "402817", "password": PASSWORD})
    assert right["Location"] == "/konto/"
    cast.anna.refresh_from_db()
    assert cast.anna.pin != ""


def test_a_refused_pin_is_told_at_its_field_and_above(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in("anna").post("/konto/pin/", {"pin": "123456", "password": PASSWORD})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_pin"' in text
    assert 'id="id_pin_error"' in text
    assert "123456" not in text.replace("Not 123456", "").replace("Nicht 123456", "")
    cast.anna.refresh_from_db()
    assert cast.anna.pin == ""


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(signed_in: SignIn) -> None:
    here, elsewhere = signed_in("anna"), signed_in("anna")
    new = "vier zufällige Wörter reichen"
    answer = here.post(
        "/konto/kennwort/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer["Location"] == "/konto/"
    assert here.get("/konto/").status_code == 200
    assert elsewhere.get("/konto/").status_code == 302


def test_a_short_password_is_refused(signed_in: SignIn) -> None:
    answer = signed_in("anna").post(
        "/konto/kennwort/",
        {"old_password": PASSWORD, "new_password1": "kurz", "new_password2": "kurz"},
    )
    assert answer.status_code == 422
