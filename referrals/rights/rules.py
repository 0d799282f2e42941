"""When an answer is due, and which contested parts a house learns of. Pure."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date

from referrals.consent.rules import Category


def due_on(received_on: date) -> date:
    """The last day for an answer: one month later (Art. 12 (3) GDPR).

    The same day of the next month, or its last where it has no such day (Art. 3 (2) c
    Regulation 1182/71, § 188 (3) BGB). That a period ends later if this is a Sunday or holiday is
    not used: an answer a day early is never wrong.

    Args:
        received_on: local day (Europe/Berlin).
    """
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    month += 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))


def overdue(due: date, *, is_open: bool, on: date) -> bool:
    """Whether the family should have had its answer; the day itself is still in time."""
    return is_open and due < on


# What a recipient must have been given before it may learn that this is contested. Parts that
# are not here never leave the holding house, so neither does the mark.
_GIVEN_WITH: dict[str, Category] = {
    "language": Category.LANGUAGE,
    "district": Category.DISTRICT,
    "needs": Category.NEEDS,
    "resources": Category.RESOURCES,
    "wish": Category.WISH,
    "notes": Category.NOTE,
}
OUTCOME = "outcome"


def told_parts(
    disputed: Collection[str],
    categories: Collection[str],
    *,
    is_holder: bool,
    with_outcome: bool = False,
) -> list[str]:
    """The contested parts a house learns of, in alphabetical order (§ 84 SGB X).

    Data goes on with its mark only, and a mark only with its data.

    Args:
        categories: what the family released for this house; ignored for the holder.
        with_outcome: a handover to this house has an outcome that could be meant.
    """
    if is_holder:
        return sorted(disputed)
    return sorted(
        part
        for part in disputed
        if _GIVEN_WITH.get(part) in categories or (part == OUTCOME and with_outcome)
    )
