"""Births of the maternity clinics and posts of navigators: what is known, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lotsen.accounts.models import Organisation, OrganisationKind
from lotsen.places.models import Municipality
from referrals.planning import rules
from referrals.planning.models import SiteMonth, Staffing
from referrals.statistics.rules import first_day, last_day, quarters_of

_NAMED = 3  # months named in a sentence; the table of births shows all


@dataclass(frozen=True)
class SiteGap:
    """A month of a site about which nothing reliable is known."""

    site: str
    month: date


@dataclass(frozen=True)
class Births:
    """The births of a period, or why there is no number.

    Args:
        value: births at all sites; None where a month is missing or doubtful.
        missing: months nobody has told yet.
        doubtful: months whose number stands out and was confirmed by nobody.
        sites: how many maternity clinics are counted.
    """

    period: str
    value: int | None
    sites: int
    missing: tuple[SiteGap, ...] = ()
    doubtful: tuple[SiteGap, ...] = ()

    @property
    def reason(self) -> str:
        """Why there is no number: no_site, months_missing, months_doubtful; "" if there is one."""
        if not self.sites:
            return "no_site"
        if self.missing:
            return "months_missing"
        return "months_doubtful" if self.doubtful else ""


@dataclass(frozen=True)
class Cell:
    """One month of one site in the table of a year."""

    site: Organisation
    month: date
    births: int | None
    over: bool  # the month has ended, so a number is due
    stands_out: bool  # and was not confirmed

    @property
    def is_missing(self) -> bool:
        return self.over and self.births is None


@dataclass(frozen=True)
class HousePosts:
    """The posts of a house today, and what is recommended for its births."""

    house: Organisation
    posts: Decimal | None
    since: date | None
    births: int | None = None  # of the last twelve months; None where one is missing
    recommended: Decimal | None = None
    coming: list[Staffing] = field(default_factory=list)  # rows that begin after today


def sites_of(municipality: Municipality) -> QuerySet[Organisation]:
    """The houses in which children are born: clinics at work, and those that told births once."""
    told = SiteMonth.objects.filter(municipality=municipality).values("organisation")
    at_work = Q(kind=OrganisationKind.CLINIC, is_active=True)
    return Organisation.objects.filter(at_work | Q(pk__in=told), municipality=municipality)


def births_of(municipality: Municipality, period: str) -> Births:
    """The births of a quarter or a year at all sites, or why there is no such number.

    One missing or doubtful month is enough for none: a rate of a broken period would be wrong
    without looking so.

    Raises:
        InvalidInput: `period` names neither a quarter nor a year.
    """
    quarters = quarters_of(period)
    months = _months(first_day(quarters[0]), last_day(quarters[-1]))
    sites = list(sites_of(municipality))
    known = _known(municipality)
    missing, doubtful, total = [], [], 0
    for site in sites:
        own = known.get(site.pk, {})
        for month in months:
            row = own.get(month)
            if row is None:
                # A house that was closed has no births to tell of the time after.
                missing += [SiteGap(site.short_name, month)] if site.is_active else []
                continue
            total += row.births
            doubtful += [SiteGap(site.short_name, month)] if _doubtful(row, own) else []
    unknown = missing or doubtful or not sites
    return Births(period, None if unknown else total, len(sites), tuple(missing), tuple(doubtful))


def why_not(births: Births) -> str:
    """The sentence for people: why this period has no number of births, and so no rate."""
    if births.reason == "no_site":
        return _("No maternity clinic is entered for this city.")
    found = births.missing or births.doubtful
    named = ", ".join(f"{gap.site} {date_format(gap.month, 'm/Y')}" for gap in found[:_NAMED])
    if len(found) > _NAMED:
        named = _("%(named)s and %(more)s more") % {"named": named, "more": len(found) - _NAMED}
    if births.missing:
        return _("No rate: births are missing (%(named)s).") % {"named": named}
    if births.doubtful:
        return _("No rate: numbers of births stand out and are not confirmed (%(named)s).") % {
            "named": named
        }
    return ""


def table_of(municipality: Municipality, year: int) -> list[list[Cell]]:
    """A year as rows of months, each with a cell for every site."""
    today = localdate()
    known = _known(municipality)
    sites = list(sites_of(municipality))
    return [
        [_cell(site, month, known.get(site.pk, {}), today) for site in sites]
        for month in _months(date(year, 1, 1), date(year, 12, 31))
    ]


def stand_out(
    municipality: Municipality, changes: Mapping[tuple[UUID, date], int | None]
) -> list[tuple[UUID, date]]:
    """Which of these changes would stand out among what the houses told before."""
    told: dict[UUID, dict[date, int]] = {
        house: {month: row.births for month, row in rows.items()}
        for house, rows in _known(municipality).items()
    }
    for (house, month), births in changes.items():
        own = told.setdefault(house, {})
        if births is None:
            own.pop(month, None)
        else:
            own[month] = births
    return [
        (house, month)
        for (house, month), births in changes.items()
        if births is not None and rules.stands_out(month, told[house])
    ]


def births_known(municipality: Municipality) -> dict[tuple[UUID, date], int]:
    """Every number told so far, by house and month."""
    return {
        (house, month): row.births
        for house, rows in _known(municipality).items()
        for month, row in rows.items()
    }


def births_of_last_year(municipality: Municipality, until: date) -> dict[UUID, int]:
    """By site: the births of the twelve months before the month of `until`, where all are known."""
    end = date(until.year, until.month, 1)
    start = date(end.year - 1, end.month, 1)
    totals = {}
    for house, rows in _known(municipality).items():
        year = [row.births for month, row in rows.items() if start <= month < end]
        if len(year) == 12:
            totals[house] = sum(year)
    return totals


def posts_now(municipality: Municipality, today: date) -> list[HousePosts]:
    """Every house at work or with posts, maternity clinics first, and what is recommended."""
    rows: dict[UUID, list[Staffing]] = {}
    for row in Staffing.objects.filter(municipality=municipality).order_by("since"):
        rows.setdefault(row.organisation_id, []).append(row)
    sites = set(sites_of(municipality).values_list("pk", flat=True))
    births = births_of_last_year(municipality, today)
    houses = Organisation.objects.filter(municipality=municipality, pk__in={*rows, *sites})
    return [
        _house_posts(house, rows.get(house.pk, []), births.get(house.pk), today)
        for house in sorted(houses, key=lambda house: (house.pk not in sites, house.name))
    ]


def posts_in(municipality: Municipality, period: str) -> Decimal | None:
    """Full-time posts of all houses in a period, averaged by days; None where none are known."""
    quarters = quarters_of(period)
    first, last = first_day(quarters[0]), last_day(quarters[-1])
    steps: dict[UUID, list[tuple[date, Decimal]]] = {}
    for row in Staffing.objects.filter(municipality=municipality).order_by("since"):
        steps.setdefault(row.organisation_id, []).append((row.since, row.full_time_posts))
    found = [rules.average_posts(own, first, last) for own in steps.values()]
    known = [posts for posts in found if posts is not None]
    return sum(known, Decimal(0)).quantize(Decimal("0.01")) if known else None


def _known(municipality: Municipality) -> dict[UUID, dict[date, SiteMonth]]:
    known: dict[UUID, dict[date, SiteMonth]] = {}
    for row in SiteMonth.objects.filter(municipality=municipality):
        known.setdefault(row.organisation_id, {})[row.month] = row
    return known


def _doubtful(row: SiteMonth, own: Mapping[date, SiteMonth]) -> bool:
    told = {month: other.births for month, other in own.items()}
    return not row.confirmed and rules.stands_out(row.month, told)


def _cell(site: Organisation, month: date, own: Mapping[date, SiteMonth], today: date) -> Cell:
    row = own.get(month)
    return Cell(
        site=site,
        month=month,
        births=row.births if row else None,
        over=rules.month_after(month) <= today,
        stands_out=row is not None and _doubtful(row, own),
    )


def _house_posts(
    house: Organisation, rows: Iterable[Staffing], births: int | None, today: date
) -> HousePosts:
    begun = [row for row in rows if row.since <= today]
    return HousePosts(
        house=house,
        posts=begun[-1].full_time_posts if begun else None,
        since=begun[-1].since if begun else None,
        births=births,
        recommended=None if births is None else rules.recommended_posts(births),
        coming=[row for row in rows if row.since > today],
    )


def _months(first: date, last: date) -> list[date]:
    months, day = [], first
    while day <= last:
        months.append(day)
        day = rules.month_after(day)
    return months
