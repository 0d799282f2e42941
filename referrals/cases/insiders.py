"""Who works on a case, and may therefore read its identity and notes. Reads only."""

from lotsen.accounts.models import User
from referrals.cases import rules
from referrals.cases.models import Case, CaseShare


def is_insider(case: Case, user: User) -> bool:
    """Whether `user` is assigned to the case, or deputises or works jointly on it now.

    It opens nothing alone: reading also asks for the right VIEW_IDENTITY on the holder.
    """
    kinds = CaseShare.objects.running_for(user).filter(case=case).values_list("kind", flat=True)
    return rules.is_insider(assigned=case.assigned_to_id == user.pk, share_kinds=kinds)


def has_running_share(case: Case, user: User) -> bool:
    """Whether the case is shared with `user` at this moment, for whatever reason."""
    return CaseShare.objects.running_for(user).filter(case=case).exists()
