"""What may be read of a period: the cubes of its releases, for those who may read statistics."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache
from sys import intern
from types import MappingProxyType

from lotsen.accounts.models import User
from lotsen.errors import Refusal
from lotsen.places.models import Municipality
from referrals.statistics import boroughs, coarsening, rules
from referrals.statistics.cube import CIRCUMSTANCES, DIMENSIONS, FAMILIES, NEEDS, Cube, Key
from referrals.statistics.models import Release


@dataclass(frozen=True)
class Published:
    """The protected numbers of a quarter, or of a year as the sum of its quarters.

    Args:
        period: "2026Q3" or "2026".
        quarters: those that are in it; a year may have fewer than four until it is over.
        frozen_at: when the last of them was frozen.
        levels: how coarse each dimension is, by cube.
        only_totals: quarters of which only the number of families is told; they were too few.
    """

    municipality: Municipality
    period: str
    quarters: tuple[str, ...]
    frozen_at: datetime
    levels: dict[str, dict[str, str]]
    families: Cube
    needs: Cube
    circumstances: Cube
    only_totals: tuple[str, ...] = ()

    def cube(self, name: str) -> Cube:
        return {FAMILIES: self.families, NEEDS: self.needs, CIRCUMSTANCES: self.circumstances}[name]


def periods(municipality: Municipality, user: User) -> list[str]:
    """What `user` may choose from, newest first: each frozen quarter, each year with all four."""
    quarters = list(
        Release.objects.visible_to(user)
        .filter(municipality=municipality)
        .values_list("period", flat=True)
    )
    years = Counter(quarter[:4] for quarter in quarters)
    return sorted(quarters + [year for year, number in years.items() if number == 4], reverse=True)


def published(municipality: Municipality, period: str, user: User) -> Published:
    """The numbers of a period.

    Raises:
        InvalidInput: `period` names neither a quarter nor a year.
        Refusal: "nothing_published": none of it is frozen, or not for this user.
    """
    wanted = rules.quarters_of(period)
    releases = list(
        Release.objects.visible_to(user)
        .filter(municipality=municipality, period__in=wanted)
        .select_related("municipality")
        .defer("cells")  # read once by each server, see below
        .order_by("period")
    )
    if not releases:
        raise Refusal("nothing_published")
    return summed(period, releases)


def summed(period: str, releases: Sequence[Release]) -> Published:
    """A year is the sum of its quarters: what was protected once is only added up.

    Quarters told at different levels are added at the finest level common to all. A quarter of
    which only the number of families is told does not take the details of the others: its number
    stays a cell of its own (step "all"), and `only_totals` names it.
    """
    places = cache(lambda: boroughs.of_city(releases[0].municipality))
    cubes = {name: _Sum(name, releases, places) for name in DIMENSIONS}
    return Published(
        municipality=releases[0].municipality,
        period=period,
        quarters=tuple(release.period for release in releases),
        frozen_at=max(release.frozen_at for release in releases),
        levels={name: cube.levels for name, cube in cubes.items()},
        families=cubes[FAMILIES].cube(),
        needs=cubes[NEEDS].cube(),
        circumstances=cubes[CIRCUMSTANCES].cube(),
        only_totals=tuple(r.period for r in releases if not _tells(FAMILIES, r)),
    )


def _tells(name: str, release: Release) -> bool:
    """Whether a release tells details in a cube."""
    levels = release.levels.get(name, {})
    return levels.get("step") != coarsening.ALL and not coarsening.untold(name, levels)


class _Sum:
    """One cube of several releases, added at the levels common to those that tell it."""

    def __init__(
        self, name: str, releases: Sequence[Release], places: Callable[[], dict[str, str]]
    ) -> None:
        self._name, self._releases, self._places = name, releases, places
        self._telling = [release for release in releases if _tells(name, release)]
        told = [release.levels.get(name, {}) for release in self._telling or releases]
        self.levels = coarsening.common(told)
        if name == FAMILIES and self._kinds == set():
            self.levels["house_kind"] = coarsening.ALL  # no kind is told by itself in all

    def cube(self) -> Cube:
        if len(self._releases) == 1:
            return Cube(self._name, _cells(self._releases[0])[self._name])
        cells: Counter[Key] = Counter()
        for release in self._releases:
            for key, count in _cells(release)[self._name].items():
                cells[self._recoded(key)] += count
        return Cube(self._name, dict(cells))

    def _recoded(self, key: Key) -> Key:
        coarser = coarsening.recode(
            self._name, key, self.levels, boroughs=self._places(), kinds=self._kinds
        )
        return coarser or key

    @cached_property
    def _kinds(self) -> set[str] | None:
        """The kinds of house told by themselves in each release; None where none is told."""
        if self._name != FAMILIES or self.levels.get("house_kind") == coarsening.ALL:
            return None
        codes = [
            {key[1] for key in _cells(release)[FAMILIES]} - {coarsening.OTHER}
            for release in self._telling
        ]
        return set.intersection(*codes) if codes else None


def _cells(release: Release) -> dict[str, Mapping[Key, int]]:
    """The cubes of a release, read once: it never changes, and its hash names what it holds."""
    return _read(release.pk, release.sha256)


@lru_cache(maxsize=24)
def _read(pk: int, _sha256: str) -> dict[str, Mapping[Key, int]]:
    cells = Release.objects.values_list("cells", flat=True).get(pk=pk)
    return {
        name: MappingProxyType({tuple(map(intern, key)): count for *key, count in cube})
        for name, cube in cells.items()
    }
