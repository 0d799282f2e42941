"""What a recipient sees of a family before it accepts. Nothing else is shown, and nothing after.

Deciding takes little: the kind of help, the language, the part of town, the day it is due. Of
these only what the family agreed to pass on is shown.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from referrals.consent.rules import Category, in_force
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES

_SHOWN: tuple[Category, ...] = (Category.DISTRICT, Category.LANGUAGE, Category.NEEDS)


@dataclass(frozen=True)
class Glimpse:
    """A handover as its recipient knows it before accepting."""

    pseudonym: str
    need_groups: tuple[str, ...]  # codes of offers.vocabulary.NeedGroup
    language: str  # BCP 47, or "" where it was not passed on
    interpreting: bool
    district: str  # name, or ""
    due_at: datetime | None


def of(handover: Handover) -> Glimpse:
    """The glimpse of one handover; needs its case and district loaded.

    A handover that has ended, or whose consent has, shows its pseudonym only, so that it can still
    be named. Needs its consent loaded.
    """
    case, consent = handover.case, handover.consent
    everything = Glimpse(
        pseudonym=case.pseudonym,
        need_groups=tuple(handover.need_groups),
        language=case.language,
        interpreting=case.interpreting,
        district=case.district.name,
        due_at=handover.due_at,
    )
    return narrowed(
        everything,
        state=handover.state,
        categories=handover.categories,
        withdrawn_at=consent.withdrawn_at if consent else None,
        valid_until=consent.valid_until if consent else None,
        on=localdate(),
    )


def narrowed(
    everything: Glimpse,
    *,
    state: str,
    categories: Collection[str],
    withdrawn_at: datetime | None,
    valid_until: date | None,
    on: date,
) -> Glimpse:
    """What the recipient may see of `everything`: nothing more is decided anywhere else.

    Args:
        categories: what the family agreed to pass on with this handover.
        withdrawn_at: when it took its consent back.
        valid_until: the last day of the consent; None where there is none.
        on: today (Europe/Berlin); no job has to run for a consent to end.
    """
    holds = valid_until is not None and in_force(
        withdrawn_at=withdrawn_at, valid_until=valid_until, on=on
    )
    shown = categories if holds and state in OPEN_STATES else ()
    return Glimpse(
        pseudonym=everything.pseudonym,
        need_groups=everything.need_groups if Category.NEEDS in shown else (),
        language=everything.language if Category.LANGUAGE in shown else "",
        interpreting=everything.interpreting and Category.LANGUAGE in shown,
        district=everything.district if Category.DISTRICT in shown else "",
        due_at=everything.due_at,
    )


def shown_fields(handover: Handover) -> list[str]:
    """The names of what the glimpse shows, for the access event."""
    return [category.value for category in _SHOWN if category in handover.categories]
