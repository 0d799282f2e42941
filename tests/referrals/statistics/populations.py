"""Made-up quarters of a made-up city, drawn family by family, as true numbers of three cubes.

Skewed as life is: three quarters of the families come from birth clinics, some boroughs are large
and some small, most needs are rare. Each family is coherent: who declines the talk has no
handover, who is rejected for want of a place has a need without a place.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from referrals.facts.rules import VOICES, LifePhase, Wait
from referrals.statistics.coarsening import (
    ALL,
    ANSWERS,
    FOUR,
    LADDERS,
    MOST_CELLS,
    STEPS,
    Levels,
    districts,
    is_diverse,
    life_phases,
    recode,
    untold,
)
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Key

HOUSES = {  # kind → how many families its houses meet, against each other
    "clinic": (30, 22, 14, 8),
    "paediatric_practice": (4, 3, 2, 1, 1),
    "family_office": (6, 3, 1),
    "outreach": (2, 1, 1),
}
# Where handovers go to, against each other: most of them to one house.
ASKED = {"family_office 0": 7, "family_office 1": 2, "outreach 0": 1}
BOROUGHS = {f"d{b}{d}": f"borough:{b}" for b in range(10) for d in range(5)}
GROUPS = (
    "everyday", "child", "health", "relationship", "money_housing", "language_rights",
    "pregnancy_midwife", "contact",
)  # fmt: skip
_OF_NEED = (20, 12, 6, 5, 16, 9, 14, 4)
_PHASES = dict(zip(LifePhase, (10, 55, 12, 8, 6, 4, 3, 2), strict=True))
REJECTED = ("no_capacity", "not_responsible", "wrong_district", "age", "language", "other")
COMPLETED = ("attending", "advised", "once", "own_way")
FAILED = ("not_reached", "declined", "moved_away", "other")
CLOSED = ("contact_declined", "not_reached", "info_only", "handover_accepted", "other")
LANGUAGES = ("ar", "tr", "uk", "pl", "en", "fa", "ro", "bg", "fr", "sq")
WAITING = ("waiting_list", "family_asked", "papers")
GAP_REASONS = ("none_near", "no_language", "too_expensive", "none_at_all")
CIRCUMSTANCE_CODES = (
    *(f"interpreting:{code}" for code in LANGUAGES),
    *(f"gap_reason:{code}" for code in GAP_REASONS),
    *(f"rejected:{code}" for code in REJECTED),
    *(f"waiting:{code}" for code in WAITING),
    *(f"answered:{band}" for band in Wait),
    "answered_late:yes",
    *(f"first_contact:{band}" for band in Wait),
    *(f"completed:{code}" for code in COMPLETED),
    *(f"failed:{code}" for code in FAILED),
    *(f"closed:{code}" for code in CLOSED),
    *(f"voice:{question}-{answer}" for question, answers in VOICES.items() for answer in answers),
)
NO_HOUSE = ""

type Cells = dict[str, dict[Key, int]]
type Facts = Counter[tuple[str, str, Key]]  # house, cube, finest key


@dataclass(frozen=True)
class Quarter:
    """What is true of a quarter: by cube, and by house and cube."""

    families: int
    levels: dict[str, Levels]
    true: Cells
    own: dict[str, Cells]
    by_kind: dict[Key, int]  # need, answer, life phase, kind of house: 384 cells, not rounded

    @property
    def largest(self) -> Cells:
        """The biggest number of one house in each cell, where it is not zero."""
        biggest: Cells = {name: {} for name in self.true}
        for cubes in self.own.values():
            for name, cells in cubes.items():
                for key, count in cells.items():
                    biggest[name][key] = max(count, biggest[name].get(key, 0))
        return biggest


def lot(seed: object) -> Random:
    """Chance that can be repeated: what a freeze must never have."""
    return Random(str(seed))  # noqa: S311


def draw(families: int, seed: int) -> Quarter:
    """A quarter of so many families, the same for the same seed, at the finest levels allowed."""
    city = _City(lot(f"{families} {seed}"))
    facts = city.facts(families)
    most = min(families / 2, MOST_CELLS)
    levels: dict[str, Levels] = {}
    true: Cells = {}
    own: dict[str, Cells] = defaultdict(dict)
    for name, ladder in LADDERS.items():
        for rung in (rung for rung in ladder if len(_grid(name, rung)) <= most):
            cells, of_house = _counted(facts, name, rung)
            _add_received(of_house, city.received, name, rung)
            if name != NEEDS or is_diverse(cells):
                break
        levels[name], true[name] = rung, cells
        for house, counts in of_house.items():
            own[house][name] = counts
    return Quarter(families, levels, true, dict(own), _by_kind(facts))


def _grid(name: str, rung: Levels) -> list[Key]:
    """All cells there are at these levels, also those nobody is in."""
    if untold(name, rung):
        return []
    if name == CIRCUMSTANCES:
        codes = [recode(name, (code,), rung, boroughs=BOROUGHS) for code in CIRCUMSTANCE_CODES]
        return list(dict.fromkeys(code for code in codes if code is not None))
    where = life_phases(rung["life_phase"]), districts(rung["district"], BOROUGHS, outside=True)
    if name == NEEDS:
        return list(product(GROUPS, ANSWERS[rung["answer"]], *where))
    if rung["step"] == ALL:
        return [(ALL, ALL, ALL, *where[1])]
    return list(product(STEPS, HOUSES if rung["house_kind"] != ALL else (ALL,), *where))


def _counted(
    facts: Facts, name: str, rung: Levels
) -> tuple[dict[Key, int], dict[str, dict[Key, int]]]:
    """The cells of a cube at these levels: all, and those of each house."""
    cells = Counter(dict.fromkeys(_grid(name, rung), 0))
    of_house: dict[str, Counter[Key]] = defaultdict(Counter)
    for (house, cube, key), count in facts.items():
        coarse = recode(name, key, rung, boroughs=BOROUGHS) if cube == name else None
        if coarse is not None:
            cells[coarse] += count
            of_house[house][coarse] += count
    of_house.pop(NO_HOUSE, None)
    return dict(cells), {house: dict(counts) for house, counts in of_house.items()}


def _add_received(
    of_house: dict[str, dict[Key, int]], received: Facts, name: str, rung: Levels
) -> None:
    """A house also knows of the handovers that came to it from others."""
    for (house, cube, key), count in received.items():
        coarse = recode(name, key, rung, boroughs=BOROUGHS) if cube == name else None
        if coarse is not None:
            mine = of_house.setdefault(house, {})
            mine[coarse] = mine.get(coarse, 0) + count


def _by_kind(facts: Facts) -> dict[Key, int]:
    grid = product(GROUPS, ANSWERS["reasons"], life_phases("four"), HOUSES)
    cells: Counter[Key] = Counter(dict.fromkeys(grid, 0))
    for (house, cube, key), count in facts.items():
        if cube == NEEDS:
            need, answer, phase, _ = key
            cells[need, answer, FOUR[phase], house.split()[0]] += count
    return dict(cells)


class _City:
    """Draws one family after the other and counts what they leave behind."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.counted: Facts = Counter()
        self.received: Facts = Counter()  # by the house a handover went to, if it is another
        self.houses = [
            (f"{kind} {number}", kind, weight)
            for kind, weights in HOUSES.items()
            for number, weight in enumerate(weights)
        ]
        self.sizes = {code: chance.paretovariate(1.5) for code in (*BOROUGHS, "outside")}

    def facts(self, families: int) -> Facts:
        for _ in range(families):
            house, kind, _ = self.one(self.houses, [weight for *_, weight in self.houses])
            phase = self.one(list(_PHASES), list(_PHASES.values()))
            district = self.one(list(self.sizes), list(self.sizes.values()))
            _Family(self, house, kind, (str(phase), district)).live()
        for question, answers in VOICES.items():
            for _ in range(families // 12):
                answer = self.one(answers, range(len(answers), 0, -1))
                self.counted[NO_HOUSE, CIRCUMSTANCES, (f"voice:{question}-{answer}",)] += 1
        return self.counted

    def one[T](self, codes: Sequence[T], weights: Sequence[float] | None = None) -> T:
        return self.chance.choices(codes, weights)[0]

    def often(self, share: float) -> bool:
        return self.chance.random() < share


@dataclass(frozen=True)
class _Family:
    """One family on its way through the city's help."""

    city: _City
    house: str
    kind: str
    where: tuple[str, str]  # life phase, district

    def step(self, code: str, to: str = "") -> None:
        self._count(FAMILIES, (code, self.kind, *self.where), to)

    def tell(
        self,
        kind: str,
        codes: Sequence[str],
        weights: Sequence[float] | None = None,
        to: str = "",
    ) -> str:
        code = self.city.one(codes, weights or range(len(codes), 0, -1))
        self._count(CIRCUMSTANCES, (f"{kind}:{code}",), to)
        return code

    def _count(self, cube: str, key: Key, to: str) -> None:
        self.city.counted[self.house, cube, key] += 1
        if to not in ("", self.house):
            self.city.received[to, cube, key] += 1

    def live(self) -> None:
        talk = self.city.one(STEPS[:5], (12, 5, 13, 26, 44))
        self.step(talk)
        if talk == "not_kept":
            return
        if self.city.often(0.3):
            self.tell("interpreting", LANGUAGES)
        if self.city.often(0.5):
            self.tell("closed", CLOSED)
        if talk != "unassessed":
            self.be_asked(talk)

    def be_asked(self, talk: str) -> None:
        often = zip(GROUPS, _OF_NEED, strict=True)
        needs = [code for code, share in often if self.city.often(share / 60)]
        wanting = self.take_help(needs) if talk == "talk_wished" and needs else set()
        for need in needs:
            answer = "no_offer" if self.city.often(0.07) else "met"
            answer = "no_place" if need in wanting else answer
            self.city.counted[self.house, NEEDS, (need, answer, *self.where)] += 1
            if answer == "no_offer":
                self.tell("gap_reason", GAP_REASONS)

    def take_help(self, needs: list[str]) -> set[str]:
        """What becomes of those who wish a talk; the needs for which no place was free."""
        if self.city.often(0.15):
            self.step("consent_declined")
            return set()
        self.step("consent_given")
        return {need for need in needs[:2] if self.be_handed_over() == "no_capacity"}

    def be_handed_over(self) -> str:
        """The reason of a rejection, if it is one."""
        to = self.city.one(list(ASKED), list(ASKED.values()))
        self.step("requested", to)
        fate = self.city.one(("open", "accepted", "rejected"), (15, 65, 20))
        if fate == "open":
            return ""
        self.step(fate, to)
        self.tell("answered", list(Wait), (4, 6, 3, 2), to)
        if self.city.often(0.1):
            self.tell("answered_late", ("yes",), to=to)
        if fate == "rejected":
            return self.tell("rejected", REJECTED, to=to)
        self.arrive(to)
        return ""

    def arrive(self, to: str) -> None:
        if self.city.often(0.1):
            self.tell("waiting", WAITING, to=to)
        if self.city.often(0.7):
            self.tell("first_contact", list(Wait), (2, 5, 4, 2), to)
        end = self.city.one(("open", "completed", "failed"), (30, 55, 15))
        if end != "open":
            self.step(end, to)
            self.tell(end, COMPLETED if end == "completed" else FAILED, to=to)
