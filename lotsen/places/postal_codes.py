"""A postal code suggests districts; it never decides one.

Postal code areas and districts overlap many to many, so the nearest districts are offered
and a person chooses. Source: GeoNames, CC BY 4.0 (see NOTICE).
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lotsen.places.distances import kilometres
from lotsen.places.geometry import contains
from lotsen.places.models import District, Municipality

DATA = Path(__file__).parent / "data" / "postal_codes.csv"


@dataclass(frozen=True)
class PostalCode:
    """A delivery area. GeoNames places some codes at the centre of the city: position unknown."""

    code: str
    ags_prefix: str  # first five digits of the AGS: the county or independent city
    latitude: float | None
    longitude: float | None


def suggest_districts(code: str, city: Municipality, *, limit: int = 5) -> list[District]:
    """The districts of `city` near the postal code: around its centre first, then nearest first.

    Empty where the code is unknown, belongs to another city or has no known position.
    """
    area = _areas().get(code.strip())
    if area is None or area.latitude is None or area.longitude is None:
        return []
    if not city.ags.startswith(area.ags_prefix):
        return []
    placed = [
        (_outside(district, area.latitude, area.longitude), distance, district)
        for district in District.objects.filter(municipality=city)
        if (distance := _distance(district, area.latitude, area.longitude)) is not None
    ]
    placed.sort(key=lambda entry: entry[:2])
    return [district for _, _, district in placed[:limit]]


def _outside(district: District, latitude: float, longitude: float) -> bool:
    return district.outline is None or not contains(district.outline, longitude, latitude)


def _distance(district: District, latitude: float, longitude: float) -> float | None:
    if district.latitude is None or district.longitude is None:
        return None
    return kilometres(latitude, longitude, district.latitude, district.longitude)


@cache
def _areas() -> dict[str, PostalCode]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["postal_code"]: PostalCode(
                row["postal_code"],
                row["ags_prefix"],
                float(row["latitude"]) if row["latitude"] else None,
                float(row["longitude"]) if row["longitude"] else None,
            )
            for row in csv.DictReader(file)
        }
