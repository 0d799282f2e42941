"""Who else works on a case: ending a share, and keeping a case among those who work on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from lotsen.access.models import ShareKind
from lotsen.access.rights import people_with
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidMove, NotPermitted
from referrals.cases.actions import locked, note_sharing, open_for_change
from referrals.cases.insiders import has_its_person, is_insider, require_steering
from referrals.cases.models import Case, CaseShare
from referrals.cases.passing_on import require_own


@transaction.atomic
def end_share(share: CaseShare, *, actor: User, at: datetime) -> CaseShare:
    """The share ends now, also of a closed or restricted case. Whoever was let in may end it too.

    Raises:
        NotPermitted: `actor` may not share cases of the holder, or this one is for insiders only.
        InvalidMove: the share has ended, or is the way back to one's own intake.
    """
    case = locked(share.case)
    if share.user != actor:
        require_own(case, actor, Right.SHARE_CASE)
        require_steering(case, actor)
    share = CaseShare.objects.select_for_update().get(pk=share.pk)
    if share.kind == ShareKind.OWN or share.until <= at:
        raise InvalidMove("share_ended")
    share.until = at
    share.save(update_fields=["until"])
    note_sharing(case, "share_ended", actor=actor, at=at)
    return share


@transaction.atomic
def keep_among_insiders(case: Case, *, actor: User, at: datetime) -> Case:
    """From now on the colleagues of the house do not know of this case, in no list and no search.

    Houses that take part are not narrowed. The assigned person must work here: somebody has to
    answer for the family. A second call changes nothing.

    Raises:
        NotPermitted: `actor` may not share cases of the holder, or does not work on this one.
        InvalidMove: the case is closed or restricted, or nobody who works here is assigned.
    """
    case = _to_guard(case, actor)
    if case.insiders_only:
        return case
    if not has_its_person(case):
        raise InvalidMove("nobody_responsible")
    return _guard(case, actor=actor, at=at, insiders_only=True)


@transaction.atomic
def open_to_house(case: Case, *, actor: User, at: datetime) -> Case:
    """The colleagues of the house see the pseudonymous case again. A second call changes nothing.

    Raises:
        NotPermitted: `actor` may not share cases of the holder, or does not work on this one.
        InvalidMove: the case is closed or restricted.
    """
    case = _to_guard(case, actor)
    return _guard(case, actor=actor, at=at, insiders_only=False) if case.insiders_only else case


def running_shares(case: Case, at: datetime) -> list[CaseShare]:
    """Who was let in and is still, the way back to one's own intake left out. Latest first."""
    shares = case.shares.filter(since__lte=at, until__gt=at).exclude(kind=ShareKind.OWN)
    return list(shares.select_related("user", "granted_by").order_by("-since", "-id"))


def colleagues(case: Case, user: User) -> QuerySet[User]:
    """With whom `user` may share the case: others who work on cases of the house."""
    return people_with(Right.VIEW_IDENTITY, case.holder_id).exclude(pk=user.pk)


def _to_guard(case: Case, actor: User) -> Case:
    require_own(case, actor, Right.SHARE_CASE)
    case = open_for_change(case)
    if not is_insider(case, actor):
        raise NotPermitted("insiders_decide", right=Right.SHARE_CASE.value)
    require_steering(case, actor)
    return case


def _guard(case: Case, *, actor: User, at: datetime, insiders_only: bool) -> Case:
    case.insiders_only = insiders_only
    case.save(update_fields=["insiders_only"])
    reason = "insiders_only" if insiders_only else "insiders_lifted"
    note_sharing(case, reason, actor=actor, at=at)
    return case
