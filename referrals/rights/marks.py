"""Which parts of a case the family contests now, for pages and API. Reads only."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import CharField, Expression, OuterRef, StringAgg, Subquery, Value
from django.db.models.functions import Coalesce

from referrals.cases.models import Case
from referrals.consent.rules import Category
from referrals.handovers import glimpse
from referrals.handovers.models import Handover
from referrals.rights.models import Dispute, DisputedPart
from referrals.rights.rules import told_parts

_BETWEEN = ","  # parts are codes without one


def contested(case: UUID) -> list[str]:
    """The contested parts of a case, in order. One query."""
    running = Dispute.objects.filter(case=case, settled_at=None).order_by("part")
    return list(running.values_list("part", flat=True))


def parts_of_case() -> Expression:
    """The contested parts of each case of a list, for `parts_in`; no query of their own."""
    return _parts_beside("pk")


def parts_of_handover() -> Expression:
    """As `parts_of_case`, for a list of handovers."""
    return _parts_beside("case")


def parts_in(listed: str) -> list[str]:
    """The parts that such an expression said of one row, in order."""
    return sorted(listed.split(_BETWEEN)) if listed else []


def _parts_beside(case: str) -> Expression:
    running = Dispute.objects.filter(case=OuterRef(case), settled_at=None).order_by()
    parts = running.values("case").annotate(parts=StringAgg("part", Value(_BETWEEN)))
    return Coalesce(Subquery(parts.values("parts")), Value(""), output_field=CharField())


def of_case(case: Case, *, categories: Collection[str], is_holder: bool) -> list[str]:
    """The contested parts of a case that a house learns of. One query."""
    return told_parts(contested(case.pk), categories, is_holder=is_holder)


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
