"""A family in Bilk and an offer that fits it; every test changes what it is about."""

from datetime import date
from typing import Any
from uuid import UUID

from offers.matching.rules import Because, Candidate, NeedProfile, Reason, match

TODAY = date(2026, 3, 2)
BILK = "duesseldorf-bilk"


def family(**changes: Any) -> NeedProfile:
    usual: dict[str, Any] = {
        "needs": frozenset({"overload", "crying_sleep"}), "age_months": 0, "on": TODAY,
        "municipality": "duesseldorf", "district_key": BILK, "district_name": "Bilk",
        "borough_code": "03", "languages": ("ar", "de"), "latitude": 51.2, "longitude": 6.78,
    }  # fmt: skip
    return NeedProfile(**(usual | changes))


def offer(**changes: Any) -> Candidate:
    usual: dict[str, Any] = {
        "id": UUID(int=1), "name": "Familienhebammen", "municipality": "duesseldorf",
        "needs": frozenset({"overload"}), "age_from_months": -3, "age_to_months": 12,
        "languages": ("de", "ar"), "open_to_all_districts": True, "capacity": "free",
        "capacity_as_of": date(2026, 2, 20), "checked_on": date(2026, 2, 20),
        "dimension": "selective",
    }  # fmt: skip
    return Candidate(**(usual | changes))


def reasons(profile: NeedProfile, candidate: Candidate) -> dict[Because, Reason]:
    """Everything said about a match, by code; fails if it was excluded."""
    (found,) = match(profile, [candidate]).matches
    return {reason.code: reason for reason in (*found.reasons, *found.uncertain)}


def why_not(profile: NeedProfile, candidate: Candidate) -> list[Because]:
    (missed,) = match(profile, [candidate]).excluded
    return [reason.code for reason in missed.why_not]


def order(profile: NeedProfile, *candidates: Candidate) -> list[str]:
    return [found.candidate.name for found in match(profile, candidates).matches]
