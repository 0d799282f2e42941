"""Which offers fit a family, in which order, and why. Pure: no Django, no database, no clock.

A need profile goes in; every offer comes out exactly once: as a match with the reasons that speak
for it and what is uncertain, or as excluded with every reason against it. Matches stand in the
order of docs/domain.md: fits the need → language → near → free place → freshness of what is said.
The order is the whole answer: no number that could be read as a score leaves this module.
"""

from collections.abc import Iterable
from datetime import date

from lotsen.places.distances import kilometres
from offers.matching.values import (
    Because,
    Candidate,
    Excluded,
    Match,
    NeedProfile,
    Reason,
    Result,
)
from offers.vocabulary import NEEDS, Access, Capacity, Dimension, Setting

__all__ = [
    "Because",
    "Candidate",
    "Excluded",
    "Match",
    "NeedProfile",
    "Reason",
    "Result",
    "distance_km",
    "match",
]

PLACES_BELIEVED_DAYS = 90  # after that, what was said about places no longer counts
INFORMATION_BELIEVED_DAYS = 180  # after that, a page says how old the information is

# How far away an offer counts when its address is not known, by the reach it states; in km.
_ASSUMED_KM = {Because.IN_DISTRICT: 1.0, Because.IN_BOROUGH: 3.0, Because.IN_CITY: 6.0}
_ASSUMED_KM_OTHERWISE = 12.0


def match(profile: NeedProfile, candidates: Iterable[Candidate]) -> Result:
    """Sort `candidates` into those that fit `profile`, best first, and those that do not.

    The answer depends on the offers alone, not on the order they come in: ties end by name and id.
    """
    matches, excluded = [], []
    for candidate in candidates:
        why_not = _against(profile, candidate)
        if why_not:
            excluded.append(Excluded(candidate, why_not))
        else:
            matches.append(_explained(profile, candidate))
    matches.sort(key=lambda found: _order(profile, found))
    excluded.sort(key=lambda missed: (len(missed.why_not), *_by_name(missed.candidate)))
    return Result(tuple(matches), tuple(excluded))


def distance_km(profile: NeedProfile, candidate: Candidate) -> float | None:
    """Kilometres as the crow flies from the centre of the district, to the nearest half.

    Coarser than it could be, because a district's centre is not where the family lives.
    """
    if profile.latitude is None or profile.longitude is None:
        return None
    if candidate.latitude is None or candidate.longitude is None:
        return None
    exact = kilometres(profile.latitude, profile.longitude, candidate.latitude, candidate.longitude)
    return round(exact * 2) / 2


# -- what speaks against ---------------------------------------------------------------------


def _against(profile: NeedProfile, candidate: Candidate) -> tuple[Reason, ...]:
    return (
        *_not_on_show(profile, candidate),
        *_misses_needs(profile, candidate),
        *_misses_age(profile, candidate),
        *_misses_place(profile, candidate),
        *_misses_language(profile, candidate),
        *_cannot_be_entered(candidate),
        *_has_no_place(profile, candidate),
    )


def _not_on_show(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if candidate.status == "withdrawn":
        yield Reason(Because.WITHDRAWN)
    elif candidate.status != "published":
        yield Reason(Because.NOT_PUBLISHED)
    if candidate.valid_until is not None and candidate.valid_until < profile.on:
        yield Reason(Because.EXPIRED, {"on": candidate.valid_until})


def _misses_needs(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if not _for_every_family(candidate) and not profile.needs & candidate.needs:
        yield Reason(Because.NO_COMMON_NEED)


def _for_every_family(candidate: Candidate) -> bool:
    """A universal offer that names no need (a welcome visit) is there for all."""
    return candidate.dimension == Dimension.UNIVERSAL and not candidate.needs


def _misses_age(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if profile.age_months < candidate.age_from_months:
        yield Reason(Because.TOO_YOUNG, {"months": candidate.age_from_months})
    if profile.age_months > candidate.age_to_months:
        yield Reason(Because.TOO_OLD, {"months": candidate.age_to_months})


def _misses_place(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if candidate.municipality != profile.municipality:
        yield Reason(Because.OTHER_CITY)
    elif candidate.open_to_all_districts or not candidate.catchment or not profile.district_key:
        return
    elif profile.district_key not in candidate.catchment:
        yield Reason(Because.OUTSIDE_CATCHMENT, {"district": profile.district_name})


def _misses_language(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    known = profile.languages and candidate.languages
    if known and not candidate.interpreting and not _spoken(profile, candidate):
        yield Reason(Because.LANGUAGE_NOT_SPOKEN, {"language": profile.languages[0]})


def _spoken(profile: NeedProfile, candidate: Candidate) -> str:
    """The language both speak, the family's first choice first; "" if there is none.

    German counts for a family that speaks it, unless an interpreter is needed.
    """
    for language in profile.languages:
        counts = language != "de" or not profile.interpreting_needed
        if counts and language in candidate.languages:
            return language
    return ""


def _cannot_be_entered(candidate: Candidate) -> Iterable[Reason]:
    if candidate.access == Access.REFERRAL_ONLY and not candidate.reachable:
        yield Reason(Because.NO_WAY_IN)


def _has_no_place(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if _places(profile, candidate) == Capacity.FULL:
        yield Reason(Because.FULL, {"as_of": candidate.capacity_as_of})


def _places(profile: NeedProfile, candidate: Candidate) -> str:
    """What is known about places: a claim is believed for 90 days, an undated one not at all."""
    days = _days_since(candidate.capacity_as_of, profile.on)
    believed = days is not None and days <= PLACES_BELIEVED_DAYS
    return candidate.capacity if believed else Capacity.UNKNOWN


def _days_since(day: date | None, on: date) -> int | None:
    return None if day is None else (on - day).days


# -- what speaks for it, and what is uncertain -----------------------------------------------


def _explained(profile: NeedProfile, candidate: Candidate) -> Match:
    reasons = (
        *_needs_met(profile, candidate),
        *_language_fits(profile, candidate),
        *_is_near(profile, candidate),
        *_age_fits(candidate),
        *_lets_in(profile, candidate),
    )
    uncertain = (
        *_language_is_uncertain(profile, candidate),
        *_place_is_uncertain(profile, candidate),
        *_audience_is_narrow(candidate),
        *_capacity_is_uncertain(profile, candidate),
        *_information_is_old(profile, candidate),
    )
    return Match(candidate, reasons, uncertain)


def _needs_met(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if _for_every_family(candidate):
        yield Reason(Because.FOR_EVERY_FAMILY)
    met = profile.needs & candidate.needs
    for need in sorted(met, key=_place_in_vocabulary):
        yield Reason(Because.NEED_MET, {"need": need})


def _place_in_vocabulary(need: str) -> tuple[int, str]:
    return (_NEED_ORDER.get(need, len(_NEED_ORDER)), need)


_NEED_ORDER = {need: place for place, need in enumerate(NEEDS)}


def _language_fits(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if language := _spoken(profile, candidate):
        yield Reason(Because.LANGUAGE_SPOKEN, {"language": language})


def _is_near(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if candidate.comes_home:
        yield Reason(Because.COMES_HOME)
    elif candidate.setting == Setting.ONLINE:
        yield Reason(Because.ONLINE)
    reach = _reach(profile, candidate)
    if reach is not None:
        yield Reason(reach, {} if reach == Because.IN_CITY else {"district": profile.district_name})
    if _must_travel(candidate) and (away := distance_km(profile, candidate)) is not None:
        yield Reason(Because.DISTANCE, {"kilometres": away})


def _reach(profile: NeedProfile, candidate: Candidate) -> Because | None:
    """How the offer's catchment takes in the family: by its district, its borough, or the city."""
    boroughs = set(candidate.catchment.values())
    if candidate.open_to_all_districts:
        return Because.IN_CITY
    if profile.district_key not in candidate.catchment:
        return None
    if len(candidate.catchment) > 1 and boroughs == {profile.borough_code}:
        return Because.IN_BOROUGH
    return Because.IN_DISTRICT


def _must_travel(candidate: Candidate) -> bool:
    return not candidate.comes_home and candidate.setting != Setting.ONLINE


def _age_fits(candidate: Candidate) -> Iterable[Reason]:
    ages = {"from_months": candidate.age_from_months, "to_months": candidate.age_to_months}
    yield Reason(Because.AGE_FITS, ages)


def _lets_in(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if candidate.access == Access.REFERRAL_ONLY:
        yield Reason(Because.BY_REFERRAL)
    if _places(profile, candidate) == Capacity.FREE:
        yield Reason(Because.PLACE_FREE, {"as_of": candidate.capacity_as_of})


def _language_is_uncertain(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if not profile.languages or _spoken(profile, candidate):
        return
    if candidate.interpreting:
        yield Reason(Because.WITH_INTERPRETING, {"language": profile.languages[0]})
    else:
        yield Reason(Because.LANGUAGES_UNKNOWN)


def _place_is_uncertain(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    if candidate.open_to_all_districts:
        return
    if not candidate.catchment:
        yield Reason(Because.CATCHMENT_UNKNOWN)
    elif not profile.district_key:
        yield Reason(Because.DISTRICT_UNKNOWN)


def _audience_is_narrow(candidate: Candidate) -> Iterable[Reason]:
    if candidate.audience:
        yield Reason(Because.MEANT_FOR, {"audience": candidate.audience})


def _capacity_is_uncertain(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    places = _places(profile, candidate)
    if places == Capacity.WAITING_LIST:
        yield Reason(Because.WAITING_LIST, {"weeks": candidate.waiting_weeks})
    elif places == Capacity.UNKNOWN:
        days = _days_since(candidate.capacity_as_of, profile.on)
        claimed = candidate.capacity != Capacity.UNKNOWN and days is not None
        if claimed:
            yield Reason(Because.PLACES_OLD, {"days": days})
        else:
            yield Reason(Because.PLACES_UNKNOWN)


def _information_is_old(profile: NeedProfile, candidate: Candidate) -> Iterable[Reason]:
    days = _days_since(candidate.checked_on, profile.on)
    if days is None:
        yield Reason(Because.NEVER_CONFIRMED)
    elif days > INFORMATION_BELIEVED_DAYS:
        yield Reason(Because.UNCONFIRMED, {"days": days})


# -- the order -------------------------------------------------------------------------------


def _order(profile: NeedProfile, found: Match) -> tuple[object, ...]:
    candidate = found.candidate
    return (
        -len(profile.needs & candidate.needs),
        0 if _spoken(profile, candidate) or not profile.languages else 1,
        _nearness_km(profile, candidate),
        _PLACE_ORDER[_places(profile, candidate)],
        _age_of_information(profile, candidate),
        *_by_name(candidate),
    )


_PLACE_ORDER: dict[str, int] = {
    Capacity.FREE: 0,
    Capacity.UNKNOWN: 1,
    Capacity.WAITING_LIST: 2,
}


def _nearness_km(profile: NeedProfile, candidate: Candidate) -> float:
    if not _must_travel(candidate):
        return 0.0
    away = distance_km(profile, candidate)
    if away is not None:
        return away
    reach = _reach(profile, candidate)
    return _ASSUMED_KM[reach] if reach else _ASSUMED_KM_OTHERWISE


def _age_of_information(profile: NeedProfile, candidate: Candidate) -> float:
    days = _days_since(candidate.checked_on, profile.on)
    return float("inf") if days is None else days


def _by_name(candidate: Candidate) -> tuple[str, str]:
    return (candidate.name.casefold(), str(candidate.id))
