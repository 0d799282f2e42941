"""Giving and taking. Turns the table of roles into guardian's rows; lotsen.membership calls it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from lotsen.access.models import OrganisationGroupPermission
from lotsen.access.rights import forget, group_name
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import RIGHTS, Right, Role

type _Grant = tuple[int, UUID, str]  # group, house, right


def group_of(organisation: Organisation, role: Role) -> Group:
    """The group of everyone in this role in this house, with exactly the role's rights."""
    group, created = Group.objects.get_or_create(name=group_name(organisation.pk, role))
    if created:
        _give({(group.pk, organisation.pk, right.value) for right in RIGHTS[role]})
    return group


@transaction.atomic
def renew() -> None:
    """Bring the rights of all groups in step with the table of roles, after it changed.

    Called after each migration: an upgrade that brings a right brings it to the houses there are,
    and takes what a role holds no more. Two queries where nothing changed, whatever their number.
    """
    wanted = {
        (group, house, right.value)
        for group, house, role in _groups()
        for right in RIGHTS.get(role, ())
    }
    held = set(
        OrganisationGroupPermission.objects.values_list(
            "group", "content_object", "permission__codename"
        )
    )
    _give(wanted - held)
    for group, house, codename in held - wanted:
        OrganisationGroupPermission.objects.filter(
            group=group, content_object=house, permission__codename=codename
        ).delete()


def enter(user: User, organisation: Organisation, role: Role) -> None:
    """`user` holds the rights of `role` in this house from now on."""
    user.groups.add(group_of(organisation, role))
    forget(user)


def leave(user: User, organisation: Organisation, role: Role) -> None:
    """`user` holds them no more; the next request already fails."""
    user.groups.remove(group_of(organisation, role))
    forget(user)


def _groups() -> Iterator[tuple[int, UUID, Role]]:
    """The groups that stand for a role in a house; a role that is gone gives nothing."""
    for key, name in Group.objects.values_list("pk", "name"):
        house, _, role = name.partition(":")
        if role in set(Role):
            yield key, UUID(house), Role(role)


def _give(grants: Iterable[_Grant]) -> None:
    rights = dict(
        Permission.objects.filter(
            content_type__app_label="accounts", codename__in=[right.value for right in Right]
        ).values_list("codename", "pk")
    )
    OrganisationGroupPermission.objects.bulk_create(  # unlogged: follows from the table of roles
        OrganisationGroupPermission(
            group_id=group, content_object_id=house, permission_id=rights[right]
        )
        for group, house, right in sorted(grants)
    )
