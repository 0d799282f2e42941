"""The pages on which a family's rights are answered, and the register of them."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.pseudonyms import new_pseudonym
from referrals.cases.models import Case
from referrals.retention.models import ErasureRun
from referrals.rights import actions as rights
from referrals.rights.models import Dispute, RightsRequest
from tests.builders import NOON, make_case, make_user
from tests.conftest import Cast
from tests.referrals.documents import stage
from tests.referrals.documents.stage import ask
from tests.referrals.web.desk import text_of

type SignIn = Callable[[str], Client]
REQUEST = {
    "was": "eintragen",
    "kind": "access",
    "identity_check": "document",
    "received_on": "2026-03-01",
}


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


def page_of(cast: Cast, word: str = "rechte") -> str:
    return f"/fall/{cast.case.pk}/{word}/"


def officer(cast: Cast) -> Client:
    client = Client()
    user = make_user("officer", cast.clinic, Role.PRIVACY_OFFICER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_request_for_access_takes_three_steps(cast: Cast, signed_in: SignIn) -> None:
    stage.fill(cast)
    browser = signed_in("anna")
    assert "Rechte der Familie" in text_of(browser.get(page_of(cast)))

    assert browser.post(page_of(cast), REQUEST).status_code == 302
    request = RightsRequest.objects.get()
    file = browser.post(page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "pdf"})
    browser.post(page_of(cast), {"was": "beantwortet", "anfrage": request.pk})

    assert request.due_on.isoformat() == "2026-04-01"
    assert file.content.startswith(b"%PDF-")
    assert file["Content-Disposition"] == 'attachment; filename="auskunft-2026-03-02.pdf"'
    assert file["Cache-Control"] == "no-store"
    request.refresh_from_db()
    assert request.state == "fulfilled"


def test_the_data_file_is_json(cast: Cast, signed_in: SignIn) -> None:
    stage.fill(cast)
    request = ask(cast, kind="portability")

    file = signed_in("anna").post(
        page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "json", "entrusted": "on"}
    )

    assert file["Content-Type"] == "application/json"
    data = json.loads(file.content)
    assert data["identity"]["name"] == stage.NAME
    assert stage.ENTRUSTED in {note["text"] for note in data["notes"]}


def test_a_link_alone_hands_out_nothing(cast: Cast, signed_in: SignIn) -> None:
    request = ask(cast)

    answer = signed_in("anna").get(
        page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "pdf"}
    )

    assert answer.status_code == 405
    assert not AccessEvent.objects.filter(deed=Deed.EXPORT).exists()


def test_without_a_token_of_the_page_nothing_is_handed_out(cast: Cast) -> None:
    request = ask(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.anna, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "pdf"})

    assert answer.status_code == 403
    assert not AccessEvent.objects.filter(deed=Deed.EXPORT).exists()


def test_a_recipient_reads_where_the_family_can_ask(cast: Cast, signed_in: SignIn) -> None:
    stage.fill(cast)
    request = ask(cast)
    browser = signed_in("bilal")

    for answer in (
        browser.get(page_of(cast)),
        browser.post(page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "json"}),
        browser.get(page_of(cast, "berichtigen")),
    ):
        assert answer.status_code == 403
        assert cast.clinic.name in text_of(answer)
        assert stage.NAME not in answer.content.decode()
    assert not AccessEvent.objects.filter(deed=Deed.EXPORT).exists()


@pytest.mark.parametrize("name", ["carla", "dora"])
def test_for_others_none_of_it_exists(cast: Cast, signed_in: SignIn, name: str) -> None:
    request = ask(cast)
    browser = signed_in(name)

    assert browser.get(page_of(cast)).status_code == 404
    assert browser.post(page_of(cast), REQUEST).status_code == 404
    file = browser.post(page_of(cast, "rechte/datei"), {"anfrage": request.pk, "form": "pdf"})
    assert file.status_code == 404
    assert browser.get(page_of(cast, "berichtigen")).status_code == 404


def test_a_request_of_another_case_is_not_answered_here(cast: Cast, signed_in: SignIn) -> None:
    request = ask(cast)
    other = make_case(cast.clinic, cast.anna)

    file = signed_in("anna").post(
        f"/fall/{other.pk}/rechte/datei/", {"anfrage": request.pk, "form": "pdf"}
    )

    assert file.status_code == 404


def test_what_is_missing_is_said_at_its_field(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in("anna")

    for wrong in (
        {"was": "eintragen"},
        REQUEST | {"received_on": "2026-03-03"},
        {"was": "bestreiten"},
        {"was": "einschraenken"},
    ):
        answer = browser.post(page_of(cast), wrong)
        assert answer.status_code == 422
        assert "Noch nichts wurde geändert" in text_of(answer) or answer.context["form"].errors
    assert not RightsRequest.objects.exists()


def test_contested_facts_carry_their_mark_on_every_page(cast: Cast, signed_in: SignIn) -> None:
    handover = stage.fill(cast).handovers.get()
    browser = signed_in("anna")
    browser.post(
        page_of(cast),
        {"was": "bestreiten", "dispute-part": "household", "dispute-words": "Wir sind drei."},
    )

    anna = browser.get(f"/fall/{cast.case.pk}/")
    bilal = signed_in("bilal").get(f"/fall/{cast.case.pk}/")
    pane = signed_in("bilal").get(f"/uebergabe/{handover.pk}/")

    assert anna.context["page"].contested == "Haushalt, Bedarfe"
    assert {f.part for f in anna.context["page"].facts if f.is_contested} == {"household", "needs"}
    assert bilal.context["page"].contested == pane.context["pane"].contested == "Bedarfe"
    for page in (anna, bilal, pane):
        assert "bestritten" in text_of(page)
    assert "Haushalt" not in text_of(bilal)

    dispute = Dispute.objects.get(part="needs")
    browser.post(page_of(cast), {"was": "beilegen", "bestritten": dispute.pk})
    assert not signed_in("bilal").get(f"/fall/{cast.case.pk}/").context["page"].contested


def test_the_api_passes_the_mark_on(cast: Cast, signed_in: SignIn) -> None:
    handover = stage.fill(cast).handovers.get()
    rights.dispute(cast.case, part="age", actor=cast.anna, at=NOON)
    case = f"/api/v1/cases/{cast.case.pseudonym}/"

    assert signed_in("anna").get(case).json()["disputed"] == ["age", "needs"]
    assert signed_in("bilal").get(case).json()["disputed"] == ["needs"]
    sent = signed_in("anna").get(f"/api/v1/handovers/{handover.pk}/").json()
    got = signed_in("bilal").get(f"/api/v1/handovers/{handover.pk}/").json()
    assert (sent["disputed"], got["disputed"]) == (["age", "needs"], ["needs"])
    listed = {
        (who, path): signed_in(who).get(f"/api/v1/{path}").json()["results"][0]["disputed"]
        for who in ("anna", "bilal")
        for path in ("cases/", "handovers/?box=sent" if who == "anna" else "handovers/")
    }
    assert listed == {
        ("anna", "cases/"): ["age", "needs"],
        ("anna", "handovers/?box=sent"): ["age", "needs"],
        ("bilal", "cases/"): ["needs"],
        ("bilal", "handovers/"): ["needs"],
    }


def test_a_restricted_case_says_so_and_offers_nothing_else(cast: Cast, signed_in: SignIn) -> None:
    handover = stage.fill(cast).handovers.get()
    browser = signed_in("anna")

    browser.post(page_of(cast), {"was": "einschraenken", "restrict-reason": "objection"})

    anna = browser.get(f"/fall/{cast.case.pk}/")
    pane = signed_in("bilal").get(f"/uebergabe/{handover.pk}/")
    assert anna.context["page"].allowed == {"accesses", "rights"}
    assert not pane.context["pane"].shows_identity
    assert not pane.context["pane"].may_contact
    for page in (anna, pane):
        assert "Eingeschränkt" in text_of(page)
    for word in ("kontakt", "abschliessen"):  # before anything is typed
        assert browser.get(page_of(cast, word)).status_code == 409

    browser.post(page_of(cast), {"was": "aufheben"})
    assert "close" in browser.get(f"/fall/{cast.case.pk}/").context["page"].allowed


def test_a_refusal_keeps_its_reason(cast: Cast, signed_in: SignIn) -> None:
    request = ask(cast)
    browser = signed_in("anna")
    send = {"was": "ablehnen", "anfrage": request.pk}
    assert browser.post(page_of(cast), send).status_code == 422

    browser.post(page_of(cast), send | {f"refuse-{request.pk.hex[:8]}-reason": "duty_to_keep"})

    request.refresh_from_db()
    assert (request.state, request.reason) == ("refused", "duty_to_keep")


def test_erasure_is_prepared_for_a_second_person(cast: Cast, signed_in: SignIn) -> None:
    access, erasure = ask(cast), ask(cast, kind="erasure")
    browser = signed_in("anna")
    send = {"was": "loeschen", "anfrage": access.pk}
    assert browser.post(page_of(cast), send).status_code == 404

    browser.post(page_of(cast), send | {"anfrage": erasure.pk})

    run = ErasureRun.objects.get()
    assert (run.state, run.planned_by) == ("planned", cast.anna)
    assert Case.objects.filter(pk=cast.case.pk).exists()


def test_coarse_facts_are_put_right(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in("anna")
    form = browser.get(page_of(cast, "berichtigen")).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values = {name: value for name, value in values.items() if value is not False}

    answer = browser.post(page_of(cast, "berichtigen"), values | {"household": "one_parent"})

    cast.case.refresh_from_db()
    assert answer.status_code == 302
    assert cast.case.household == "one_parent"
    event = AccessEvent.objects.get(deed=Deed.CORRECT)
    assert event.fields == ["household"]  # what was left as it stood is not touched


# Nothing stored


CODE = {"identity_check": "sheet", "received_on": "2026-03-02"}


def test_under_an_unknown_code_the_family_gets_its_answer(cast: Cast, signed_in: SignIn) -> None:
    send = CODE | {"pseudonym": "7k4m qx2t 9rhw", "organisation": cast.clinic.pk}
    wrong = signed_in("anna").post("/rechte/", send)
    assert wrong.status_code == 422  # mistyped

    answer = signed_in("anna").post("/rechte/", send | {"pseudonym": new_pseudonym()})

    assert answer.content.startswith(b"%PDF-")
    request = RightsRequest.objects.get()
    assert (request.state, request.case_id, request.organisation) == (
        "fulfilled", None, cast.clinic,
    )  # fmt: skip


def test_a_code_of_the_own_house_leads_to_the_case(cast: Cast, signed_in: SignIn) -> None:
    send = CODE | {"pseudonym": cast.case.pseudonym, "organisation": cast.clinic.pk}

    assert signed_in("anna").post("/rechte/", send)["Location"] == page_of(cast)
    assert not RightsRequest.objects.exists()


def test_carla_learns_nothing_from_a_code_of_another_house(cast: Cast, signed_in: SignIn) -> None:
    stage.fill(cast)
    send = CODE | {"pseudonym": cast.case.pseudonym, "organisation": cast.other_clinic.pk}

    answer = signed_in("carla").post("/rechte/", send)

    assert answer.content.startswith(b"%PDF-")
    assert RightsRequest.objects.get().case_id is None


# The register


def test_the_register_says_what_is_due_and_shows_no_answer(cast: Cast) -> None:
    ask(cast)
    with time_machine.travel(NOON + timedelta(days=40), tick=False):
        page = officer(cast).get("/datenschutz-verwaltung/antraege/")

    text = text_of(page)
    assert page.context["late"] == 1
    for words in (cast.case.pseudonym, "Auskunft", "Überfällig, 02.04.2026"):
        assert words in text
    assert AccessEvent.objects.filter(deed=Deed.LIST, object_type="rights_request").exists()


def test_a_done_erasure_is_ended_in_the_register(cast: Cast) -> None:
    erasure, access = ask(cast, kind="erasure"), ask(cast)
    browser = officer(cast)
    cast.case.delete()
    assert [
        line.is_erased
        for line in browser.get("/datenschutz-verwaltung/antraege/").context["waiting"]
    ].count(True) == 1

    browser.post("/datenschutz-verwaltung/antraege/", {"anfrage": erasure.pk})
    refused = browser.post("/datenschutz-verwaltung/antraege/", {"anfrage": access.pk})

    erasure.refresh_from_db()
    assert erasure.state == "fulfilled"
    assert refused.status_code == 403


def test_nobody_else_sees_the_register(cast: Cast, signed_in: SignIn) -> None:
    ask(cast)
    for name in ("anna", "bilal", "carla", "dora"):
        answer = signed_in(name).get("/datenschutz-verwaltung/antraege/")
        assert answer.status_code == 403
        assert cast.case.pseudonym not in answer.content.decode()


def test_another_citys_officer_sees_another_register(cast: Cast) -> None:
    ask(cast)
    client = Client()
    stranger = make_user("stranger", cast.other_clinic, Role.PRIVACY_OFFICER)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/datenschutz-verwaltung/antraege/")

    assert not page.context["waiting"]
