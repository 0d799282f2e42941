"""The chain of prevention is counted from the catalogue alone, each offer wherever it belongs."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offers.matching.rules import PLACES_BELIEVED_DAYS
from offers.matching.values import Candidate
from offers.vocabulary import NEEDS, Capacity, Dimension, NeedGroup
from referrals.facts.rules import LifePhase, life_phase
from referrals.planning import coverage
from referrals.planning.coverage import BANDS, OLDEST, SPANS, YOUNGEST, Asked
from referrals.planning.gaps import PHASES
from tests.offers.matching.makers import BILK, TODAY, offer

RATH = "duesseldorf-rath"
PLACES = {"borough:03": frozenset({BILK}), "borough:06": frozenset({RATH})}

_AGES = st.tuples(st.integers(YOUNGEST, OLDEST), st.integers(0, 240)).map(
    lambda pair: (pair[0], min(sum(pair), OLDEST))
)


_OFFER = st.builds(
    lambda ages, given, needs, districts: offer(
        age_from_months=ages[0],
        age_to_months=ages[1],
        dimension=given[0],
        capacity=given[1],
        capacity_as_of=given[2],
        waiting_weeks=given[3],
        open_to_all_districts=given[4],
        needs=needs,
        catchment=dict.fromkeys(districts, ""),
    ),
    _AGES,
    st.sampled_from(
        list(
            product(
                [*Dimension, ""],
                Capacity,
                [None, TODAY, TODAY - timedelta(days=PLACES_BELIEVED_DAYS + 1)],
                [None, 0, 3],
                [True, False],
            )
        )
    ),
    st.frozensets(st.sampled_from(list(NEEDS)), max_size=3),
    st.sampled_from([(), (BILK,), (RATH,), (BILK, RATH)]),
)
_OFFERS = st.lists(_OFFER, max_size=6).map(
    lambda offers: [replace(one, id=UUID(int=number)) for number, one in enumerate(offers)]
)
_few = settings(max_examples=30)


def test_the_bands_are_those_of_the_numbers_from_conception_to_27() -> None:
    months = range(YOUNGEST, OLDEST + 1)
    for band in BANDS:
        first, last = SPANS[band]
        assert [m for m in months if life_phase(m) == band] == list(range(first, last + 1))
    assert set(SPANS) == set(PHASES)
    assert SPANS["first_year"] == (SPANS["newborn"][0], SPANS["infant"][1])
    assert SPANS["until_school"] == (SPANS["toddler"][0], SPANS["preschool"][1])
    assert SPANS["school_on"] == (SPANS["school"][0], SPANS["young_adult"][1])


@_few
@given(offers=_OFFERS)
def test_every_offer_is_in_each_cell_it_serves_and_in_no_other(offers: list[Candidate]) -> None:
    by_dimension = coverage.by_dimension(offers, TODAY)
    by_place = coverage.by_place(offers, TODAY, PLACES)
    by_need = coverage.by_need(offers, TODAY, BANDS)
    for (row, band), supply in by_dimension.items():
        assert supply.offers == sum(one.dimension == row and _lasts(one, band) for one in offers)
    for (row, band), supply in by_place.items():
        assert supply.offers == sum(
            (one.open_to_all_districts or bool(PLACES[row] & set(one.catchment)))
            and _lasts(one, band)
            for one in offers
        )
    for (row, band), supply in by_need.items():
        assert supply.offers == sum(
            row in {NEEDS[need] for need in one.needs} and _lasts(one, band) for one in offers
        )
    rows = {row for row, _band in by_dimension}
    assert rows >= set(Dimension)
    assert ("" in rows) is any(not one.dimension for one in offers)


@_few
@given(offers=_OFFERS)
def test_what_is_known_of_places_adds_up_to_the_offers(offers: list[Candidate]) -> None:
    supply = coverage.supply(offers, TODAY)
    parts = supply.free + supply.waiting + supply.full + supply.unknown
    assert parts == supply.offers == len(offers)
    fresh = [one for one in offers if one.capacity_as_of == TODAY]
    assert supply.free == sum(one.capacity == Capacity.FREE for one in fresh)
    if supply.weeks:
        assert set(supply.weeks) <= {
            one.waiting_weeks for one in fresh if one.capacity == Capacity.WAITING_LIST
        }


@_few
@given(offers=_OFFERS)
def test_at_each_step_every_offer_ends_leads_across_begins_or_is_elsewhere(
    offers: list[Candidate],
) -> None:
    steps = coverage.transitions(offers)
    assert [(step.before, step.after) for step in steps] == list(pairwise(BANDS))
    for step in steps:
        bound = SPANS[step.after][0]
        before = {one.id for one in offers if _lasts(one, step.before)}
        assert {one.id for one in (*step.ends, *step.bridges)} >= before
        assert all(one.age_from_months < bound <= one.age_to_months for one in step.bridges)
        assert {one.id for one in step.ends} == {
            one.id
            for one in offers
            if one.id in before and one.age_to_months < bound
        }  # fmt: skip
        assert {one.id for one in step.begins} == {
            one.id for one in offers if life_phase(one.age_from_months) == step.after
        }


def _lasts(one: Candidate, band: str) -> bool:
    return any(
        one.age_from_months <= month <= one.age_to_months
        for month in range(SPANS[band][0], SPANS[band][1] + 1)
    )


def test_the_weakest_step_loses_the_largest_share() -> None:
    offers = [
        offer(age_from_months=36, age_to_months=71),
        offer(age_from_months=0, age_to_months=60),
        offer(age_from_months=-9, age_to_months=-1),
        offer(age_from_months=-9, age_to_months=216),
    ]
    weakest = coverage.weakest(coverage.transitions(offers))
    assert weakest is not None
    assert weakest.after == LifePhase.SCHOOL
    assert (len(weakest.ends), len(weakest.bridges)) == (2, 1)
    assert coverage.weakest(coverage.transitions([])) is None


def test_an_offer_that_is_over_or_says_nothing_of_districts_is_told_apart() -> None:
    over = offer(valid_until=TODAY - timedelta(days=1))
    last_day = offer(valid_until=TODAY)
    nowhere = offer(open_to_all_districts=False)
    assert coverage.current([over, last_day, nowhere], TODAY) == [last_day, nowhere]
    assert coverage.without_catchment([last_day, nowhere]) == [nowhere]
    assert coverage.by_place([nowhere], TODAY, PLACES)["borough:03", "newborn"].offers == 0
    assert coverage.by_dimension([nowhere], TODAY)["selective", "newborn"].offers == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), True),
        (Asked(group=NeedGroup.EVERYDAY), True),
        (Asked(group=NeedGroup.HEALTH), False),
        (Asked(phase="first_year"), True),
        (Asked(phase="until_school"), True),  # 12 months are its first
        (Asked(phase="preschool"), False),
        (Asked(language="ar"), True),
        (Asked(language="uk"), False),
        (Asked(dimension="selective"), True),
        (Asked(dimension=""), False),
        (Asked(districts=frozenset({RATH})), True),
    ],
)
def test_an_offer_answers_everything_that_is_asked(asked: Asked, found: bool) -> None:
    assert bool(coverage.asked_for([offer()], asked)) is found


def test_what_was_said_of_places_is_believed_for_ninety_days() -> None:
    said = date(2026, 1, 1)
    last = said + timedelta(days=PLACES_BELIEVED_DAYS)
    assert coverage.places(offer(capacity_as_of=said), last) == Capacity.FREE
    assert coverage.places(offer(capacity_as_of=said), last + timedelta(days=1)) == Capacity.UNKNOWN
    assert coverage.places(offer(capacity_as_of=None), said) == Capacity.UNKNOWN
