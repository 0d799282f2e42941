"""What gaps are counted as: once for a family and a group of needs, and why, once for each why.

A gap counts where the need was counted that it belongs to, so that of each need it can be said
whether it was met.
"""

from offers.vocabulary import NEEDS
from referrals.assessments.counting import needed_since
from referrals.cases.models import Case
from referrals.facts.actions import note_all
from referrals.facts.rules import Kind
from referrals.matching.models import Gap


def count(gap: Gap) -> None:
    """Count a gap that was just noted, as far as it is new for the family."""
    others = list(Gap.objects.filter(case=gap.case).exclude(pk=gap.pk))
    group = str(NEEDS[gap.need])
    same = [other for other in others if NEEDS.get(other.need) == group]
    steps = [] if same else [(Kind.GAP, group)]
    if gap.reason not in {other.reason for other in same}:
        steps.append((Kind.GAP_REASON, gap.reason))
    note_all(steps, case=gap.case, at=needed_since(gap.case).get(group, gap.noted_at))


def take_back(case: Case) -> None:
    """Uncount all gaps of a case that is only counted from now on."""
    since = needed_since(case)
    seen: set[tuple[str, Kind, str]] = set()
    for gap in Gap.objects.filter(case=case).order_by("noted_at", "id"):
        group = str(NEEDS[gap.need])
        steps = {(Kind.GAP, group), (Kind.GAP_REASON, gap.reason)}
        new = [step for step in sorted(steps) if (group, *step) not in seen]
        seen.update((group, *step) for step in new)
        note_all(new, case=case, at=since.get(group, gap.noted_at), value=-1)
