"""The values matching speaks in: what a family looks for, what an offer is, what is found. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from offers.vocabulary import Access, Capacity, OfferFormat, Setting


class Because(StrEnum):
    """Why an offer fits, what is uncertain about it, or why not; wording.py has the sentences."""

    NEED_MET = "need_met"
    FOR_EVERY_FAMILY = "for_every_family"
    LANGUAGE_SPOKEN = "language_spoken"
    COMES_HOME = "comes_home"
    ONLINE = "online"
    IN_DISTRICT = "in_district"
    IN_BOROUGH = "in_borough"
    IN_CITY = "in_city"
    DISTANCE = "distance"
    AGE_FITS = "age_fits"
    PLACE_FREE = "place_free"
    BY_REFERRAL = "by_referral"

    WITH_INTERPRETING = "with_interpreting"
    LANGUAGES_UNKNOWN = "languages_unknown"
    CATCHMENT_UNKNOWN = "catchment_unknown"
    DISTRICT_UNKNOWN = "district_unknown"
    MEANT_FOR = "meant_for"
    WAITING_LIST = "waiting_list"
    PLACES_UNKNOWN = "places_unknown"
    PLACES_OLD = "places_old"
    UNCONFIRMED = "unconfirmed"
    NEVER_CONFIRMED = "never_confirmed"

    NO_COMMON_NEED = "no_common_need"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    OUTSIDE_CATCHMENT = "outside_catchment"
    OTHER_CITY = "other_city"
    LANGUAGE_NOT_SPOKEN = "language_not_spoken"
    FULL = "full"
    EXPIRED = "expired"
    NOT_PUBLISHED = "not_published"
    WITHDRAWN = "withdrawn"
    NO_WAY_IN = "no_way_in"


@dataclass(frozen=True)
class Reason:
    """A code and its values: catalogue codes, dates, counts. Never a person."""

    code: Because
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NeedProfile:
    """What a family looks for, coarse enough to be shown to it.

    Args:
        needs: codes of offers.vocabulary.NEEDS.
        age_months: of the child, completed months; negative in pregnancy (−9 to −1).
        languages: BCP 47, what the family speaks, preferred first; empty: not known.
        interpreting_needed: its German does not suffice for a talk.
        on: the day the match is asked for.
        latitude, longitude: centre of the district, never an address.
    """

    needs: frozenset[str]
    age_months: int
    municipality: str
    on: date
    district_key: str = ""
    district_name: str = ""
    borough_code: str = ""
    languages: tuple[str, ...] = ()
    interpreting_needed: bool = False
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An offer as plain values; the fields mean what they mean in offers.models.Offer.

    Args:
        catchment: keys of its districts, each with the code of its borough.
        reachable: professionals can hand over to it: a house in lotsen, or a contact of its own.
    """

    id: UUID
    name: str
    municipality: str
    provider: str = ""
    summary: str = ""
    dimension: str = ""
    needs: frozenset[str] = frozenset()
    age_from_months: int = -9
    age_to_months: int = 216
    audience: tuple[str, ...] = ()
    setting: str = ""
    offer_format: str = ""
    languages: tuple[str, ...] = ()
    interpreting: bool = False
    open_to_all_districts: bool = False
    catchment: Mapping[str, str] = field(default_factory=dict)
    access: str = Access.DIRECT
    reachable: bool = True
    recipient_id: UUID | None = None
    capacity: str = Capacity.UNKNOWN
    waiting_weeks: int | None = None
    capacity_as_of: date | None = None
    checked_on: date | None = None
    valid_until: date | None = None
    status: str = "published"
    latitude: float | None = None
    longitude: float | None = None

    @property
    def comes_home(self) -> bool:
        return self.setting == Setting.HOME or self.offer_format == OfferFormat.HOME_VISITING


@dataclass(frozen=True)
class Match:
    """An offer that fits: what speaks for it, and what to ask before relying on it."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    uncertain: tuple[Reason, ...]


@dataclass(frozen=True)
class Excluded:
    """An offer that does not fit, with everything that stands against it, not only the first."""

    candidate: Candidate
    why_not: tuple[Reason, ...]


@dataclass(frozen=True)
class Result:
    """Every candidate, once: matches best first, excluded nearest miss first."""

    matches: tuple[Match, ...]
    excluded: tuple[Excluded, ...]
