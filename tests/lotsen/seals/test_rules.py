"""What a seal is made of depends on values alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.seals import rules
from lotsen.seals.rules import Facts, Kind
from lotsen.seals.tally import Tally

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": UUID(int=7), "at": NOON, "deed": "read", "shown": ["7K4M-QX2T-9RHV"], "count": 1,
    "changes": {"a": ["1", "2"], "b": None}, "actor_id": None,
}  # fmt: skip
FACTS = Facts(
    n=3, kind="rows", log="access", first=NOON, last=NOON, count=1, total=9, ids=bytes(16),
    marks=bytes(8), root=bytes(32), previous=bytes(32), key=UUID(int=1), at=NOON,
)  # fmt: skip
LEAF = "535fc4d6dab2b676b21655151976cb0b8a6b7beb7ef30c4e0da323610949a28e"
HASH = "bcf47176a412d5d55075b0513d9e2d4d89d162fa5c57525d164a9166003c9ad4"


def test_the_bytes_of_a_row_are_kept_for_ever() -> None:
    """A change here makes every seal fail that was ever made."""
    assert rules.leaf(ROW).hex() == LEAF
    assert rules.hash_of(FACTS).hex() == HASH


def test_time_zone_and_order_do_not_count() -> None:
    there = NOON.astimezone(ZoneInfo("Europe/Berlin"))
    turned = dict(reversed(ROW.items())) | {"at": there, "changes": {"b": None, "a": ["1", "2"]}}
    assert rules.leaf(turned) == rules.leaf(ROW)


def test_a_column_that_comes_later_and_is_empty_changes_nothing() -> None:
    assert rules.leaf(ROW | {"new": None}) == rules.leaf(ROW)


@pytest.mark.parametrize(
    "change",
    [
        {"id": UUID(int=8)}, {"id": 7}, {"at": NOON + timedelta(microseconds=1)}, {"deed": "list"},
        {"deed": None}, {"shown": []}, {"shown": ["7K4M-QX2T-9RHV", ""]}, {"count": "1"},
        {"count": 2}, {"changes": {"a": ["1", "2"]}}, {"actor_id": UUID(int=0)}, {"new": ""},
    ],
)  # fmt: skip
def test_every_column_counts(change: dict[str, Any]) -> None:
    assert rules.leaf(ROW | change) != rules.leaf(ROW)


@pytest.mark.parametrize("name", [field for field in vars(FACTS) if field != "kind"])
def test_every_fact_of_a_seal_counts(name: str) -> None:
    value = getattr(FACTS, name)
    other: object = {
        int: 77, str: "change", bytes: b"\x01" * 32, datetime: NOON - timedelta(1),
        UUID: UUID(int=2),
    }[type(value)]  # fmt: skip
    assert rules.hash_of(Facts(**vars(FACTS) | {name: other})) != rules.hash_of(FACTS)


def test_a_signature_is_of_one_installation() -> None:
    assert rules.signed_text("here", bytes(32)) != rules.signed_text("there", bytes(32))


@given(st.lists(st.integers(0, 2**128 - 1) | st.uuids()))
def test_keys_come_back(keys: list[int | UUID]) -> None:
    assert rules.unpacked(rules.packed(keys)) == [rules.number(key) for key in keys]


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"count": 2}, False),
        ({"ids": bytes(17)}, False),
        ({"marks": b""}, False),
        ({"count": 0, "ids": b"", "marks": b""}, False),
        ({"last": NOON + timedelta(days=3)}, False),  # the next month
        ({"kind": Kind.DROPPED}, False),
        ({"kind": Kind.DROPPED, "marks": b""}, True),
        ({"kind": "forged", "marks": b""}, False),
    ],
)
def test_lists_fit_their_count(change: dict[str, Any], fits: bool) -> None:
    assert rules.is_well_formed(Facts(**vars(FACTS) | change)) is fits


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(-40, 40))  # noqa: DTZ001
def test_months_follow_each_other(at: datetime, number: int) -> None:
    month = rules.month_of(at.replace(tzinfo=UTC))
    moved = rules.months_after(month, number)

    assert rules.months_after(moved, -number) == month
    assert moved == rules.month_of(moved) == rules.month_of(rules.last_moment(moved))
    assert rules.last_moment(month) + timedelta(microseconds=1) == rules.months_after(month, 1)


numbers = st.integers(0, 2**128 - 1)


@given(st.lists(numbers, max_size=50), numbers)
def test_a_tally_agrees_with_the_same_things_in_any_order(things: list[int], one: int) -> None:
    tally = Tally()
    for thing in things:
        tally.add(thing)
    for thing in sorted(things):
        tally.add(thing, -1)
    assert tally.agrees

    tally.add(one)
    assert not tally.agrees
    every = [(thing, times) for thing in things for times in (1, -1)]
    assert tally.surplus([*every, (one, 1)]) == {one: 1}
