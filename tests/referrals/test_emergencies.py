"""Emergency access: lets in for hours, opens what work needs, is seen and reviewed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from lotsen.access.models import ShareKind
from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.membership import actions as membership
from referrals.cases import actions as cases
from referrals.cases import sharing
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case, CaseShare
from referrals.emergencies import reading
from referrals.emergencies.actions import find, review, take
from referrals.emergencies.models import EmergencyAccess
from referrals.emergencies.rules import LENGTH
from referrals.identities.reading import open_identity, readable_fields
from referrals.notes.actions import write
from referrals.notes.reading import read, readable_notes
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk

REASON = {"reason": "family_called"}


@pytest.fixture
def ada(cast: Cast) -> User:
    return make_user("ada", cast.clinic)


@pytest.fixture
def frieda(cast: Cast) -> User:
    return make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def take_it(cast: Cast, ada: User, **fields: Any) -> CaseShare:
    return take(cast.case, **({"reason": "acute_need", "actor": ada, "at": now()} | fields))


def noted(cast: Cast, *kinds: str) -> None:
    for kind in kinds:
        write(
            cast.case, organisation=cast.clinic, kind=kind, text=f"{kind}-Text",
            provenance="family", actor=cast.anna, at=now(),
        )  # fmt: skip


def test_it_opens_identity_and_notes_for_four_hours_and_nothing_entrusted(
    cast: Cast, ada: User
) -> None:
    desk.requested(cast)
    noted(cast, "case", "entrusted")
    with pytest.raises(NotPermitted):
        open_identity(cast.case, actor=ada, at=now())

    take_it(cast, ada)

    assert open_identity(cast.case, actor=ada, at=now())["name"] == desk.NAME
    assert [text for _, text in read(cast.case, actor=ada, at=now())] == ["case-Text"]
    unlock = AccessEvent.objects.filter(deed=Deed.UNLOCK, object_type="identity").get()
    assert unlock.reason == "emergency"
    with time_machine.travel(now() + LENGTH, tick=False):
        assert not is_insider(cast.case, ada)
        assert not readable_fields(cast.case, ada, now().date())
        assert not readable_notes(cast.case, ada)


def test_one_event_one_row_and_a_second_tap_changes_nothing(cast: Cast, ada: User) -> None:
    share = take_it(cast, ada)

    assert take_it(cast, ada, reason="family_called") == share
    event = AccessEvent.objects.get(deed=Deed.SHARE)
    assert (event.reason, event.shown) == ("emergency", [cast.case.pseudonym])
    access = EmergencyAccess.objects.get()
    assert (access.taken_by, access.organisation, access.share) == (ada, cast.clinic, share)


@pytest.mark.parametrize("who", ["bilal", "carla", "dora"])
def test_it_is_for_the_house_that_holds_the_case(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        take_it(cast, getattr(cast, who))
    assert not CaseShare.objects.exists()


def test_whoever_works_on_it_needs_none(cast: Cast) -> None:
    with pytest.raises(InvalidMove) as refusal:
        take_it(cast, cast.anna)
    assert refusal.value.code == "emergency_not_needed"


def restrict(cast: Cast) -> None:
    cast.case.restricted = True
    cast.case.save()


def test_a_restricted_case_stays_shut_before_and_after(cast: Cast, ada: User) -> None:
    """Art. 18: neither an emergency nor a share that runs opens what is only stored."""
    desk.requested(cast)
    noted(cast, "case")
    berit = make_user("berit", cast.clinic)
    cases.share(
        cast.case, user=berit, kind=ShareKind.JOINT, reason="joint_visit",
        until=now() + timedelta(days=1), actor=cast.anna, at=now(),
    )  # fmt: skip
    take_it(cast, ada)
    restrict(cast)

    with pytest.raises(InvalidMove) as refusal:
        take_it(cast, make_user("kim", cast.clinic))
    assert refusal.value.code == "case_restricted"
    assert not is_insider(cast.case, ada)
    for person in (ada, berit, cast.anna):
        assert not readable_fields(cast.case, person, now().date())
        assert not readable_notes(cast.case, person)


def test_who_left_the_house_has_no_access_left(cast: Cast, ada: User) -> None:
    take_it(cast, ada)
    sharing.keep_among_insiders(cast.case, actor=cast.anna, at=now())
    assert Case.objects.visible_to(ada).exists()

    membership.leave(ada.memberships.get(), at=now())
    membership.join(ada, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=now())

    assert not Case.objects.visible_to(again(ada)).exists()
    assert not is_insider(cast.case, again(ada))


def test_unknown_foreign_and_restricted_codes_answer_the_same(cast: Cast, ada: User) -> None:
    foreign = make_case(cast.other_clinic, cast.carla)
    unknown = make_case(cast.clinic, cast.anna)
    unknown.delete()
    restrict(cast)
    browser = browser_of(ada)

    pages = [
        browser.post("/notzugriff/", REASON | {"pseudonym": case.pseudonym})
        for case in (foreign, unknown, cast.case)
    ]

    texts = {
        desk.text_of(page).replace(case.pseudonym, "")
        for page, case in zip(pages, (foreign, unknown, cast.case), strict=True)
    }
    assert {page.status_code for page in pages} == {422}
    assert len(texts) == 1
    events = AccessEvent.objects.filter(deed=Deed.SEARCH)
    assert [(event.shown, event.organisation) for event in events] == [([], None)] * 3
    assert not CaseShare.objects.exists()


def test_a_case_nobody_shows_is_reached_by_its_code(cast: Cast, ada: User) -> None:
    sharing.keep_among_insiders(cast.case, actor=cast.anna, at=now())
    browser = browser_of(ada)
    assert browser.get(f"/fall/{cast.case.pk}/").status_code == 404

    answer = browser.post("/notzugriff/", REASON | {"pseudonym": cast.case.pseudonym.lower()})

    assert answer.headers["Location"] == f"/fall/{cast.case.pk}/"
    assert browser.get(f"/fall/{cast.case.pk}/").status_code == 200


def test_those_on_the_case_see_who_let_themselves_in(
    cast: Cast, ada: User, signed_in: Callable[[str], Client]
) -> None:
    browser = browser_of(ada)
    assert browser.post(f"/fall/{cast.case.pk}/notzugriff/").status_code == 422
    assert browser.post(f"/fall/{cast.case.pk}/notzugriff/", REASON).status_code == 302

    told = signed_in("anna").get(f"/fall/{cast.case.pk}/")

    assert [entry.words for entry in told.context["page"].let_in] == ["Ada"]
    colleague = browser_of(make_user("kim", cast.clinic)).get(f"/fall/{cast.case.pk}/")
    assert not colleague.context["page"].let_in


def test_the_officer_is_told_and_reviews_it(cast: Cast, ada: User, frieda: User) -> None:
    desk.requested(cast)
    browser = browser_of(frieda)
    take_it(cast, ada)
    open_identity(cast.case, actor=ada, at=now())
    page = browser.get("/datenschutz-verwaltung/notzugriffe/")
    [line] = page.context["waiting"]
    assert cast.case.pseudonym[5:] in page.content.decode()
    assert line.line.opened.fields >= {"name", "phone"}
    assert reading.waiting_count(frieda) == 1

    asked = {"zugriff": EmergencyAccess.objects.get().pk}
    assert browser.post(page.request["PATH_INFO"], asked).status_code == 422
    assert browser.post(page.request["PATH_INFO"], asked | {"finding": "talked"}).status_code == 302

    access = EmergencyAccess.objects.get()
    assert (access.finding, access.reviewed_by) == ("talked", frieda)
    assert reading.waiting_count(again(frieda)) == 0
    with pytest.raises(InvalidMove):
        review(access, finding="breach", actor=frieda, at=now())


def test_nobody_reviews_their_own_nor_another_houses(cast: Cast, ada: User) -> None:
    membership.join(ada, organisation=cast.clinic, role=Role.PRIVACY_OFFICER, at=now())
    take_it(cast, again(ada))
    access = EmergencyAccess.objects.get()
    elsewhere = make_user("fred", cast.other_clinic, Role.PRIVACY_OFFICER)

    for officer, code in ((again(ada), "own_emergency"), (elsewhere, "not_permitted")):
        with pytest.raises(NotPermitted) as refusal:
            review(access, finding="in_order", actor=officer, at=now())
        assert refusal.value.code == code
    assert not reading.to_review(elsewhere, at=now())
    assert reading.waiting_count(again(ada)) == 0
    assert not reading.to_review(again(ada), at=now())[0].may_review


def test_a_mail_says_that_something_waits_and_nothing_else(
    cast: Cast, ada: User, frieda: User, settings: Any,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    settings.SMTP_HOST = "mail.example"
    with django_capture_on_commit_callbacks(execute=True):
        take_it(cast, ada)

    [letter] = mail.outbox
    assert letter.to == [frieda.email]
    for secret in (cast.case.pseudonym, ada.display_name, cast.clinic.name, cast.clinic.short_name):
        assert secret not in letter.subject + letter.body


def test_cases_nobody_can_reach_are_told_to_the_officer(cast: Cast, frieda: User) -> None:
    sharing.keep_among_insiders(cast.case, actor=cast.anna, at=now())
    assert reading.left_alone(frieda) == []
    membership.leave(cast.anna.memberships.get(), at=now())

    assert reading.left_alone(frieda) == [cast.case.pseudonym]
    assert not Case.objects.visible_to(frieda).exists()


@pytest.mark.parametrize("code", ["7K4M-QX2T-9RHW", ""])
def test_a_mistyped_code_is_told(cast: Cast, ada: User, code: str) -> None:
    with pytest.raises(InvalidInput):
        find(code, actor=ada, at=now())
