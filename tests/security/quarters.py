"""Quarters of a made-up city, counted step by step: what the freeze makes published numbers of."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from lotsen.accounts.models import Organisation
from lotsen.places.models import Municipality
from offers.vocabulary import NeedGroup
from referrals.facts.models import Delta
from referrals.facts.rules import VOICES, Kind, LifePhase, Wait
from referrals.handovers.rules import OUTCOMES, REASONS, Move
from referrals.statistics.counting import TOLD
from tests.builders import make_district, make_organisation

type Row = tuple[Kind, str, UUID, str, str, str]

PHASES = (LifePhase.PREGNANCY, LifePhase.NEWBORN, LifePhase.INFANT, LifePhase.TODDLER)
PLACES = {"036": "Bilk", "037": "Oberbilk", "041": "Oberkassel", "042": "Heerdt"}


def make_houses() -> list[Organisation]:
    """Houses of two kinds, three of each, beside those of the cast; four districts."""
    for code, name in PLACES.items():
        make_district(name, code)
    clinics = [make_organisation(f"klinik-{number}") for number in range(1, 4)]
    return clinics + [make_organisation(f"amt-{n}", "family_office") for n in range(1, 4)]


def count_quarter(city: Municipality, period: str, *, families: int, seed: int) -> None:
    """So many families of a quarter, the same for the same seed."""
    houses = list(Organisation.objects.filter(municipality=city).order_by("slug"))
    places = list(city.districts.order_by("key").values_list("key", flat=True))
    chance = Random(f"{period} {seed}")  # noqa: S311  made up
    rows = [row for _ in range(families) for row in _family(chance, houses, places)]
    for question, answers in VOICES.items():
        voice = _Family(chance, houses[0], "", "")
        for answer in chance.choices(answers, k=families // 12):
            voice.note(Kind.FAMILY_VOICE, f"{question}-{answer}")
        rows += voice.rows
    names = ("kind", "code", "house", "organisation_group", "life_phase", "district")
    Delta.objects.bulk_create(
        Delta(
            period=period, municipality=city.pk, value=value, **dict(zip(names, row, strict=True))
        )
        for row, value in Counter(rows).items()
    )


@dataclass
class _Family:
    chance: Random
    house: Organisation
    phase: str
    district: str
    rows: list[Row] = field(default_factory=list)

    def note(self, kind: Kind, code: str = "") -> None:
        house = self.house
        self.rows.append((kind, code, house.pk, house.kind, self.phase, self.district))

    def note_one_of(self, kind: Kind) -> None:
        """With one of the codes it may have, the first ones more often."""
        codes = TOLD[kind][1]
        self.note(kind, self.chance.choices(codes, range(len(codes), 0, -1))[0])

    def often(self, share: float) -> bool:
        return self.chance.random() < share


def _family(chance: Random, houses: list[Organisation], places: list[str]) -> list[Row]:
    house = chance.choices(houses, range(len(houses), 0, -1))[0]
    family = _Family(chance, house, chance.choice(PHASES), chance.choice(places))
    if family.often(0.1):
        family.note(Kind.NOT_STORED)
        return family.rows
    family.note(Kind.CASE_OPENED)
    if family.often(0.2):
        family.note_one_of(Kind.INTERPRETING)
    if family.often(0.9):
        _assess(family)
    if family.often(0.4):
        family.note_one_of(Kind.CASE_CLOSED)
    return family.rows


def _assess(family: _Family) -> None:
    family.note(Kind.ASSESSED)
    wished = family.often(0.6)
    family.note(Kind.TALK_WISHED if wished else Kind.TALK_DECLINED)
    for group in family.chance.sample(list(NeedGroup), k=family.chance.randrange(4)):
        family.note(Kind.NEED, group)
        if family.often(0.2):
            family.note(Kind.GAP, group)
            family.note_one_of(Kind.GAP_REASON)
        elif wished:
            _hand_over(family, group)


def _hand_over(family: _Family, group: NeedGroup) -> None:
    family.note(Kind.CONSENT_GIVEN if family.often(0.9) else Kind.CONSENT_DECLINED)
    family.note(Kind.HANDOVER_REQUESTED)
    family.note(Kind.ANSWERED, family.chance.choice(list(Wait)))
    if family.often(0.2):
        reason = family.chance.choice(REASONS[Move.DECLINE])
        family.note(Kind.HANDOVER_REJECTED, reason)
        if reason == "no_capacity":
            family.note(Kind.NO_PLACE, group)
        return
    family.note(Kind.HANDOVER_ACCEPTED)
    family.note(Kind.FIRST_CONTACT, family.chance.choice(list(Wait)))
    if family.often(0.7):
        family.note(Kind.HANDOVER_COMPLETED, family.chance.choice(OUTCOMES))
    else:
        family.note(Kind.HANDOVER_FAILED, family.chance.choice(REASONS[Move.FAIL]))
