"""A made-up network of houses with cases, participations, shares and handovers; seeded."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, batched
from uuid import UUID

from django.db import connection, transaction

from benchmarks.filling import add
from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.places.models import District, Municipality
from offers.models import Offer, Provider
from referrals.models import Case, CaseShare, Consent, ConsentText, Handover, Participation

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUSES = 60
SHARED = 0.02  # of all cases
VALID_UNTIL = date(2036, 1, 1)
CATEGORIES = ["name", "phone", "language", "district", "needs"]
STATES = ["requested"] * 4 + ["accepted"] * 2 + ["in-progress"] * 4 + ["completed"] * 30


class Population:
    """Houses ordered from the one with most cases to the one with fewest, and a person in each."""

    def __init__(self, cases: int, houses: int = HOUSES, shares: int | None = None) -> None:
        self.chance = random.Random(7)
        self.cases, self.wanted = cases, houses
        self.shared = SHARED if shares is None else shares / cases
        if Case.objects.count() != cases:
            with transaction.atomic():
                self._settle()
            _tell_sizes()
        self.houses = list(Organisation.objects.order_by("slug"))
        known = {user.username: user for user in User.objects.all()}
        self.people = [known[house.slug] for house in self.houses]

    def _settle(self) -> None:
        city = Municipality.objects.create(slug="bench", name="Bench", ags="00000000")
        self.districts = District.objects.bulk_create(
            District(key=f"bench-{n}", municipality=city, code=str(n), name=f"Viertel {n}")
            for n in range(50)
        )
        self.houses = [self._house(city, number) for number in range(self.wanted)]
        self.people = [self._person(house) for house in self.houses]
        provider = Provider.objects.create(municipality=city, slug="bench", name="Bench")
        self.offer = Offer.objects.create(
            provider=provider, municipality=city, source="bench", source_id="1", name="Bench",
            summary="…", age_from_months=-9, age_to_months=36,
        )  # fmt: skip
        self.text = ConsentText.objects.create(
            version="1", language="de", status="released", title="…", body="…", sha256="0" * 64
        )
        # Few large houses and many small ones, as in life.
        self.weights = list(accumulate(1 / (rank + 1) for rank in range(self.wanted)))
        for numbers in batched(range(self.cases), 5_000, strict=False):
            self._add([self._case(number) for number in numbers])

    def _house(self, city: Municipality, number: int) -> Organisation:
        return Organisation.objects.create(
            municipality=city, slug=f"house-{number:04}", name=f"Haus {number}",
            short_name=f"Haus {number}", kind=OrganisationKind.CLINIC, legal_regime="municipal",
        )  # fmt: skip

    def _person(self, house: Organisation) -> User:
        person = User.objects.create_user(
            username=house.slug, email=f"{house.slug}@example.org", password="x" * 12
        )
        membership.join(person, organisation=house, role=Role.NAVIGATOR, at=START)
        return person

    def _any_house(self) -> int:
        return self.chance.choices(range(self.wanted), cum_weights=self.weights)[0]

    def _case(self, number: int) -> Case:
        house = self._any_house()
        opened = START + timedelta(seconds=self.chance.randrange(300 * 86_400), microseconds=number)
        return Case(
            id=UUID(int=self.chance.getrandbits(128), version=4), pseudonym=f"B{number:013}",
            holder=self.houses[house], language="de", child_age_months=1, aged_on=opened.date(),
            district=self.chance.choice(self.districts), opened_at=opened, touched_at=opened,
            opened_by=self.people[house], stored_with_consent=True,
        )  # fmt: skip

    def _add(self, cases: list[Case]) -> None:
        add(cases)
        elsewhere = [(case, self._any_house()) for case in cases if self.chance.random() < 0.3]
        elsewhere = [
            (case, house) for case, house in elsewhere if self.houses[house] != case.holder
        ]
        handovers = [self._handover(case, house) for case, house in elsewhere]
        add(handover.consent for handover in handovers)
        add(handovers)
        add(
            Participation(
                case=h.case, organisation=h.recipient, provenance="health_secret",
                since=h.requested_at, touched_at=h.case.touched_at, origin=h.pk,
            )
            for h in handovers if h.state in {"accepted", "in-progress"}
        )  # fmt: skip
        add(
            CaseShare(
                case=case, user=self._deputy(case), kind="deputy", reason="leave",
                since=START, until=START + timedelta(days=3_650), granted_by=self.people[0],
                touched_at=case.touched_at,
            )
            for case in cases if self.chance.random() < self.shared
        )  # fmt: skip

    def _deputy(self, case: Case) -> User:
        """Mostly somebody of the house; now and then somebody who works elsewhere by now."""
        if self.chance.random() < 0.8:
            return case.opened_by
        return self.chance.choice(self.people)

    def _handover(self, case: Case, house: int) -> Handover:
        asked = case.opened_at + timedelta(hours=1)
        consent = Consent(
            case=case, recipient=self.houses[house], text=self.text, language="de", form="paper",
            given_at=asked, witnessed_by=case.opened_by, valid_until=VALID_UNTIL,
            categories=CATEGORIES, purposes=["documentation", "handover", "feedback"],
        )  # fmt: skip
        return Handover(
            id=UUID(int=self.chance.getrandbits(128), version=4), case=case, consent=consent,
            offer=self.offer, sender=case.holder, recipient=self.houses[house],
            state=self.chance.choice(STATES), provenance="health_secret", drafted_at=asked,
            drafted_by=case.opened_by, requested_at=asked, requested_by=case.opened_by,
            due_at=asked + timedelta(days=2), need_groups=["everyday"], categories=CATEGORIES,
        )  # fmt: skip


def _tell_sizes() -> None:
    """PostgreSQL plans by how many rows there are; in service autovacuum tells it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
