"""Who saw a case: the officer's page and file, and the page of whoever works on it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.access.models import ShareKind
from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.devices import device_name
from lotsen.pseudonyms import new_pseudonym
from referrals.cases.models import Case, CaseShare
from referrals.documents import access_report, words
from referrals.emergencies.models import EmergencyAccess
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.documents.stage import ask
from tests.referrals.web import desk
from tests.referrals.web.test_accesses import asked, browser, in_german, look, looks, table

BY_CASE = "/datenschutz-verwaltung/zugriffe/fall/"


@pytest.fixture
def frieda(cast: Cast) -> User:
    """She serves Anna's clinic."""
    return make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)


def page_of(case: Case) -> str:
    return f"/fall/{case.pk}/zugriffe/"


def told(client: Client, typed: str, **how: Any) -> str:
    answer = client.post(BY_CASE, asked(pseudonym=typed, **how))
    assert answer.status_code == 200
    return desk.text_of(answer)


def let_in(case: Case, user: User) -> EmergencyAccess:
    """`user` let themselves in an hour ago, for four hours."""
    since = now() - timedelta(hours=1)
    share = CaseShare.objects.create(
        case=case, user=user, kind=ShareKind.EMERGENCY, reason="acute_need", since=since,
        until=since + timedelta(hours=4), granted_by=user, touched_at=since,
    )  # fmt: skip
    return EmergencyAccess.objects.create(
        case=case,
        organisation=case.holder,
        share=share,
        taken_by=user,
        reason="acute_need",
        since=since,
    )


# The officer


@pytest.mark.parametrize("name", ["anna", "bilal", "carla", "dora"])
def test_none_of_the_cast_may_ask(cast: Cast, name: str) -> None:
    client = browser(name)
    assert client.get(BY_CASE).status_code == 403
    assert client.post(BY_CASE, asked(pseudonym=cast.case.pseudonym)).status_code == 403


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", " ")])
def test_who_saw_a_case_is_told_however_its_code_is_typed(
    cast: Cast, frieda: User, typed: Any
) -> None:
    handover = desk.accepted(cast)
    assert (
        desk.NAME
        in (
            browser("anna").post(f"/fall/{handover.case_id}/kontaktdaten/", {"was": "anzeigen"})
        ).content.decode()
    )
    browser("bilal").get(f"/fall/{handover.case_id}/")  # attributed to the clinic: its case

    text = told(browser("frieda"), typed(handover.case.pseudonym))

    for words_ in ("Anna", "Marienklinik, Babylots*in", "Versiegeltes geöffnet", "Name, Telefon"):
        assert words_ in text
    assert "Familienbuero" in text
    foreign = AccessEvent.objects.filter(actor=cast.bilal, device__isnull=False).first()
    for secret in ("Bilal", device_name(foreign.device), desk.NAME, desk.PHONE):
        assert secret not in text


def test_a_case_of_others_looks_like_one_that_is_not_there(cast: Cast, frieda: User) -> None:
    foreign = make_case(cast.other_clinic, cast.carla)
    browser("carla").get(f"/fall/{foreign.pk}/")
    client, unknown = browser("frieda"), new_pseudonym()

    pages = [told(client, code) for code in (foreign.pseudonym, unknown)]

    assert "Nichts gefunden" in pages[0]
    assert pages[0] == pages[1]
    files = [
        client.post(BY_CASE, asked(pseudonym=code, **{"as": "csv"})).content
        for code in (foreign.pseudonym, unknown)
    ]
    assert files[0] == files[1]
    assert looks(frieda) == [(Deed.LIST, [])] * 2 + [(Deed.EXPORT, [])] * 2


def test_the_code_is_in_no_address_and_no_title(cast: Cast, frieda: User) -> None:
    client = browser("frieda")

    assert client.get(BY_CASE, asked(pseudonym=cast.case.pseudonym)).context["log"] is None
    answer = client.post(BY_CASE, asked(pseudonym=cast.case.pseudonym, **{"as": "csv"}))
    assert cast.case.pseudonym not in answer["Content-Disposition"]
    assert looks(frieda) == [(Deed.EXPORT, [])]


@pytest.mark.parametrize(
    ("typed", "says"), [("", "Fallkürzel"), ("7K4M-QX2T", "Fallkürzel"), ("7K4M-QX2T-9RHW", "")]
)
def test_a_mistyped_code_is_told_before_anything_is_looked_up(
    cast: Cast, frieda: User, typed: str, says: str
) -> None:
    answer = browser("frieda").post(BY_CASE, asked(pseudonym=typed))

    assert answer.status_code == 422
    assert says in desk.text_of(answer)
    assert looks(frieda) == []


def test_the_file_holds_the_same_lines_and_marks_emergencies(cast: Cast, frieda: User) -> None:
    colleague = make_user("caro", cast.clinic)
    let_in(cast.case, colleague)
    for name in ("anna", "caro"):
        browser(name).get(f"/fall/{cast.case.pk}/")
    client = browser("frieda")

    text = told(client, cast.case.pseudonym)
    answer = client.post(BY_CASE, asked(pseudonym=cast.case.pseudonym, **{"as": "csv"}))

    head, *rows = table(answer)
    assert (head[0], head[7]) == ("Wann", "Notzugriff")
    assert [(row[1], row[7]) for row in rows if len(row) > 1] == [
        ("Frieda", ""), ("Caro", "ja"), ("Anna", "")
    ]  # fmt: skip
    assert "Notzugriff" in text
    assert "1 dieser Einträge" in text
    assert looks(frieda)[-1] == (Deed.EXPORT, [cast.case.pseudonym])


# Whoever works on the case


def test_who_works_on_a_case_sees_who_saw_it(cast: Cast) -> None:
    handover = desk.accepted(cast)
    make_user("caro", cast.clinic)
    for name in ("caro", "bilal"):
        browser(name).get(f"/fall/{handover.case_id}/")
    anna = browser("anna")

    assert page_of(handover.case) in anna.get(f"/fall/{handover.case_id}/").content.decode()
    text = look(anna, page_of(handover.case), {})

    assert "Caro" in text
    assert "Familienbuero, Familienbüro" in text
    assert "Bilal" not in text
    event = desk.events_of(cast.anna)[-1]
    assert (event.deed, event.shown, event.fields) == (
        Deed.READ, [handover.case.pseudonym], ["accesses"]
    )  # fmt: skip


@pytest.mark.parametrize(("name", "status"), [("caro", 403), ("bilal", 403), ("carla", 404)])
def test_the_log_of_a_case_is_for_those_who_work_on_it_in_its_house(
    cast: Cast, name: str, status: int
) -> None:
    handover = desk.accepted(cast)
    make_user("caro", cast.clinic)
    client = browser(name)

    answer = client.get(page_of(handover.case))

    assert answer.status_code == status
    assert "Anna" not in desk.text_of(answer)
    if status == 403:
        page = client.get(f"/fall/{handover.case_id}/")
        assert page_of(handover.case) not in page.content.decode()


def test_a_deputy_sees_who_saw_the_case(cast: Cast) -> None:
    stand_in = make_user("stella", cast.clinic)
    CaseShare.objects.create(
        case=cast.case, user=stand_in, kind=ShareKind.DEPUTY, reason="absence",
        granted_by=cast.anna, since=now() - timedelta(hours=1), until=now() + timedelta(days=1),
        touched_at=now(),
    )  # fmt: skip
    browser("anna").get(f"/fall/{cast.case.pk}/")

    assert "Anna" in look(browser("stella"), page_of(cast.case), {})


# The family


def test_the_family_learns_of_deputies_and_emergencies_without_a_name(cast: Cast) -> None:
    colleague = make_user("caro", cast.clinic)
    let_in(cast.case, colleague)
    browser("caro").get(f"/fall/{cast.case.pk}/")
    for kind in (ShareKind.DEPUTY, ShareKind.JOINT, ShareKind.EMERGENCY):
        AccessEvent.objects.create(
            at=now(), actor=cast.anna, deed=Deed.SHARE, shown=[cast.case.pseudonym], reason=kind
        )
    Case.objects.filter(pk=cast.case.pk).update(opened_at=now() - timedelta(days=1))
    cast.case.refresh_from_db()

    report = access_report.report_of(cast.case, entrusted=False, actor=cast.anna, at=now())

    rows = {
        (row["what"]["code"], row["why"]["text"]): row["emergency"] for row in report["accesses"]
    }
    assert rows == {
        ("read", ""): True,
        ("share", str(words.WHY[ShareKind.DEPUTY])): False,
        ("share", str(words.WHY[ShareKind.JOINT])): False,
        ("share", str(words.WHY[ShareKind.EMERGENCY])): True,
    }
    assert "Caro" not in str(report["accesses"])
    assert in_german(words.WHY[ShareKind.EMERGENCY]) == "Notzugriff"


def test_the_familys_report_says_where_it_begins(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.documents.accesses.MOST_EVENTS", 1)
    ask(cast)
    for minutes in (2, 1):
        AccessEvent.objects.create(
            at=now() - timedelta(minutes=minutes), actor=cast.anna, deed=Deed.READ,
            shown=[cast.case.pseudonym],
        )  # fmt: skip

    report = access_report.report_of(cast.case, entrusted=False, actor=cast.anna, at=now())

    assert len(report["accesses"]) == 1
    assert report["accesses_begin_at"] == report["accesses"][0]["at"]


def test_each_look_is_one_row(cast: Cast, frieda: User) -> None:
    browser("anna").get(page_of(cast.case))
    told(browser("frieda"), cast.case.pseudonym)

    rows = AccessEvent.objects.exclude(deed=Deed.LOGIN).values_list("actor", "deed", "request_id")
    assert {(actor, deed) for actor, deed, _ in rows} == {
        (cast.anna.pk, Deed.READ), (frieda.pk, Deed.LIST)
    }  # fmt: skip
    assert len(rows) == len({number for *_, number in rows}) == 2
    assert all(UUID(number) for *_, number in rows)
