"""Whom an administrator sees: the people of the houses whose people they manage, and no other."""

from enum import StrEnum
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.timezone import now

from lotsen.access import permits
from lotsen.accounts.factors import STANDING
from lotsen.accounts.models import Membership, Organisation, User
from lotsen.accounts.roles import Right, Role
from lotsen.membership.models import Invitation
from lotsen.places.models import Municipality


class Standing(StrEnum):
    """How it stands with an account."""

    ACTIVE = "active"
    INVITED = "invited"  # a link waits
    LAPSED = "lapsed"  # its link ended before it was used
    CLOSED = "closed"


def houses_of(actor: User) -> QuerySet[Organisation]:
    """The houses whose people `actor` manages.

    Raises:
        NotPermitted: there is none.
    """
    houses = permits.require_somewhere(actor, Right.MANAGE_PEOPLE)
    return Organisation.objects.filter(pk__in=houses).select_related("municipality")


def closed_houses_of(actor: User) -> QuerySet[Organisation]:
    """Closed houses `actor` was left with: to be named, nothing can be done with them here."""
    mine = Membership.objects.filter(
        user=actor, role=Role.ADMINISTRATOR, until=None, organisation=OuterRef("pk")
    )
    return Organisation.objects.filter(Exists(mine), is_active=False)


def cities_of(actor: User) -> QuerySet[Municipality]:
    """Where `actor` may add a house: the cities of their houses."""
    return Municipality.objects.filter(organisations__in=houses_of(actor)).distinct()


def people_of(actor: User) -> QuerySet[User]:
    """Who works or worked in the houses of `actor`, by name.

    Raises:
        NotPermitted: there is no such house.
    """
    there = Membership.objects.filter(user=OuterRef("pk"), organisation__in=_ids(actor))
    return User.objects.filter(Exists(there)).order_by("display_name", "username")


def listed(actor: User) -> QuerySet[User]:
    """`people_of` with what a page tells of each: two queries for however many.

    Memberships of other houses are not among those read.
    """
    here = Membership.objects.filter(organisation__in=_ids(actor)).select_related("organisation")
    links = Invitation.objects.filter(user=OuterRef("pk"), used_at=None, revoked_at=None)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=STANDING)
    return (
        people_of(actor)
        .prefetch_related(
            Prefetch("memberships", here.order_by("-since", "-id"), to_attr="posts_here")
        )
        .annotate(
            has_second_factor=Exists(factors),
            link_until=Subquery(links.order_by("-created_at").values("expires_at")[:1]),
        )
    )


def matching(people: QuerySet[User], *, text: str) -> QuerySet[User]:
    """Those whose name, user name or address holds each word of `text`."""
    for word in text.split():
        people = people.filter(
            Q(display_name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word)
        )
    return people


def standing(user: User) -> Standing:
    """How it stands with an account read by `listed`."""
    if not user.is_active:
        return Standing.CLOSED
    link_until = getattr(user, "link_until", None)
    if user.has_usable_password() or link_until is None:
        return Standing.ACTIVE
    return Standing.INVITED if link_until > now() else Standing.LAPSED


def _ids(actor: User) -> list[UUID]:
    return permits.require_somewhere(actor, Right.MANAGE_PEOPLE)
