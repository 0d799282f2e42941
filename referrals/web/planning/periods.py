"""Which numbers a page of planning shows: whose city, which period, and the one before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.access import permits
from lotsen.access.rights import municipalities_where
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality
from referrals.statistics import published as publishing
from referrals.statistics import rules
from referrals.statistics.figures import comparable
from referrals.statistics.models import Release
from referrals.statistics.published import Published

PERIOD, CITY, FORM = "zeitraum", "stadt", "als"  # the words of the address

# The tabs above every page of statistics: route and label, in this order.
TABS: tuple[tuple[str, Promise], ...] = (
    ("statistics", gettext_lazy("Overview")),
    ("gaps", gettext_lazy("Gaps")),
    ("chain", gettext_lazy("Prevention chain")),
    ("goals", gettext_lazy("Planning")),
    ("voices-told", gettext_lazy("What families say")),
    ("method", gettext_lazy("How we count")),
)


@dataclass(frozen=True)
class Chosen:
    """What was chosen by the address, or by itself: the first city, the newest period.

    Args:
        cities: all in which this person may read statistics.
        periods: all frozen in `municipality`, newest first.
        period: the chosen one; "" while nothing is published.
        published: its numbers; None while nothing is published.
        before: those of the period before, if it is published too.
    """

    municipality: Municipality
    cities: list[Municipality]
    periods: list[str]
    period: str
    published: Published | None = None
    before: Published | None = None
    _query: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return period_label(self.period) if self.period else ""

    def query(self, **more: str) -> str:
        """The query string that chooses the same again, for links and for what is shared."""
        query = urlencode({**self._query, **{name: text for name, text in more.items() if text}})
        return f"?{query}" if query else ""

    def options(self) -> list[tuple[str, str]]:
        """The periods to choose from, with their names."""
        return [(period, period_label(period)) for period in self.periods]

    def tabs(self) -> list[tuple[str, str, Promise]]:
        """The tabs this installation serves: route, address, label."""
        return [(route, address, label) for route, label in TABS if (address := self._to(route))]

    def _to(self, route: str) -> str:
        try:
            return reverse(route) + self.query()
        except NoReverseMatch:
            return ""


def chosen(request: UserRequest) -> Chosen:
    """What the address chooses; a period or city one may not read does not exist.

    Raises:
        NotPermitted: no house gives this person the right to read statistics.
        Http404: the address names a city or a period that is not among one's own.
    """
    permits.require_somewhere(request.user, Right.VIEW_STATISTICS)
    cities = list(municipalities_where(request.user, Right.VIEW_STATISTICS))
    city = _city(request.GET.get(CITY, ""), cities)
    periods = publishing.periods(city, request.user)
    wanted = request.GET.get(PERIOD, "")
    if wanted and wanted not in periods:
        raise Http404
    query = {CITY: city.slug} if len(cities) > 1 else {}
    if not periods:
        return Chosen(city, cities, [], "", _query=query)
    period = wanted or _newest(periods)
    told = publishing.published(city, period, request.user)
    return Chosen(
        municipality=city,
        cities=cities,
        periods=periods,
        period=period,
        published=told,
        before=_before(told, periods, request.user),
        _query={**query, PERIOD: period},
    )


def history(choice: Chosen, user: User, most: int = 8) -> list[Published]:
    """The quarters up to the end of the chosen period, oldest first, as far as they are frozen."""
    if choice.published is None:
        return []
    last = choice.published.quarters[-1]
    quarters = [period for period in choice.periods if "Q" in period and period <= last][:most]
    releases = (
        Release.objects.visible_to(user)
        .filter(municipality=choice.municipality, period__in=quarters)
        .select_related("municipality")
        .order_by("period")
    )
    return [publishing.summed(release.period, [release]) for release in releases]


type NumbersView = Callable[[UserRequest, Chosen, Published], HttpResponse]


def with_numbers(tab: str) -> Callable[[NumbersView], Callable[[UserRequest], HttpResponse]]:
    """A page that needs published numbers: while there are none, it says when the first come."""

    def decorate(view: NumbersView) -> Callable[[UserRequest], HttpResponse]:
        @wraps(view)
        def page(request: UserRequest) -> HttpResponse:
            choice = chosen(request)
            if choice.published is None:
                return render(request, "planning/nothing_yet.html", _nothing_yet(choice, tab))
            return view(request, choice, choice.published)

        return page

    return decorate


def frame(choice: Chosen, tab: str) -> dict[str, object]:
    """What planning/frame.html needs, beside what the page itself shows."""
    return {"chosen": choice, "tab": tab}


def _nothing_yet(choice: Chosen, tab: str) -> dict[str, object]:
    quarter, day = next_freeze(localdate())
    return {**frame(choice, tab), "quarter": period_label(quarter), "day": day}


def next_freeze(today: date) -> tuple[str, date]:
    """The earliest quarter that may not be frozen yet, and the day from which it may."""
    quarter = f"{today.year}Q{(today.month + 2) // 3}"
    if not rules.may_be_frozen(rules.before(quarter), today):
        quarter = rules.before(quarter)
    return quarter, rules.last_day(quarter) + rules.LAG + timedelta(days=1)


def period_label(period: str) -> str:
    """A period as people say it: "3rd quarter of 2026", "Year 2026"."""
    year, _separator, number = period.partition("Q")
    if not number:
        return _("Year %(year)s") % {"year": year}
    return _("Quarter %(number)s of %(year)s") % {"number": number, "year": year}


def short_label(period: str) -> str:
    """A period on an axis: "3/26"."""
    year, _separator, number = period.partition("Q")
    return f"{number}/{year[2:]}" if number else year


def _city(slug: str, cities: list[Municipality]) -> Municipality:
    if not slug:
        return cities[0]
    for city in cities:
        if city.slug == slug:
            return city
    raise Http404


def _before(told: Published, periods: list[str], user: User) -> Published | None:
    """The period before, if it is published and as long."""
    earlier = rules.before(told.period)
    if earlier not in periods:
        return None
    before = publishing.published(told.municipality, earlier, user)
    return before if comparable(told, before) else None


def _newest(periods: list[str]) -> str:
    """The newest quarter: a year is chosen, it never comes by itself."""
    return next((period for period in periods if "Q" in period), periods[0])
