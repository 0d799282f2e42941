"""What the pages of terms and runs show: numbers by house and names of officers, no family."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet
from django.utils.functional import Promise

from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import RIGHTS, Right
from lotsen.places.models import Municipality
from referrals.retention import rules
from referrals.retention.due import Due
from referrals.retention.models import (
    DataKind,
    ErasureRun,
    RetentionRule,
    RunCause,
    RunState,
)
from referrals.retention.rules import Limits, Subject
from referrals.retention.terms import terms_of, waiting_rule
from referrals.web.privacy.retention_words import REMAINS, SOURCES

_LAST = 10  # ended runs on the page
_OFFICERS = [role.value for role, rights in RIGHTS.items() if Right.MANAGE_RETENTION in rights]


@dataclass(frozen=True)
class TermLine:
    """One kind of data and how long a city keeps it."""

    kind: str
    label: str
    days: int
    limits: Limits
    source: Promise
    remains: Promise
    rule: RetentionRule | None  # None: the default
    waiting: RetentionRule | None


@dataclass(frozen=True)
class HouseLine:
    """What is planned in one house, of one kind."""

    house: str
    kind: str
    number: int
    first: date
    last: date


@dataclass(frozen=True)
class RunLine:
    """A run with its counts as words."""

    run: ErasureRun
    planned: list[tuple[str, int]]
    erased: list[tuple[str, int]]
    left_out: int


def term_lines(city: Municipality) -> list[TermLine]:
    """Every kind, in the order of its life."""
    terms = terms_of(city.pk)
    return [
        TermLine(
            kind=kind.value,
            label=str(kind.label),
            days=terms[Subject(kind)].days,
            limits=rules.LIMITS[Subject(kind)],
            source=SOURCES[rules.LIMITS[Subject(kind)].source],
            remains=REMAINS[Subject(kind)],
            rule=_rule_in_force(city, kind),
            waiting=waiting_rule(city.pk, kind),
        )
        for kind in DataKind
    ]


def waiting_runs(city: Municipality) -> list[RunLine]:
    runs = ErasureRun.objects.waiting().filter(municipality=city).order_by("planned_at", "id")
    return [run_line(run) for run in _with_people(runs)]


def last_runs(city: Municipality) -> list[RunLine]:
    ended = ErasureRun.objects.filter(municipality=city, ended_at__isnull=False)
    return [run_line(run) for run in _with_people(ended.order_by("-ended_at", "-id")[:_LAST])]


def run_line(run: ErasureRun) -> RunLine:
    has_ended = run.state in (RunState.DONE, RunState.CANCELLED)
    missing = sum(run.planned.values()) - sum(run.erased.values())
    return RunLine(run, _words(run.planned), _words(run.erased), missing if has_ended else 0)


def house_lines(run: ErasureRun) -> list[HouseLine]:
    """The items of a run that still wait, counted by house and kind."""
    grouped = (
        run.items.values("organisation__short_name", "kind")
        .annotate(number=Count("id"), first=Min("due_on"), last=Max("due_on"))
        .order_by("organisation__short_name", "kind")
    )
    return [
        HouseLine(
            row["organisation__short_name"],
            str(DataKind(row["kind"]).label),
            row["number"],
            row["first"],
            row["last"],
        )
        for row in grouped
    ]


def preview_lines(found: Iterable[Due]) -> list[HouseLine]:
    """The same for what is due and not planned yet."""
    number: Counter[tuple[UUID, str]] = Counter()
    days: dict[tuple[UUID, str], list[date]] = {}
    for due in found:
        number[due.organisation, due.kind] += 1
        days.setdefault((due.organisation, due.kind), []).append(due.due_on)
    houses = dict(
        Organisation.objects.filter(pk__in={house for house, _ in number}).values_list(
            "id", "short_name"
        )
    )
    return sorted(
        (
            HouseLine(houses[house], str(DataKind(kind).label), n, min(dates), max(dates))
            for (house, kind), n in number.items()
            if (dates := days[house, kind])
        ),
        key=lambda line: (line.house, line.kind),
    )


def goes_by_itself_on(run: ErasureRun, lines: list[HouseLine], *, today: date) -> date | None:
    """The coming night in which something of it goes without an approval."""
    if run.cause != RunCause.DEADLINE or run.state != RunState.PLANNED or not lines:
        return None
    past_grace = min(line.first for line in lines) + rules.GRACE + timedelta(days=1)
    return max(past_grace, today + timedelta(days=1))


def others_who_approve(run: ErasureRun, user: User) -> list[str]:
    """Names of the people who can approve besides `user` and whoever planned it."""
    officers = User.objects.filter(
        is_active=True,
        memberships__until=None,
        memberships__role__in=_OFFICERS,
        memberships__organisation__municipality=run.municipality_id,
        memberships__organisation__is_active=True,
    ).exclude(pk__in=[user.pk, run.planned_by_id or user.pk])
    return list(officers.order_by("display_name").values_list("display_name", flat=True).distinct())


def _with_people(runs: QuerySet[ErasureRun]) -> QuerySet[ErasureRun]:
    return runs.select_related("planned_by", "approved_by")


def _rule_in_force(city: Municipality, kind: DataKind) -> RetentionRule | None:
    approved = RetentionRule.objects.filter(municipality=city, kind=kind, approved_at__isnull=False)
    return approved.select_related("set_by", "approved_by").order_by("approved_at", "id").last()


def _words(counted: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(DataKind(kind).label), number) for kind, number in counted.items()]
