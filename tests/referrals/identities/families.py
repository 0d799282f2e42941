"""Families that can be found again, sealed as the pages do it."""

from datetime import date, datetime
from typing import Any

from lotsen.accounts.models import Organisation, User
from lotsen.audit.models import AccessEvent, Deed
from referrals.cases.models import Case
from referrals.identities.actions import store
from tests.builders import NOON, make_case

BORN = date(1994, 12, 24)
NAME, PHONE = "Rana Öztürk", "0171 39200 12"


def family(
    holder: Organisation, by: User, *, case: Case | None = None, at: datetime = NOON, **told: Any
) -> Case:
    """A case of `holder` whose family told name, phone and day of birth."""
    case = case or make_case(holder, by)
    facts: dict[str, Any] = {
        "name": NAME, "phone": PHONE, "safe_contact": "", "birth_date": BORN,
    }  # fmt: skip
    store(case, **(facts | told), actor=by, at=at)
    return case


def searches(user: User) -> list[AccessEvent]:
    """What the access log says of one person's searching, in order."""
    return list(AccessEvent.objects.filter(actor=user, deed=Deed.SEARCH).order_by("at", "id"))
