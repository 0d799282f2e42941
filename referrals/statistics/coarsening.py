"""How fine numbers may be told, and how fine ones become coarser. Pure.

A cube must not have more cells than half as many families (privacy.md, section 4, rule 1): the
fewer families a quarter has, the coarser it is told. Each dimension has levels, finest first; a
ladder says in which order a cube gives them up. Who lives where matters more for planning than
how old a child is exactly, and that more than which kind of house met the family first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from referrals.facts.rules import LifePhase
from referrals.statistics.cube import CIRCUMSTANCES, DIMENSIONS, FAMILIES, NEEDS, Key

type Levels = Mapping[str, str]  # dimension → level

ALL, CITY, OTHER, OUTSIDE, ANY, UNMET = "all", "city", "other", "outside", "any", "unmet"
NONE = "none"  # nothing of the cube is told
# The levels of each dimension, finest first.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "step": ("each", ALL),  # all: how many families, and nothing else
    "house_kind": ("kind", ALL),
    "life_phase": ("fine", "four", ALL),
    "district": ("district", "borough", CITY),
    "need": ("each", NONE),
    "answer": ("reasons", UNMET),  # reasons: no offer, or no place
    "circumstance": ("each", "kinds", NONE),
}
FOUR: Mapping[str, str] = {
    LifePhase.PREGNANCY: "pregnancy",
    LifePhase.NEWBORN: "first_year",
    LifePhase.INFANT: "first_year",
    LifePhase.TODDLER: "until_school",
    LifePhase.PRESCHOOL: "until_school",
    LifePhase.SCHOOL: "school_on",
    LifePhase.YOUTH: "school_on",
    LifePhase.YOUNG_ADULT: "school_on",
}
STEPS = (
    "not_kept", "unassessed", "talk_open", "talk_declined", "talk_wished", "consent_given",
    "consent_declined", "requested", "accepted", "rejected", "completed", "failed",
)  # fmt: skip
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "reasons": ("met", "no_offer", "no_place"),
    UNMET: ("met", UNMET),
}
# Every family counts in exactly one of these.
FAMILY_STEPS = frozenset(STEPS[:5])
SMALLEST = 50  # families in a quarter, below which only their number is told (rule 7)
MOST_CELLS = 5_000  # of a cube, however many families: what a page reads within a moment
FEWEST_HOUSES = 3  # of a kind that is told by itself (rule 8)
SMALL_GROUP, NEARLY_ALL = 20, 0.9  # attributes of small groups (rule 6)


def _rungs(cube: str, *rungs: tuple[str, ...], first: str) -> tuple[dict[str, str], ...]:
    """Ladder of a cube whose first dimension is told one by one on every rung."""
    return tuple(dict(zip(DIMENSIONS[cube], (first, *rung), strict=True)) for rung in rungs)


TOTAL = dict(zip(DIMENSIONS[FAMILIES], (ALL, ALL, ALL, CITY), strict=True))
UNTOLD_NEEDS = dict(zip(DIMENSIONS[NEEDS], (NONE, UNMET, ALL, CITY), strict=True))
LADDERS: Mapping[str, tuple[dict[str, str], ...]] = {
    FAMILIES: (
        *_rungs(
            FAMILIES,
            ("kind", "fine", "district"),
            ("kind", "four", "district"),
            (ALL, "four", "district"),
            ("kind", "four", "borough"),
            (ALL, "four", "borough"),
            ("kind", ALL, "borough"),
            (ALL, ALL, "borough"),
            ("kind", "four", CITY),
            (ALL, "four", CITY),
            ("kind", ALL, CITY),
            (ALL, ALL, CITY),
            first="each",
        ),
        TOTAL,
    ),
    NEEDS: (
        *_rungs(
            NEEDS,
            ("reasons", "fine", "district"),
            ("reasons", "four", "district"),
            (UNMET, "four", "district"),
            ("reasons", "four", "borough"),
            (UNMET, "four", "borough"),
            ("reasons", ALL, "borough"),
            (UNMET, ALL, "borough"),
            ("reasons", "four", CITY),
            (UNMET, "four", CITY),
            ("reasons", ALL, CITY),
            (UNMET, ALL, CITY),
            first="each",
        ),
        UNTOLD_NEEDS,
    ),
    CIRCUMSTANCES: tuple({"circumstance": level} for level in LEVELS["circumstance"]),
}


def recode(
    cube: str,
    key: Key,
    levels: Levels,
    *,
    boroughs: Mapping[str, str],
    kinds: Collection[str] | None = None,
) -> Key | None:
    """The key of the coarser cell that a cell belongs to; None if it is not told at these levels.

    Args:
        key: of any finer level, or of these.
        levels: by dimension; one left out stays as it is.
        boroughs: district key → borough; what it does not know lies outside the city.
        kinds: of houses that are told by themselves; None: all that come.
    """
    if untold(cube, levels):
        return None
    if cube == FAMILIES and levels.get("step") == ALL:
        return (ALL, ALL, ALL, CITY) if key[0] in FAMILY_STEPS | {ALL} else None
    if cube == FAMILIES and key[0] == ALL:
        return key  # a number that was never told in finer parts
    codes = zip(DIMENSIONS[cube], key, strict=True)
    return tuple(_coarser(name, code, levels, boroughs, kinds) for name, code in codes)


def untold(cube: str, levels: Levels) -> bool:
    """Whether nothing of the cube is told at these levels."""
    return NONE in (levels.get(name) for name in DIMENSIONS[cube])


def common(levels: Sequence[Levels]) -> dict[str, str]:
    """The finest levels at which all of these can be told."""
    names = dict.fromkeys(name for each in levels for name in each)
    return {
        name: max((each[name] for each in levels if name in each), key=LEVELS[name].index)
        for name in names
    }


def kinds_told(houses: Mapping[str, int]) -> frozenset[str] | None:
    """The kinds of house that may be told by themselves; None if no kind may be told at all.

    Args:
        houses: how many there are of each kind.
    """
    told = frozenset(kind for kind, number in houses.items() if number >= FEWEST_HOUSES)
    rest = sum(number for kind, number in houses.items() if kind not in told)
    return None if 0 < rest < FEWEST_HOUSES or not told else told


def life_phases(level: str) -> tuple[str, ...]:
    """The codes of the life phases at a level, in the order of a life."""
    if level == ALL:
        return (ALL,)
    return tuple(LifePhase) if level == "fine" else tuple(dict.fromkeys(FOUR.values()))


def districts(level: str, boroughs: Mapping[str, str], *, outside: bool) -> tuple[str, ...]:
    """The codes of the districts at a level, with those outside if a family may live there."""
    if level == CITY:
        return (CITY,)
    inside = sorted(boroughs if level == "district" else set(boroughs.values()))
    return (*inside, OUTSIDE) if outside else tuple(inside)


def is_diverse(cells: Mapping[Key, int]) -> bool:
    """Whether no small group of the needs cube has nearly one need alone (rule 6)."""
    groups: dict[Key, dict[str, int]] = {}
    for (need, _answer, *group), count in cells.items():
        needs = groups.setdefault(tuple(group), {})
        needs[need] = needs.get(need, 0) + count
    return all(_mixed(needs.values()) for needs in groups.values())


def _mixed(counts: Iterable[int]) -> bool:
    counts = list(counts)
    total = sum(counts)
    return not 0 < total < SMALL_GROUP or max(counts) < NEARLY_ALL * total


def _coarser(
    name: str,
    code: str,
    levels: Levels,
    boroughs: Mapping[str, str],
    kinds: Collection[str] | None,
) -> str:
    level = levels.get(name, LEVELS[name][0])
    match name:
        case "house_kind":
            return _house_kind(code, level, kinds)
        case "life_phase":
            return _life_phase(code, level)
        case "district":
            return _district(code, level, boroughs)
        case "answer":
            return UNMET if level == UNMET and code != "met" else code
        case "circumstance":
            return f"{code.split(':')[0]}:{ANY}" if level == "kinds" else code
    return code


def _house_kind(code: str, level: str, kinds: Collection[str] | None) -> str:
    if level == ALL:
        return ALL
    return code if kinds is None or code in kinds else OTHER


def _life_phase(code: str, level: str) -> str:
    if level == ALL:
        return ALL
    return FOUR.get(code, code) if level == "four" else code


def _district(code: str, level: str, boroughs: Mapping[str, str]) -> str:
    if level == CITY:
        return CITY
    if code == OUTSIDE or code.startswith("borough:"):
        return code
    if code not in boroughs:
        return OUTSIDE
    return boroughs[code] if level == "borough" else code
