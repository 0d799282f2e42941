"""A town whose quarters are frozen as the worker does it, and which numbers may be read in it.

What is no family's number is made unlike any: the catalogue has 53 offers of each kind, each house
tells 997 births a month, a post is 3.37 of them, a target 7,919.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations, pairwise
from uuid import uuid4

from django.test import Client

from lotsen.accounts.models import Organisation, OrganisationKind
from offers.models import Offer
from offers.vocabulary import LANGUAGES, Dimension, NeedGroup
from referrals.planning.models import ContextFigure, Goal, GoalStep, Measure, SiteMonth, Staffing
from referrals.statistics import actions, figures
from referrals.statistics.counting import Base, Quarter
from referrals.statistics.cube import CIRCUMSTANCES, DIMENSIONS, NEEDS, Cube, Key
from referrals.statistics.models import Release
from referrals.statistics.published import summed
from tests.builders import make_offer
from tests.conftest import Cast
from tests.security.numbers_shown import Read
from tests.security.quarters import count_quarter, make_houses
from tests.security.stage import browser

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
FROZEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFFERS, BIRTHS, POST, TARGET, CONTEXT = 53, 997, Decimal("3.37"), 7919, Decimal("6133.25")


@dataclass
class Town:
    """What the attack is about, and what only the makers of it know."""

    cast: Cast
    dora: Client
    releases: dict[str, Release]
    true: dict[str, Base]
    names: tuple[str, ...]  # of places and houses: their digits count nobody


def make_town(cast: Cast, *quarters: str) -> Town:
    """These quarters counted and frozen, and all that is planned with."""
    city = cast.clinic.municipality
    make_houses()
    _make_plain_numbers(cast)
    for number, quarter in enumerate(quarters):
        count_quarter(city, quarter, families=200 + 30 * number, seed=1)
    true, releases = {}, {}
    while actions.fold(at=FROZEN):
        pass
    for quarter in quarters:
        counted = Quarter(city, quarter)
        releases[quarter] = actions.freeze(city, quarter, at=FROZEN)
        true[quarter] = counted.base(releases[quarter].levels)
    _make_plans(cast, quarters[0])
    districts = [(each.name, each.borough) for each in city.districts.all()]
    houses = [
        name for pair in Organisation.objects.values_list("name", "short_name") for name in pair
    ]
    names = {name for pair in districts for name in pair} | set(houses)
    return Town(cast, browser(cast.dora), releases, true, tuple(names))


def _make_plain_numbers(cast: Cast) -> None:
    """Offers, births, posts and context, each with a number no count of families has."""
    needs = ["crying_sleep", "overload", "mental_health", "partner_conflict", "finances",
             "language", "no_midwife", "isolation"]  # fmt: skip
    first = make_offer(
        "Für alle", needs=needs, age_from_months=-9, age_to_months=330, languages=list(LANGUAGES),
        interpreting=True,
    )  # fmt: skip
    Offer.objects.exclude(pk=first.pk).delete()
    values = {f.attname: getattr(first, f.attname) for f in Offer._meta.concrete_fields}
    first.delete()
    Offer.objects.bulk_create(
        Offer(**{**values, "id": uuid4(), "source_id": str(uuid4()), "dimension": dimension})
        for dimension in Dimension
        for _ in range(OFFERS)
    )
    city = cast.clinic.municipality
    clinics = Organisation.objects.filter(kind=OrganisationKind.CLINIC, municipality=city)
    SiteMonth.objects.bulk_create(
        SiteMonth(
            municipality=city, organisation=clinic, month=date(year, month, 1), births=BIRTHS,
            entered_by=cast.dora, entered_at=FROZEN,
        )
        for clinic in clinics for year in (2024, 2025) for month in range(1, 13)
    )  # fmt: skip
    for clinic in clinics:
        Staffing.objects.create(
            municipality=city, organisation=clinic, since=date(2023, 1, 1), full_time_posts=POST,
            entered_by=cast.dora, entered_at=FROZEN,
        )  # fmt: skip
    for district in city.districts.all():
        ContextFigure.objects.create(
            municipality=city, name="Kinder in Grundsicherung", unit="Kinder", source="Stadt",
            year=2024, district=district, value=CONTEXT,
        )  # fmt: skip


def _make_plans(cast: Cast, quarter: str) -> None:
    city = cast.clinic.municipality
    goal = Goal.objects.create(
        municipality=city, title="Mehr kommt an", due_on=date(2027, 1, 1), created_by=cast.dora,
        created_at=FROZEN, changed_at=FROZEN,
    )  # fmt: skip
    for level in ("output", "outcome"):
        GoalStep.objects.create(goal=goal, level=level, text="So", figure="wished", target=TARGET)
    release = Release.objects.get(period=quarter)
    Measure.objects.create(
        municipality=city, goal=goal, title="Lotsinnen", need=NeedGroup.HEALTH,
        begins_on=date(2025, 5, 1), baseline_period=quarter,
        baseline=Cube(NEEDS, cells_of(release, NEEDS)).total(need=NeedGroup.HEALTH),
        created_by=cast.dora, created_at=FROZEN, changed_at=FROZEN,
    )  # fmt: skip


def cells_of(release: Release, name: str) -> dict[Key, int]:
    return {tuple(key): count for *key, count in release.cells[name]}


def _derivable(releases: Mapping[str, Release]) -> set[int]:
    """Every sum of frozen cells that has a name: by all dimensions together, and their periods."""
    sums: set[int] = {0}
    periods = [(release,) for release in releases.values()] + [tuple(releases.values())]
    of_period = [_sums(quarters) for quarters in periods]
    for found in of_period:
        sums |= set(found.values())
    for before, after in pairwise(of_period[:-1]):
        sums |= {abs(after[key] - before[key]) for key in after if key in before}
    return sums


def _sums(quarters: Sequence[Release]) -> dict[object, int]:
    found: dict[object, int] = {}
    period = quarters[0].period if len(quarters) == 1 else quarters[0].period[:4]
    for name, cube in cubes_of(period, quarters).items():
        for size in range(len(cube.dimensions) + 1):
            for by in combinations(cube.dimensions, size):
                found |= {(name, by, key): n for key, n in cube.table(by).items()}
        found |= _named(cube)
    return found


def cubes_of(period: str, quarters: Sequence[Release]) -> dict[str, Cube]:
    told = summed(period, quarters)
    return {name: told.cube(name) for name in DIMENSIONS}


def _named(cube: Cube) -> dict[object, int]:
    """Sums of several codes that reports tell as one."""
    groups: list[tuple[str, str, tuple[str, ...]]] = [
        ("kept", "step", figures.KEPT), ("screened", "step", figures.SCREENED),
        ("reached", "step", ("not_kept", *figures.KEPT)),
        ("ended", "step", ("completed", "rejected", "failed")),
        ("came_back", "step", ("rejected", "failed")),
        ("unmet", "answer", ("no_offer", "no_place", "unmet")),
    ]  # fmt: skip
    if cube.name == CIRCUMSTANCES:
        kinds = {code.split(":")[0] for code in cube.codes("circumstance")}
        questions = {code.split("-")[0] for code in cube.codes("circumstance") if "-" in code}
        groups = [
            (f"all:{begin}", "circumstance",
             tuple(c for c in cube.codes("circumstance") if c.startswith(begin)))
            for begin in kinds | questions
        ]  # fmt: skip
    found: dict[object, int] = {}
    others = [name for name in cube.dimensions if name not in {"step", "answer", "circumstance"}]
    for named, dimension, codes in groups:
        if dimension not in cube.dimensions:
            continue
        for size in range(len(others) + 1):
            for by in combinations(others, size):
                table = cube.table(by, {dimension: codes})
                found |= {(named, by, key): n for key, n in table.items()}
    return found


@dataclass(frozen=True)
class Known:
    """What a number read may be."""

    sums: set[int]
    plain: set[str]

    def suspects(self, told: Read, *, beside: Collection[str] = ()) -> list[tuple[str, str]]:
        """Numbers that follow neither from a frozen cell nor from what is no family's.

        Args:
            beside: what is known otherwise, as it is written.
        """
        strange = [pair for pair in told.counts if not self._is_known(pair[0])]
        strange += [pair for pair in told.percents if not _is_percentage(pair[0])]
        return [pair for pair in strange if pair[0] not in beside]

    def _is_known(self, number: str) -> bool:
        if number in self.plain:
            return True
        plain = number.replace(".", "")
        if not plain.isdecimal():
            return False
        count = int(plain)
        plainly = count == TARGET or (count > 0 and 0 in {count % BIRTHS, count % OFFERS})
        return plainly or count in self.sums


def _is_percentage(number: str) -> bool:
    return number.isdecimal() and int(number) <= 100


def known(releases: Mapping[str, Release]) -> Known:
    return Known(_derivable(releases), _plain_numbers())


def _plain_numbers() -> set[str]:
    """What is told of posts and places: with a comma, as this country writes it."""
    clinics = Organisation.objects.filter(kind=OrganisationKind.CLINIC).count()
    posts = {f"{POST * number:.2f}".replace(".", ",") for number in range(1, clinics + 1)}
    needed = {
        f"{BIRTHS * 12 * number / 2000:.1f}".replace(".", ",") for number in range(1, clinics + 1)
    }
    return posts | needed | {"6.133,25", "6133,25", "6.133,3", "6133,3"}
