"""From where somebody looks at a case: which house, and how much is meant for that house."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from referrals.cases.models import Case, Participation
from referrals.consent.rules import Category


@dataclass(frozen=True)
class Viewpoint:
    """The holder's people see the whole pseudonymous case, a guest the consented categories."""

    house: Organisation
    is_holder: bool
    categories: frozenset[Category]

    def sees(self, category: Category) -> bool:
        return category in self.categories


def viewpoint(case: Case, user: User) -> Viewpoint:
    """How `user`, who may know of `case`, looks at it. At most one query.

    A share comes from the holder: whoever holds one, and works in no other house that takes
    part, looks with the holder's eyes.
    """
    return viewpoints([case], user)[case.pk]


def viewpoints(cases: Sequence[Case], user: User) -> dict[UUID, Viewpoint]:
    """How `user` looks at each of these cases, by their id. At most one query."""
    houses = organisations_where(user, Right.VIEW_CASES)
    elsewhere = [case for case in cases if case.holder_id not in houses]
    guests = _guests(elsewhere, houses) if elsewhere else {}
    return {case.pk: guests.get(case.pk) or _of_holder(case) for case in cases}


def _guests(cases: Sequence[Case], houses: list[UUID]) -> dict[UUID, Viewpoint]:
    running = Participation.objects.running_for(houses).filter(case__in=cases)
    return {
        part.case_id: Viewpoint(
            part.organisation,
            is_holder=False,
            categories=frozenset(Category(code) for code in part.categories),
        )
        for part in running.select_related("organisation").order_by("-pk")
    }


def _of_holder(case: Case) -> Viewpoint:
    return Viewpoint(case.holder, is_holder=True, categories=frozenset(Category))
