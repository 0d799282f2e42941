"""Single figures: a rounded number with its whole, its percentage and the period before. Pure.

A sum of protected cells is a multiple of five; a percentage needs at least twenty, and a
comparison two periods of the same length.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lotsen.errors import InvalidInput
from referrals.statistics.cube import Cube
from referrals.statistics.published import Published

LEAST_FOR_PERCENT = 20  # privacy.md, section 4, rule 5
KEPT = ("unassessed", "talk_open", "talk_declined", "talk_wished")
ALL = "all"  # the one step of a quarter with too few families to tell more
SCREENED = ("talk_open", "talk_declined", "talk_wished")


@dataclass(frozen=True)
class Figure:
    """One number with what it is measured against.

    Args:
        code: what is counted: a step, a need, a circumstance without its kind, a period.
        value: None where the period does not tell it (too few families, or not entered).
        of: the whole it is part of.
        percent: of that whole; None below twenty, and where the part is more than the whole.
        previous, previous_percent: the same of the period before, if there is one.
        detail, previous_detail: a code that belongs to it: a reason, a band of days.
        exact: a number that is no family's, such as births; all others are rounded.
    """

    code: str
    value: int | None
    of: int | None = None
    percent: int | None = None
    previous: int | None = None
    previous_percent: int | None = None
    detail: str = ""
    previous_detail: str = ""
    exact: bool = False

    @property
    def is_small(self) -> bool:
        """Whether it reads "0 to 4"."""
        return self.value == 0 and not self.exact

    @property
    def change(self) -> int | None:
        """The difference to the period before: of two rounded numbers, so only about right."""
        if self.value is None or self.previous is None:
            return None
        return self.value - self.previous


def percent(part: int | None, whole: int | None) -> int | None:
    """`part` of `whole` in full percent; None where that would say too much or nothing."""
    if part is None or whole is None or whole < LEAST_FOR_PERCENT or part > whole:
        return None
    return (200 * part + whole) // (2 * whole)


def comparable(now: Published, before: Published) -> bool:
    """Whether both are of one municipality and equally long; an unfinished year is shorter."""
    return (
        now.municipality.pk == before.municipality.pk
        and len(now.period) == len(before.period)
        and len(now.quarters) == len(before.quarters)
    )


def require_comparable(now: Published, before: Published | None) -> None:
    """
    Raises:
        InvalidInput: a quarter beside a year, or what is not of one municipality.
    """
    if before is not None and not comparable(now, before):
        raise InvalidInput("periods_not_comparable", field="zeitraum")


def part(
    code: str, value: int | None, of: int | None, *, previous: int | None = None, detail: str = ""
) -> Figure:
    """A figure with its percentage, where there may be one."""
    return Figure(code, value, of, percent(value, of), previous=previous, detail=detail)


def compared(figure: Figure, before: Figure | None) -> Figure:
    """The figure beside the same one of the period before."""
    if before is None:
        return figure
    return Figure(
        code=figure.code,
        value=figure.value,
        of=figure.of,
        percent=figure.percent,
        previous=before.value,
        previous_percent=before.percent,
        detail=figure.detail,
        previous_detail=before.detail,
        exact=figure.exact,
    )


# Families and their way


def step(told: Published, code: str) -> int | None:
    """How many were counted at a step; None where the period, or one of its quarters, tells no
    more than how many families there were."""
    return _steps(told, (code,))


def reached(told: Published) -> int:
    """All families somebody spoke with, also those who wanted nothing kept."""
    return total_of(told.families, "step", (ALL, "not_kept", *KEPT))


def kept(told: Published) -> int | None:
    return _steps(told, KEPT)


def screened(told: Published) -> int | None:
    return _steps(told, SCREENED)


def ended(told: Published) -> int | None:
    """Handovers of which the end is known: arrived, not possible, or not come about."""
    return _steps(told, ("completed", "rejected", "failed"))


def came_back(told: Published) -> int | None:
    return _steps(told, ("rejected", "failed"))


def _steps(told: Published, steps: Sequence[str]) -> int | None:
    known = told.families.codes("step")
    if not known or ALL in known:
        return None
    return total_of(told.families, "step", steps)


def total_of(cube: Cube, dimension: str, codes: Collection[str]) -> int:
    """The sum of all cells with one of these codes."""
    return cube.table((), {dimension: codes}).get((), 0)
