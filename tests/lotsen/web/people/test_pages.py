"""The administration's pages: people and houses of one's own, and nothing about families."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from lotsen.accounts.models import Membership, Organisation, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions, inviting
from lotsen.membership.models import Invitation
from tests.builders import NOON, make_user
from tests.conftest import Cast

PERSON = {
    "name": "Petra Weiß", "email": "petra@example.org", "username": "", "roles": ["navigator"],
    "profession": "midwife", "language": "de",
}  # fmt: skip
HOUSE = {
    "name": "Haus am See", "short_name": "", "kind": "provider", "legal_regime": "private",
    "answer_days": "3", "districts": [],
}  # fmt: skip


@pytest.fixture
def gero(cast: Cast) -> Client:
    """Signed in as who manages the people of Anna's clinic."""
    client = Client()
    user = make_user("gero", cast.clinic, Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_the_administrators_day_begins_with_the_people(gero: Client) -> None:
    assert gero.get("/").url == "/verwaltung/personen/"


def test_one_form_invites_and_shows_the_link_once(cast: Cast, gero: Client) -> None:
    sent = PERSON | {"house": str(cast.clinic.pk)}
    answer = gero.post("/verwaltung/personen/einladen/", sent)

    [link] = re.findall(r"http://testserver/einladung/([\w-]+)/", words(answer))
    assert User.objects.get(email="petra@example.org").profession == "midwife"
    again = gero.post("/verwaltung/personen/einladen/", sent)
    assert again.status_code == 422
    assert "einladung/" not in words(again)
    assert Client().get(f"/einladung/{link}/").status_code == 200


def test_the_mail_names_nobody_but_carries_the_link(
    cast: Cast,
    gero: Client,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SMTP_HOST = "mail.example"
    with django_capture_on_commit_callbacks(execute=True):
        gero.post("/verwaltung/personen/einladen/", PERSON | {"house": str(cast.clinic.pk)})
    [letter] = mail.outbox
    assert letter.to == ["petra@example.org"]
    assert "/einladung/" in letter.body
    assert not re.search("petra|weiß|gero|marien", f"{letter.subject} {letter.body}".casefold())


@pytest.mark.parametrize(
    "more",
    [
        {"house": "foreign"},
        {"roles": ["superuser"]},
        {"roles": []},
        {"email": "not an address"},
        {"email": "ANNA@example.org"},
        {"username": "anna"},
        {"roles": ["administrator", "privacy_officer"]},
        {"profession": "wizard"},
    ],
)
def test_what_does_not_fit_invites_nobody(
    cast: Cast, gero: Client, more: dict[str, object]
) -> None:
    sent = PERSON | {"house": str(cast.clinic.pk)} | more
    if sent["house"] == "foreign":
        sent["house"] = str(cast.office.pk)
    before = User.objects.count()
    answer = gero.post("/verwaltung/personen/einladen/", sent)
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    assert User.objects.count() == before


MASS = {
    "is_superuser": "1", "is_active": "", "is_staff": "1", "password": "x", "pin": "1",
    "user": "anna", "organisation": "office", "role": "administrator", "roles": "navigator",
    "until": "", "id": str(uuid4()), "slug": "x", "municipality": "x", "groups": "1",
    "user_permissions": "1", "created_by": "x", "purpose": "recover", "last_login": "",
}  # fmt: skip


def test_nobody_gains_anything_by_sending_more_fields(cast: Cast, gero: Client) -> None:
    """Every page that takes something gets every field a model has; only what it asks counts."""
    anna = cast.anna
    facts = {"name": "Anna K.", "email": anna.email, "profession": "other", "language": "de"}
    more = MASS | {"user": str(cast.bilal.pk), "organisation": str(cast.office.pk)}
    held = set(Membership.objects.values_list("user", "organisation", "role", "until"))

    base = f"/verwaltung/personen/{anna.pk}/"
    assert gero.post(f"{base}angaben/", more | facts).status_code == 302
    clinic = {"house": str(cast.clinic.pk)}
    assert gero.post(f"/verwaltung/stellen/{cast.clinic.pk}/", more | HOUSE).status_code == 302
    assert gero.post(f"{base}rollen/", more | clinic).status_code == 302

    after = set(Membership.objects.values_list("user", "organisation", "role", "until"))
    assert after == held  # a navigator already, and nothing else was asked for
    anna.refresh_from_db()
    assert (anna.display_name, anna.is_superuser, anna.is_active) == ("Anna K.", False, True)
    assert anna.user_permissions.count() == 0
    house = Organisation.objects.get(pk=cast.clinic.pk)
    assert (house.name, house.slug) == ("Haus am See", "marienklinik")


def test_a_membership_of_another_house_or_person_is_not_ended_through_this_one(
    cast: Cast, gero: Client
) -> None:
    actions.join(cast.anna, organisation=cast.office, role=Role.PROVIDER, at=NOON)
    elsewhere = Membership.objects.get(user=cast.anna, organisation=cast.office)
    bilals = Membership.objects.get(user=cast.bilal)
    for number in (elsewhere.pk, bilals.pk, "", "0", "-1", "x", "9" * 40, "１"):
        url = f"/verwaltung/personen/{cast.anna.pk}/rolle-beenden/"
        assert gero.post(url, {"membership": number}).status_code == 404
    assert not Membership.objects.exclude(until=None).exists()


def test_people_of_other_houses_do_not_exist_here(cast: Cast, gero: Client) -> None:
    texts = [words(gero.get("/verwaltung/personen/"))]
    texts.append(words(gero.post("/verwaltung/personen/", {"q": "bilal"})))
    assert "Niemand gefunden" in texts[-1]
    assert not any("Bilal" in text.replace('value="bilal"', "") for text in texts)
    for part in ("", "angaben/", "rollen/", "sperren/", "zugang/"):
        for pk in (cast.bilal.pk, uuid4()):
            assert gero.get(f"/verwaltung/personen/{pk}/{part}").status_code == 404


def test_a_person_is_found_without_a_name_in_any_address_or_title(cast: Cast, gero: Client) -> None:
    answer = gero.post("/verwaltung/personen/", {"q": "  ANN  example "})
    assert f"/verwaltung/personen/{cast.anna.pk}/" in words(answer)
    for page in (words(answer), words(gero.get(f"/verwaltung/personen/{cast.anna.pk}/"))):
        [title] = re.findall("<title>(.*?)</title>", page)
        links = re.findall(r'(?:href|action)="([^"]*)"', page)
        assert not re.search("anna", " ".join([title, *links]), re.IGNORECASE)


def test_many_people_cost_no_more_queries_than_two(cast: Cast, gero: Client) -> None:
    gero.get("/verwaltung/personen/")
    with CaptureQueriesContext(connection) as for_two:
        gero.get("/verwaltung/personen/")
    for number in range(60):
        make_user(f"p{number}", cast.clinic)
    with CaptureQueriesContext(connection) as for_many:
        page = gero.get("/verwaltung/personen/")
    assert len(for_many) == len(for_two)
    assert "after=2" in words(page)


def test_ending_a_role_holds_for_every_later_request(cast: Cast, gero: Client) -> None:
    """The short form of 1,000 requests: none of them gets through."""
    anna = Client()
    anna.force_login(cast.anna, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/fall/{cast.case.pk}/"
    assert anna.get(address).status_code == 200

    post = Membership.objects.get(user=cast.anna)
    url = f"/verwaltung/personen/{cast.anna.pk}/rolle-beenden/"
    assert gero.post(url, {"membership": post.pk}).status_code == 302

    assert {anna.get(address).status_code for _ in range(25)} <= {403, 404}


def test_no_page_of_the_administration_holds_anything_of_a_family(cast: Cast, gero: Client) -> None:
    """Every address below /verwaltung/, read and sent to."""
    things = {"people": cast.anna.pk, "person": cast.anna.pk, "house": cast.clinic.pk}
    routes = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    ours = [
        name for name in routes if name.split("-")[0].rstrip("s") in ("people", "person", "house")
    ]
    assert len(ours) >= 14
    for name in ours:
        try:
            url = reverse(name)
        except NoReverseMatch:
            url = reverse(name, args=[things[name.split("-")[0]]])
        for answer in (gero.get(url), gero.post(url, {})):
            text = words(answer)
            assert cast.case.pseudonym not in text
            assert str(cast.case.pk) not in text


def test_a_house_is_added_changed_and_closed(cast: Cast, gero: Client) -> None:
    assert gero.post("/verwaltung/stellen/neu/", HOUSE).status_code == 302
    house = Organisation.objects.get(slug="haus-am-see")
    assert (house.answer_within_days, house.municipality) == (3, cast.clinic.municipality)
    late = HOUSE | {"answer_days": "90"}
    assert gero.post(f"/verwaltung/stellen/{house.pk}/", late).status_code == 422
    assert gero.post(f"/verwaltung/stellen/{cast.office.pk}/", HOUSE).status_code == 404

    assert gero.post(f"/verwaltung/stellen/{house.pk}/schliessen/").status_code == 302
    assert gero.get(f"/verwaltung/stellen/{house.pk}/").status_code == 404
    assert "Haus am See" in words(gero.get("/verwaltung/stellen/"))


def test_a_link_is_made_anew_and_the_earlier_one_ends(cast: Cast, gero: Client) -> None:
    gero.post("/verwaltung/personen/einladen/", PERSON | {"house": str(cast.clinic.pk)})
    petra = User.objects.get(email="petra@example.org")
    base = f"/verwaltung/personen/{petra.pk}/"
    first = Invitation.objects.get(user=petra)
    answer = gero.post(f"{base}zugang/")
    [token] = re.findall(r"/einladung/([\w-]+)/", words(answer))

    first.refresh_from_db()
    assert first.revoked_at is not None
    assert inviting.living(token, at=Invitation.objects.latest("created_at").created_at)
    assert "Eingeladen" in words(gero.get(base))
    assert gero.post(f"{base}sperren/").status_code == 302
    assert Client().get(f"/einladung/{token}/").status_code == 404
    assert "Gesperrt" in words(gero.get(base))
