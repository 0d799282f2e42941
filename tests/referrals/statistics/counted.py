"""Steps of a made-up quarter, counted without any family, for tests of folding and freezing."""

from random import Random

from lotsen.accounts.models import Organisation
from lotsen.places.models import Municipality
from offers.vocabulary import NeedGroup
from referrals.facts.models import Delta
from referrals.facts.rules import Kind, LifePhase
from tests.builders import make_city, make_district, make_organisation

QUARTER = "2026Q3"


def count(
    house: Organisation, kind: Kind, times: int = 1, *, period: str = QUARTER, **facts: object
) -> Delta:
    """A step that `house` counted so many times."""
    usual: dict[str, object] = {"life_phase": "newborn", "district": "duesseldorf-bilk", "code": ""}
    return Delta.objects.create(
        period=period,
        municipality=house.municipality_id,
        kind=kind,
        value=times,
        **({"house": house.pk, "organisation_group": house.kind} | usual | facts),
    )


def make_houses() -> list[Organisation]:
    """Three clinics and a family office, and two districts of two boroughs."""
    make_district("Bilk", "036")
    make_district("Oberkassel", "041")
    clinics = [make_organisation(f"klinik-{number}") for number in range(3)]
    return [*clinics, make_organisation("buero", "family_office")]


def count_quarter(
    families: int, *, period: str = QUARTER, seed: int = 1, city: Municipality | None = None
) -> None:
    """A plausible quarter of a city: each family opened, most of them assessed, many with needs."""
    chance, city = Random(seed), city or make_city()  # noqa: S311  made up
    houses = list(Organisation.objects.filter(municipality=city).order_by("slug"))
    districts = list(city.districts.order_by("key").values_list("key", flat=True))
    rows: list[Delta] = []

    def note(kind: Kind, code: str = "") -> None:
        rows.append(
            Delta(
                period=period, municipality=city.pk, kind=kind, code=code, house=house.pk,
                organisation_group=house.kind, life_phase=phase, district=district,
            )
        )  # fmt: skip

    for _ in range(families):
        house = chance.choices(houses, [5, 3, 2, 1][: len(houses)])[0]
        phase, district = chance.choice(list(LifePhase)[:4]), chance.choice(districts)
        if chance.random() < 0.1:
            note(Kind.NOT_STORED)
            continue
        note(Kind.CASE_OPENED)
        if chance.random() < 0.9:
            note(Kind.ASSESSED)
            note(chance.choice([Kind.TALK_WISHED, Kind.TALK_DECLINED]))
            for group in chance.sample(list(NeedGroup), k=chance.randrange(3)):
                note(Kind.NEED, group)
                if chance.random() < 0.2:
                    note(chance.choice([Kind.GAP, Kind.NO_PLACE]), group)
        if chance.random() < 0.5:
            _hand_over(note, chance)
    Delta.objects.bulk_create(rows)


def _hand_over(note: object, chance: Random) -> None:
    assert callable(note)
    note(Kind.CONSENT_GIVEN)
    note(Kind.HANDOVER_REQUESTED)
    note(Kind.ANSWERED, chance.choice(["up_to_2", "up_to_7", "longer"]))
    if chance.random() < 0.2:
        note(Kind.HANDOVER_REJECTED, chance.choice(["no_capacity", "other"]))
        return
    note(Kind.HANDOVER_ACCEPTED)
    if chance.random() < 0.7:
        note(Kind.HANDOVER_COMPLETED, chance.choice(["taken_up", "referred_on"]))
