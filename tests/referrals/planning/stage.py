"""A stage for planning: a year of births, posts, and whoever plans elsewhere."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.accounts.roles import Role
from referrals.planning import actions
from referrals.planning.models import Goal, GoalStep, Measure
from tests.builders import make_city, make_organisation, make_user
from tests.conftest import Cast

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
YEAR = tuple(date(2026, month, 1) for month in range(1, 11))  # those that are over


def enter_year(cast: Cast, *, births: int = 200, months: Iterable[date] = YEAR) -> None:
    """The same births each month in both clinics of the cast."""
    for house in (cast.clinic, cast.other_clinic):
        actions.enter_births(
            house.municipality,
            {(house.pk, month): births for month in months},
            actor=cast.dora,
            at=AT,
        )


def elsewhere() -> tuple[Organisation, User]:
    """A clinic of another city, and who coordinates there."""
    city = make_city("krefeld", "Krefeld", "05114000")
    clinic = make_organisation("klinik-krefeld", municipality=city)
    network = make_organisation(
        "netzwerk-krefeld", OrganisationKind.COORDINATION, municipality=city
    )
    return clinic, make_user("emil", network, Role.COORDINATOR)


def written(folder: Path, text: str, name: str = "datei.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def make_goal(by: User, **fields: object) -> Goal:
    """A goal of the cast's city, with one link in words."""
    defaults = {
        "municipality": make_city(), "title": "Jede Familie wird gefragt",
        "due_on": date(2099, 12, 31), "created_by": by, "created_at": AT, "changed_at": AT,
    }  # fmt: skip
    goal = Goal.objects.create(**(defaults | fields))
    GoalStep.objects.create(goal=goal, level="output", text="Gespräche auf jeder Station")
    return goal


def make_measure(by: User, **fields: object) -> Measure:
    """A planned measure of the cast's city, taken before anything was published."""
    defaults = {
        "municipality": make_city(), "title": "Sprachmittlung am Nachmittag",
        "begins_on": date(2026, 12, 1), "created_by": by, "created_at": AT, "changed_at": AT,
    }  # fmt: skip
    return Measure.objects.create(**(defaults | fields))
