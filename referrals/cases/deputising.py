"""Standing in for a colleague for a while: all cases assigned to them, by one row, until a date."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from lotsen.access import permits
from lotsen.access.models import Deputyship
from lotsen.access.rights import forget, organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.cases.rules import LONGEST_SHARE, AbsenceReason

OBJECT_TYPE = "deputyship"


@transaction.atomic
def name_deputy(
    house: Organisation,
    *,
    absent: User,
    deputy: User,
    reason: AbsenceReason | str,
    since: datetime,
    until: datetime,
    actor: User,
    at: datetime,
) -> Deputyship:
    """`deputy` works on the cases of `absent` in this house, from `since` until before `until`.

    Everybody names a deputy for the own absence; whoever may share cases of the house also does
    for a colleague who cannot, but never themselves: nobody lets themselves in this way.

    Raises:
        NotPermitted: `actor` is neither absent nor may share cases of the house.
        InvalidInput: one of both does not work with cases there, both are the same, `actor` names
            themselves for somebody else, the reason does not exist, or the period has passed,
            is turned round or longer than three months.
    """
    _require_naming(house, absent=absent, deputy=deputy, actor=actor)
    _check(house, absent=absent, deputy=deputy, reason=reason)
    if not max(since, at) < until <= since + LONGEST_SHARE:
        raise InvalidInput("share_end_out_of_range", field="until", days=LONGEST_SHARE.days)
    row = Deputyship.objects.create(
        organisation=house,
        absent=absent,
        deputy=deputy,
        reason=reason,
        since=since,
        until=until,
        granted_by=actor,
    )
    forget(deputy)
    _note(row, "deputyship", actor=actor, at=at)
    return row


@transaction.atomic
def end_deputyship(row: Deputyship, *, actor: User, at: datetime) -> Deputyship:
    """It ends now, or does not begin. Either of both ends it, or who may share cases of the house.

    Raises:
        NotPermitted: `actor` is none of these.
        InvalidMove: it has ended before.
    """
    if actor.pk not in (row.absent_id, row.deputy_id):
        permits.require(actor, Right.SHARE_CASE, row.organisation_id)
    row = Deputyship.objects.select_for_update().get(pk=row.pk)
    if row.until <= at:
        raise InvalidMove("deputyship_ended")
    row.until, row.since = at, min(row.since, at)
    row.save(update_fields=["since", "until"])
    _note(row, "deputyship_ended", actor=actor, at=at)
    return row


def visible_to(user: User, at: datetime) -> QuerySet[Deputyship]:
    """Running and coming ones: the own, and those of houses whose cases `user` may share."""
    houses = organisations_where(user, Right.SHARE_CASE)
    seen = Q(absent=user) | Q(deputy=user) | Q(organisation__in=houses)
    rows = Deputyship.objects.filter(seen, until__gt=at)
    return rows.select_related("organisation", "absent", "deputy").order_by("since", "id")


def _require_naming(house: Organisation, *, absent: User, deputy: User, actor: User) -> None:
    if actor == absent:
        permits.require(actor, Right.VIEW_CASES, house.pk)
        return
    permits.require(actor, Right.SHARE_CASE, house.pk)
    if actor == deputy:
        raise NotPermitted("deputy_for_oneself", right=Right.SHARE_CASE.value)


def _check(house: Organisation, *, absent: User, deputy: User, reason: str) -> None:
    if absent == deputy:
        raise InvalidInput("deputy_is_absent", field="deputy")
    for field, person in (("absent", absent), ("deputy", deputy)):
        if not permits.allows(person, Right.VIEW_CASES, house.pk):
            raise InvalidInput("deputy_elsewhere", field=field)
    if reason not in set(AbsenceReason):
        raise InvalidInput("choice_unknown", field="reason")


def _note(row: Deputyship, reason: str, *, actor: User, at: datetime) -> None:
    record(
        Deed.SHARE,
        actor=actor,
        object_type=OBJECT_TYPE,
        shown=[str(row.pk)],
        organisation=row.organisation_id,
        reason=reason,
        at=at,
    )
