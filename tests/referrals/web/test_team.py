"""The page on which colleagues are let in to a case, and put out again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from referrals.cases import actions
from referrals.cases.insiders import is_insider
from referrals.cases.models import CaseShare
from tests.builders import make_case, make_user
from tests.conftest import Cast

type SignIn = Callable[[str], Client]


def page_of(cast: Cast) -> str:
    return f"/fall/{cast.case.pk}/mitarbeit/"


@pytest.mark.parametrize(("days", "status"), [(0, 302), (90, 302), (93, 422), (-1, 422)])
def test_a_colleague_is_let_in_until_a_day(
    cast: Cast, signed_in: SignIn, days: int, status: int
) -> None:
    kim = make_user("kim", cast.clinic)
    last = localdate() + timedelta(days=days)
    sent = {"user": kim.pk, "kind": "joint", "reason": "joint_visit", "until": last.isoformat()}

    assert signed_in("anna").post(page_of(cast), sent).status_code == status

    assert is_insider(cast.case, kim) is (status == 302)


def test_only_colleagues_of_the_house_are_offered(cast: Cast, signed_in: SignIn) -> None:
    kim = make_user("kim", cast.clinic)

    form = signed_in("anna").get(page_of(cast)).context["form"]

    assert list(form.fields["user"].queryset) == [kim]


def test_a_share_is_ended_from_its_own_case_alone(cast: Cast, signed_in: SignIn) -> None:
    kim = make_user("kim", cast.clinic)
    share = actions.share(
        cast.case, user=kim, kind="joint", reason="joint_visit", until=now() + timedelta(days=3),
        actor=cast.anna, at=now(),
    )  # fmt: skip
    ending = {"was": "beenden", "freigabe": share.pk}
    other = make_case(cast.clinic, cast.anna)
    anna = signed_in("anna")
    assert anna.post(f"/fall/{other.pk}/mitarbeit/", ending).status_code == 404
    assert signed_in("carla").post(page_of(cast), ending).status_code == 404
    assert is_insider(cast.case, kim)

    assert anna.post(page_of(cast), ending).status_code == 302
    assert not is_insider(cast.case, kim)
    assert anna.post(page_of(cast), ending).status_code == 409


def test_the_case_is_kept_among_insiders_and_opened_again(cast: Cast, signed_in: SignIn) -> None:
    anna = signed_in("anna")
    for wish, expected in (("nur-beteiligte", True), ("fuer-alle", False)):
        assert anna.post(page_of(cast), {"was": wish}).status_code == 302
        cast.case.refresh_from_db()
        assert cast.case.insiders_only is expected
    assert not CaseShare.objects.exists()
