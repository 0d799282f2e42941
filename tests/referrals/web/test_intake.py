import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent
from referrals.assessments.models import Assessment
from referrals.cases.models import Case
from referrals.facts.models import Delta
from tests.builders import (
    make_assessment,
    make_district,
    make_instrument,
    make_participation,
    make_user,
)
from tests.conftest import Cast

SignIn = Callable[[str], Client]
PAGES = ("hinweise", "wuensche", "pruefen")


@pytest.fixture
def sheet(cast: Cast) -> Assessment:
    """Anna has begun an intake; nothing is answered yet."""
    cast.case.stored_with_consent = False
    cast.case.save()
    return make_assessment(cast.case, cast.anna, finished_at=None)


def family(cast: Cast, **changed: Any) -> dict[str, Any]:
    facts = {
        "organisation": cast.clinic.pk,
        "language_chip": "ar",
        "district": make_district().pk,
        "age_chip": "0",
    }
    return facts | changed


def page_of(case: Case, name: str) -> str:
    return f"/aufnahme/{case.pk}/{name}/"


def test_a_new_intake_opens_a_case_and_its_sheet(cast: Cast, signed_in: SignIn) -> None:
    make_instrument()

    answer = signed_in("anna").post("/aufnahme/neu/", family(cast, interpreting="on"))

    case = Case.objects.exclude(pk=cast.case.pk).get()
    assert answer.headers["Location"] == page_of(case, "hinweise")
    assert (case.holder, case.language, case.interpreting) == (cast.clinic, "ar", True)
    assert (case.child_age_months, case.household, case.route) == (0, "unknown", "screening")
    assert case.assessments.get().finished_at is None


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ({"age_chip": "2"}, 2),
        ({"age_chip": "other", "age": "-9"}, -9),
        ({"age_chip": "", "age": "24"}, 24),
    ],
)
def test_the_age_is_tapped_or_chosen(
    cast: Cast, signed_in: SignIn, typed: dict[str, str], months: int
) -> None:
    make_instrument()
    signed_in("anna").post("/aufnahme/neu/", family(cast, **typed))

    assert Case.objects.exclude(pk=cast.case.pk).get().child_age_months == months


@pytest.mark.parametrize(
    ("missing", "anchor"),
    [
        ({"language_chip": ""}, "id_language"),
        ({"district": ""}, "id_district"),
        ({"district_chip": "somewhere-else", "district": ""}, "id_district"),
        ({"age_chip": "other"}, "id_age"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, missing: dict[str, str], anchor: str
) -> None:
    answer = signed_in("anna").post(
        "/aufnahme/neu/", family(cast, household="one_parent", **missing)
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{anchor}"' in page
    assert re.search(r'value="one_parent"[^>]* checked', page)
    assert Case.objects.count() == 1


def test_usual_districts_come_as_chips_last_used_first(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("anna").get("/aufnahme/neu/").content.decode()

    assert f'name="district_chip" value="{cast.case.district_id}"' in page
    assert 'name="language_chip" value="tr"' in page


@pytest.mark.parametrize("partial", [True, False])
def test_a_postal_code_suggests_districts_and_decides_none(
    cast: Cast, signed_in: SignIn, partial: bool
) -> None:
    """40225 lies around the made-up centre of the districts; with htmx only the question comes."""
    near = make_district("Wersten", "095")
    typed = family(cast, district="", postal_code="40225", look_up="1")
    headers = {"HX-Request": "true"} if partial else {}

    answer = signed_in("anna").post("/aufnahme/neu/", typed, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="district_chip" value="{near.pk}">' in page
    assert 'value="40225"' in page
    assert ("<html" in page) is not partial
    assert partial or 'name="language_chip" value="ar" checked' in page
    assert 'aria-invalid="true"' not in page
    assert Case.objects.count() == 1


def test_an_unknown_postal_code_is_said_so(cast: Cast, signed_in: SignIn) -> None:
    typed = family(cast, postal_code="00000", look_up="1")

    page = signed_in("anna").post("/aufnahme/neu/", typed).content.decode()

    assert "Zu dieser Postleitzahl kennen wir hier keinen Stadtteil" in page


def test_a_suggested_district_stays_chosen_while_something_else_is_missing(
    cast: Cast, signed_in: SignIn
) -> None:
    near = make_district("Wersten", "095")
    typed = family(cast, district="", district_chip=near.pk, postal_code="40225", language_chip="")

    answer = signed_in("anna").post("/aufnahme/neu/", typed)

    assert answer.status_code == 422
    assert f'value="{near.pk}" checked' in answer.content.decode()


def test_another_house_cannot_be_named(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(
        "/aufnahme/neu/", family(cast, organisation=cast.other_clinic.pk)
    )

    assert answer.status_code == 422


def test_who_may_not_open_cases_is_told_so(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("dora").get("/aufnahme/neu/").status_code == 403


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("who", "get", "post"), [("anna", 200, 302), ("carla", 404, 404), ("dora", 404, 404)]
)
def test_who_may_do_what(
    sheet: Assessment, signed_in: SignIn, name: str, who: str, get: int, post: int
) -> None:
    client = signed_in(who)
    page = page_of(sheet.case, name)

    assert client.get(page).status_code == get
    assert client.post(page, {"keep": "yes"}).status_code == post


@pytest.mark.parametrize("name", PAGES)
def test_who_takes_part_sees_the_case_but_may_not_ask(
    cast: Cast, sheet: Assessment, signed_in: SignIn, name: str
) -> None:
    make_participation(cast.case, cast.office)

    assert signed_in("bilal").get(page_of(cast.case, name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_each_page_leaves_one_event_and_no_pseudonym_in_its_title(
    sheet: Assessment, signed_in: SignIn, name: str
) -> None:
    page = signed_in("anna").get(page_of(sheet.case, name)).content.decode()

    assert AccessEvent.objects.get(deed="read").shown == [sheet.case.pseudonym]
    assert sheet.case.pseudonym[:4] not in page.split("</title>")[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_finished_sheet_leads_on_to_the_offers(cast: Cast, signed_in: SignIn, name: str) -> None:
    make_assessment(cast.case, cast.anna)

    answer = signed_in("anna").get(page_of(cast.case, name))

    assert answer.headers["Location"] == f"/fall/{cast.case.pk}/angebote/"


def test_answers_are_kept_and_the_wishes_follow(sheet: Assessment, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(
        page_of(sheet.case, "hinweise"),
        {
            "answer-born_early": "yes",
            "answer-twins_or_more": "no",
            "answer-few_checkups": "not_asked",
        },
    )

    sheet.refresh_from_db()
    assert sheet.answers == {"born_early": "yes", "twins_or_more": "no"}
    assert answer.headers["Location"] == page_of(sheet.case, "wuensche")


def test_the_rest_of_a_group_does_not_apply_by_one_tap(
    sheet: Assessment, signed_in: SignIn
) -> None:
    answer = signed_in("anna").post(
        page_of(sheet.case, "hinweise"), {"answer-born_early": "yes", "rest": "birth"}
    )

    sheet.refresh_from_db()
    assert sheet.answers["born_early"] == "yes"
    assert sheet.answers["few_checkups"] == "no"
    assert "midwife_present" not in sheet.answers  # what goes well is never the rest
    assert "few_helpers" not in sheet.answers
    assert answer.headers["Location"].endswith("/hinweise/#home")


def test_an_autosave_answers_with_the_progress_alone(sheet: Assessment, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(
        page_of(sheet.case, "hinweise"),
        {"answer-born_early": "yes"},
        headers={"HX-Request": "true"},
    )

    part = answer.content.decode()
    assert "<html" not in part
    assert 'id="progress"' in part
    assert 'id="still-open" hx-swap-oob="true"' in part
    assert Assessment.objects.get().answers == {"born_early": "yes"}


def test_a_family_that_wants_nothing_is_only_counted(sheet: Assessment, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(page_of(sheet.case, "hinweise"), {"short": "info_only"})

    assert answer.headers["Location"] == "/station/"
    assert not Case.objects.exists()


def test_the_short_way_is_offered_only_before_the_first_answer(
    sheet: Assessment, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    assert 'name="short"' in client.get(page_of(sheet.case, "hinweise")).content.decode()

    sheet.answers = {"born_early": "no"}
    sheet.save()
    assert 'name="short"' not in client.get(page_of(sheet.case, "hinweise")).content.decode()


def test_suggested_wishes_stand_first_and_none_is_ticked(
    sheet: Assessment, signed_in: SignIn
) -> None:
    sheet.answers = {"midwife_wanted": "yes"}
    sheet.save()
    page = signed_in("anna").get(page_of(sheet.case, "wuensche")).content.decode()

    needs = page[page.index('name="needs"') :]
    assert needs.startswith('name="needs" value="no_midwife"')
    assert "checked" not in needs


def test_what_goes_well_is_not_asked_twice(sheet: Assessment, signed_in: SignIn) -> None:
    sheet.answers = {"family_friends": "yes"}
    sheet.save()
    page = signed_in("anna").get(page_of(sheet.case, "wuensche")).content.decode()

    assert 'name="resources" value="family_friends" checked' in page


def test_wishes_are_kept(sheet: Assessment, signed_in: SignIn) -> None:
    signed_in("anna").post(
        page_of(sheet.case, "wuensche"),
        {"needs": ["overload", "no_midwife"], "resources": ["good_health"], "talk_wish": "later"},
    )

    sheet.refresh_from_db()
    assert set(sheet.needs) == {"overload", "no_midwife"}
    assert (sheet.resources, sheet.talk_wish) == (["good_health"], "later")


def test_a_wish_nobody_knows_is_refused(sheet: Assessment, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(page_of(sheet.case, "wuensche"), {"needs": ["gold"]})

    assert answer.status_code == 422


def test_the_check_names_open_groups_and_no_number_of_points(
    sheet: Assessment, signed_in: SignIn
) -> None:
    sheet.answers = {"born_early": "yes"}
    sheet.save()
    page = signed_in("anna").get(page_of(sheet.case, "pruefen")).content.decode()

    assert "Früher geboren als erwartet" in page
    assert "kern-alert--info" in page  # offer a talk


def test_no_talk_is_offered_to_a_family_that_does_not_want_one(
    sheet: Assessment, signed_in: SignIn
) -> None:
    sheet.answers, sheet.talk_wish = {"born_early": "yes"}, "no"
    sheet.save()

    page = signed_in("anna").get(page_of(sheet.case, "pruefen")).content.decode()

    assert "kern-alert--info" not in page


@pytest.mark.parametrize(("typed", "form"), [({}, "tap"), ({"form": "paper"}, "paper")])
def test_with_the_familys_yes_it_is_kept(
    sheet: Assessment, signed_in: SignIn, typed: dict[str, str], form: str
) -> None:
    client = signed_in("anna")
    client.post(page_of(sheet.case, "pruefen"), {"keep": "yes", **typed})
    again = client.post(page_of(sheet.case, "pruefen"), {"keep": "yes"})

    sheet.refresh_from_db()
    assert sheet.finished_at is not None
    assert (sheet.case.stored_with_consent, sheet.case.storage_form) == (True, form)
    assert again.headers["Location"] == f"/fall/{sheet.case.pk}/angebote/"


def test_a_no_is_asked_once_more_and_then_erases_everything(
    sheet: Assessment, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    page = page_of(sheet.case, "pruefen")

    assert client.post(page, {"keep": "no"}).status_code == 200
    assert Case.objects.filter(pk=sheet.case.pk).exists()

    assert client.post(page, {"keep": "never"}).headers["Location"] == "/station/"
    assert not Case.objects.exists()
    assert Delta.objects.filter(kind="not_stored").exists()


def test_a_screener_finds_the_own_intake_again(cast: Cast, client: Client) -> None:
    make_instrument()
    selma = make_user("selma", cast.clinic, Role.SCREENER)
    client.force_login(selma, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/aufnahme/neu/", family(cast))

    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(page_of(cast.case, "hinweise")).status_code == 404
