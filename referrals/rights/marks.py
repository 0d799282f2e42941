"""Which parts of a case the family contests now, for pages and API. Reads only."""

from collections.abc import Collection, Iterable
from uuid import UUID

from referrals.cases.models import Case
from referrals.consent.rules import Category
from referrals.handovers import glimpse
from referrals.handovers.models import Handover
from referrals.rights.models import Dispute, DisputedPart
from referrals.rights.rules import told_parts


def contested(cases: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The contested parts by case; cases without any are left out. One query."""
    parts: dict[UUID, list[str]] = {}
    running = Dispute.objects.filter(case__in=list(cases), settled_at=None).order_by("part")
    for case, part in running.values_list("case", "part"):
        parts.setdefault(case, []).append(part)
    return parts


def of_case(case: Case, *, categories: Collection[str], is_holder: bool) -> list[str]:
    """The contested parts of a case that a house learns of. One query."""
    parts = contested([case.pk]).get(case.pk, [])
    return told_parts(parts, categories, is_holder=is_holder)


def of_handover(
    handover: Handover, parts: Collection[str], *, released: Collection[str], received: bool
) -> list[str]:
    """The contested parts a side of a handover learns of: with what it sees, and its outcome.

    Args:
        parts: those of the case, as `contested` says.
        released: what the recipient may read by now; before accepting that is nothing.
    """
    if not received:
        return told_parts(parts, (), is_holder=True)
    seen = glimpse.of(handover)
    shown = {
        Category.LANGUAGE: bool(seen.language),
        Category.DISTRICT: bool(seen.district),
        Category.NEEDS: bool(seen.need_groups),
    }
    categories = {*released, *(category for category, is_shown in shown.items() if is_shown)}
    has_outcome = bool(handover.outcome or handover.ended_at)
    return told_parts(parts, categories, is_holder=False, with_outcome=has_outcome)


def words(parts: Iterable[str]) -> str:
    """Parts as one list of words."""
    labels = dict(DisputedPart.choices)
    return ", ".join(str(labels[part]) for part in parts)
