"""What the network has: births and posts, and how fresh the catalogue is. No family's numbers
but the published count of families per post."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lotsen.places.models import Municipality
from offers import labels as offer_labels
from offers.models import Offer
from offers.vocabulary import NEEDS, NeedGroup
from referrals.planning.births import Births, births_of, posts_in, why_not
from referrals.statistics import reports, rules
from referrals.statistics.published import Published
from referrals.web.planning import charts, wording
from referrals.web.planning.panels import Cell, Panel
from referrals.web.planning.periods import period_label

FRESH = timedelta(days=183)  # six months
_FRESH, _OLDER, _NEVER = range(3)


@dataclass(frozen=True)
class Resources:
    """Births and posts of a period, as far as houses have told them."""

    births: Births
    posts: Decimal | None
    births_a_year: int | None

    @property
    def why_no_births(self) -> str:
        return "" if self.births.value is not None else why_not(self.births)


def resources_of(told: Published) -> Resources:
    """What is known of the period; the year that ends with it, for the benchmark."""
    city = told.municipality
    births = births_of(city, told.period)
    if len(told.quarters) == 4:
        year: int | None = births.value
    else:
        quarters = [told.quarters[-1]]
        while len(quarters) < 4:
            quarters.append(rules.before(quarters[-1]))
        counts = [births_of(city, quarter).value for quarter in quarters]
        known = [count for count in counts if count is not None]
        year = sum(known) if len(known) == 4 else None
    return Resources(births, posts_in(city, told.period), year)


def workload(told: Published, resources: Resources) -> Panel:
    """Births and families for each full-time post, beside the benchmark."""
    load = reports.workload(told, posts=resources.posts, births_a_year=resources.births_a_year)
    rows: list[tuple[Cell, ...]] = [
        (_("Births"), wording.exact(resources.births.value)),
        (_("Full-time posts of navigators"), _decimal(load.posts)),
        (_("Families with notes"), wording.count(load.families)),
        (_("Families for each full-time post"), wording.count(load.per_post)),
        (_("Recommended posts for the births of a year"), _decimal(load.benchmark_posts)),
    ]
    return Panel(
        code="workload",
        title=_workload_title(load),
        note=_("Births and posts as the houses entered them, %(period)s.")
        % {"period": period_label(told.period)},
        remark=_workload_remark(load, resources),
        head=(_("What"), _("Number")),
        rows=tuple(rows),
        how="births",
        exact=True,
    )


def _workload_title(load: reports.Workload) -> str:
    if load.per_post is not None:
        return _("About %(number)s families for each full-time post") % {
            "number": wording.count(load.per_post)
        }
    if not load.posts:
        return _("Full-time posts have not been entered yet")
    return _("%(posts)s full-time posts") % {"posts": _decimal(load.posts)}


def _workload_remark(load: reports.Workload, resources: Resources) -> str:
    if load.benchmark_posts is None or not load.posts:
        return resources.why_no_births
    return _("Recommended for these births: %(needed)s posts; there are %(posts)s.") % {
        "needed": _decimal(load.benchmark_posts), "posts": _decimal(load.posts),
    }  # fmt: skip


def _decimal(number: Decimal | None) -> str:
    return wording.UNKNOWN if number is None else number_format(number.normalize(), use_l10n=True)


def catalogue(municipality: Municipality, today: date) -> Panel | None:
    """How many published offers were confirmed within six months, by what they help with."""
    offers = Offer.objects.published().filter(municipality=municipality)
    told = list(offers.values_list("needs", "checked_on"))
    if not told:
        return None
    states = [_state(checked, today) for _needs, checked in told]
    groups = Counter(
        (group, state)
        for (needs, _checked), state in zip(told, states, strict=True)
        for group in _groups(needs)
    )
    names = [_("Confirmed within six months"), _("Older"), _("Never confirmed")]
    rows = [
        (str(offer_labels.NEED_GROUPS[group]), [groups[group, state] for state in range(3)])
        for group in NeedGroup
    ]
    fresh, all_of_them = states.count(_FRESH), len(states)
    return Panel(
        code="catalogue",
        title=_("%(fresh)s of %(all)s offers were confirmed within six months")
        % {"fresh": wording.exact(fresh), "all": wording.exact(all_of_them)},
        note=_("Offers in the catalogue today, by wish; an offer may help with several."),
        head=(_("Wish"), *names),
        rows=tuple((name, *counts) for name, counts in rows),
        how="catalogue",
        bars=charts.stacked(names, rows, tones=(1, 5, 3)),
        of=_("Wish"),
        exact=True,
    )


def _state(checked: date | None, today: date) -> int:
    if checked is None:
        return _NEVER
    return _FRESH if checked >= today - FRESH else _OLDER


def _groups(needs: Iterable[str]) -> set[NeedGroup]:
    return {NEEDS[need] for need in needs if need in NEEDS}
