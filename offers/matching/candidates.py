"""From the catalogue to plain values for the rules, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from offers.matching.values import Candidate
from offers.models import Offer

_AS_THEY_ARE = (
    "id",
    "name",
    "summary",
    "dimension",
    "age_from_months",
    "age_to_months",
    "setting",
    "offer_format",
    "interpreting",
    "open_to_all_districts",
    "access",
    "recipient_id",
    "capacity",
    "waiting_weeks",
    "capacity_as_of",
    "checked_on",
    "valid_until",
    "status",
    "latitude",
    "longitude",
)
_COLUMNS = (
    *_AS_THEY_ARE,
    "municipality_id",
    "provider__name",
    "needs",
    "audience",
    "languages",
    "handover_phone",
    "public_phone",
    "public_email",
)


def for_municipality(slug: str) -> list[Candidate]:
    """The published catalogue of the city; two queries, however large it is."""
    rows = Offer.objects.published().filter(municipality=slug).values(*_COLUMNS)
    catchments = _catchments(slug)
    return [_candidate(row, catchments.get(cast("UUID", row["id"]), {})) for row in rows]


def _catchments(slug: str) -> Mapping[UUID, Mapping[str, str]]:
    """The districts of each offer that names some, with the borough each belongs to."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    served = Offer.districts.through.objects.filter(offer__municipality=slug)
    for offer, district, borough in served.values_list(
        "offer_id", "district_id", "district__borough_code"
    ):
        found[offer][district] = borough
    return found


def _candidate(row: Mapping[str, object], catchment: Mapping[str, str]) -> Candidate:
    ways_in = ("recipient_id", "handover_phone", "public_phone", "public_email")
    values = {name: row[name] for name in _AS_THEY_ARE}
    return Candidate(
        **values,  # type: ignore[arg-type]
        municipality=cast("str", row["municipality_id"]),
        provider=cast("str", row["provider__name"]),
        needs=frozenset(cast("list[str]", row["needs"])),
        audience=tuple(cast("list[str]", row["audience"])),
        languages=tuple(cast("list[str]", row["languages"])),
        catchment=catchment,
        reachable=any(row[way] for way in ways_in),
    )
