"""The demo's quarters that are over: families as numbers only, the same for the same seed."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from lotsen.accounts.models import Organisation
from lotsen.places.models import Municipality
from referrals.cases.models import Case
from referrals.facts.models import Tally
from referrals.facts.rules import NO_HOUSE, Kind
from referrals.management.demo import city, quarters
from referrals.management.demo.quarters import HOUSES, Told
from tests.builders import make_city, make_district, make_organisation

AUTUMN = date(2026, 11, 22)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarters, "FAMILIES", (60,) * quarters.QUARTERS)


@pytest.fixture
def demo_city(db: None) -> Municipality:
    """The houses that meet families, without the rest of the demo."""
    kinds = {house.slug: house.kind for house in city.HOUSES}
    for slug in HOUSES:
        make_organisation(slug, kinds[slug])
    make_district("Bilk", "036")
    return make_city()


def _tallies() -> Counter[tuple[str, ...]]:
    names = ("period", "kind", "code", "district", "life_phase", "house", "organisation_group")
    rows = Tally.objects.values_list(*names, "value")
    return Counter({tuple(map(str, row[:-1])): row[-1] for row in rows})


def test_the_last_closed_quarters_always_hold_a_whole_year() -> None:
    for month in range(1, 13):
        told = quarters.closed(date(2026, month, 16), quarters.QUARTERS)
        years = Counter(period[:4] for period in told)
        assert len(told) == 7
        assert 4 in years.values()
    assert quarters.closed(date(2026, 10, 14), 1) == ["2026Q2"]  # fourteen days have not passed
    assert quarters.closed(date(2026, 10, 15), 1) == ["2026Q3"]


def test_twice_changes_nothing_and_the_same_seed_adds_nothing(
    demo_city: Municipality, few: None
) -> None:
    added = quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=2)
    before = _tallies()
    assert added == sum(n for (_, kind, *_rest), n in before.items() if kind in _MET) > 110
    assert quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=2) == 0
    assert quarters.tell(demo_city, today=AUTUMN, seed=2, quarters=2) == 0
    assert _tallies() == before
    Tally.objects.all().delete()
    quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=2)
    assert _tallies() == before
    assert not Case.objects.exists()


_MET = {Kind.CASE_OPENED, Kind.NOT_STORED}


def test_what_the_demos_own_cases_have_counted_stays_in_the_sum(
    demo_city: Municipality, few: None
) -> None:
    quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=1)
    drawn = _tallies()
    Tally.objects.exclude(house__in=Organisation.objects.filter(slug="marienklinik-demo")).delete()
    left = _tallies()
    quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=1)
    assert _tallies() == drawn + left


@pytest.mark.parametrize("number", [0, quarters.QUARTERS - 1])
def test_every_family_takes_steps_that_follow_from_each_other(
    demo_city: Municipality, number: int
) -> None:
    told = Told(
        Random(3),  # noqa: S311
        number, Organisation.objects.in_bulk(HOUSES, field_name="slug"),
        list(demo_city.districts.all()), [1] * demo_city.districts.count(),
    )  # fmt: skip
    for _ in range(400):
        told.family()
    sums: Counter[str] = Counter()
    for (kind, *_rest), count in told.facts.items():
        sums[kind] += count
    assert sums[Kind.CASE_OPENED] + sums[Kind.NOT_STORED] == 400
    assert sums[Kind.CASE_OPENED] >= sums[Kind.ASSESSED]
    assert sums[Kind.ASSESSED] >= sums[Kind.TALK_WISHED] + sums[Kind.TALK_DECLINED]
    assert sums[Kind.NEED] >= sums[Kind.GAP] + sums[Kind.NO_PLACE] > 0
    assert sums[Kind.GAP] == sums[Kind.GAP_REASON]
    assert sums[Kind.CONSENT_GIVEN] == sums[Kind.HANDOVER_REQUESTED] >= sums[Kind.ANSWERED]
    assert sums[Kind.ANSWERED] == sums[Kind.HANDOVER_ACCEPTED] + sums[Kind.HANDOVER_REJECTED]
    ended = sums[Kind.HANDOVER_COMPLETED] + sums[Kind.HANDOVER_FAILED]
    assert sums[Kind.HANDOVER_ACCEPTED] >= ended > 0
    assert set(sums) == set(Kind)  # nothing the statistics know of is missing


def test_a_voice_is_of_no_house_and_no_district(demo_city: Municipality, few: None) -> None:
    quarters.tell(demo_city, today=AUTUMN, seed=1, quarters=1)
    voices = Tally.objects.filter(kind=Kind.FAMILY_VOICE)
    assert voices.exists()
    assert set(voices.values_list("house", "district", "life_phase", "organisation_group")) == {
        (NO_HOUSE, "", "", "")
    }


def test_three_clinics_and_three_other_houses_meet_families() -> None:
    kinds = Counter(house.kind for house in city.HOUSES if house.slug in HOUSES)
    assert kinds["clinic"] == 3
    assert sum(kinds.values()) - kinds["clinic"] == 3
