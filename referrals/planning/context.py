"""Figures about districts from elsewhere, to stand beside our own: read by year, with sources."""

from dataclasses import dataclass
from decimal import Decimal

from lotsen.accounts.models import User
from lotsen.places.models import District, Municipality
from referrals.planning.models import ContextFigure


@dataclass(frozen=True)
class Column:
    """One figure of one year: from one source, in one unit."""

    name: str
    unit: str
    source: str
    url: str


@dataclass(frozen=True)
class Sheet:
    """All figures of one year; years are never mixed in a table.

    Args:
        rows: each district with a value for each column; None: not told.
        older: figures this year does not have, with the latest year that has them.
    """

    year: int
    columns: list[Column]
    rows: list[tuple[District, list[tuple[Column, Decimal | None]]]]
    older: list[tuple[str, int]]


def years_of(municipality: Municipality, user: User) -> list[int]:
    """The years with any figure, the newest first."""
    told = ContextFigure.objects.visible_to(user).filter(municipality=municipality)
    return list(told.order_by("-year").values_list("year", flat=True).distinct())


def sheet_of(municipality: Municipality, year: int, user: User) -> Sheet:
    """The figures of a year by district, in the order of the city's own list."""
    told = ContextFigure.objects.visible_to(user).filter(municipality=municipality)
    columns: dict[str, Column] = {}
    values: dict[tuple[str, str], Decimal] = {}
    for figure in told.filter(year=year).order_by("name"):
        columns[figure.name] = Column(figure.name, figure.unit, figure.source, figure.url)
        values[figure.district_id, figure.name] = figure.value
    rows = [
        (district, [(column, values.get((district.key, name))) for name, column in columns.items()])
        for district in District.objects.filter(municipality=municipality)
    ]
    others = told.exclude(year=year).order_by("year")
    latest = dict(others.values_list("name", "year"))
    older = sorted((name, other) for name, other in latest.items() if name not in columns)
    return Sheet(year, list(columns.values()), rows, older)
