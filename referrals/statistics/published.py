"""What may be read of a period: the cubes of its releases, for those who may read statistics."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lotsen.accounts.models import User
from lotsen.errors import Refusal
from lotsen.places.models import Municipality
from referrals.statistics import rules
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS, Cube, Key
from referrals.statistics.models import Release


@dataclass(frozen=True)
class Published:
    """The protected numbers of a quarter, or of a year as the sum of its quarters.

    Args:
        period: "2026Q3" or "2026".
        quarters: those that are in it; a year may have fewer than four until it is over.
        frozen_at: when the last of them was frozen.
        levels: how coarse each dimension is, by cube.
    """

    municipality: Municipality
    period: str
    quarters: tuple[str, ...]
    frozen_at: datetime
    levels: dict[str, dict[str, str]]
    families: Cube
    needs: Cube
    circumstances: Cube

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
        .order_by("period")
    )
    if not releases:
        raise Refusal("nothing_published")
    return summed(period, releases)


def summed(period: str, releases: Sequence[Release]) -> Published:
    """A year is the sum of its quarters: what was protected once is only added up."""
    return Published(
        municipality=releases[0].municipality,
        period=period,
        quarters=tuple(release.period for release in releases),
        frozen_at=max(release.frozen_at for release in releases),
        levels=releases[-1].levels,
        families=_summed(FAMILIES, releases),
        needs=_summed(NEEDS, releases),
        circumstances=_summed(CIRCUMSTANCES, releases),
    )


def _summed(name: str, releases: Sequence[Release]) -> Cube:
    cells: Counter[Key] = Counter()
    for release in releases:
        for *key, count in release.cells[name]:
            cells[tuple(key)] += count
    return Cube(name, dict(cells))
