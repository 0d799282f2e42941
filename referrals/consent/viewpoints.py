"""From where somebody looks at a case: which house, and how much is meant for that house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from referrals.cases.insiders import looks_as_holder
from referrals.cases.models import Case, Participation, ParticipationQuerySet
from referrals.cases.rules import Provenance
from referrals.cases.worklist import Row
from referrals.consent.rules import Category


@dataclass(frozen=True, kw_only=True)
class Sight:
    """The holder's people see the whole pseudonymous case, a guest the consented categories."""

    is_holder: bool
    categories: frozenset[Category]

    def sees(self, category: Category) -> bool:
        return category in self.categories


@dataclass(frozen=True, kw_only=True)
class Viewpoint(Sight):
    """The same with the house that looks, for the page of one case."""

    house: Organisation
    provenance: str = ""  # the mark on what was passed on (cases.rules.Provenance); "": own case

    @property
    def in_confidence(self) -> bool:
        """A clinic or practice passed it on: no further without a new consent (§ 76 SGB X)."""
        return self.provenance == Provenance.HEALTH_SECRET


def viewpoint(case: Case, user: User) -> Viewpoint:
    """How `user`, who may know of `case`, looks at it. At most two queries.

    A share comes from the holder: whoever holds one, and works in no other house that takes
    part, looks with the holder's eyes.
    """
    houses = organisations_where(user, Right.VIEW_CASES)
    part = None if looks_as_holder(case, user) else _parts(houses, [case.pk]).first()
    if part is None:
        return Viewpoint(house=case.holder, is_holder=True, categories=frozenset(Category))
    return Viewpoint(
        house=part.organisation,
        is_holder=False,
        categories=_meant_by(part),
        provenance=part.provenance,
    )


def sights(rows: Sequence[Row], user: User) -> dict[UUID, Sight]:
    """How much of each case of a list is meant for `user`, by its id. At most two queries."""
    houses = organisations_where(user, Right.VIEW_CASES)
    guarded = [row.pk for row in rows if row.insiders_only and row.holder_id in houses]
    hidden = _hidden(guarded, user) if guarded else frozenset()
    elsewhere = [row.pk for row in rows if row.holder_id not in houses or row.pk in hidden]
    guests = {
        part.case_id: Sight(is_holder=False, categories=_meant_by(part))
        for part in (_parts(houses, elsewhere).reverse() if elsewhere else ())
    }
    return {row.pk: guests.get(row.pk, _OF_HOLDER) for row in rows}


_OF_HOLDER = Sight(is_holder=True, categories=frozenset(Category))


def _hidden(cases: Iterable[UUID], user: User) -> frozenset[UUID]:
    """Which of these the own house holds for insiders only; `user` knows them as a guest."""
    hidden = Case.objects.hidden_from(user).filter(pk__in=cases)
    return frozenset(hidden.values_list("pk", flat=True))


def _parts(houses: list[UUID], cases: Iterable[UUID]) -> ParticipationQuerySet:
    """Where one of `houses` takes part in `cases`; of several in one case the first comes first."""
    running = Participation.objects.running_for(houses).filter(case__in=cases)
    return running.select_related("organisation").order_by("pk")


def _meant_by(part: Participation) -> frozenset[Category]:
    return frozenset(Category(code) for code in part.categories)
