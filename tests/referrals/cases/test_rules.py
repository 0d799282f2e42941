from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referrals.cases.rules import GIVEN_KINDS, Standing, age_on, standing

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


@given(
    assigned=some.booleans(),
    deputises=some.booleans(),
    kinds=some.frozensets(some.sampled_from(["own", "deputy", "joint", "emergency"])),
    restricted=some.booleans(),
)
def test_who_works_on_a_case(
    assigned: bool, deputises: bool, kinds: frozenset[str], restricted: bool
) -> None:
    how = standing(assigned=assigned, deputises=deputises, share_kinds=kinds, restricted=restricted)
    let_in = assigned or deputises or bool(kinds & GIVEN_KINDS)
    if let_in:  # an emergency beside it changes nothing
        assert how not in (None, Standing.EMERGENCY)
    else:  # one's own intake leads back and no further; a restricted case opens to no emergency
        assert how == (Standing.EMERGENCY if "emergency" in kinds and not restricted else None)
