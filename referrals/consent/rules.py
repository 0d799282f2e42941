"""Purposes, data categories, and when a consent covers something. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from lotsen.errors import InvalidInput

# How long a consent holds unless the family says otherwise: a year, days. The accompaniment ends
# with the child's first birthday (docs/domain.md); the law names no number, a house may shorten it.
VALID_FOR_DAYS = 365


class Purpose(StrEnum):
    """What a family agrees to; each can be given alone (docs/domain.md)."""

    DOCUMENTATION = "documentation"  # (a) keeping the case at all
    HANDOVER = "handover"  # (b) passing on to exactly one named house
    FEEDBACK = "feedback"  # (c) that house tells the navigator how it ended
    CONTACT_AGAIN = "contact_again"  # (d) a call later, until a date
    EVALUATION = "evaluation"  # (e)


class Category(StrEnum):
    """What may be passed on, each with its own yes."""

    NAME = "name"
    PHONE = "phone"
    SAFE_CONTACT = "safe_contact"
    LANGUAGE = "language"
    DISTRICT = "district"
    NEEDS = "needs"
    RESOURCES = "resources"
    WISH = "wish"
    NOTE = "note"


# What a recipient needs in order to call; suggested, never ticked beforehand.
MINIMUM = (Category.NAME, Category.PHONE, Category.LANGUAGE)
# Lie in the vault and are read there only.
IDENTITY = frozenset({Category.NAME, Category.PHONE, Category.SAFE_CONTACT})


def in_force(*, withdrawn_at: datetime | None, valid_until: date, on: date) -> bool:
    """Whether a consent holds on a day (Europe/Berlin). A withdrawal always wins."""
    return withdrawn_at is None and on <= valid_until


def covers(consented: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether every wanted category was consented to."""
    return set(wanted) <= set(consented)


def shares_purpose(purposes: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two consents of one family for the same house agree to the same thing."""
    return not set(purposes).isdisjoint(others)


def checked_scope(
    purposes: Iterable[str], categories: Iterable[str], *, named: bool, own: bool
) -> tuple[list[str], list[str]]:
    """Purposes and categories in their fixed order, if they belong together.

    Passing on names exactly one other house and at least one detail; without passing on, no
    house is named. Feedback comes from the house that was named.

    Args:
        named: whether a recipient was named.
        own: whether it is the house that asks.

    Raises:
        InvalidInput: unknown codes, nothing chosen, or a combination nobody could agree to.
    """
    chosen, details = set(purposes), checked_categories(categories)
    if not chosen or not chosen <= set(Purpose):
        raise InvalidInput("purposes_unknown", field="purposes")
    passed_on = Purpose.HANDOVER in chosen
    if own or named != passed_on or (Purpose.FEEDBACK in chosen and not passed_on):
        raise InvalidInput("recipient_not_named", field="recipient")
    if passed_on != bool(details):
        raise InvalidInput("categories_missing", field="categories")
    return [purpose.value for purpose in Purpose if purpose in chosen], details


def checked_categories(categories: Iterable[str]) -> list[str]:
    """The categories in their fixed order, each once.

    Raises:
        InvalidInput: one of them is unknown.
    """
    chosen = set(categories)
    if not chosen <= set(Category):
        raise InvalidInput("categories_unknown", field="categories")
    return [category.value for category in Category if category in chosen]


def feedback_covered(
    purposes: Iterable[str],
    *,
    withdrawn_at: datetime | None,
    valid_until: date,
    moment: datetime,
    on: date,
) -> bool:
    """Whether the recipient may tell the sender what happened at `moment` (local day `on`).

    What was reported while the consent held stays reported: a later withdrawal reaches forward
    only (Art. 7 (3) GDPR).
    """
    held_then = None if withdrawn_at is None or withdrawn_at > moment else withdrawn_at
    return Purpose.FEEDBACK in set(purposes) and in_force(
        withdrawn_at=held_then, valid_until=valid_until, on=on
    )
