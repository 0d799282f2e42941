from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings

from lotsen.access import permits
from lotsen.accounts.models import Membership, User
from lotsen.accounts.roles import Right, Role
from lotsen.membership import actions
from referrals.cases.models import Case
from tests.builders import NOON
from tests.conftest import Cast

LATER = NOON + timedelta(days=7)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def running(user: User) -> Membership:
    return Membership.objects.get(user=user, until=None)


def may_view(request: HttpRequest, house: UUID) -> HttpResponse:
    """Stands for any page: asks as every action asks."""
    allowed = permits.allows(request.user, Right.VIEW_CASES, house)
    return HttpResponse(status=200 if allowed else 403)


urlpatterns = [path("<uuid:house>/", may_view), path("", include("lotsen.urls"))]


def test_joining_gives_the_rights_of_the_role_here_and_nowhere_else(cast: Cast) -> None:
    actions.join(cast.carla, organisation=cast.clinic, role=Role.NAVIGATOR, at=NOON)

    assert cast.case in Case.objects.visible_to(again(cast.carla))


def test_joining_twice_changes_nothing(cast: Cast) -> None:
    first = running(cast.anna)
    second = actions.join(cast.anna, organisation=cast.clinic, role=Role.NAVIGATOR, at=LATER)

    assert second == first
    assert second.since == NOON
    assert cast.anna.groups.count() == 1


def test_the_next_request_after_leaving_already_fails(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = __name__
    client.force_login(cast.anna, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/{cast.clinic.pk}/").status_code == 200

    actions.leave(running(cast.anna), at=LATER)

    for _ in range(10):
        assert client.get(f"/{cast.clinic.pk}/").status_code == 403


def test_whoever_left_sees_no_case_even_within_the_same_request(cast: Cast) -> None:
    anna = again(cast.anna)
    assert cast.case in Case.objects.visible_to(anna)
    membership = running(anna)
    membership.user = anna

    actions.leave(membership, at=LATER)

    assert not Case.objects.visible_to(anna).exists()


def test_leaving_keeps_the_membership_with_its_end(cast: Cast) -> None:
    membership = running(cast.anna)
    actions.leave(membership, at=LATER)

    assert membership.until == LATER
    assert Membership.objects.get(user=cast.anna).until == LATER


def test_leaving_one_role_keeps_the_other(cast: Cast) -> None:
    actions.join(cast.anna, organisation=cast.clinic, role=Role.COORDINATOR, at=NOON)
    actions.leave(Membership.objects.get(user=cast.anna, role=Role.NAVIGATOR), at=LATER)

    anna = again(cast.anna)
    assert permits.allows(anna, Right.VIEW_STATISTICS, cast.clinic.pk)
    assert not permits.allows(anna, Right.VIEW_CASES, cast.clinic.pk)


def test_leaving_twice_neither_moves_the_end_nor_ends_a_new_membership(cast: Cast) -> None:
    old = running(cast.anna)
    stale = Membership.objects.get(pk=old.pk)
    actions.leave(old, at=LATER)
    actions.join(cast.anna, organisation=cast.clinic, role=Role.NAVIGATOR, at=LATER)

    actions.leave(stale, at=LATER + timedelta(days=1))

    assert Membership.objects.get(pk=old.pk).until == LATER
    assert permits.allows(again(cast.anna), Right.VIEW_CASES, cast.clinic.pk)


@pytest.mark.parametrize("name", ["bilal", "carla", "dora"])
def test_nobody_else_loses_anything_when_one_leaves(cast: Cast, name: str) -> None:
    other = getattr(cast, name)
    house = running(other).organisation_id
    before = {right for right in Right if permits.allows(again(other), right, house)}

    actions.leave(running(cast.anna), at=LATER)

    assert {right for right in Right if permits.allows(again(other), right, house)} == before
