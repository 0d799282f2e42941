"""Who may do what where: read once, decided in one place."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from lotsen.access import grants, permits, rights
from lotsen.accounts.models import User
from lotsen.accounts.roles import RIGHTS, Right, Role
from lotsen.errors import NotPermitted
from tests.builders import make_organisation, make_user
from tests.conftest import Cast


def again(user: User) -> User:
    """The user as the next request reads them."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_exactly_the_rights_of_the_table(db: None, role: Role) -> None:
    house, other = make_organisation("house"), make_organisation("other")
    user = again(make_user("some", house, role))

    assert {right for right in Right if permits.allows(user, right, house.pk)} == RIGHTS[role]
    assert not [right for right in Right if permits.allows(user, right, other.pk)]


def test_a_refusal_names_the_right_and_not_the_house(cast: Cast) -> None:
    permits.require(cast.anna, Right.VIEW_CASES, cast.clinic.pk)
    with pytest.raises(NotPermitted) as refused:
        permits.require(cast.anna, Right.VIEW_CASES, cast.other_clinic.pk)
    assert refused.value.parameters == {"right": "view_cases"}


def test_rights_are_read_once_per_request(cast: Cast, django_assert_num_queries: Any) -> None:
    anna = again(cast.anna)
    with django_assert_num_queries(1):
        for right in Right:
            permits.allows(anna, right, cast.clinic.pk)
        rights.organisations_where(anna, Right.VIEW_CASES)


def test_a_person_in_two_houses_holds_each_right_where_it_belongs(cast: Cast) -> None:
    grants.enter(cast.anna, cast.office, Role.CATALOGUE_EDITOR)
    anna = again(cast.anna)

    assert rights.organisations_where(anna, Right.EDIT_CATALOGUE) == [cast.office.pk]
    assert rights.organisations_where(anna, Right.VIEW_CASES) == [cast.clinic.pk]


def test_a_closed_house_gives_no_rights(cast: Cast) -> None:
    cast.clinic.is_active = False
    cast.clinic.save()

    assert rights.rights_of(again(cast.anna)) == frozenset()


def test_a_disabled_account_has_no_rights(cast: Cast) -> None:
    cast.anna.is_active = False

    assert rights.rights_of(cast.anna) == frozenset()


def test_rights_given_to_a_person_directly_count_for_nothing(cast: Cast) -> None:
    """Roles alone give rights; a superuser without a membership has none either."""
    lone = make_user("lone", cast.clinic, Role.CHILD_PROTECTION_ADVISER)
    lone.is_superuser = True
    lone.save()

    assert rights.rights_of(again(lone)) == frozenset()


def test_after_a_migration_every_house_holds_what_the_table_says_now(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade that brings a right, or takes one, reaches the houses there are."""
    monkeypatch.setitem(RIGHTS, Role.NAVIGATOR, frozenset({Right.OPEN_CASE, Right.VIEW_AUDIT}))
    groups = Group.objects.count()

    call_command("migrate", verbosity=0)

    for navigator in (cast.anna, cast.carla):
        held = {right for right, _ in rights.rights_of(again(navigator))}
        assert held == {"open_case", "view_audit"}
    assert {right for right, _ in rights.rights_of(again(cast.bilal))} == {
        right.value for right in RIGHTS[Role.FAMILY_OFFICE]
    }
    assert Group.objects.count() == groups  # none for roles nobody is in


def test_renewing_asks_no_more_for_more_houses(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(5):
        make_user(f"some{number}", make_organisation(f"house{number}"))
    with django_assert_num_queries(5):  # a savepoint, the groups, what they hold, the rights
        grants.renew()
