from datetime import UTC, datetime

import pytest

from referrals.facts import actions as facts
from referrals.facts.models import Delta
from referrals.facts.rules import Kind
from tests.builders import NOON
from tests.conftest import Cast


def test_a_delta_holds_quarter_house_kind_phase_and_district_only(cast: Cast) -> None:
    facts.note(Kind.NEED, case=cast.case, code="everyday", at=NOON)

    row = Delta.objects.values().get()
    row.pop("id")
    assert row == {
        "period": "2026Q1",
        "kind": "need",
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
