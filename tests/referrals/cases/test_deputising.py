"""Standing in for a colleague: who names whom, how long it holds, what it opens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.access.models import Deputyship
from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.membership import actions as membership
from referrals.cases import deputising
from referrals.cases.insiders import is_insider, standing
from referrals.cases.rules import LONGEST_SHARE, Standing
from referrals.handovers import boxes
from referrals.notes.actions import write
from referrals.notes.reading import read
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk

DAY = timedelta(days=1)


@pytest.fixture
def ada(cast: Cast) -> User:
    return make_user("ada", cast.clinic)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def name(cast: Cast, deputy: User, **fields: Any) -> Deputyship:
    given: dict[str, Any] = {
        "absent": cast.anna, "deputy": deputy, "reason": "planned", "since": now() - DAY,
        "until": now() + DAY, "actor": cast.anna, "at": now(),
    }  # fmt: skip
    return deputising.name_deputy(fields.pop("house", cast.clinic), **(given | fields))


def test_a_deputy_works_on_every_case_of_the_absent_person_and_on_no_other(
    cast: Cast, ada: User
) -> None:
    hers, others = (
        make_case(cast.clinic, cast.anna),
        make_case(cast.clinic, make_user("kim", cast.clinic)),
    )
    row = name(cast, ada)

    assert standing(cast.case, again(ada)) is Standing.DEPUTY
    assert is_insider(hers, again(ada))
    assert not is_insider(others, again(ada))
    event = AccessEvent.objects.get(deed=Deed.SHARE)
    assert (event.reason, event.organisation) == ("deputyship", cast.clinic.pk)

    deputising.end_deputyship(row, actor=again(ada), at=now())
    assert not is_insider(hers, again(ada))
    with pytest.raises(InvalidMove):
        deputising.end_deputyship(row, actor=cast.anna, at=now())


@pytest.mark.parametrize("leaver", ["anna", "ada"])
def test_it_ends_with_the_work_of_either_in_the_house(cast: Cast, ada: User, leaver: str) -> None:
    name(cast, ada)
    gone = User.objects.get(username=leaver)
    membership.leave(gone.memberships.get(), at=now())
    # Work elsewhere does not carry it on.
    membership.join(gone, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=now())

    assert not is_insider(cast.case, again(ada))


def test_a_deputyship_to_come_opens_nothing_yet(cast: Cast, ada: User) -> None:
    name(cast, ada, since=now() + DAY, until=now() + 2 * DAY)

    assert not is_insider(cast.case, again(ada))


def test_nobody_lets_themselves_in_by_naming_themselves(cast: Cast, ada: User) -> None:
    with pytest.raises(NotPermitted) as refusal:
        name(cast, ada, actor=ada)
    assert refusal.value.code == "deputy_for_oneself"

    name(cast, ada, actor=make_user("kim", cast.clinic))  # somebody else does, when Anna is ill
    assert is_insider(cast.case, again(ada))


@pytest.mark.parametrize("who", ["bilal", "carla", "dora"])
def test_whoever_works_elsewhere_names_nobody_and_is_not_named(
    cast: Cast, ada: User, who: str
) -> None:
    stranger = getattr(cast, who)
    with pytest.raises(NotPermitted):
        name(cast, ada, actor=stranger)
    with pytest.raises(InvalidInput) as refusal:
        name(cast, stranger)
    assert (refusal.value.code, refusal.value.field) == ("deputy_elsewhere", "deputy")


@pytest.mark.parametrize(
    "period",
    [(-2, -1), (2, 1), (0, LONGEST_SHARE.days + 1)],
    ids=["passed", "turned round", "too long"],
)
def test_a_period_has_an_end_within_a_quarter(
    cast: Cast, ada: User, period: tuple[int, int]
) -> None:
    since, until = (now() + days * DAY for days in period)
    with pytest.raises(InvalidInput) as refusal:
        name(cast, ada, since=since, until=until)
    assert refusal.value.field == "until"


def test_what_was_entrusted_to_the_absent_person_stays_shut(cast: Cast, ada: User) -> None:
    for kind in ("case", "entrusted"):
        write(
            cast.case, organisation=cast.clinic, kind=kind, text=f"{kind}-Text",
            provenance="family", actor=cast.anna, at=now(),
        )  # fmt: skip
    name(cast, ada)

    assert [text for _, text in read(cast.case, actor=again(ada), at=now())] == ["case-Text"]


def test_the_absent_persons_requests_stand_among_the_deputys_own(cast: Cast) -> None:
    kim = make_user("kim", cast.office, Role.FAMILY_OFFICE)
    desk.accepted(cast)  # Bilal answered
    assert not boxes.inbox(again(kim), view="mine").rows

    name(cast, kim, house=cast.office, absent=cast.bilal, actor=cast.bilal)

    assert len(boxes.inbox(again(kim), view="mine").rows) == 1
    assert boxes.received_counts(again(kim))["mine"] == 1


def test_the_page_names_lists_and_ends(
    cast: Cast, ada: User, signed_in: Callable[[str], Client]
) -> None:
    browser, page = signed_in("anna"), "/konto/vertretung/"
    today = now().date().isoformat()
    entered = {
        "house": cast.clinic.pk, "absent": cast.anna.pk, "deputy": ada.pk, "reason": "planned",
        "since": today, "until": today,
    }  # fmt: skip
    assert browser.post(page, entered | {"deputy": cast.carla.pk}).status_code == 422
    assert browser.post(page, entered).status_code == 302
    row = Deputyship.objects.get()
    assert "Ada für Anna" in browser.get(page).content.decode()
    ending = {"was": "beenden", "vertretung": row.pk}

    assert signed_in("carla").post(page, ending).status_code == 404
    assert browser.post(page, ending).status_code == 302
    assert not is_insider(cast.case, again(ada))
