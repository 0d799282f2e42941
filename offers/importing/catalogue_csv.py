"""Our own CSV format: one offer a line. The columns are explained in README.md beside this file."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from lotsen.importing import Row
from offers.importing.cells import Cells
from offers.importing.entry import Entry, Freshness, PlaceMention, ProviderMention
from offers.importing.problems import RowRejectedError
from offers.vocabulary import (
    LANGUAGES,
    NEEDS,
    Access,
    Audience,
    Capacity,
    Dimension,
    OfferFormat,
    Setting,
)

REQUIRED: Final = (
    "id", "name", "provider", "summary", "age_from_months", "age_to_months", "districts",
)  # fmt: skip
OPTIONAL: Final = (
    "city", "provider_slug", "carrier", "provider_website", "summary_plain", "dimension", "topics",
    "needs", "audience", "setting", "format", "languages", "interpreting", "accessible", "cost",
    "access", "recipient", "capacity", "waiting_weeks", "capacity_as_of", "capacity_days_ago",
    "checked_on", "checked_days_ago", "valid_until", "valid_days", "street", "postal_code", "town",
    "latitude", "longitude", "opening_hours", "phone", "email", "website", "handover_phone",
    "legal_basis",
)  # fmt: skip
WHOLE_CITY = frozenset({"alle", "*", "stadtweit"})
LIMITS = {"name": 200, "cost": 80, "street": 120, "town": 80, "legal_basis": 60}  # characters
LONG_TEXT = 2000  # characters
LONGEST_WAIT = 104  # weeks
OLDEST = 3650  # days


def read_entry(row: Row, *, on: date) -> Entry:
    """The offer a line describes. `on` is the day of the import.

    Raises:
        RowRejectedError: the line cannot be taken over as it is.
    """
    if row.surplus:
        raise RowRejectedError("column_count")
    cells = Cells(row.cells)
    source_id, name = cells.text("id", 120), cells.text("name", LIMITS["name"])
    if not source_id or not name:
        raise RowRejectedError("id_missing" if not source_id else "name_missing")
    values = {"name": name, **_description(cells), **_contact(cells)}
    return Entry(
        number=row.number,
        source_id=source_id,
        city=cells.text("city", 50),
        values=values,
        ages=_ages(cells),
        provider=ProviderMention(
            name=cells.text("provider", 200),
            slug=cells.text("provider_slug", 120),
            carrier=cells.text("carrier", 200),
            website=cells.website("provider_website"),
        ),
        place=_place(cells.items("districts")),
        recipient=cells.text("recipient", 50),
        freshness=_freshness(cells, on),
        markup=cells.markup,
        hints=tuple(cells.hints),
    )


def _description(cells: Cells) -> dict[str, object]:
    return {
        "summary": cells.text("summary", LONG_TEXT),
        "summary_plain": cells.text("summary_plain", LONG_TEXT),
        "dimension": cells.code("dimension", Dimension),
        "topics": cells.items("topics"),
        "needs": cells.codes("needs", NEEDS),
        "audience": cells.codes("audience", list(Audience)),
        "setting": cells.code("setting", Setting),
        "offer_format": cells.code("format", OfferFormat),
        "languages": cells.codes("languages", LANGUAGES),
        "interpreting": cells.yes_or_no("interpreting") or False,
        "accessible": cells.yes_or_no("accessible"),
        "cost": cells.text("cost", LIMITS["cost"]),
        "access": cells.code("access", Access) or Access.DIRECT.value,
        "legal_basis": cells.text("legal_basis", LIMITS["legal_basis"]),
    }


def _contact(cells: Cells) -> dict[str, object]:
    latitude, longitude = cells.position(cells.raw("latitude"), cells.raw("longitude"))
    return {
        "street": cells.text("street", LIMITS["street"]),
        "postal_code": cells.postal_code("postal_code"),
        "town": cells.text("town", LIMITS["town"]),
        "latitude": latitude,
        "longitude": longitude,
        "opening_hours": cells.text("opening_hours", LONG_TEXT),
        "public_phone": cells.phone("phone"),
        "public_email": cells.email("email"),
        "website": cells.website("website"),
        "handover_phone": cells.phone("handover_phone"),
    }


def _ages(cells: Cells) -> tuple[int, int] | None:
    low = cells.number("age_from_months", -9, 216)
    high = cells.number("age_to_months", -9, 216)
    if low is None or high is None:
        return None
    if high < low:
        raise RowRejectedError("age_range_reversed", low=low, high=high)
    return low, high


def _place(names: Collection[str]) -> PlaceMention:
    if any(name.lower() in WHOLE_CITY for name in names):
        return PlaceMention(whole_city=True)
    return PlaceMention(districts=tuple(names))


def _freshness(cells: Cells, on: date) -> Freshness:
    """The days the line gives, as dates or counted from the day of the import."""
    days_ago = {
        "capacity_as_of": cells.number("capacity_days_ago", 0, OLDEST),
        "checked_on": cells.number("checked_days_ago", 0, OLDEST),
    }
    dates: dict[str, date | None] = {
        name: on - timedelta(days=days) for name, days in days_ago.items() if days is not None
    }
    days_left = cells.number("valid_days", -OLDEST, OLDEST)
    if days_left is not None:
        dates["valid_until"] = on + timedelta(days=days_left)
    relative = frozenset(dates)
    for name in ("capacity_as_of", "checked_on", "valid_until"):
        latest = date.max if name == "valid_until" else on
        dates.setdefault(name, cells.day(name, latest=latest))
    return Freshness(
        capacity=Capacity(cells.code("capacity", Capacity) or Capacity.UNKNOWN),
        waiting_weeks=cells.number("waiting_weeks", 0, LONGEST_WAIT),
        relative=relative,
        **dates,
    )
