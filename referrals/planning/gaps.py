"""Where a wish met no fitting offer: read from the published cubes alone. Pure.

Every number here is a sum of protected cells. A zero means "0 to 4 in each cell", so it is told
apart whether many wishes met an offer ("covered") or hardly anybody wished at all ("few").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from offers.vocabulary import NeedGroup
from referrals.facts.rules import LifePhase
from referrals.statistics.cube import Cube, Key

NO_OFFER, NO_PLACE, UNDIVIDED, MET = "no_offer", "no_place", "unmet", "met"
UNMET = (NO_OFFER, NO_PLACE, UNDIVIDED)  # UNDIVIDED where the cube is too coarse for the reason
CITY, OUTSIDE = "city", "outside"  # codes of places that are no district and no borough

FIRST_YEAR, UNTIL_SCHOOL, SCHOOL_ON, ALL = "first_year", "until_school", "school_on", "all"
# Every code a life phase can have, fine or coarse, in the order of a life. A year may hold both.
PHASES: tuple[str, ...] = (
    LifePhase.PREGNANCY,
    LifePhase.NEWBORN,
    LifePhase.INFANT,
    FIRST_YEAR,
    LifePhase.TODDLER,
    LifePhase.PRESCHOOL,
    UNTIL_SCHOOL,
    LifePhase.SCHOOL,
    LifePhase.YOUTH,
    LifePhase.YOUNG_ADULT,
    SCHOOL_ON,
    ALL,
)
_AFTER_BABYHOOD = frozenset(PHASES[PHASES.index(LifePhase.TODDLER) :]) - {ALL}
# Wishes that cannot arise in a phase; where one was published all the same, the number is shown.
CANNOT_ARISE: Mapping[str, frozenset[str]] = {NeedGroup.PREGNANCY_MIDWIFE: _AFTER_BABYHOOD}


class State(StrEnum):
    """What a cell of the matrix says."""

    MISSING = "missing"
    COVERED = "covered"  # 0 to 4 found nothing, others did
    FEW = "few"  # hardly anybody wished it: 0 to 4 found something, 0 to 4 did not
    CANNOT = "cannot"


@dataclass(frozen=True)
class Choice:
    """What is looked at: codes of the needs cube, "" for all of them."""

    need: str = ""
    phase: str = ""
    place: str = ""

    def where(self) -> dict[str, tuple[str, ...]]:
        codes = {"need": self.need, "life_phase": self.phase, "district": self.place}
        return {name: (code,) for name, code in codes.items() if code}


@dataclass(frozen=True)
class Split:
    """Families with a wish, and those for whom nothing was found, by why."""

    met: int = 0
    no_offer: int = 0
    no_place: int = 0
    undivided: int = 0

    @property
    def missing(self) -> int:
        return self.no_offer + self.no_place + self.undivided

    @property
    def wished(self) -> int:
        return self.met + self.missing


@dataclass(frozen=True)
class Cell:
    """One wish in one life phase."""

    need: str
    phase: str
    split: Split

    @property
    def missing(self) -> int:
        return self.split.missing

    @property
    def state(self) -> State:
        if self.missing:
            return State.MISSING
        if self.split.met:
            return State.COVERED
        impossible = self.phase in CANNOT_ARISE.get(self.need, ())
        return State.CANNOT if impossible else State.FEW


@dataclass(frozen=True)
class Matrix:
    """Wishes by life phase, the wish most often unmet first."""

    phases: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _need, cells in self.rows for cell in cells]

    @property
    def largest(self) -> Cell | None:
        """The largest gap; of two alike the one with the larger share, then the earlier one."""
        missing = [cell for cell in self.cells if cell.missing]
        return max(missing, key=_weight, default=None)


@dataclass(frozen=True)
class Place:
    """A district or borough, by the code of the cube."""

    code: str
    split: Split

    @property
    def missing(self) -> int:
        return self.split.missing


def matrix(needs: Cube, place: str = "") -> Matrix:
    """Need × life phase of a place, or of all of them: each published cell in exactly one."""
    by_answer = needs.table(("need", "life_phase", "answer"), Choice(place=place).where())
    phases = tuple(sorted(needs.codes("life_phase"), key=_phase_rank))
    rows = [
        (need, tuple(Cell(need, phase, _split(by_answer, need, phase)) for phase in phases))
        for need in needs.codes("need")
    ]
    rows.sort(key=lambda row: (-sum(cell.missing for cell in row[1]), _need_rank(row[0])))
    return Matrix(phases, tuple(rows))


def places(needs: Cube, choice: Choice) -> list[Place]:
    """The places the cube knows, the largest gap first.

    The place of `choice` narrows nothing here: its neighbours are what it is compared with.
    """
    by_answer = needs.table(("district", "answer"), Choice(choice.need, choice.phase).where())
    found = [Place(code, _split(by_answer, code)) for code in needs.codes("district")]
    return sorted(found, key=lambda place: (-place.missing, place.code))


def split(needs: Cube, choice: Choice) -> Split:
    """How many wished and how many found nothing, by why."""
    return _split(needs.table(("answer",), choice.where()))


def is_by_place(needs: Cube) -> bool:
    """Whether the cube tells places apart; a small city's does not."""
    return any(code not in {CITY, OUTSIDE} for code in needs.codes("district"))


def _weight(cell: Cell) -> tuple[int, float, int]:
    return cell.missing, cell.missing / cell.split.wished, -_phase_rank(cell.phase)


def _split(by_answer: Mapping[Key, int], *begin: str) -> Split:
    """The answers of a table whose last dimension they are, for keys that begin so."""
    return Split(
        met=by_answer.get((*begin, MET), 0),
        no_offer=by_answer.get((*begin, NO_OFFER), 0),
        no_place=by_answer.get((*begin, NO_PLACE), 0),
        undivided=by_answer.get((*begin, UNDIVIDED), 0),
    )


def _phase_rank(phase: str) -> int:
    return PHASES.index(phase) if phase in PHASES else len(PHASES)


def _need_rank(need: str) -> int:
    order = list(NeedGroup)
    return order.index(NeedGroup(need)) if need in order else len(order)
