from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from referrals.facts import actions as facts
from referrals.facts.models import Delta
from referrals.facts.rules import NO_HOUSE, PHASES, Kind, LifePhase, Wait, life_phase, wait
from tests.builders import NOON
from tests.conftest import Cast


def test_a_delta_holds_quarter_house_kind_phase_and_district_only(cast: Cast) -> None:
    facts.note(Kind.NEED, case=cast.case, code="everyday", at=NOON)

    row = Delta.objects.values().get()
    row.pop("id")
    assert row == {
        "period": "2026Q1",
        "municipality": "duesseldorf",
        "kind": "need",
        "house": cast.clinic.pk,
        "recipient": NO_HOUSE,
        "organisation_group": "clinic",
        "life_phase": "newborn",
        "district": "duesseldorf-bilk",
        "code": "everyday",
        "value": 1,
    }


def test_no_value_of_a_delta_leads_back_to_the_case(cast: Cast) -> None:
    facts.note(Kind.CASE_OPENED, case=cast.case, at=NOON)

    values = {str(value) for value in Delta.objects.values_list().get()}
    traces = {str(cast.case.pk), str(cast.case.vault_ref), cast.case.pseudonym, str(cast.anna.pk)}
    assert values.isdisjoint(traces)


def test_the_step_of_another_house_counts_for_its_kind(cast: Cast) -> None:
    facts.note(Kind.HANDOVER_ACCEPTED, case=cast.case, at=NOON, organisation=cast.office)

    assert Delta.objects.get().organisation_group == "family_office"


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "2026Q4"),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), "2027Q1"),  # past midnight in Berlin
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "2026Q3"),  # summer time
    ],
)
def test_the_quarter_is_that_of_berlin(cast: Cast, moment: datetime, period: str) -> None:
    facts.note(Kind.ASSESSED, case=cast.case, at=moment)

    assert Delta.objects.get().period == period


def test_the_phase_follows_the_age_on_the_day(cast: Cast) -> None:
    facts.note(Kind.ASSESSED, case=cast.case, at=datetime(2026, 7, 2, 12, tzinfo=UTC))

    assert Delta.objects.get().life_phase == "infant"


def test_several_steps_of_one_moment_are_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.case.holder  # noqa: B018  known already
    with django_assert_num_queries(1):
        facts.note_all([(Kind.ASSESSED, ""), (Kind.NEED, "child")], case=cast.case, at=NOON)

    assert Delta.objects.filter(period="2026Q1", house=cast.clinic.pk).count() == 2


@pytest.mark.parametrize(
    ("months", "phase"),
    [
        (-9, "pregnancy"), (-1, "pregnancy"), (0, "newborn"), (2, "newborn"), (3, "infant"),
        (11, "infant"), (12, "toddler"), (35, "toddler"), (36, "preschool"), (71, "preschool"),
        (72, "school"), (119, "school"), (120, "youth"), (215, "youth"), (216, "young_adult"),
        (323, "young_adult"),
    ],
)  # fmt: skip
def test_each_age_up_to_27_has_one_phase(months: int, phase: str) -> None:
    assert life_phase(months) == phase


def test_the_phases_come_in_the_order_of_a_life() -> None:
    assert [phase for _, phase in PHASES] == list(LifePhase)[:-1]


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "up_to_2"), (2, "up_to_2"), (3, "up_to_7"), (7, "up_to_7"), (14, "up_to_14"),
     (15, "longer"), (400, "longer")],
)  # fmt: skip
def test_each_wait_has_one_band(days: int, band: str) -> None:
    assert wait(days) == Wait(band)
