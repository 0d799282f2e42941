"""Whose accesses are told to whom, and what many of them add up to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.audit.rules import Access, Stay, by_case, is_told
from lotsen.pseudonyms import new_pseudonym

START = datetime(2026, 1, 1, tzinfo=UTC)
CLINIC, OFFICE, ELSEWHERE = (UUID(int=number) for number in (1, 2, 3))
ANNA, BILAL = UUID(int=11), UUID(int=12)
A, B = "7K4M-QX2T-9RHV", "2345-6789-BCDF"


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def access(on: int = 5, shown: Sequence[str] = (A,), **facts: Any) -> Access:
    plain: dict[str, Any] = {
        "at": day(on), "actor": ANNA, "organisation": None, "deed": "read",
        "fields": (), "reason": "", "device": None,
    }  # fmt: skip
    return Access(**(plain | facts), shown=shown)


def stay(house: UUID, since: int = 0, until: int | None = None) -> Stay:
    return Stay(house, day(since), None if until is None else day(until))


# Who is told


@pytest.mark.parametrize(
    ("stays", "organisation", "told"),
    [
        ([stay(CLINIC)], None, True),
        ([stay(CLINIC)], ELSEWHERE, True),  # a case of others, seen at work for us
        ([], None, False),
        ([stay(ELSEWHERE)], CLINIC, False),  # our case, but the account is theirs
        ([stay(CLINIC, 6)], None, False),  # not yet
        ([stay(CLINIC, 5)], None, True),
        ([stay(CLINIC, 0, 5)], None, False),  # no more
        ([stay(CLINIC, 0, 3), stay(CLINIC, 5)], None, True),
        ([stay(CLINIC), stay(OFFICE)], None, True),  # both are served
        ([stay(CLINIC), stay(ELSEWHERE)], None, False),  # cannot be told apart
        ([stay(CLINIC), stay(ELSEWHERE)], CLINIC, True),
        ([stay(CLINIC), stay(ELSEWHERE)], ELSEWHERE, False),
        ([stay(CLINIC), stay(ELSEWHERE, 0, 4)], ELSEWHERE, True),
    ],
)
def test_an_account_belongs_to_the_houses_it_works_in(
    stays: list[Stay], organisation: UUID | None, told: bool
) -> None:
    event = access(organisation=organisation)

    assert is_told(event, stays, frozenset({CLINIC, OFFICE})) is told


days = st.integers(0, 9)
some_stays = st.lists(
    st.builds(
        stay,
        st.sampled_from([CLINIC, OFFICE, ELSEWHERE]),
        since=days,
        until=st.none() | st.integers(10, 20),
    )
)
houses = st.frozensets(st.sampled_from([CLINIC, OFFICE]), min_size=1)


@given(some_stays, houses, days, st.sampled_from([None, CLINIC, OFFICE, ELSEWHERE]))
def test_nothing_is_told_of_who_works_elsewhere_alone(
    stays: list[Stay], served: frozenset[UUID], on: int, organisation: UUID | None
) -> None:
    then = {one.house for one in stays if one.since <= day(on)}
    told = is_told(access(on, organisation=organisation), stays, served)

    assert told is bool(then & served and (then <= served or organisation in served))


@given(some_stays, days)
def test_serving_more_houses_never_tells_less(stays: list[Stay], on: int) -> None:
    for organisation in (None, CLINIC, OFFICE, ELSEWHERE):
        event = access(on, organisation=organisation)
        few = is_told(event, stays, frozenset({CLINIC}))
        assert is_told(event, stays, frozenset({CLINIC, OFFICE})) >= few


# What they add up to


def test_accesses_add_up_to_one_entry_for_each_case() -> None:
    found = by_case(
        [
            access(3, [A, B], deed="list"),
            access(1, [A], fields=["needs"], reason="api"),
            access(7, [A], deed="unlock", fields=["name", "phone"], reason="family_called",
                   actor=BILAL, device=ELSEWHERE),
        ]
    )  # fmt: skip

    assert [seen.pseudonym for seen in found] == [A, B]
    [first, second] = found
    assert (first.first, first.last, first.times) == (day(1), day(7), 3)
    assert first.deeds == {"list", "read", "unlock"}
    assert (first.opened, first.fields) == ({"name", "phone"}, {"needs"})
    assert (first.reasons, first.actors) == ({"api", "family_called"}, {ANNA, BILAL})
    assert first.devices == {ELSEWHERE}
    assert (second.first, second.last, second.times) == (day(3), day(3), 1)
    assert (second.opened, second.reasons, second.devices) == (set(), set(), set())


def test_opened_cases_come_first_and_what_names_none_last() -> None:
    found = by_case(
        [
            access(shown=[], deed="login"),
            access(shown=[B]),
            access(shown=[A], deed="unlock", fields=["name"]),
            access(shown=["c0ffee00-0000-4000-8000-000000000000"], deed="erase"),
        ]
    )

    assert [seen.pseudonym for seen in found] == [A, B, ""]
    assert found[-1].deeds == {"login", "erase"}


def test_a_refused_access_showed_no_case() -> None:
    [seen] = by_case([access(shown=[A], deed="denied", reason="view_cases")])

    assert (seen.pseudonym, seen.deeds, seen.reasons) == ("", {"denied"}, {"view_cases"})


def test_every_pseudonym_is_known_as_one() -> None:
    names = [new_pseudonym() for _ in range(500)]

    assert {seen.pseudonym for seen in by_case([access(shown=names)])} == set(names)
