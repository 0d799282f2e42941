"""Anna's colleague Kim: an emergency access to be reviewed, a deputyship, a case for insiders."""

from datetime import datetime, timedelta

from django.db.models import Q

from lotsen.access.models import Deputyship
from lotsen.accounts.models import User
from referrals.cases.deputising import name_deputy
from referrals.cases.models import Case, CaseState
from referrals.cases.sharing import keep_among_insiders
from referrals.emergencies.actions import take
from referrals.handovers.rules import State
from referrals.identities.reading import open_identity

AWAY = timedelta(days=14)


def work_together(*, at: datetime) -> None:
    """A family called while Anna was out, so Kim let herself in; now she stands in for Anna.

    Twice adds nothing, and where no family of Anna's has come so far, nothing happens.
    """
    anna, kim = (User.objects.get(username=name) for name in ("anna", "kim"))
    running, begun = _running(anna), _begun(anna)
    if running is None or begun is None or Deputyship.objects.filter(absent=anna).exists():
        return
    keep_among_insiders(begun, actor=anna, at=at)
    take(running, reason="family_called", actor=kim, at=at)
    open_identity(running, actor=kim, at=at)
    name_deputy(
        running.holder,
        absent=anna,
        deputy=kim,
        reason="planned",
        since=at,
        until=at + AWAY,
        actor=anna,
        at=at,
    )


def _running(anna: User) -> Case | None:
    cases = Case.objects.filter(assigned_to=anna, handovers__state=State.IN_PROGRESS)
    return cases.select_related("holder").order_by("opened_at").first()


def _begun(anna: User) -> Case | None:
    """Assessed, and kept by the family's wish, but not handed over."""
    own = Q(assigned_to=anna, state=CaseState.OPEN, stored_with_consent=True, handovers=None)
    return Case.objects.filter(own).order_by("opened_at").first()
