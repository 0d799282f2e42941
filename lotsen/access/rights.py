"""What a user may do where, read once per request. The only reader of guardian's tables.

A role in a house puts the user into a group; the group holds rights on the house. Everything
that asks (permits) and everything that narrows lists (reach) decides from here, so no two
places can disagree.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.timezone import now

from lotsen.access.models import Deputyship, OrganisationGroupPermission
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality

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
    stands_in: frozenset[tuple[UUID, UUID]] = frozenset()


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


def municipalities_where(user: User, right: Right) -> QuerySet[Municipality]:
    """The municipalities in which some house gives `user` this right."""
    houses = Organisation.objects.filter(pk__in=organisations_where(user, right))
    return Municipality.objects.filter(pk__in=houses.values("municipality"))


def stands_in_for(user: User) -> frozenset[tuple[UUID, UUID]]:
    """All pairs (house, absent person) of whom `user` is the deputy now. The same query.

    Both work with cases in that house at this moment: whoever has left it deputises for nobody,
    and nobody deputises for them.
    """
    return _read(user).stands_in


def people_with(right: Right, *houses: UUID) -> QuerySet[User]:
    """Everybody who holds `right` on one of these houses now, by name."""
    groups = _held(right).filter(content_object__in=houses).values("group")
    active = User.objects.filter(is_active=True, pk__in=_members(groups))
    return active.order_by("display_name", "id")


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


type _Lines = QuerySet[Any, tuple[Any, ...]]
_ROLE, _DEPUTY = "role", "deputy"  # what a line of the one query tells of
# Stand in the statement for who asks and when; nobody and never.
_ANYBODY, _ANY_MOMENT = UUID(int=1), datetime(1, 1, 2, tzinfo=UTC)


def _ask(user: User) -> _Read:
    rights, posts, absent = set(), set(), set()
    for kind, number, first, second, third in _lines(user.pk, now()):
        house = UUID(str(number))
        if kind == _DEPUTY:
            absent.add((house, UUID(first)))
            continue
        rights.add((first, house))
        posts.add((second, third.removeprefix(group_name(house, ""))))
    return _Read(
        frozenset(rights),
        tuple(Post(*post) for post in sorted(posts)),
        frozenset(pair for pair in absent if (Right.VIEW_CASES.value, pair[0]) in rights),
    )


def _lines(user: UUID, moment: datetime) -> list[tuple[Any, ...]]:
    """What the one query answers, by a statement that is not put together again for each page:
    that would cost many times what the database needs (2.8 ms of 2.9)."""
    asked = _asked(user, moment)
    statement, blank, values = _statement(connection.vendor)
    filled = [asked[blank.index(value)] if value in blank else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, filled)
        return list(cursor.fetchall())


@cache
def _statement(_vendor: str) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """The statement, what stands in it for a person and a moment, and all its values."""
    lines = _roles(_ANYBODY).union(_deputyships(_ANYBODY, _ANY_MOMENT), all=True)
    statement, values = lines.query.sql_with_params()
    return statement, _asked(_ANYBODY, _ANY_MOMENT), tuple(values)


def _asked(user: UUID, moment: datetime) -> tuple[Any, Any]:
    """A person and a moment as this database takes them."""
    number = User._meta.pk.get_db_prep_value(user, connection)
    return number, connection.ops.adapt_datetimefield_value(moment)


def _roles(user: UUID) -> _Lines:
    rows: _Lines = (
        OrganisationGroupPermission.objects.filter(group__user=user, content_object__is_active=True)
        .annotate(kind=Value(_ROLE))
        .values_list(
            "kind",
            "content_object_id",
            "permission__codename",
            "content_object__short_name",
            "group__name",
        )
    )
    return rows


def _deputyships(user: UUID, moment: datetime) -> _Lines:
    """The same columns for the people `user` stands in for; a house in which one may work no more
    leaves nothing to deputise in."""
    at_work = _held(Right.VIEW_CASES).filter(
        group__user=OuterRef("absent"), content_object=OuterRef("organisation")
    )
    return (
        Deputyship.objects.filter(
            Exists(at_work),
            deputy=user,
            absent__is_active=True,
            since__lte=moment,
            until__gt=moment,
        )
        .annotate(
            kind=Value(_DEPUTY),
            whom=Cast("absent_id", CharField()),
            nothing=Value(""),
            nowhere=Value(""),
        )
        .values_list("kind", "organisation_id", "whom", "nothing", "nowhere")
    )


def _held(right: Right) -> QuerySet[OrganisationGroupPermission]:
    """The rows that give `right` on a house that is open."""
    return OrganisationGroupPermission.objects.filter(
        permission__codename=right.value, content_object__is_active=True
    )


def _members(groups: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return User.groups.through.objects.filter(group__in=groups).values("user")
