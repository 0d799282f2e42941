"""Made-up families of the quarters that are over: what the real actions would have counted.

Nobody of them has a case. Each is drawn by itself, walks the same steps as a family of
`stories.py` and leaves the same kinds and codes; only their sums are written. The story a
coordinator finds in them: ever more families are asked and helped; midwives are missing in the
south of the city, places for relief in everyday life everywhere, and people are turned away where
nobody speaks their language.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from lotsen.accounts.models import Organisation
from lotsen.places.models import District, Municipality
from offers.vocabulary import NEEDS, NeedGroup
from referrals.facts.models import Tally
from referrals.facts.rules import NO_HOUSE, VOICES, Kind, LifePhase, Wait, quarter
from referrals.management.demo.families import LANGUAGES, frequencies
from referrals.statistics import rules
from referrals.statistics.models import Release

QUARTERS = 7  # at most, so that a whole year is among them, whatever the day
# Of each quarter, before the season. Two clinics at first; with the third there are enough families
# to tell kinds of house, phases of life and boroughs beside each other (statistics.coarsening).
FAMILIES = (1180, 1240, 1300, 1380, 2270, 2290, 2350)
THIRD_CLINIC = 4  # number of the quarter from which it takes part
SEASON = {"1": 0.96, "2": 0.98, "3": 1.06, "4": 1.0}  # most children are born in summer

# House → share of all families, and in which phases of life it meets them.
_BIRTH = {LifePhase.NEWBORN: 84, LifePhase.PREGNANCY: 8, LifePhase.INFANT: 5, LifePhase.TODDLER: 3}
HOUSES: dict[str, tuple[int, dict[LifePhase, int]]] = {
    "marienklinik-demo": (31, _BIRTH),
    "luisenklinik-demo": (24, _BIRTH),
    "rheinklinik-demo": (20, _BIRTH),
    "praxis-am-markt-demo": (7, {LifePhase.PREGNANCY: 80, LifePhase.NEWBORN: 20}),
    "familienbuero-demo": (
        8,
        {LifePhase.INFANT: 35, LifePhase.TODDLER: 40, LifePhase.PRESCHOOL: 25},
    ),
    "schulzentrum-demo": (
        10,
        {LifePhase.PRESCHOOL: 25, LifePhase.SCHOOL: 55, LifePhase.YOUTH: 15,
         LifePhase.YOUNG_ADULT: 5},
    ),
}  # fmt: skip
SOUTH = {"09", "10"}  # boroughs in which midwives are missing
NO_OFFER = {
    NeedGroup.PREGNANCY_MIDWIFE: 0.1, NeedGroup.LANGUAGE_RIGHTS: 0.16,
    NeedGroup.MONEY_HOUSING: 0.1,
}  # fmt: skip
_REASONS = {"none_exists": 35, "full": 25, "language": 20, "too_far": 12, "access": 5, "age": 3}
_REFUSED = {
    "no_capacity": 55, "not_responsible": 18, "requirements_not_met": 12, "already_supported": 10,
    "offer_ended": 3, "other": 2,
}  # fmt: skip
_ANSWERED = {Wait.UP_TO_2: 52, Wait.UP_TO_7: 34, Wait.UP_TO_14: 10, Wait.LONGER: 4}
_MET = {Wait.UP_TO_2: 14, Wait.UP_TO_7: 48, Wait.UP_TO_14: 26, Wait.LONGER: 12}
_HELD = {"waiting_list": 70, "family_asked_to_wait": 25, "other": 5}
_OUTCOMES = {"taken_up": 72, "counselling_done": 20, "referred_on": 8}
_FAILED = {"not_reached": 55, "family_declined": 33, "did_not_appear": 12}
_CLOSED = {"info_only": 60, "contact_declined": 25, "not_reached": 10, "moved_away": 5}
_ORDER = {  # how often a question is answered "yes", "partly", "no" and further
    "asked": (80, 15, 5), "understood": (72, 20, 8), "help": (55, 20, 10, 15),
    "in_time": (58, 27, 15), "recommend": (76, 18, 6),
}  # fmt: skip

_FACT = ("kind", "code", "district", "life_phase", "house", "organisation_group")
type Fact = tuple[str, str, str, str, UUID, str]  # kind, code, district, life phase, house, kind


def tell(municipality: Municipality, *, today: date, seed: int, quarters: int = QUARTERS) -> int:
    """Count the families of the last closed quarters that nobody has counted yet.

    Answers how many families were added. Twice adds nothing. Deltas that wait must be folded.
    """
    houses = Organisation.objects.in_bulk(HOUSES, field_name="slug")
    districts = list(District.objects.filter(municipality=municipality))
    shares = [share_of(district) for district in districts]
    added = 0
    last = len(FAMILIES) - quarters
    for number, period in enumerate(closed(today, quarters), start=last):
        if _is_told(municipality, period, houses["schulzentrum-demo"]):
            continue
        chance = random.Random(f"{seed}:{period}")  # noqa: S311  a demo has no secrets
        told = Told(chance, number, houses, districts, shares)
        families = round(FAMILIES[number] * SEASON[period[5]])
        for _ in range(families):
            told.family()
        _add(municipality, period, told.facts)
        added += families
    return added


def closed(today: date, number: int) -> list[str]:
    """The last so many quarters that may be frozen, the oldest first."""
    period = rules.before(quarter(today))
    if not rules.may_be_frozen(period, today):
        period = rules.before(period)
    found = []
    for _ in range(number):
        found.append(period)
        period = rules.before(period)
    return found[::-1]


def months(first: str, today: date) -> Iterator[date]:
    """The first day of each month that is over, beginning with this quarter."""
    month = rules.first_day(first)
    while (after := (month + timedelta(days=31)).replace(day=1)) <= today:
        yield month
        month = after


def _is_told(municipality: Municipality, period: str, house: Organisation) -> bool:
    """Nobody works in this house, so what it has counted is made up here."""
    if Release.objects.filter(municipality=municipality, period=period).exists():
        return True
    counted = Tally.objects.filter(municipality=municipality.pk, period=period)
    return counted.filter(house=house.pk).exists()


def _add(municipality: Municipality, period: str, facts: Counter[Fact]) -> None:
    """To what the demo's own cases have counted in that quarter, if any did."""
    tallies = Tally.objects.filter(municipality=municipality.pk, period=period)
    for tally in tallies:
        tally.value += facts.pop(_fact(tally), 0)
        tally.save(update_fields=["value"])
    same = {"period": period, "municipality": municipality.pk}
    Tally.objects.bulk_create(  # unlogged: as all counting
        [
            Tally(**same, **dict(zip(_FACT, fact, strict=True)), value=value)
            for fact, value in facts.items()
        ],
        batch_size=1000,
    )


def _fact(tally: Tally) -> Fact:
    kind, code, district, phase, house, group = (getattr(tally, name) for name in _FACT)
    return kind, code, district, phase, house, group


def share_of(district: District) -> float:
    """Some districts have more families than others, the same ones in every quarter."""
    usual = random.Random(district.pk).uniform(0.5, 1.5)  # noqa: S311
    return usual * (2.2 if district.borough_code in SOUTH else 1)


@cache
def _weighted(number: int) -> tuple[list[str], list[int]]:
    """The houses of a quarter, and the share of all families that each meets."""
    here = {
        slug: share
        for slug, (share, _phases) in HOUSES.items()
        if slug != "rheinklinik-demo" or number >= THIRD_CLINIC
    }
    return list(here), list(here.values())


@dataclass
class Told:
    """What the families of one quarter leave behind; later quarters do better."""

    chance: random.Random
    number: int  # of the quarter, from 0
    houses: dict[str, Organisation]
    districts: Sequence[District]
    shares: Sequence[float]  # of all families, by district
    facts: Counter[Fact] = field(default_factory=Counter)
    _here: tuple[str, str, UUID, str] = ("", "", NO_HOUSE, "")
    _south: bool = False

    def family(self) -> None:
        """One family, from the first talk to what became of it."""
        self._meet()
        if not self._happens(0.86 + 0.01 * self.number):
            return self._note(Kind.NOT_STORED)
        self._note(Kind.CASE_OPENED)
        language = self._one_of(LANGUAGES)
        foreign = language != "de" and self._happens(0.6)
        if foreign:
            self._note(Kind.INTERPRETING, language)
        if self._happens(0.93 + 0.008 * self.number):
            self._ask(foreign=foreign)
        return None

    def _meet(self) -> None:
        names, shares = _weighted(self.number)
        house = self.houses[self.chance.choices(names, shares)[0]]
        phase = self._one_of(HOUSES[house.slug][1])
        [district] = self.chance.choices(self.districts, self.shares)
        self._here = (district.pk, phase, house.pk, house.kind)
        self._south = district.borough_code in SOUTH

    def _ask(self, *, foreign: bool) -> None:
        self._note(Kind.ASSESSED)
        needs = [need for need, share in frequencies().items() if self._happens(share)]
        groups = sorted({NEEDS[need] for need in needs} - self._cannot_arise())
        for group in groups:
            self._note(Kind.NEED, group)
        wish = self._one_of({"yes": 52, "later": 20, "no": 22, "": 6})
        if wish in ("yes", "later"):
            self._note(Kind.TALK_WISHED, wish)
        if wish == "no":
            self._note(Kind.TALK_DECLINED)
        open_needs = [group for group in groups if not self._lacks(group, foreign=foreign)]
        if wish == "yes" and open_needs:
            self._offer(open_needs)
        elif self._happens(0.7):
            self._note(Kind.CASE_CLOSED, self._one_of(_CLOSED))

    def _cannot_arise(self) -> set[NeedGroup]:
        """Nobody looks for a midwife once the child walks."""
        young = (LifePhase.PREGNANCY, LifePhase.NEWBORN, LifePhase.INFANT)
        return set() if self._here[1] in young else {NeedGroup.PREGNANCY_MIDWIFE}

    def _lacks(self, group: NeedGroup, *, foreign: bool) -> bool:
        """Whether nothing fits; midwives come to the south in the last two quarters."""
        share = NO_OFFER.get(group, 0.05) + (0.08 if foreign else 0)
        if self._south and group is NeedGroup.PREGNANCY_MIDWIFE:
            share = 0.56 if self.number < QUARTERS - 2 else 0.4
        if not self._happens(share):
            return False
        self._note(Kind.GAP, group)
        reasons = {**_REASONS, "language": 45} if foreign else _REASONS
        self._note(Kind.GAP_REASON, self._one_of(reasons))
        return True

    def _offer(self, groups: Sequence[NeedGroup]) -> None:
        if not self._happens(0.84):
            return self._note(Kind.CONSENT_DECLINED)
        self._note(Kind.CONSENT_GIVEN)
        self._note(Kind.HANDOVER_REQUESTED)
        relief = NeedGroup.EVERYDAY in groups and self._happens(0.7)
        group = NeedGroup.EVERYDAY if relief else self.chance.choice(groups)
        full = group is NeedGroup.EVERYDAY
        if self._happens(0.03):
            return None  # nobody has answered yet
        self._note(Kind.ANSWERED, self._one_of(_ANSWERED))
        if self._happens(0.17 - 0.012 * self.number):
            self._note(Kind.ANSWERED_LATE)
        if self._happens(0.42 if full else 0.12):
            reason = self._one_of({**_REFUSED, "no_capacity": 150} if full else _REFUSED)
            self._note(Kind.HANDOVER_REJECTED, reason)
            if reason == "no_capacity":
                self._note(Kind.NO_PLACE, group)
            return None
        self._note(Kind.HANDOVER_ACCEPTED)
        return self._help(full=full)

    def _help(self, *, full: bool) -> None:
        if self._happens(0.3 if full else 0.1):
            self._note(Kind.WAITING, self._one_of(_HELD))
        if self._happens(0.9):
            self._note(Kind.FIRST_CONTACT, self._one_of(_MET))
        ending = self._one_of({"completed": 76 + self.number, "failed": 9, "": 12})
        if ending == "completed":
            self._note(Kind.HANDOVER_COMPLETED, self._one_of(_OUTCOMES))
            self._note(Kind.CASE_CLOSED, "handover_accepted")
        if ending == "failed":
            self._note(Kind.HANDOVER_FAILED, self._one_of(_FAILED))
            self._note(Kind.CASE_CLOSED, "handover_not_used")
        if self._happens(0.3):
            self._speak()

    def _speak(self) -> None:
        """An answer by the QR code: of no house, no district, no age."""
        for question, answers in VOICES.items():
            if self._happens(0.9):
                [answer] = self.chance.choices(answers, _ORDER[question])
                code = f"{question}-{answer}"
                self.facts[Kind.FAMILY_VOICE, code, "", "", NO_HOUSE, ""] += 1

    def _note(self, kind: Kind, code: str = "") -> None:
        district, phase, house, group = self._here
        self.facts[kind, code, district, phase, house, group] += 1

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _one_of[Code: str](self, weights: dict[Code, int]) -> Code:
        return self.chance.choices(list(weights), list(weights.values()))[0]
