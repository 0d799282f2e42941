"""Who works on a case, and may therefore read its identity and notes: said here alone."""

from lotsen.access import permits
from lotsen.access.rights import organisations_where, people_with, stands_in_for
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from referrals.cases import rules
from referrals.cases.models import Case, CaseShare
from referrals.cases.rules import Standing


def standing(case: Case, user: User) -> Standing | None:
    """By what `user` works on the case now: assigned, deputy, shared or emergency. Or None.

    It opens nothing alone: reading also asks for the right VIEW_IDENTITY on the holder.
    """
    kinds = CaseShare.objects.running_for(user).filter(case=case).values_list("kind", flat=True)
    return rules.standing(
        assigned=is_assigned(case, user),
        deputises=(case.holder_id, case.assigned_to_id) in stands_in_for(user),
        share_kinds=kinds,
        restricted=case.restricted,
    )


def is_insider(case: Case, user: User) -> bool:
    """Whether `user` works on the case now, by whatever way."""
    return standing(case, user) is not None


def is_assigned(case: Case, user: User) -> bool:
    """Whether `user` is the one responsible person of the case."""
    return case.assigned_to_id == user.pk


def looks_as_holder(case: Case, user: User) -> bool:
    """Whether `user` sees the case as one of the house that holds it; otherwise as a guest.

    A case for insiders only is open to its own house as little as to any other, but for those
    who work on it.
    """
    if case.holder_id not in organisations_where(user, Right.VIEW_CASES):
        return False
    return not case.insiders_only or is_insider(case, user)


def has_running_share(case: Case, user: User) -> bool:
    """Whether the case is shared with `user` at this moment, for whatever reason."""
    return CaseShare.objects.running_for(user).filter(case=case).exists()


def reads_log(case: Case, user: User, how: Standing | None) -> bool:
    """Whether `user`, who works on the case by `how`, may read who saw it.

    Whoever let themselves in by an emergency access came for something else.
    """
    works_on_it = how not in (None, Standing.EMERGENCY)
    return works_on_it and permits.allows(user, Right.VIEW_IDENTITY, case.holder_id)


def require_log_reader(case: Case, user: User) -> None:
    """Return silently if `user` may read who saw the case.

    Raises:
        NotPermitted: they do not work on it in the house that holds it.
    """
    if not reads_log(case, user, standing(case, user)):
        raise NotPermitted("case_log_of_others", right=Right.VIEW_IDENTITY.value)


def require_steering(case: Case, actor: User) -> None:
    """Return silently if `actor` may decide who else learns of the case.

    Of a case for insiders only these are the insiders. An emergency access does not widen itself:
    it decides nothing, unless the assigned person no longer works in the house; otherwise such a
    case would be out of everybody's reach.

    Raises:
        NotPermitted: otherwise.
    """
    if not case.insiders_only:
        return
    how = standing(case, actor)
    if how is None or (how is Standing.EMERGENCY and has_its_person(case)):
        raise NotPermitted("insiders_decide", right=Right.SHARE_CASE.value)


def has_its_person(case: Case) -> bool:
    """Whether the assigned person still works with cases in the house that holds this one."""
    if case.assigned_to_id is None:
        return False
    working = people_with(Right.VIEW_IDENTITY, case.holder_id)
    return working.filter(pk=case.assigned_to_id).exists()
