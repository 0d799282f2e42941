"""Published numbers for tests: made up, plausible, multiples of five, without any family."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import product

from lotsen.places.models import Municipality
from referrals.statistics import rules
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Key
from referrals.statistics.models import Release
from tests.builders import make_district

type Levels = Mapping[str, Mapping[str, str]]

LEVELS: dict[str, dict[str, str]] = {
    FAMILIES: {"step": "each", "house_kind": "kind", "life_phase": "four", "district": "borough"},
    NEEDS: {"need": "each", "answer": "reasons", "life_phase": "four", "district": "borough"},
    CIRCUMSTANCES: {"circumstance": "each"},
}
# Two boroughs of the cast's city: make_district("Bilk"), make_district("Oberkassel", "041").
NORTH, SOUTH = "borough:04", "borough:03"

STEPS = {
    "not_kept": 80, "unassessed": 60, "talk_open": 80, "talk_declined": 220, "talk_wished": 560,
    "consent_given": 480, "consent_declined": 80, "requested": 500, "accepted": 400,
    "rejected": 80, "completed": 320, "failed": 40,
}  # fmt: skip
HOUSE_KINDS = {"clinic": 3, "other": 1}
LIFE_PHASES = {"pregnancy": 3, "first_year": 5, "until_school": 2, "school_on": 0}
DISTRICTS = {SOUTH: 3, NORTH: 2}
# By need group: met, no fitting offer, no place free.
WISHES = {
    "everyday": (240, 20, 60), "child": (160, 20, 20), "health": (80, 40, 40),
    "relationship": (60, 0, 0), "money_housing": (120, 40, 0), "language_rights": (60, 100, 20),
    "pregnancy_midwife": (100, 120, 100), "contact": (160, 0, 0),
}  # fmt: skip
CIRCUMSTANCE = {
    "interpreting:ar": 60, "interpreting:tr": 85, "interpreting:uk": 45,
    "gap_reason:none_exists": 120, "gap_reason:language": 90, "gap_reason:full": 60,
    "gap_reason:too_far": 0,
    "rejected:no_capacity": 45, "rejected:not_responsible": 25, "rejected:already_supported": 10,
    "waiting:waiting_list": 35, "waiting:family_asked_to_wait": 5,
    "answered:up_to_2": 190, "answered:up_to_7": 180, "answered:up_to_14": 80,
    "answered:longer": 30, "answered_late:yes": 70,
    "first_contact:up_to_2": 80, "first_contact:up_to_7": 160, "first_contact:up_to_14": 90,
    "first_contact:longer": 25,
    "completed:taken_up": 230, "completed:counselling_done": 70, "completed:referred_on": 20,
    "failed:not_reached": 20, "failed:family_declined": 15, "failed:did_not_appear": 5,
    "closed:handover_accepted": 280, "closed:info_only": 120, "closed:contact_declined": 60,
    "closed:not_reached": 40,
}  # fmt: skip


def publish(
    municipality: Municipality,
    period: str = "2026Q3",
    *,
    families: Mapping[Key, int] | None = None,
    needs: Mapping[Key, int] | None = None,
    circumstances: Mapping[Key, int] | None = None,
    levels: Levels | None = None,
    times: float = 1,
) -> Release:
    """A frozen quarter; each cube left out has the plausible cells of this file.

    Args:
        families, needs, circumstances: cells by key (referrals.statistics.cube.DIMENSIONS).
        times: of the plausible cells, to let quarters differ.

    Raises:
        ValueError: a cell given is no multiple of five.
    """
    cubes = {
        FAMILIES: _grown(family_cells(), times) if families is None else families,
        NEEDS: _grown(need_cells(), times) if needs is None else needs,
        CIRCUMSTANCES: (
            _grown(circumstance_cells(), times) if circumstances is None else circumstances
        ),
    }
    cells = {name: _listed(cube) for name, cube in cubes.items()}
    known = {name: dict(level) for name, level in (levels or LEVELS).items()}
    if levels is None:
        make_boroughs(municipality)
    return Release.objects.create(
        municipality=municipality,
        period=period,
        frozen_at=datetime.combine(
            rules.last_day(period) + rules.LAG + timedelta(days=1), time(3), UTC
        ),
        levels=known,
        cells=cells,
        sha256=_hash(period, known, cells),
    )


def publish_year(municipality: Municipality, year: int = 2026) -> list[Release]:
    """The four quarters of a year, each larger than the one before."""
    growth = enumerate((0.7, 0.8, 0.9, 1.0), start=1)
    return [publish(municipality, f"{year}Q{number}", times=times) for number, times in growth]


def make_boroughs(municipality: Municipality) -> None:
    """The districts whose boroughs the plausible cells name."""
    make_district("Bilk", "036", city=municipality)
    make_district("Oberkassel", "041", city=municipality)


def family_cells() -> dict[Key, int]:
    """Steps by kind of house, life phase and borough; the tables by one of them look real."""
    return _spread({(step,): count for step, count in STEPS.items()}, HOUSE_KINDS)


def need_cells() -> dict[Key, int]:
    answers = ("met", "no_offer", "no_place")
    return _spread(
        {(need, answers[n]): counts[n] for need, counts in WISHES.items() for n in range(3)}
    )


def circumstance_cells() -> dict[Key, int]:
    return {(circumstance,): count for circumstance, count in CIRCUMSTANCE.items()}


def _spread(totals: Mapping[Key, int], *first: Mapping[str, int]) -> dict[Key, int]:
    """Each total over all codes of the other dimensions, by their weights."""
    weights = [*first, LIFE_PHASES, DISTRICTS]
    cells: dict[Key, int] = {}
    for key, total in totals.items():
        left = total
        for codes in product(*weights):
            share = float(total)
            for code, weight in zip(codes, weights, strict=True):
                share *= weight[code] / sum(weight.values())
            cells[key + codes] = min(_to_five(share), left)
            left -= cells[key + codes]
        cells[key + tuple(next(iter(weight)) for weight in weights)] += left
    return cells


def _grown(cells: Mapping[Key, int], times: float) -> dict[Key, int]:
    return {key: _to_five(count * times) for key, count in cells.items()}


def _to_five(number: float) -> int:
    return 5 * round(number / 5)


def _listed(cells: Mapping[Key, int]) -> list[list[str | int]]:
    if any(count % 5 or count < 0 for count in cells.values()):
        raise ValueError("no cell of a release is anything but a multiple of five")
    return [[*key, count] for key, count in sorted(cells.items())]


def _hash(period: str, levels: Levels, cells: Mapping[str, object]) -> str:
    whole = {"period": period, "levels": levels, "cells": cells}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
