"""A case for insiders only: the colleagues of its own house meet it nowhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from lotsen.access.models import Deputyship, ShareKind
from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidMove, NotPermitted
from lotsen.membership import actions as membership
from referrals.cases import actions, sharing, worklist
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.consent.viewpoints import sights, viewpoint
from referrals.emergencies.actions import take
from referrals.followups import due
from referrals.followups.models import FollowUp
from referrals.handovers import boxes
from referrals.handovers.models import Handover
from referrals.identities.reading import open_identity
from referrals.identities.searching import search
from tests.builders import make_participation, make_user
from tests.conftest import Cast
from tests.referrals.web import desk

DAY = timedelta(days=1)


@pytest.fixture
def ada(cast: Cast) -> User:
    return make_user("ada", cast.clinic)


@pytest.fixture
def guarded(cast: Cast) -> Case:
    """Anna's family, handed over, came back, due; kept among insiders."""
    handover = desk.requested(cast)
    FollowUp.objects.create(
        case=cast.case, handover=handover, organisation=cast.clinic, reason="further_action",
        due_on=localdate(), created_at=now(), created_by=cast.anna,
    )  # fmt: skip
    Handover.objects.filter(pk=handover.pk).update(
        state="rejected", ended_at=now(), ended_by=cast.bilal, answered_at=now(),
        answered_by=cast.bilal,
    )  # fmt: skip
    return sharing.keep_among_insiders(cast.case, actor=cast.anna, at=now())


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def met(user: User) -> Iterator[tuple[str, bool]]:
    """Each way by which somebody of a house could meet a case."""
    user = again(user)
    yield "visible", Case.objects.visible_to(user).exists()
    yield "list", bool(worklist.page(user).rows)
    yield "list of open", bool(worklist.page(user, state="open").rows)
    yield "handover", Handover.objects.visible_to(user).exists()
    yield "sent", bool(boxes.sent(user).rows)
    yield "came back", bool(boxes.returned(user).rows)
    yield "count", boxes.returned_count(user) != 0
    yield "follow-up", FollowUp.objects.visible_to(user).exists()
    yield "due", any(due.page(user, view=view).rows for view in ("today", "week", "all"))
    yield "consent", Consent.objects.visible_to(user).exists()
    code = Case.objects.get().pseudonym
    yield "by code", bool(search(user, pseudonym=code, at=now()))
    yield "by phone", bool(search(user, phone=desk.PHONE, at=now()))


def ways_of(user: User) -> set[str]:
    return {name for name, found in met(user) if found}


EVERY_WAY = 12


def test_a_colleague_meets_it_nowhere_until_it_is_open_again(
    cast: Cast, guarded: Case, ada: User
) -> None:
    assert len(ways_of(cast.anna)) == EVERY_WAY
    assert ways_of(ada) == set()

    sharing.open_to_house(guarded, actor=cast.anna, at=now())

    assert len(ways_of(ada)) == EVERY_WAY


def by_deputyship(cast: Cast, ada: User) -> None:
    Deputyship.objects.create(
        organisation=cast.clinic, absent=cast.anna, deputy=ada, reason="planned",
        since=now() - DAY, until=now() + DAY, granted_by=cast.anna,
    )  # fmt: skip


def by_share(cast: Cast, ada: User) -> None:
    actions.share(
        cast.case, user=ada, kind=ShareKind.JOINT, reason="joint_visit", until=now() + DAY,
        actor=cast.anna, at=now(),
    )  # fmt: skip


def by_emergency(cast: Cast, ada: User) -> None:
    take(cast.case, reason="acute_need", actor=ada, at=now())


@pytest.mark.parametrize("let_in", [by_deputyship, by_share, by_emergency])
def test_whoever_was_let_in_meets_it_everywhere_and_reads_it(
    cast: Cast, guarded: Case, ada: User, let_in: Callable[[Cast, User], None]
) -> None:
    let_in(cast, ada)

    assert len(ways_of(ada)) == EVERY_WAY
    assert open_identity(guarded, actor=again(ada), at=now())["name"] == desk.NAME


PAGES = ("/station/", "/faelle/", "/ausgang/", "/wiedervorlagen/", "/api/v1/cases/",
         "/api/v1/handovers/?box=sent")  # fmt: skip


def test_no_page_names_it_to_a_colleague(
    cast: Cast, guarded: Case, ada: User, signed_in: Callable[[str], Client]
) -> None:
    own, browser = signed_in("anna"), Client()
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")

    code = guarded.pseudonym[5:]  # the first group is set in bold
    assert all(code in own.get(page).content.decode() for page in PAGES)
    for page in PAGES:
        answer = browser.get(page)
        assert answer.status_code == 200
        assert code not in answer.content.decode(), page
    for word in ("", "kontaktdaten/", "notiz/", "mitarbeit/", "notzugriff/", "rechte/"):
        assert browser.get(f"/fall/{guarded.pk}/{word}").status_code == 404
    assert browser.post(f"/fall/{guarded.pk}/zustaendig/").status_code == 404


def test_a_recipient_is_not_narrowed_and_a_colleague_who_works_there_too_is_a_guest(
    cast: Cast, guarded: Case, ada: User
) -> None:
    make_participation(guarded, cast.office, categories=["needs"])
    assert Case.objects.visible_to(cast.bilal).exists()
    membership.join(ada, organisation=cast.office, role=Role.FAMILY_OFFICE, at=now())
    both = again(ada)

    [row] = worklist.page(both).rows
    assert not viewpoint(guarded, both).is_holder
    assert not sights([row], both)[row.pk].is_holder
    assert viewpoint(guarded, cast.anna).is_holder
    for reason in ("work_on_case", "data_rights"):
        with pytest.raises(NotPermitted):
            open_identity(guarded, actor=both, reason=reason, at=now())


def test_only_insiders_decide_who_else_learns_of_it(cast: Cast, guarded: Case, ada: User) -> None:
    """An emergency access lets in, and does not widen itself."""
    by_emergency(cast, ada)
    attempts: list[Callable[[], Any]] = [
        lambda: sharing.open_to_house(guarded, actor=ada, at=now()),
        lambda: actions.assign(guarded, to=ada, actor=ada, at=now()),
        lambda: actions.share(
            guarded, user=make_user("berit", cast.clinic), kind=ShareKind.JOINT,
            reason="joint_visit", until=now() + DAY, actor=ada, at=now(),
        ),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotPermitted) as refusal:
            attempt()
        assert refusal.value.code == "insiders_decide"


def test_nothing_is_lost_when_its_person_leaves(cast: Cast, guarded: Case, ada: User) -> None:
    """The emergency access reaches it, and then it can be taken over."""
    membership.leave(cast.anna.memberships.get(), at=now())
    assert not Case.objects.visible_to(again(cast.anna)).exists()

    by_emergency(cast, ada)
    case = actions.assign(guarded, to=ada, actor=again(ada), at=now())

    assert case.assigned_to == ada
    assert case.insiders_only
    assert len(ways_of(ada)) == EVERY_WAY


def test_it_is_set_by_an_insider_and_needs_somebody_responsible(cast: Cast, ada: User) -> None:
    with pytest.raises(NotPermitted):
        sharing.keep_among_insiders(cast.case, actor=ada, at=now())
    with pytest.raises(NotPermitted):
        sharing.keep_among_insiders(cast.case, actor=cast.bilal, at=now())
    by_share(cast, ada)
    membership.leave(cast.anna.memberships.get(), at=now())
    with pytest.raises(InvalidMove) as refusal:
        sharing.keep_among_insiders(cast.case, actor=ada, at=now())
    assert refusal.value.code == "nobody_responsible"

    actions.assign(cast.case, to=ada, actor=ada, at=now())
    sharing.keep_among_insiders(cast.case, actor=ada, at=now())
    sharing.keep_among_insiders(cast.case, actor=ada, at=now())

    told = (
        AccessEvent.objects.filter(deed=Deed.SHARE).order_by("at").values_list("reason", flat=True)
    )
    assert list(told) == ["joint", "assign", "insiders_only"]
