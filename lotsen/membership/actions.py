"""Who works where: join a house in a role, leave it at once."""

from datetime import datetime

from django.db import transaction

from lotsen.access import grants
from lotsen.accounts.models import Membership, Organisation, User
from lotsen.accounts.roles import Role


@transaction.atomic
def join(user: User, *, organisation: Organisation, role: Role, at: datetime) -> Membership:
    """`user` works in `organisation` as `role` from now on. A second call changes nothing."""
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, until=None, defaults={"since": at}
    )
    grants.enter(user, organisation, role)
    return membership


@transaction.atomic
def leave(membership: Membership, *, at: datetime) -> None:
    """It ends now: the person's next request no longer has the rights of this role.

    A membership that has ended stays as it is; whoever joined again keeps the new one.
    """
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.until is not None:
        return
    current.until = membership.until = at
    current.save(update_fields=["until"])
    grants.leave(membership.user, membership.organisation, Role(membership.role))
