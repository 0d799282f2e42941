"""What a goal can be measured by: figures of published quarters, each with its one meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.models import User
from lotsen.places.models import Municipality
from offers.labels import NEED_GROUPS
from offers.matching.rules import INFORMATION_BELIEVED_DAYS
from offers.models import Offer, OfferStatus
from referrals.planning import rules
from referrals.planning.births import births_of, posts_in
from referrals.statistics import figures as published_figures
from referrals.statistics import reports
from referrals.statistics.models import Release
from referrals.statistics.published import Published, summed


class Unit(StrEnum):
    """What a figure and its target are counted in."""

    PERCENT = "percent"
    FAMILIES = "families"  # in a quarter, rounded to a multiple of five
    WISHES = "wishes"  # likewise
    HANDOVERS = "handovers"  # likewise


UNITS: dict[str, Promise] = {
    Unit.PERCENT: _("percent"),
    Unit.FAMILIES: _("families in a quarter"),
    Unit.WISHES: _("wishes in a quarter"),
    Unit.HANDOVERS: _("handovers in a quarter"),
}


@dataclass(frozen=True)
class PlanFigure:
    """One figure a step of a goal may be bound to.

    Args:
        read: the value of a published quarter; None where it does not tell it.
        more: whether more is better; else a target is reached from above.
        today: for what is about no family and not frozen: how it stands today, of a city.
    """

    code: str
    label: Promise | str
    unit: Unit
    read: Callable[[Published], int | None]
    more: bool = True
    today: Callable[[Municipality], int | None] | None = None

    @property
    def unit_label(self) -> Promise:
        return UNITS[self.unit]

    @property
    def most(self) -> int:
        """The largest target that makes sense; posts may be more than recommended."""
        return 1000 if self.unit == Unit.PERCENT else 1_000_000

    @property
    def is_rounded(self) -> bool:
        return self.unit != Unit.PERCENT


class Standing(StrEnum):
    """How a value stands to its target."""

    NOT_MEASURABLE = "not_measurable"
    REACHED = "reached"
    NEAR = "near"  # a difference of five may be the rounding
    NOT_YET = "not_yet"


def standing(figure: PlanFigure, value: int | None, target: int | None) -> Standing:
    """How the value stands to the target; careful where it was rounded."""
    if value is None or target is None:
        return Standing.NOT_MEASURABLE
    short = target - value if figure.more else value - target
    if short <= 0:
        return Standing.REACHED
    near = figure.is_rounded and short <= rules.ROUNDING
    return Standing.NEAR if near else Standing.NOT_YET


def quarters(municipality: Municipality, user: User, most: int = 8) -> list[Published]:
    """The latest published quarters this user may read, the oldest first."""
    releases = (
        Release.objects.visible_to(user)
        .filter(municipality=municipality)
        .select_related("municipality")
        .order_by("-period")[:most]
    )
    return [summed(release.period, [release]) for release in reversed(releases)]


def value_of(code: str, told: Published) -> int | None:
    """The value of a figure in a published quarter; None where it does not tell it."""
    figure = FIGURES.get(code)
    return figure.read(told) if figure else None


# How each is read


def _screening_rate(told: Published) -> int | None:
    births = births_of(told.municipality, told.period).value
    return published_figures.percent(published_figures.screened(told), births)


def _posts_rate(told: Published) -> int | None:
    births = births_of(told.municipality, told.period).value
    posts = posts_in(told.municipality, told.period)
    if births is None or posts is None:
        return None
    years = len(told.quarters)
    needed = rules.recommended_posts(births * 4 // years)
    return round(posts * 100 / needed) if needed else None


def _key_percent(code: str, told: Published) -> int | None:
    found = {figure.code: figure for figure in reports.key_figures(told)}
    return found[code].percent


def _step(code: str, told: Published) -> int | None:
    return published_figures.step(told, code)


def _answers_late(told: Published) -> int | None:
    return reports.answered_late(told).percent


def _in_no_quarter(_told: Published) -> None:
    return None


def _offers_confirmed(municipality: Municipality) -> int | None:
    """Offers on show whose information was confirmed within the days it is believed."""
    shown = Offer.objects.filter(municipality=municipality, status=OfferStatus.PUBLISHED)
    since = localdate() - timedelta(days=INFORMATION_BELIEVED_DAYS)
    total = shown.count()
    return round(shown.filter(checked_on__gte=since).count() * 100 / total) if total else None


def _unmet(need: str, told: Published) -> int | None:
    return next((row.unmet for row in reports.needs_table(told) if row.code == need), None)


_ALL = (
    PlanFigure(
        "posts_rate",
        _("Posts of navigators, of those recommended for the births"),
        Unit.PERCENT,
        _posts_rate,
    ),
    PlanFigure("screening_rate", _("Families screened, of births"), Unit.PERCENT, _screening_rate),
    PlanFigure("screened", _("Families screened"), Unit.FAMILIES, published_figures.screened),
    PlanFigure(
        "talks_wished",
        _("Families who wished for a talk"),
        Unit.FAMILIES,
        partial(_step, "talk_wished"),
    ),
    PlanFigure("requested", _("Handovers requested"), Unit.HANDOVERS, partial(_step, "requested")),
    PlanFigure("accepted", _("Handovers accepted"), Unit.HANDOVERS, partial(_step, "accepted")),
    PlanFigure("arrived", _("Handovers that arrived"), Unit.HANDOVERS, partial(_step, "completed")),
    PlanFigure(
        "arrived_percent",
        _("Handovers that arrived, of those that ended"),
        Unit.PERCENT,
        partial(_key_percent, "arrived"),
    ),
    PlanFigure(
        "answers_late",
        _("Answers after the promised day"),
        Unit.PERCENT,
        _answers_late,
        more=False,
    ),
    PlanFigure(
        "unmet_percent",
        _("Wishes that found nothing, of all wishes"),
        Unit.PERCENT,
        partial(_key_percent, "without_offer"),
        more=False,
    ),
    PlanFigure(
        "unmet_total",
        pgettext_lazy("planning", "Wishes that found nothing"),
        Unit.WISHES,
        reports.unmet,
        more=False,
    ),
    PlanFigure(
        "offers_confirmed",
        _("Offers whose information was confirmed in the last half year"),
        Unit.PERCENT,
        _in_no_quarter,
        today=_offers_confirmed,
    ),
    *(
        PlanFigure(f"unmet:{need}", label, Unit.WISHES, partial(_unmet, need), more=False)
        for need, label in NEED_GROUPS.items()
    ),
)
FIGURES: dict[str, PlanFigure] = {figure.code: figure for figure in _ALL}
