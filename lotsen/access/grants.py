"""Giving and taking. Turns the table of roles into guardian's rows; lotsen.membership calls it."""

from django.contrib.auth.models import Group, Permission
from guardian.shortcuts import remove_perm

from lotsen.access.models import OrganisationGroupPermission
from lotsen.access.rights import forget, group_name
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import RIGHTS, Role


def group_of(organisation: Organisation, role: Role) -> Group:
    """The group of everyone in this role in this house, with exactly the role's rights."""
    group, created = Group.objects.get_or_create(name=group_name(organisation.pk, role))
    if created:
        _give_rights(group, organisation, role)
    return group


def renew(organisation: Organisation) -> None:
    """Bring the rights of a house's groups in step with the table of roles, after it changed."""
    for role in Role:
        group = Group.objects.filter(name=group_name(organisation.pk, role)).first()
        if group is not None:
            _give_rights(group, organisation, role)


def enter(user: User, organisation: Organisation, role: Role) -> None:
    """`user` holds the rights of `role` in this house from now on."""
    user.groups.add(group_of(organisation, role))
    forget(user)


def leave(user: User, organisation: Organisation, role: Role) -> None:
    """`user` holds them no more; the next request already fails."""
    user.groups.remove(group_of(organisation, role))
    forget(user)


def _give_rights(group: Group, organisation: Organisation, role: Role) -> None:
    wanted = {right.value for right in RIGHTS[role]}
    held = set(
        OrganisationGroupPermission.objects.filter(
            group=group, content_object=organisation
        ).values_list("permission__codename", flat=True)
    )
    missing = Permission.objects.filter(
        content_type__app_label="accounts", codename__in=wanted - held
    )
    OrganisationGroupPermission.objects.bulk_create(  # unlogged: follows from the table of roles
        OrganisationGroupPermission(permission=right, group=group, content_object=organisation)
        for right in missing
    )
    for codename in held - wanted:
        remove_perm(f"accounts.{codename}", group, organisation)
