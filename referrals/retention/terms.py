"""Which terms hold in a city: its newest approved rule for each kind, or else the default."""

from django.utils.timezone import localdate

from referrals.retention.models import DataKind, RetentionRule
from referrals.retention.rules import Subject, Term, default_terms


def terms_of(municipality: str) -> dict[Subject, Term]:
    """The terms of a city, every kind among them."""
    terms = default_terms()
    approved = RetentionRule.objects.filter(
        municipality=municipality, approved_at__isnull=False
    ).order_by("approved_at", "id")
    for kind, days, approved_at in approved.values_list("kind", "days", "approved_at"):
        if approved_at is not None:
            terms[Subject(kind)] = Term(days, since=localdate(approved_at))
    return terms


def waiting_rule(municipality: str, kind: DataKind | str) -> RetentionRule | None:
    """The term that waits for its second approval: the last one set, unless it has it."""
    rules = RetentionRule.objects.filter(municipality=municipality, kind=kind)
    last = rules.select_related("set_by").order_by("-set_at", "-id").first()
    return last if last is not None and last.approved_at is None else None
