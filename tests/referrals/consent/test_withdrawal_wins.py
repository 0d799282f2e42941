"""A withdrawal wins, whatever the order: afterwards nobody reads by what came before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotsen.errors import InvalidMove, Refusal
from referrals.cases.models import Case, Participation
from referrals.consent import actions as consents
from referrals.consent.models import Consent
from referrals.endings.actions import withdraw_consent
from referrals.followups.models import FollowUp
from referrals.handovers import actions as handovers
from referrals.handovers import glimpse
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES
from referrals.identities.actions import store
from referrals.identities.reading import readable_fields
from referrals.notes.reading import readable_notes
from tests.builders import NOON, make_assessment, make_consent, make_consent_text
from tests.conftest import Cast
from tests.referrals.handovers.stage import at_state, consent_of
from tests.referrals.web import desk

CATEGORIES = ["name", "phone", "language", "district", "needs", "note"]
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """What happens to one family, one minute after the other."""

    cast: Cast
    clock: datetime = NOON
    withdrawn: list[datetime] = field(default_factory=list)
    holds: bool = False  # a yes later than every withdrawal has arrived since the last of them

    def then(self, event: str, pick: int = 0) -> None:
        self.clock += MINUTE
        with suppress(Refusal):
            getattr(self, event)(pick)

    def give(self, _: int, at: datetime | None = None) -> None:
        moment = at or self.clock
        consents.give(
            self.cast.case,
            recipient=self.cast.office,
            purposes=["handover", "feedback"],
            categories=CATEGORIES,
            text=make_consent_text(),
            language="de",
            form="paper",
            actor=self.cast.anna,
            at=moment,
        )
        assert all(moment > gone for gone in self.withdrawn)
        self.holds = True

    def give_at_the_moment_of_a_withdrawal(self, pick: int) -> None:
        self.give(pick, at=max(self.withdrawn, default=self.clock))

    def give_late(self, pick: int) -> None:
        """Signed before the withdrawal, arriving after it, as from a tablet without network."""
        self.give(pick, at=max(self.withdrawn, default=self.clock) - MINUTE)

    def request(self, pick: int) -> None:
        cast, found = self.cast, list(Consent.objects.order_by("given_at", "pk"))
        draft = handovers.draft(
            cast.case, offer=cast.offer, categories=CATEGORIES, actor=cast.anna, at=self.clock
        )
        if found:
            consent = found[pick % len(found)]
            handovers.attach_consent(draft, consent=consent, actor=cast.anna, at=self.clock)
        handovers.request(draft, message="Bitte vormittags.", actor=cast.anna, at=self.clock)

    def accept(self, _: int, at: datetime | None = None) -> None:
        asked = Handover.objects.filter(requested_at__isnull=False).order_by("drafted_at").last()
        if asked is not None:
            handovers.accept(asked, actor=self.cast.bilal, at=at or self.clock)

    def accept_late(self, pick: int) -> None:
        """Tapped before the withdrawal, arriving after it."""
        self.accept(pick, at=max(self.withdrawn, default=self.clock) - MINUTE)

    def withdraw(self, pick: int) -> None:
        found = list(Consent.objects.order_by("given_at", "pk"))
        who = (self.cast.anna, self.cast.bilal)[pick % 2]
        if found:
            withdraw_consent(found[pick % len(found)], actor=who, at=self.clock)
            self.withdrawn.append(self.clock)
            self.holds = False

    def require_nothing_read_without_a_yes(self) -> None:
        if not self.holds:
            assert reads(self.cast) == []


def reads(cast: Cast) -> list[str]:
    """By which ways Bilal's house still reaches the family."""
    seen = [glimpse.of(row) for row in Handover.objects.for_display()]
    ways = {
        "case": Case.objects.visible_to(cast.bilal).exists(),
        "participation": Participation.objects.running_for([cast.office.pk]).exists(),
        "identity": bool(readable_fields(cast.case, cast.bilal, localdate(NOON))),
        "note": bool(readable_notes(cast.case, cast.bilal)),
        "glimpse": any(look.language or look.need_groups or look.district for look in seen),
        "handover": Handover.objects.filter(state__in=OPEN_STATES).exists(),
    }
    return [way for way, is_open in ways.items() if is_open]


@contextmanager
def forgotten() -> Iterator[None]:
    """One history, and the stage is as before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(cast: Cast, time_machine: object) -> Callable[[], World]:
    time_machine.move_to(NOON, tick=False)  # type: ignore[attr-defined]
    make_assessment(cast.case, cast.anna, needs=["overload"])
    make_consent_text()
    store(
        cast.case, name="Rana Beispiel", phone="0171 39200 12", safe_contact="", actor=cast.anna,
        at=NOON,
    )  # fmt: skip
    return lambda: World(cast)


EVENTS = (
    "give", "give_at_the_moment_of_a_withdrawal", "give_late", "request", "accept", "accept_late",
    "withdraw",
)  # fmt: skip


@pytest.mark.once
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 3)), min_size=3, max_size=12))
def test_in_no_history_does_anybody_read_after_a_withdrawal(
    world: Callable[[], World], history: list[tuple[str, int]]
) -> None:
    with forgotten():
        told = world()
        for event, pick in history:
            told.then(event, pick)
            told.require_nothing_read_without_a_yes()


@pytest.mark.parametrize(
    "tail", list(permutations(["give_late", "give_at_the_moment_of_a_withdrawal", "accept_late"]))
)
def test_nothing_that_arrives_late_opens_again_what_was_shut(
    world: Callable[[], World], tail: tuple[str, ...]
) -> None:
    told = world()
    for event in ("give", "request", "accept"):
        told.then(event)
    assert reads(told.cast) == ["case", "participation", "identity", "note", "glimpse", "handover"]

    for event in ("withdraw", *tail, "request", "accept"):
        told.then(event)
        if event != "give":
            assert reads(told.cast) == [], event


def test_a_new_yes_opens_again(world: Callable[[], World]) -> None:
    told = world()
    for event in ("give", "request", "accept", "withdraw", "give"):
        told.then(event)
    told.then("request", pick=1)
    told.then("accept")

    assert "identity" in reads(told.cast)


def test_a_yes_that_arrives_after_the_no_says_why_it_is_not_kept(
    world: Callable[[], World],
) -> None:
    told = world()
    told.then("give")
    told.then("withdraw")

    for late in (told.give_late, told.give_at_the_moment_of_a_withdrawal):
        with pytest.raises(InvalidMove, match="consent_withdrawn_since"):
            late(0)
    assert Consent.objects.count() == 1


def test_what_was_agreed_to_twice_is_taken_back_at_once(cast: Cast) -> None:
    handover = at_state(cast, "accepted")  # type: ignore[arg-type]
    again = make_consent(cast.case, cast.office, cast.anna)
    elsewhere = make_consent(cast.case, cast.other_clinic, cast.anna)
    own = make_consent(
        cast.case, None, cast.anna, purposes=["evaluation", "contact_again"], categories=[]
    )

    withdraw_consent(again, actor=cast.anna, at=NOON)

    gone = set(Consent.objects.exclude(withdrawn_at=None))
    assert gone == {again, consent_of(handover)}
    assert {elsewhere, own} == set(Consent.objects.in_force(date(2026, 3, 2)))
    assert reads(cast) == []


@pytest.mark.parametrize("who", ["anna", "bilal"])
@pytest.mark.parametrize("state", ["accepted", "in-progress", "on-hold", "completed", "failed"])
def test_a_house_that_has_read_tidies_up_by_a_day(cast: Cast, state: str, who: str) -> None:
    handover = at_state(cast, state)  # type: ignore[arg-type]

    withdraw_consent(consent_of(handover), actor=getattr(cast, who), at=NOON)

    task = FollowUp.objects.open().get(organisation=cast.office, reason="consent_withdrawn")
    assert (task.due_on, task.handover) == (NOON.date(), handover)


@pytest.mark.parametrize("state", ["draft", "rejected"])
def test_a_house_that_never_read_has_nothing_to_tidy_up(cast: Cast, state: str) -> None:
    handover = at_state(cast, state)  # type: ignore[arg-type]

    withdraw_consent(consent_of(handover), actor=cast.anna, at=NOON)

    assert not FollowUp.objects.filter(organisation=cast.office).exists()


def test_the_next_request_already_finds_nothing(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    handover = desk.accepted(cast, categories=[*desk.CATEGORIES, "note"])
    bilal, case = signed_in("bilal"), cast.case
    pages = [
        f"/fall/{case.pk}/", f"/fall/{case.pk}/kontaktdaten/", f"/fall/{case.pk}/notiz/",
        f"/fall/{case.pk}/einwilligungen/", f"/api/v1/cases/{case.pseudonym}/",
    ]  # fmt: skip
    assert [bilal.get(page).status_code for page in pages] == [200] * len(pages)

    signed_in("anna").post(f"/einwilligungen/{handover.consent_id}/widerrufen/")

    assert [bilal.get(page).status_code for page in pages] == [404] * len(pages)
    for address in ("/eingang/", "/uebergabe/{}/", "/api/v1/handovers/", "/api/v1/handovers/{}/"):
        told = bilal.get(address.format(handover.pk)).content.decode()
        for words in (desk.NAME, desk.PHONE, "Türkisch", "Bilk", "overload", "everyday_life"):
            assert words not in told, (address, words)
    assert bilal.get("/api/v1/cases/").json()["results"] == []
