"""What the demo's network plans with: births, posts, figures about districts, goals, measures.

All made up, and named so where a source is asked for. The level of the figures about districts
follows referrals/data/reference_figures.csv. The three clinics are larger than a city with 5,530
births (Düsseldorf 2023, IT.NRW) would need: families from around it come, too.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation, User
from lotsen.places.models import District, Municipality
from offers.vocabulary import NeedGroup
from referrals.management.demo.families import frequencies
from referrals.management.demo.quarters import SEASON, months, share_of
from referrals.planning.models import (
    ContextFigure,
    Goal,
    GoalState,
    GoalStep,
    Level,
    Measure,
    MeasureState,
    SiteMonth,
    Staffing,
)
from referrals.statistics import rules
from referrals.statistics.models import Release
from referrals.statistics.published import summed

# House → births in a month of the year's middle, and full-time posts: at first, a year later.
SITES = {
    "marienklinik-demo": (310, ("1.50", "2.00")),
    "luisenklinik-demo": (245, ("1.00", "1.25")),
    "rheinklinik-demo": (205, ("0.50", "0.75")),
}
MADE_UP = "Für die Demo erfunden"
POVERTY = "Kinder unter 3 in Familien mit Bürgergeld"
CHILDREN = "Kinder unter 3 Jahren"


def plan(municipality: Municipality, periods: Sequence[str], *, seed: int, at: datetime) -> None:
    """Fill in what is missing; twice adds nothing."""
    dora = User.objects.get(username="dora")
    _births(municipality, periods, dora, seed=seed, at=at)
    _context(municipality, seed=seed, year=localdate(at).year - 1)
    if not Goal.objects.filter(municipality=municipality).exists():
        _goals(municipality, periods, dora, at=at)


def _births(
    municipality: Municipality, periods: Sequence[str], dora: User, *, seed: int, at: datetime
) -> None:
    by = {"municipality": municipality, "entered_by": dora, "entered_at": at}
    houses = Organisation.objects.in_bulk(SITES, field_name="slug")
    told = set(SiteMonth.objects.values_list("organisation", "month"))
    rows = []
    for slug, (usual, _posts) in SITES.items():
        for month in months(periods[0], localdate(at)):
            chance = random.Random(f"{seed}:{slug}:{month}")  # noqa: S311  a demo has no secrets
            births = round(usual * SEASON[str((month.month + 2) // 3)] * chance.uniform(0.94, 1.06))
            if (houses[slug].pk, month) not in told:
                rows.append(SiteMonth(organisation=houses[slug], month=month, births=births, **by))
    SiteMonth.objects.bulk_create(rows)  # unlogged: made-up rows, as many as months
    begun = rules.first_day(periods[0])
    for slug, (_usual, posts) in SITES.items():
        if not Staffing.objects.filter(organisation=houses[slug]).exists():
            days = (begun, begun + timedelta(days=365))
            for since, full in dict(zip(days, posts, strict=True)).items():
                Staffing.objects.create(
                    organisation=houses[slug], since=since, full_time_posts=Decimal(full), **by
                )


def _context(municipality: Municipality, *, seed: int, year: int) -> None:
    """Two figures of every district; poverty around the share of KiD 0–3 (10.3 %)."""
    if ContextFigure.objects.filter(municipality=municipality, source=MADE_UP).exists():
        return
    rows = []
    for district in District.objects.filter(municipality=municipality):
        chance = random.Random(f"{seed}:{district.pk}")  # noqa: S311
        poverty = 100 * frequencies()["finances"] * chance.uniform(0.3, 1.9)
        for name, unit, value in (
            (CHILDREN, "Kinder", Decimal(round(360 * share_of(district), -1))),
            (POVERTY, "%", Decimal(f"{poverty:.1f}")),
        ):
            rows.append(
                ContextFigure(
                    municipality=municipality, name=name, unit=unit, source=MADE_UP, year=year,
                    district=district, value=value,
                )
            )  # fmt: skip
    ContextFigure.objects.bulk_create(rows)  # unlogged: made-up rows, as many as districts


def _goals(municipality: Municipality, periods: Sequence[str], dora: User, *, at: datetime) -> None:
    made = {"municipality": municipality, "created_by": dora, "created_at": at, "changed_at": at}
    asked = Goal.objects.create(
        title="Jede Familie wird rund um die Geburt gefragt, was sie sich wünscht",
        why="Wer nicht gefragt wird, kann nicht sagen, was fehlt.",
        due_on=_year_end(at, years=1),
        **made,
    )
    _steps(asked, {
        Level.INPUT: ("Je 1.000 Geburten eine halbe Lotsenstelle in jeder Klinik",
                      "posts_rate", 100),
        Level.OUTPUT: ("Mit fast allen Familien wird gesprochen", "screening_rate", 95),
        Level.OUTCOME: ("Hilfe kommt an", "arrived_percent", 75),
        Level.IMPACT: ("Kinder wachsen in allen Stadtteilen gut auf", "", None),
    })  # fmt: skip
    midwives = Goal.objects.create(
        title="Im Süden der Stadt findet jede Familie eine Hebamme",
        why="In den Stadtbezirken 9 und 10 blieb der Wunsch nach einer Hebamme oft ohne Angebot.",
        due_on=_year_end(at, years=1),
        **made,
    )
    _steps(midwives, {
        Level.INPUT: ("Räume und Honorar für zwei offene Sprechstunden in der Woche", "", None),
        Level.OUTPUT: ("Zwei Sprechstunden, mit Sprachmittlung", "", None),
        Level.OUTCOME: ("Weniger Familien ohne Hebamme", "unmet:pregnancy_midwife", 100),
    })  # fmt: skip
    reached = Goal.objects.create(
        title="Antworten kommen bis zum zugesagten Tag",
        why="Wer lange wartet, sagt eher wieder ab.",
        due_on=_year_end(at, years=0),
        state=GoalState.REACHED,
        ended_at=at - timedelta(days=60),
        **made,
    )
    _steps(reached, {Level.OUTPUT: ("Die Vertretung ist geregelt", "answers_late", 15)})
    _measures(municipality, periods, midwives, made)


def _steps(goal: Goal, texts: dict[Level, tuple[str, str, int | None]]) -> None:
    """What is written at each level, the figure that tells it, and its target."""
    GoalStep.objects.bulk_create(  # unlogged: of a goal made up a moment ago
        GoalStep(goal=goal, level=level, text=text, figure=figure, target=target)
        for level, (text, figure, target) in texts.items()
    )


def _measures(
    municipality: Municipality, periods: Sequence[str], goal: Goal, made: dict[str, object]
) -> None:
    """On gaps as they were published some quarters ago, where that quarter is frozen."""
    before = periods[max(0, len(periods) - 3)]
    for title, what, who, need, borough, state in (
        ("Offene Hebammensprechstunde in Benrath", "Zweimal in der Woche, ohne Anmeldung.",
         "Familienbüro und Hebammenverband", NeedGroup.PREGNANCY_MIDWIFE, "borough:09",
         MeasureState.RUNNING),
        ("Mehr Plätze für Entlastung im Alltag", "Zwei weitere Ehrenamtsgruppen je Stadtbezirk.",
         "Träger Regenbogen", NeedGroup.EVERYDAY, "", MeasureState.PLANNED),
    ):  # fmt: skip
        period, baseline = _gap(municipality, before, need, borough)
        Measure.objects.create(
            goal=goal if borough else None,
            title=title,
            what=what,
            responsible=who,
            need=need,
            district=borough,
            begins_on=rules.last_day(before) + timedelta(days=15),
            state=state,
            baseline_period=period,
            baseline=baseline,
            **made,
        )


def _gap(
    municipality: Municipality, period: str, need: str, borough: str
) -> tuple[str, int | None]:
    release = Release.objects.filter(municipality=municipality, period=period).first()
    if release is None:
        return "", None
    needs = summed(period, [release]).needs
    where = {"need": (need,), "answer": ("no_offer", "no_place", "unmet")}
    if borough:
        where["district"] = (borough,)
    return period, needs.table((), where).get((), 0)


def _year_end(at: datetime, *, years: int) -> date:
    return date(localdate(at).year + years, 12, 31)
