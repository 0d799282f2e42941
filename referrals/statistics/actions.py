"""Freezing: what was counted in a quarter becomes what may be published, once and for good."""

import hashlib
import json
import logging
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.errors import Refusal
from lotsen.places.models import Municipality
from referrals.facts import folding
from referrals.facts.models import Delta, Tally
from referrals.statistics import attacker, disclosure, rules
from referrals.statistics.coarsening import LADDERS, SMALLEST, Levels
from referrals.statistics.counting import Quarter
from referrals.statistics.cube import Key
from referrals.statistics.models import Release

TRIES = 3  # other random starts, before the numbers are told coarser

logger = logging.getLogger(__name__)


def frozen() -> Collection[tuple[str, str]]:
    """Municipalities and quarters to which nothing may be added any more."""
    return set(Release.objects.values_list("municipality_id", "period"))


def fold(*, at: datetime) -> int:
    """Fold some of the waiting deltas; answers how many."""
    return folding.fold(frozen=frozen, today=localdate(at))


@transaction.atomic
def freeze(municipality: Municipality, quarter: str, *, at: datetime) -> Release:
    """The release of a quarter; a second call answers with the same, down to the byte.

    Nobody folds or freezes at the same time. The true counts are deleted in the same transaction,
    and the chance that rounded is kept nowhere: what is published cannot be worked out again.

    Raises:
        InvalidInput: `quarter` names none.
        Refusal: "period_still_open": it is not over, or within the fourteen days after its end;
            "nothing_counted": this city has counted nothing up to then; "gate_closed": the check
            before publication found a family, however coarse the numbers. Nothing was changed.
    """
    rules.checked_quarter(quarter)
    if not rules.may_be_frozen(quarter, localdate(at)):
        raise Refusal("period_still_open", period=quarter)
    folding.alone(wait=True)
    existing = _released(municipality, quarter)
    if existing is not None:
        return existing
    while folding.fold(frozen=frozen, today=localdate(at), wait=True):
        pass
    if not _has_begun(municipality, quarter):
        raise Refusal("nothing_counted", period=quarter)
    release = _publish(municipality, quarter, at=at)
    Tally.objects.filter(municipality=municipality.pk, period=quarter).delete()
    return release


def freeze_due(*, at: datetime) -> list[Release]:
    """Freeze every quarter that is over for fourteen days, the oldest first.

    What the check before publication refuses stays counted and is tried again the next time.
    """
    releases = []
    for municipality, quarter in due(localdate(at)):
        try:
            releases.append(freeze(municipality, quarter, at=at))
        except Refusal as refusal:
            logger.error(  # noqa: TRY400  a refusal is no crash: the code says it all
                "No release of %s %s: %s", municipality.pk, quarter, refusal.code
            )
    return releases


def due(today: date) -> list[tuple[Municipality, str]]:
    """What waits to be frozen: from the first quarter a city has counted in, none left out."""
    return sorted(
        (
            (municipality, quarter)
            for municipality in Municipality.objects.all()
            for quarter in _due_in(municipality, today)
        ),
        key=lambda each: (each[1], each[0].pk),
    )


def _due_in(municipality: Municipality, today: date) -> Iterator[str]:
    first = _first_quarter(municipality)
    if first is None:
        return
    done = set(municipality.releases.values_list("period", flat=True))
    quarter = first
    while rules.may_be_frozen(quarter, today):
        if quarter not in done:
            yield quarter
        quarter = rules.after(quarter)


def _first_quarter(municipality: Municipality) -> str | None:
    """The quarter in which a city began to count; text of this form sorts by time."""
    found = [
        rows.order_by("period").values_list("period", flat=True).first()
        for rows in (
            Release.objects.filter(municipality=municipality),
            Tally.objects.filter(municipality=municipality.pk),
            Delta.objects.filter(municipality=municipality.pk),
        )
    ]
    return min((quarter for quarter in found if quarter is not None), default=None)


def _has_begun(municipality: Municipality, quarter: str) -> bool:
    first = _first_quarter(municipality)
    return first is not None and first <= quarter


def _released(municipality: Municipality, quarter: str) -> Release | None:
    return Release.objects.filter(municipality=municipality, period=quarter).first()


def _publish(municipality: Municipality, quarter: str, *, at: datetime) -> Release:
    counted = Quarter(municipality, quarter)
    for levels in _attempts(counted):
        cubes = _protected(counted, levels)
        if cubes is not None:
            return _written(municipality, quarter, levels, cubes, at=at)
    raise Refusal("gate_closed", period=quarter)


def _attempts(counted: Quarter) -> Iterator[dict[str, Levels]]:
    """The levels to try, finest first; each step makes every cube coarser that still can be."""
    ladders = {name: counted.rungs(name) for name in LADDERS}
    if counted.families < SMALLEST:
        ladders = {name: [ladder[-1]] for name, ladder in ladders.items()}
    for step in range(max(map(len, ladders.values()))):
        yield {name: ladder[min(step, len(ladder) - 1)] for name, ladder in ladders.items()}


def _protected(counted: Quarter, levels: Mapping[str, Levels]) -> dict[str, dict[Key, int]] | None:
    """The cubes at these levels, or None if they would tell of a family."""
    base = counted.base(levels)
    for _ in range(TRIES):
        shown = disclosure.protect_together(base.true, base.largest, chance=_chance())
        if not attacker.gate(base.true, base.own, shown):
            return shown
    return None


def _chance() -> secrets.SystemRandom:
    """Chance of the machine itself: it has no state that could be kept or guessed."""
    return secrets.SystemRandom()


def _written(
    municipality: Municipality,
    quarter: str,
    levels: Mapping[str, Levels],
    cubes: Mapping[str, Mapping[Key, int]],
    *,
    at: datetime,
) -> Release:
    known = {name: dict(level) for name, level in levels.items()}
    cells = {
        name: [[*map(str, key), count] for key, count in sorted(cube.items())]
        for name, cube in cubes.items()
    }
    return Release.objects.create(
        municipality=municipality,
        period=quarter,
        frozen_at=at,
        levels=known,
        cells=cells,
        sha256=digest(quarter, known, cells),
    )


def digest(quarter: str, levels: object, cells: object) -> str:
    """The hash of a release, over its canonical JSON."""
    whole = {"period": quarter, "levels": levels, "cells": cells}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
