"""Which pages a person is offered: by role. Offering is not permitting; pages ask themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role

_CASEWORKERS = frozenset({Role.NAVIGATOR, Role.FAMILY_OFFICE})
_COORDINATORS = frozenset({Role.COORDINATOR})
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Page:
    """A page of the menu: the name of its route, its label, and whose daily work it is."""

    route: str
    label: Promise
    roles: frozenset[Role]


PAGES = (
    Page("statistics", _("Statistics"), _COORDINATORS),
    Page("gaps", _("Gaps"), _COORDINATORS),
    Page("chain", _("Prevention chain"), _COORDINATORS),
    Page("goals", _("Planning"), _COORDINATORS),
    Page("ward", _("Ward"), frozenset({Role.SCREENER, Role.NAVIGATOR})),
    Page("inbox", _("Inbox"), _CASEWORKERS | {Role.PROVIDER}),
    Page("sent", _("Sent"), _CASEWORKERS),
    Page("follow-ups", _("Follow-ups"), _CASEWORKERS | {Role.PROVIDER}),
    Page("cases", _("Cases"), _CASEWORKERS),
    Page("case-search", _("Search"), _CASEWORKERS | {Role.PROVIDER}),
    Page("account-accesses", _("Accesses"), frozenset({Role.PRIVACY_OFFICER})),
    Page("emergencies", _("Emergency accesses"), frozenset({Role.PRIVACY_OFFICER})),
    Page("people", _("People"), frozenset({Role.ADMINISTRATOR})),
    Page("houses", _("Houses"), frozenset({Role.ADMINISTRATOR})),
    Page("retention", _("Erasing"), frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})),
    Page("rights-requests", _("Requests"), frozenset({Role.PRIVACY_OFFICER})),
    Page("devices", _("Devices"), frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})),
    Page("offer-list", _("Offers"), EVERYONE),
)

# Where the day begins; the first that fits one of the person's roles.
HOMES = (
    ("ward", frozenset({Role.NAVIGATOR, Role.SCREENER})),
    ("inbox", frozenset({Role.FAMILY_OFFICE, Role.PROVIDER})),
    ("rights-requests", frozenset({Role.PRIVACY_OFFICER})),
    ("people", frozenset({Role.ADMINISTRATOR})),
    ("statistics", _COORDINATORS),
    ("offer-list", EVERYONE),
)


# Pages beside whose name the menu says how much waits; the floor above fills it when it is loaded.
COUNTS: dict[str, Callable[[User], int | str]] = {}


@dataclass(frozen=True)
class Entry:
    label: Promise
    url: str
    current: bool
    waiting: int | str = ""  # how many wait there; nothing where none does


def entries(request: HttpRequest, roles: frozenset[str]) -> list[Entry]:
    """The menu of someone with these roles; pages this installation does not serve are left out."""
    offered = [(page, _address(page.route)) for page in PAGES if page.roles & roles]
    # The longest that fits: a page may stand below another one of the menu.
    current = max(
        (url for _page, url in offered if url and request.path.startswith(url)), key=len, default=""
    )
    return [
        Entry(
            page.label,
            url,
            current=url == current,
            waiting=_waiting(page.route, request) or "",
        )
        for page, url in offered
        if url
    ]


def _waiting(route: str, request: HttpRequest) -> int | str:
    user = getattr(request, "user", None)
    count = COUNTS.get(route)
    return count(user) if count and isinstance(user, User) else 0


def home(roles: frozenset[str]) -> str:
    """The address where the day of someone with these roles begins."""
    for route, whose in HOMES:
        if whose & roles and (url := _address(route)):
            return url
    return reverse("account")


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
