"""One row of an import, understood but not yet matched with the catalogue. Pure."""

from dataclasses import dataclass, field
from datetime import date

from offers.vocabulary import Capacity


@dataclass(frozen=True)
class ProviderMention:
    """Who runs the offer, as the file says. An empty name means: not said."""

    name: str
    slug: str = ""
    carrier: str = ""
    website: str = ""


@dataclass(frozen=True)
class PlaceMention:
    """Whom the offer is for, by place: the whole city, or districts by key or name."""

    whole_city: bool = False
    districts: tuple[str, ...] = ()
    borough: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.borough, *self.districts])) or "keine Angabe"


@dataclass(frozen=True)
class Freshness:
    """What the file says about places and checks, and since when.

    Args:
        relative: the days are counted from the day of the import ("checked 20 days ago"). They
            hold for the first import only: no later import makes old information look fresh.
    """

    capacity: Capacity = Capacity.UNKNOWN
    waiting_weeks: int | None = None
    capacity_as_of: date | None = None
    checked_on: date | None = None
    valid_until: date | None = None
    relative: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An offer as one row describes it.

    Args:
        values: fields of Offer that are copied as they are.
        ages: months, both inclusive; None: the row does not say.
        markup: a text held HTML, which was taken out.
        needs_matter: the source cannot say for what the offer is; a person must.
        hints: German sentences about what was left out.
    """

    number: int
    source_id: str
    city: str
    values: dict[str, object]
    ages: tuple[int, int] | None
    provider: ProviderMention
    place: PlaceMention
    recipient: str = ""
    freshness: Freshness = field(default_factory=Freshness)
    markup: bool = False
    needs_matter: bool = False
    hints: tuple[str, ...] = ()
