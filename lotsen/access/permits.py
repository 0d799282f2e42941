"""Asking. `require` is the only way the domain checks a right."""

from uuid import UUID

from lotsen.access.rights import organisations_where, rights_of
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted


def allows(user: User, right: Right, organisation: UUID) -> bool:
    """Whether `user` holds `right` on the house with this id."""
    return (right.value, organisation) in rights_of(user)


def require(user: User, right: Right, organisation: UUID) -> None:
    """Return silently if `user` holds `right` on the house with this id.

    Raises:
        NotPermitted: otherwise; it names the right, not the house.
    """
    if not allows(user, right, organisation):
        raise NotPermitted(right=right.value)


def require_somewhere(user: User, right: Right) -> list[UUID]:
    """The houses on which `user` holds `right`, at least one, in a stable order.

    Raises:
        NotPermitted: there is none; it names the right.
    """
    houses = organisations_where(user, right)
    if not houses:
        raise NotPermitted(right=right.value)
    return houses
