"""The frame around every page: the house, the menu, the languages, whether this is a demo."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lotsen.access.rights import Post, posts_of
from lotsen.accounts.models import Membership, User
from lotsen.web import menu
from lotsen.web.lock import is_locked


class Shell:
    """Read when the template asks; for most pages from the rights that were read anyway."""

    # Each language under its own name, so that whoever needs it recognises it.
    languages = (("de", "Deutsch"), ("en", "English"))

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def idle(self) -> int:
        """Seconds without anybody after which a page draws the curtain; 0: it is drawn."""
        shut = is_locked(self._request.session)
        return 0 if shut else int(settings.SESSION_IDLE_AGE)

    @property
    def operator(self) -> list[str]:
        return list(settings.OPERATOR)

    @cached_property
    def memberships(self) -> Sequence[Membership]:
        return running_memberships(self._request)

    @cached_property
    def posts(self) -> Sequence[Post]:
        """Houses and roles of the signed-in person.

        Only who holds no right at all (an adviser, a house that was closed) costs one more query.
        """
        user = getattr(self._request, "user", None)
        if not isinstance(user, User):
            return []
        return posts_of(user) or [Post(m.organisation.short_name, m.role) for m in self.memberships]

    @property
    def place(self) -> str:
        return ", ".join(dict.fromkeys(post.house for post in self.posts))

    @cached_property
    def menu(self) -> list[menu.Entry]:
        return menu.entries(self._request, frozenset(post.role for post in self.posts))


def running_memberships(request: HttpRequest) -> Sequence[Membership]:
    """In which houses and roles the signed-in person works now."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(
        Membership.objects.filter(user=user, until=None)
        .select_related("organisation")
        .order_by("since", "id")
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request)}
