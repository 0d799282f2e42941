"""What the catalogue holds from pregnancy to 27, and where the chain of prevention breaks. Pure.

Offers are public knowledge and counted exactly. Families are not counted here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from offers.matching.rules import PLACES_BELIEVED_DAYS
from offers.matching.values import Candidate
from offers.vocabulary import NEEDS, Capacity, Dimension, NeedGroup
from referrals.facts.rules import PHASES as FINE
from referrals.facts.rules import LifePhase
from referrals.planning.gaps import ALL, FIRST_YEAR, SCHOOL_ON, UNTIL_SCHOOL

YOUNGEST, OLDEST = -9, 324  # months: conception to the 27th birthday
BANDS: tuple[LifePhase, ...] = tuple(LifePhase)
_BOUNDS = (YOUNGEST, *(bound for bound, _phase in FINE), OLDEST + 1)
# First and last month of every life phase, fine or coarse.
SPANS: Mapping[str, tuple[int, int]] = {
    **{
        band: (first, after - 1)
        for band, (first, after) in zip(BANDS, pairwise(_BOUNDS), strict=True)
    },
    FIRST_YEAR: (0, 11),
    UNTIL_SCHOOL: (12, 71),
    SCHOOL_ON: (72, OLDEST),
    ALL: (YOUNGEST, OLDEST),
}
NOT_STATED = ""  # the dimension of an offer whose provider names none
DIMENSIONS: tuple[str, ...] = (*Dimension, NOT_STATED)

type Districts = frozenset[str]


@dataclass(frozen=True)
class Asked:
    """What offers are counted for: "" and None ask for nothing.

    Args:
        group: need group.
        districts: keys; an offer counts if it serves one of them.
    """

    group: str = ""
    phase: str = ""
    dimension: str | None = None
    language: str = ""
    districts: Districts | None = None


@dataclass(frozen=True)
class Supply:
    """Offers and what is known of their places. A claim older than 90 days is not believed."""

    offers: int = 0
    capacity: Mapping[str, int] = field(default_factory=dict)
    weeks: tuple[int, int] | None = None  # shortest and longest waiting time that is known
    languages: Mapping[str, int] = field(default_factory=dict)
    interpreting: int = 0  # offers to which an interpreter can be brought

    @property
    def free(self) -> int:
        return self.capacity.get(Capacity.FREE, 0)

    @property
    def waiting(self) -> int:
        return self.capacity.get(Capacity.WAITING_LIST, 0)

    @property
    def full(self) -> int:
        return self.capacity.get(Capacity.FULL, 0)

    @property
    def unknown(self) -> int:
        return self.capacity.get(Capacity.UNKNOWN, 0)


@dataclass(frozen=True)
class Transition:
    """The step from one life phase to the next: what ends, what begins, what leads across."""

    before: LifePhase
    after: LifePhase
    ends: tuple[Candidate, ...]
    begins: tuple[Candidate, ...]
    bridges: tuple[Candidate, ...]

    @property
    def lost(self) -> float:
        """The share of the offers before the step that does not lead across it."""
        before = len(self.ends) + len(self.bridges)
        return len(self.ends) / before if before else 0.0


def current(candidates: Iterable[Candidate], on: date) -> list[Candidate]:
    """The offers that are still offered on this day."""
    return [one for one in candidates if one.valid_until is None or one.valid_until >= on]


def asked_for(candidates: Iterable[Candidate], asked: Asked) -> list[Candidate]:
    """The offers that answer everything that is asked."""
    return [one for one in candidates if _answers(one, asked)]


def supply(candidates: Sequence[Candidate], on: date) -> Supply:
    """What these offers are together."""
    weeks = [
        one.waiting_weeks
        for one in candidates
        if one.waiting_weeks is not None and places(one, on) == Capacity.WAITING_LIST
    ]
    return Supply(
        offers=len(candidates),
        capacity=Counter(places(one, on) for one in candidates),
        weeks=(min(weeks), max(weeks)) if weeks else None,
        languages=Counter(language for one in candidates for language in one.languages),
        interpreting=sum(one.interpreting for one in candidates),
    )


def places(offer: Candidate, on: date) -> str:
    """Free, waiting list, full or unknown, as far as what was said of it is to be believed."""
    said = offer.capacity_as_of
    if said is None or (on - said).days > PLACES_BELIEVED_DAYS:
        return Capacity.UNKNOWN
    return offer.capacity


def by_dimension(
    candidates: Sequence[Candidate], on: date, districts: Districts | None = None
) -> dict[tuple[str, str], Supply]:
    """Prevention dimension × age band, of the whole city or of what serves some districts.

    The row of offers without a dimension is there only if the catalogue holds such offers.
    """
    served = asked_for(candidates, Asked(districts=districts))
    rows = [one for one in DIMENSIONS if one or any(not other.dimension for other in candidates)]
    return _crossed(served, on, rows, BANDS, lambda offer: [offer.dimension])


def by_place(
    candidates: Sequence[Candidate],
    on: date,
    places: Mapping[str, Districts],
    dimension: str | None = None,
) -> dict[tuple[str, str], Supply]:
    """Place × age band, for offers of one dimension or of all."""
    wanted = asked_for(candidates, Asked(dimension=dimension))
    return _crossed(
        wanted,
        on,
        list(places),
        BANDS,
        lambda offer: [place for place, districts in places.items() if _serves(offer, districts)],
    )


def by_need(
    candidates: Sequence[Candidate],
    on: date,
    phases: Sequence[str],
    districts: Districts | None = None,
) -> dict[tuple[str, str], Supply]:
    """Need group × life phase, in the phases the published numbers have."""
    served = asked_for(candidates, Asked(districts=districts))
    groups = [str(group) for group in NeedGroup]
    return _crossed(
        served, on, groups, phases, lambda offer: {NEEDS[n] for n in offer.needs if n in NEEDS}
    )


def transitions(candidates: Sequence[Candidate]) -> list[Transition]:
    """The seven steps from pregnancy to 27."""
    return [_transition(candidates, before, after) for before, after in pairwise(BANDS)]


def weakest(steps: Sequence[Transition]) -> Transition | None:
    """The step at which the largest share of offers ends; None where nothing ends."""
    return max((step for step in steps if step.ends), key=lambda step: step.lost, default=None)


def without_catchment(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Offers that do not say for which districts they are: no district counts them."""
    return [one for one in candidates if not one.open_to_all_districts and not one.catchment]


def _transition(candidates: Sequence[Candidate], before: LifePhase, after: LifePhase) -> Transition:
    begun, bound = SPANS[before][0], SPANS[after][0]
    reached = [one for one in candidates if one.age_from_months < bound]
    return Transition(
        before,
        after,
        ends=tuple(one for one in reached if begun <= one.age_to_months < bound),
        begins=tuple(one for one in candidates if bound <= one.age_from_months <= SPANS[after][1]),
        bridges=tuple(one for one in reached if one.age_to_months >= bound),
    )


def _crossed(
    candidates: Iterable[Candidate],
    on: date,
    rows: Sequence[str],
    phases: Sequence[str],
    rows_of: Callable[[Candidate], Iterable[str]],
) -> dict[tuple[str, str], Supply]:
    """Every row by every phase, each offer in all cells it belongs to."""
    found: dict[tuple[str, str], list[Candidate]] = {
        (row, phase): [] for row in rows for phase in phases
    }
    for offer in candidates:
        lasting = [phase for phase in phases if _answers(offer, Asked(phase=phase))]
        for row in rows_of(offer):
            for phase in lasting:
                found[row, phase].append(offer)
    return {cell: supply(offers, on) for cell, offers in found.items()}


def _answers(offer: Candidate, asked: Asked) -> bool:
    first, last = SPANS[asked.phase or ALL]
    return (
        offer.age_from_months <= last
        and offer.age_to_months >= first
        and (asked.dimension is None or offer.dimension == asked.dimension)
        and (not asked.language or asked.language in offer.languages)
        and (not asked.group or any(NEEDS.get(need) == asked.group for need in offer.needs))
        and (asked.districts is None or _serves(offer, asked.districts))
    )


def _serves(offer: Candidate, districts: Districts) -> bool:
    return offer.open_to_all_districts or not districts.isdisjoint(offer.catchment)
