"""What a user may do where, read once per request. The only reader of guardian's tables.

A role in a house puts the user into a group; the group holds rights on the house. Everything
that asks (permits) and everything that narrows lists (reach) decides from here, so no two
places can disagree.
"""

from dataclasses import dataclass
from uuid import UUID

from lotsen.access.models import OrganisationGroupPermission
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right

_CACHE = "_lotsen_rights"


@dataclass(frozen=True)
class Post:
    """A house and a role that gives rights there: for naming places and menus, never to decide."""

    house: str  # short name
    role: str


@dataclass(frozen=True)
class _Read:
    """What one query tells of a user."""

    rights: frozenset[tuple[str, UUID]] = frozenset()
    posts: tuple[Post, ...] = ()


def group_name(house: UUID, role: str) -> str:
    """The name of the group of everyone in this role in this house."""
    return f"{house}:{role}"


def rights_of(user: User) -> frozenset[tuple[str, UUID]]:
    """All pairs (right, house) of `user`. One query, kept on the user object of this request.

    An ended membership has left the group, so the next request no longer finds it here.
    """
    return _read(user).rights


def posts_of(user: User) -> tuple[Post, ...]:
    """Where `user` holds rights and in which roles, by the name of the house. The same query.

    A role without any right is not among them.
    """
    return _read(user).posts


def organisations_where(user: User, right: Right) -> list[UUID]:
    """The houses on which `user` holds `right`, in a stable order."""
    return sorted(house for codename, house in rights_of(user) if codename == right)


def forget(user: User) -> None:
    """Drop what was read: called where memberships change within one request."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def _read(user: User) -> _Read:
    if not user.is_active:
        return _Read()
    cached: _Read | None = getattr(user, _CACHE, None)
    if cached is None:
        cached = _ask(user)
        setattr(user, _CACHE, cached)
    return cached


def _ask(user: User) -> _Read:
    rows = OrganisationGroupPermission.objects.filter(
        group__user=user, content_object__is_active=True
    ).values_list(
        "permission__codename", "content_object_id", "content_object__short_name", "group__name"
    )
    rights, posts = set(), set()
    for codename, house, short_name, group in rows:
        rights.add((codename, house))
        posts.add((short_name, group.removeprefix(group_name(house, ""))))
    return _Read(frozenset(rights), tuple(Post(*post) for post in sorted(posts)))
