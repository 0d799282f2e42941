"""From the tallies of a quarter to the true counts that are about to be protected.

What is counted here is published by nobody: it goes to referrals.statistics.disclosure and is then
gone. Each house is counted by itself first, so that what it knows of its own is part of the sums.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from lotsen.places.models import Municipality
from offers.vocabulary import LANGUAGES, NeedGroup
from referrals.cases.models import ClosureReason
from referrals.facts.models import Tally
from referrals.facts.rules import NO_HOUSE, VOICES, Kind, Wait
from referrals.handovers.rules import OUTCOMES, REASONS, Move
from referrals.matching.models import GapReason
from referrals.statistics import boroughs, coarsening
from referrals.statistics.coarsening import (
    ALL,
    ANSWERS,
    ANY,
    LADDERS,
    MOST_CELLS,
    OTHER,
    STEPS,
    TOTAL,
    Levels,
)
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Key

type Cells = dict[Key, int]
type Parts = Mapping[Kind, int]  # how often each kind was counted in one place

_WAITS = tuple(Wait)
# What each kind of delta is called in the cube of circumstances, and all codes it may have. All
# of them have a cell: one that is missing would tell that its count is zero.
TOLD: Mapping[Kind, tuple[str, tuple[str, ...]]] = {
    Kind.INTERPRETING: ("interpreting", LANGUAGES),
    Kind.GAP_REASON: ("gap_reason", tuple(GapReason.values)),
    Kind.HANDOVER_REJECTED: ("rejected", REASONS[Move.DECLINE]),
    Kind.WAITING: ("waiting", REASONS[Move.HOLD]),
    Kind.ANSWERED: ("answered", _WAITS),
    Kind.ANSWERED_LATE: ("answered_late", ("yes",)),
    Kind.FIRST_CONTACT: ("first_contact", _WAITS),
    Kind.HANDOVER_COMPLETED: ("completed", OUTCOMES),
    Kind.HANDOVER_FAILED: ("failed", REASONS[Move.FAIL]),
    Kind.CASE_CLOSED: ("closed", tuple(ClosureReason.values)),
    Kind.FAMILY_VOICE: (
        "voice",
        tuple(f"{question}-{answer}" for question in VOICES for answer in VOICES[question]),
    ),
}
_CALLED = {f"{name}:{code}" for name, codes in TOLD.values() for code in codes}
_STEPS: Mapping[str, Callable[[Parts], int]] = {
    "not_kept": lambda n: n[Kind.NOT_STORED],
    "unassessed": lambda n: n[Kind.CASE_OPENED] - n[Kind.ASSESSED],
    "talk_open": lambda n: n[Kind.ASSESSED] - n[Kind.TALK_WISHED] - n[Kind.TALK_DECLINED],
    "talk_declined": lambda n: n[Kind.TALK_DECLINED],
    "talk_wished": lambda n: n[Kind.TALK_WISHED],
    "consent_given": lambda n: n[Kind.CONSENT_GIVEN],
    "consent_declined": lambda n: n[Kind.CONSENT_DECLINED],
    "requested": lambda n: n[Kind.HANDOVER_REQUESTED],
    "accepted": lambda n: n[Kind.HANDOVER_ACCEPTED],
    "rejected": lambda n: n[Kind.HANDOVER_REJECTED],
    "completed": lambda n: n[Kind.HANDOVER_COMPLETED],
    "failed": lambda n: n[Kind.HANDOVER_FAILED],
}
_ANSWERS: Mapping[str, Callable[[Parts], int]] = {
    "met": lambda n: n[Kind.NEED] - n[Kind.GAP] - n[Kind.NO_PLACE],
    "no_offer": lambda n: n[Kind.GAP],
    "no_place": lambda n: n[Kind.NO_PLACE],
    coarsening.UNMET: lambda n: n[Kind.GAP] + n[Kind.NO_PLACE],
}


@dataclass(frozen=True)
class Base:
    """True counts at some levels: of all houses together, and what each house knows of its own."""

    true: dict[str, Cells]
    own: dict[str, dict[str, Cells]]  # house → cube → cells that are not zero

    @property
    def largest(self) -> dict[str, Cells]:
        """By cube and cell the biggest count of one house."""
        most: dict[str, Cells] = {name: {} for name in self.true}
        for cubes in self.own.values():
            for name, cells in cubes.items():
                for key, count in cells.items():
                    most[name][key] = max(count, most[name].get(key, 0))
        return most


@dataclass(frozen=True)
class Row:
    """A tally without its quarter."""

    house: str
    recipient: str
    kind: Kind
    code: str
    house_kind: str
    life_phase: str
    district: str
    value: int


class Quarter:
    """The tallies of a city and quarter, to be counted as fine as it may be told."""

    def __init__(self, municipality: Municipality, quarter: str) -> None:
        self._boroughs = boroughs.of_city(municipality)
        tallies = Tally.objects.filter(municipality=municipality.pk, period=quarter)
        self._rows = [
            Row(
                house=str(tally.house),
                recipient=str(tally.recipient),
                kind=Kind(tally.kind),
                code=tally.code,
                house_kind=tally.organisation_group,
                life_phase=tally.life_phase,
                district=tally.district,
                value=tally.value,
            )
            for tally in tallies
        ]
        self._outside = boroughs.families_may_live_outside(municipality) or any(
            row.district not in self._boroughs for row in self._rows if row.district
        )

    @cached_property
    def families(self) -> int:
        """How many families were met, kept or only counted."""
        return sum(self._met(house) for house in self._by_house)

    @cached_property
    def kinds(self) -> frozenset[str] | None:
        """The kinds of house with at least three that counted anything."""
        houses = {(row.house_kind, row.house) for row in self._rows if row.house_kind}
        return coarsening.kinds_told(Counter(kind for kind, _ in houses))

    def total(self) -> Base:
        """Nothing but how many families there were: for a quarter with too few of them."""
        return self.base({name: ladder[-1] for name, ladder in LADDERS.items()})

    def base(self, levels: Mapping[str, Levels]) -> Base:
        """The counts at these levels, a cell for every combination of codes."""
        own = {
            house: {
                FAMILIES: self._of_families(house, rows, levels),
                NEEDS: self._derived(NEEDS, rows, levels, _ANSWERS),
                CIRCUMSTANCES: self._circumstances(rows, levels),
            }
            for house, rows in self._by_house.items()
        }
        true = {name: dict.fromkeys(self.grid(name, levels[name]), 0) for name in levels}
        for cubes in own.values():
            for name, cells in cubes.items():
                for key, count in cells.items():
                    true[name][key] += count
        return Base(true, self._known(own, true, levels))

    def _known(
        self,
        own: dict[str, dict[str, Cells]],
        true: dict[str, Cells],
        levels: Mapping[str, Levels],
    ) -> dict[str, dict[str, Cells]]:
        """What each house knows: what it counted itself, and the handovers that came to it.

        What no house has done (the voices of families) is known to none; and one house alone has
        nobody to learn about.
        """
        known = {house: cubes for house, cubes in own.items() if house != str(NO_HOUSE)}
        for house, rows in self._by_recipient.items():
            mine = known.setdefault(house, {name: {} for name in true})
            for name, cells in self._received(rows, levels).items():
                for key, count in cells.items():
                    mine[name][key] = min(true[name][key], mine[name].get(key, 0) + count)
        return known if len(known) > 1 else {}

    def _received(self, rows: list[Row], levels: Mapping[str, Levels]) -> dict[str, Cells]:
        total_only = levels[FAMILIES] == TOTAL
        return {
            FAMILIES: {} if total_only else self._derived(FAMILIES, rows, levels, _STEPS),
            NEEDS: self._derived(NEEDS, rows, levels, _ANSWERS),
            CIRCUMSTANCES: self._circumstances(rows, levels),
        }

    def grid(self, cube: str, levels: Levels) -> list[Key]:
        """Every cell there is at these levels."""
        if coarsening.untold(cube, levels):
            return []
        if cube == CIRCUMSTANCES:
            return [(code,) for code in _circumstances_at(levels["circumstance"])]
        if levels == TOTAL:
            return [tuple(TOTAL.values())]
        phases = coarsening.life_phases(levels["life_phase"])
        places = coarsening.districts(levels["district"], self._boroughs, outside=self._outside)
        if cube == NEEDS:
            return list(product(NeedGroup, ANSWERS[levels["answer"]], phases, places))
        return list(product(STEPS, self._kinds_at(levels["house_kind"]), phases, places))

    def rungs(self, cube: str) -> list[dict[str, str]]:
        """The rungs of the ladder this quarter has families enough for, each with fewer cells.

        The last rung is always one of them: it tells the number of families, or nothing.
        """
        *fine, last = LADDERS[cube]
        found: list[dict[str, str]] = []
        fewest = min(self.families / 2, MOST_CELLS)
        for levels in fine:
            size = len(self.grid(cube, levels))
            if size <= fewest and self._may_be_told(cube, levels):
                found.append(levels)
                fewest = size - 1
        return [*found, last]

    def _may_be_told(self, cube: str, levels: Levels) -> bool:
        if levels.get("house_kind") == "kind" and self.kinds is None:
            return False
        return cube != NEEDS or coarsening.is_diverse(self._needs(levels))

    def _needs(self, levels: Levels) -> Cells:
        cells: Counter[Key] = Counter()
        for rows in self._by_house.values():
            cells.update(self._derived(NEEDS, rows, {NEEDS: levels}, _ANSWERS))
        return dict(cells)

    @cached_property
    def _by_house(self) -> dict[str, list[Row]]:
        houses: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            houses[row.house].append(row)
        return houses

    @cached_property
    def _by_recipient(self) -> dict[str, list[Row]]:
        houses: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.recipient not in (row.house, str(NO_HOUSE)):
                houses[row.recipient].append(row)
        return houses

    def _kinds_at(self, level: str) -> list[str]:
        if level == ALL or self.kinds is None:
            return [ALL]
        all_kinds = {row.house_kind for row in self._rows if row.house_kind}
        return sorted(self.kinds) + [OTHER] * bool(all_kinds - self.kinds)

    def _met(self, house: str) -> int:
        kinds = (Kind.CASE_OPENED, Kind.NOT_STORED)
        return max(0, sum(row.value for row in self._by_house[house] if row.kind in kinds))

    def _of_families(self, house: str, rows: list[Row], levels: Mapping[str, Levels]) -> Cells:
        if levels[FAMILIES] == TOTAL:
            return {tuple(TOTAL.values()): self._met(house)} if self._met(house) else {}
        return self._derived(FAMILIES, rows, levels, _STEPS)

    def _derived(
        self,
        cube: str,
        rows: list[Row],
        levels: Mapping[str, Levels],
        steps: Mapping[str, Callable[[Parts], int]],
    ) -> Cells:
        """What follows from several kinds of delta in one place; never less than nothing."""
        places: dict[Key, Counter[Kind]] = defaultdict(Counter)
        for row, key in self._placed(cube, rows, levels[cube]):
            places[key][row.kind] += row.value
        cells: Cells = {}
        for place, parts in places.items():
            for step, count in steps.items():
                key = (step, *place) if cube == FAMILIES else (place[0], step, *place[1:])
                cells[key] = max(0, count(parts))
        answers = ANSWERS.get(levels[cube].get("answer", ""), ())
        return {
            key: count
            for key, count in cells.items()
            if count and (cube == FAMILIES or key[1] in answers)
        }

    def _placed(self, cube: str, rows: list[Row], levels: Levels) -> Iterator[tuple[Row, Key]]:
        """Each row with the rest of its key: without what is derived from its kind."""
        for row in rows:
            if cube == NEEDS and row.kind not in (Kind.NEED, Kind.GAP, Kind.NO_PLACE):
                continue
            fine = (
                (STEPS[0], row.house_kind, row.life_phase, row.district)
                if cube == FAMILIES
                else (row.code, "met", row.life_phase, row.district)
            )
            key = coarsening.recode(cube, fine, levels, boroughs=self._boroughs, kinds=self.kinds)
            if key is not None:
                yield row, key[1:] if cube == FAMILIES else (key[0], *key[2:])

    def _circumstances(self, rows: list[Row], levels: Mapping[str, Levels]) -> Cells:
        sums: Counter[Key] = Counter()
        for row in rows:
            if row.kind not in TOLD:
                continue
            name = TOLD[row.kind][0]
            code = f"{name}:{row.code or 'yes'}"
            key = coarsening.recode(
                CIRCUMSTANCES, (code,), levels[CIRCUMSTANCES], boroughs=self._boroughs
            )
            if key is not None and (code in _CALLED or key[0].endswith(f":{ANY}")):
                sums[key] += row.value
        return {key: count for key, count in sums.items() if count > 0}


def _circumstances_at(level: str) -> list[str]:
    if level == "kinds":
        return [f"{name}:{ANY}" for name, _ in TOLD.values()]
    return [f"{name}:{code}" for name, codes in TOLD.values() for code in codes]
