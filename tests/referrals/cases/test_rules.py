from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referrals.cases.rules import INSIDER_KINDS, age_on, is_insider

DAYS = some.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(stated=DAYS, later=DAYS, age=some.integers(-9, 216))
def test_a_child_never_gets_younger(stated: date, later: date, age: int) -> None:
    assert age_on(later, age, stated) >= age


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 3, 2), -2),
        (date(2026, 4, 1), -2),
        (date(2026, 4, 2), -1),
        (date(2026, 5, 2), 0),
        (date(2027, 3, 2), 10),
        (date(2026, 1, 1), -2),
    ],
)
def test_the_age_grows_by_whole_months(day: date, months: int) -> None:
    assert age_on(day, -2, date(2026, 3, 2)) == months


@pytest.mark.parametrize("assigned", [True, False])
@pytest.mark.parametrize("kinds", [(), ("own",), ("deputy",), ("joint",), ("own", "deputy")])
def test_insiders_are_the_assigned_deputies_and_those_who_work_jointly(
    assigned: bool, kinds: tuple[str, ...]
) -> None:
    expected = assigned or "deputy" in kinds or "joint" in kinds
    assert is_insider(assigned=assigned, share_kinds=kinds) is expected
    assert "own" not in INSIDER_KINDS
