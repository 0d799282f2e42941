"""The people of one's houses: a list to look through, and a page for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.access.reach import Page
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Membership, Organisation, User
from lotsen.errors import NotPermitted
from lotsen.membership import people, reading
from lotsen.membership.reading import Standing
from lotsen.refusals import sentence
from lotsen.web.people.words import STANDING_LOOKS, STANDINGS

_SIZE = 50
_LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Line:
    """One person, and what the administration may know of them."""

    user: User
    posts: Sequence[Membership]  # of one's own houses, those that run first
    standing: Standing

    @property
    def running(self) -> list[Membership]:
        return [post for post in self.posts if post.until is None]

    @property
    def ended(self) -> list[Membership]:
        return [post for post in self.posts if post.until is not None]

    @property
    def word(self) -> Any:
        return STANDINGS[self.standing]

    @property
    def icon(self) -> str:
        return STANDING_LOOKS[self.standing][0]

    @property
    def tone(self) -> str:
        return STANDING_LOOKS[self.standing][1]

    @property
    def waits(self) -> bool:
        """Whether a link is out, or was, and no password is chosen yet."""
        return self.standing in (Standing.INVITED, Standing.LAPSED)

    @property
    def link_until(self) -> Any:
        return getattr(self.user, "link_until", None)

    @property
    def has_second_factor(self) -> bool:
        return bool(getattr(self.user, "has_second_factor", False))


def line(user: User) -> Line:
    """A person as read by `reading.listed`."""
    posts: Sequence[Membership] = getattr(user, "posts_here", [])
    return Line(user, posts, reading.standing(user))


@require_http_methods(["GET", "HEAD", "POST"])
def people_list(request: UserRequest) -> HttpResponse:
    """Everybody of one's houses, by name; a search is sent, so that no address holds a name.

    Raises:
        NotPermitted: there is no house whose people the user manages.
    """
    houses = list(reading.houses_of(request.user).order_by("name"))
    found = reading.listed(request.user)
    searched = request.POST.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    house = _house_asked(request, houses)
    if searched:
        found = reading.matching(found, text=searched)
    elif house is not None:
        found = found.filter(memberships__organisation=house, memberships__until=None).distinct()
    page = _page(found, "1" if searched else request.GET.get("after", "1"))
    context = {
        "page": page.each(line),
        "houses": houses,
        "house": house,
        "searched": searched,
        "several": len(houses) > 1,
    }
    return render(request, "people/list.html", context)


@require_safe
def person(request: UserRequest, pk: UUID) -> HttpResponse:
    """What somebody may do in one's houses, since when; and what can be done about it."""
    user = find(request.user, pk)
    context = {
        "line": line(user),
        "hindrance": hindrance(request.user, user),
        "is_self": user.pk == request.user.pk,
        "now": now(),
    }
    return render(request, "people/person.html", context)


def find(actor: User, pk: UUID) -> User:
    """Somebody of `actor`'s houses.

    Raises:
        NotPermitted: there is no such house.
        Http404: nobody there has this id.
    """
    return get_object_or_404(reading.listed(actor), pk=pk)


def hindrance(actor: User, user: User) -> str:
    """Why the account as a whole is not `actor`'s to change, or ""."""
    try:
        people.require_whole(actor, user)
    except NotPermitted as refusal:
        return sentence(refusal)
    return ""


def _house_asked(request: UserRequest, houses: Sequence[Organisation]) -> Organisation | None:
    asked = request.GET.get("stelle", "")
    return next((house for house in houses if str(house.pk) == asked), None)


def _page(found: Any, number: str) -> Page[User]:
    """By number, not by the last name seen: a mark in the address would hold that name."""
    page = Paginator(found, _SIZE).get_page(number)
    return Page(
        list(page.object_list),
        str(page.next_page_number()) if page.has_next() else None,
        str(page.previous_page_number()) if page.has_previous() else None,
    )
