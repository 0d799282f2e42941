"""A family asks what is stored: recorded, answered and handed out in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lotsen.accounts.roles import Role
from referrals.rights import actions as rights
from referrals.rights.models import RightsRequest
from tests.builders import NOON, make_user
from tests.conftest import Cast
from tests.journeys.conftest import enter
from tests.referrals.documents import stage

pytestmark = pytest.mark.once

type Barriers = Callable[[Page], list[str]]


def test_anna_answers_a_family_and_the_page_has_no_barriers(
    cast: Cast, sign_in: Callable[[str], Page], barriers: Barriers
) -> None:
    stage.fill(cast)
    page = sign_in("anna")
    page.goto(f"/fall/{cast.case.pk}/")
    page.click("text=Der Familie antworten")
    page.get_by_label("Auskunft: Was ist über uns gespeichert?").check()
    page.get_by_label("Persönlich bekannt").check()
    page.click("text=Antrag eintragen")
    page.wait_for_selector("text=Antwort fällig")
    assert barriers(page) == []

    with page.expect_download() as arriving:
        page.click("text=Auskunft als PDF")
    assert arriving.value.suggested_filename.startswith("auskunft-")
    page.click("text=Die Familie hat ihre Antwort")
    page.wait_for_selector("text=Als beantwortet eingetragen")

    assert RightsRequest.objects.get().state == "fulfilled"


def test_forms_that_are_open_and_marks_have_no_barriers(
    cast: Cast, sign_in: Callable[[str], Page], barriers: Barriers
) -> None:
    stage.fill(cast)
    for kind in ("access", "rectification", "dispute", "restriction", "erasure"):
        stage.ask(cast, kind=kind)
    rights.restrict(cast.case, reason="accuracy", actor=cast.anna, at=NOON)
    page = sign_in("anna")
    for address in ("", "rechte/"):
        page.goto(f"/fall/{cast.case.pk}/{address}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert barriers(page) == []
    page.goto("/rechte/")
    assert barriers(page) == []


def test_the_register_has_no_barriers(
    cast: Cast, open_window: Callable[..., Page], barriers: Barriers
) -> None:
    for kind in ("access", "erasure"):
        stage.ask(cast, kind=kind)
    make_user("officer", cast.clinic, Role.PRIVACY_OFFICER)
    page = open_window(390, 844)
    enter(page, "officer")
    page.goto("/datenschutz-verwaltung/antraege/")

    assert barriers(page) == []
