"""How a gap went on since a measure was taken: published counts, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass

from lotsen.accounts.models import User
from referrals.planning import rules
from referrals.planning.figures import quarters
from referrals.planning.models import Measure
from referrals.statistics.coarsening import FOUR
from referrals.statistics.published import Published
from referrals.statistics.reports import NO_OFFER, NO_PLACE, UNMET

QUARTERS = 20  # five years are enough to see whether a gap closed
WHOLE = {"need": "all", "life_phase": "all", "district": "city"}  # names of all of it


@dataclass(frozen=True)
class Gap:
    """Where wishes find nothing: codes of the needs cube, an empty one means all."""

    need: str = ""
    life_phase: str = ""
    district: str = ""

    @classmethod
    def of(cls, measure: Measure) -> "Gap":
        return cls(measure.need, measure.life_phase, measure.district)

    def whole(self) -> "Gap":
        """The same gap, with the names a coarse cube has for all of it left empty: so it can be
        compared with a finer one."""
        codes = {"need": self.need, "life_phase": self.life_phase, "district": self.district}
        return Gap(**{name: "" if code == WHOLE[name] else code for name, code in codes.items()})


@dataclass(frozen=True)
class Point:
    """One published quarter; None where it tells more coarsely than the gap was named."""

    period: str
    unmet: int | None


@dataclass(frozen=True)
class Effect:
    """Every published quarter since the baseline, and what may be said of it (rules.verdict)."""

    baseline: Point | None
    later: Sequence[Point]

    @property
    def latest(self) -> Point | None:
        known = [point for point in self.later if point.unmet is not None]
        return known[-1] if known else None

    @property
    def verdict(self) -> str:
        return rules.verdict(
            self.baseline.unmet if self.baseline else None,
            self.latest.unmet if self.latest else None,
        )

    @property
    def change(self) -> int:
        """How far it moved, for the sentence; only where both are known."""
        if not self.baseline or not self.latest:
            return 0
        return abs((self.latest.unmet or 0) - (self.baseline.unmet or 0))


def unmet_in(told: Published, gap: Gap) -> int | None:
    """Wishes of a gap that found nothing in a quarter; None where it does not tell them apart."""
    if not told.needs.cells:
        return None
    where = {"answer": {NO_OFFER, NO_PLACE, UNMET}}
    wanted = {"need": gap.need, "life_phase": gap.life_phase, "district": gap.district}
    for dimension, code in wanted.items():
        known = set(told.needs.codes(dimension))
        codes = {code} if code in known else _parts_of(code) & known
        if code and not codes:
            return None
        if code:
            where[dimension] = codes
    return told.needs.table((), where).get((), 0)


def _parts_of(coarse: str) -> set[str]:
    """The fine life phases a coarse one is made of."""
    return {str(fine) for fine, group in FOUR.items() if group == coarse}


def effect_of(measure: Measure, user: User) -> Effect:
    """The gap of a measure in every published quarter this user may read."""
    return effect_in(measure, quarters(measure.municipality, user, most=QUARTERS))


def effect_in(measure: Measure, known: Sequence[Published]) -> Effect:
    """The same in quarters of its city that were read before."""
    gap = Gap.of(measure)
    later = [
        Point(told.period, unmet_in(told, gap))
        for told in known
        if told.period > measure.baseline_period
    ]
    if measure.baseline is None:
        return Effect(None, later)
    return Effect(Point(measure.baseline_period, measure.baseline), later)
