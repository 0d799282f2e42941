"""What a token of the API may be used for: areas, each to read or to write. Pure.

Every route of the API names its area (lotsen.rest.authentication asks); a token that does not
carry it is refused, whatever its user may do.
"""

from enum import StrEnum


class Area(StrEnum):
    CASES = "cases"  # cases, assessments, consents, handovers
    OFFERS = "offers"
    STATISTICS = "statistics"
    AUDIT = "audit"
    BASICS = "basics"  # districts, houses, questionnaires, texts: about nobody, for every token


def code(area: Area, *, writes: bool) -> str:
    """How a token carries it: "cases:read"."""
    return f"{area}:{'write' if writes else 'read'}"


READING = frozenset(code(area, writes=False) for area in Area if area is not Area.BASICS)
WRITING = frozenset(code(area, writes=True) for area in (Area.CASES, Area.OFFERS))
ALL = READING | WRITING


def is_covered(carried: frozenset[str], area: Area, *, writes: bool) -> bool:
    """Whether a token that carries these codes may be used there. The basics are read by all."""
    if area is Area.BASICS and not writes:
        return True
    return code(area, writes=writes) in carried
