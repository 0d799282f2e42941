"""A quarter is frozen once: protected, checked, final to the byte, and no true count is left."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, transaction

from lotsen.errors import InvalidInput, Refusal
from lotsen.places.models import Municipality
from referrals.facts.models import Delta, Tally
from referrals.facts.rules import Kind
from referrals.statistics import actions, attacker
from referrals.statistics.actions import digest, fold, freeze, freeze_due
from referrals.statistics.counting import Quarter
from referrals.statistics.cube import Cube
from referrals.statistics.models import Release
from tests.builders import make_city
from tests.referrals.statistics.counted import QUARTER, count, count_quarter, make_houses

AFTER = datetime(2026, 10, 15, 3, tzinfo=UTC)  # fifteen days after the end of the quarter


@pytest.fixture
def city(db: None) -> Municipality:
    make_houses()
    return make_city()


def as_stored() -> str:
    """Every byte of every release."""
    return serializers.serialize("json", Release.objects.order_by("pk"))


def test_what_is_published_is_rounded_and_no_true_count_is_left(city: Municipality) -> None:
    count_quarter(160)
    count_quarter(7, period="2026Q4")
    release = freeze(city, QUARTER, at=AFTER)

    counts = [count for cells in release.cells.values() for *_, count in cells]
    assert counts
    assert not [number for number in counts if number % 5 or number < 0]
    assert set(Tally.objects.values_list("period", flat=True)) == {"2026Q4"}
    assert not Delta.objects.exists()
    assert release.sha256 == digest(QUARTER, release.levels, release.cells)
    assert json.loads(json.dumps(release.cells)) == release.cells


def test_totals_are_close_to_the_truth(city: Municipality) -> None:
    count_quarter(400)
    while fold(at=AFTER):
        pass
    true = Quarter(city, QUARTER)
    levels = next(actions._attempts(true))
    sums = {name: sum(cells.values()) for name, cells in true.base(levels).true.items()}
    release = freeze(city, QUARTER, at=AFTER)

    assert release.levels == levels
    for name in ("families", "needs"):
        told = sum(number for *_, number in release.cells[name])
        assert abs(told - sums[name]) <= 15, name


def test_a_second_freeze_changes_no_byte(city: Municipality) -> None:
    count_quarter(80)
    first = freeze(city, QUARTER, at=AFTER)
    before = as_stored()
    count_quarter(30)

    assert freeze(city, QUARTER, at=AFTER.replace(year=2027)) == first
    assert freeze_due(at=AFTER) == []
    assert as_stored() == before


def test_the_same_quarter_is_rounded_otherwise_each_time_it_could_have_been_frozen(
    city: Municipality,
) -> None:
    """The chance comes from outside and cannot be repeated."""
    told = set()
    for _ in range(6):
        with transaction.atomic():
            count_quarter(120)
            told.add(freeze(city, QUARTER, at=AFTER).sha256)
            transaction.set_rollback(True)

    assert len(told) > 1


def test_what_comes_late_counts_in_the_current_quarter(city: Municipality) -> None:
    count_quarter(60)
    freeze(city, QUARTER, at=AFTER)
    before = as_stored()
    count(make_houses()[0], Kind.CASE_OPENED, 3)
    fold(at=AFTER)

    assert list(Tally.objects.values_list("period", "value")) == [("2026Q4", 3)]
    assert as_stored() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE referrals_release SET sha256 = 'x'",
        "DELETE FROM referrals_release",
        "UPDATE referrals_release SET cells = '{}'",
    ],
)
def test_not_even_the_database_changes_a_release(city: Municipality, statement: str) -> None:
    count_quarter(60)
    freeze(city, QUARTER, at=AFTER)
    before = as_stored()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert as_stored() == before


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (datetime(2026, 9, 30, 12, tzinfo=UTC), "period_still_open"),
        (datetime(2026, 10, 14, 21, 59, tzinfo=UTC), "period_still_open"),
        (datetime(2026, 10, 14, 22, 1, tzinfo=UTC), ""),  # the fifteenth day in Berlin
    ],
)
def test_an_open_quarter_is_not_frozen(city: Municipality, day: datetime, code: str) -> None:
    count_quarter(60)
    if not code:
        assert freeze(city, QUARTER, at=day).period == QUARTER
        return
    with pytest.raises(Refusal, match=code):
        freeze(city, QUARTER, at=day)
    assert (Tally.objects.count(), Release.objects.count()) == (0, 0)


@pytest.mark.parametrize("period", ["2026", "2026Q5", "2026q3", "", "2026Q3 "])
def test_only_a_quarter_can_be_frozen(city: Municipality, period: str) -> None:
    with pytest.raises(InvalidInput, match="period_unreadable"):
        freeze(city, period, at=AFTER)


def test_before_a_city_counts_nothing_is_published_and_afterwards_no_quarter_is_left_out(
    city: Municipality,
) -> None:
    count_quarter(60, period="2025Q4")
    count_quarter(60, period="2026Q3")
    with pytest.raises(Refusal, match="nothing_counted"):
        freeze(city, "2025Q3", at=AFTER)

    frozen = freeze_due(at=AFTER)

    assert [release.period for release in frozen] == ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    assert frozen[1].cells == {
        "families": [["all", "all", "all", "city", 0]], "needs": [], "circumstances": [],
    }  # fmt: skip


def test_a_later_quarter_may_be_frozen_first_and_nothing_is_lost(city: Municipality) -> None:
    count_quarter(60, period="2026Q2")
    count_quarter(70, period="2026Q3", seed=2)
    freeze(city, "2026Q3", at=AFTER)
    assert set(Tally.objects.values_list("period", flat=True)) == {"2026Q2"}

    [earlier] = freeze_due(at=AFTER)
    assert earlier.period == "2026Q2"
    kept = [count for step, *_, count in earlier.cells["families"]]
    assert sum(kept) > 0


def test_below_fifty_families_only_their_number_is_told(city: Municipality) -> None:
    count_quarter(49)
    release = freeze(city, QUARTER, at=AFTER)

    [[*key, number]] = release.cells["families"]
    assert (key, number in (45, 50)) == (["all", "all", "all", "city"], True)
    assert release.cells["needs"] == release.cells["circumstances"] == []
    assert release.levels["families"]["step"] == "all"


def test_from_fifty_families_on_steps_are_told(city: Municipality) -> None:
    count_quarter(56, seed=3)
    release = freeze(city, QUARTER, at=AFTER)

    cube = Cube("families", {tuple(key): count for *key, count in release.cells["families"]})
    assert "talk_wished" in cube.codes("step")
    assert len(cube.cells) <= 28


def test_each_city_is_frozen_for_itself(city: Municipality) -> None:
    other = make_city("dortmund", "Dortmund", "05913000")
    count_quarter(60)
    count(make_houses()[0], Kind.CASE_OPENED).delete()
    Delta.objects.create(
        period=QUARTER, municipality="dortmund", kind=Kind.NOT_STORED, house=make_houses()[0].pk,
        life_phase="newborn", district="dortmund-mitte",
    )  # fmt: skip

    freeze(city, QUARTER, at=AFTER)

    assert Tally.objects.get().municipality == "dortmund"
    assert not other.releases.exists()


# The check before publication


def test_what_the_check_refuses_is_tried_again_and_then_told_coarser(
    city: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_quarter(400)
    asked: list[int] = []

    def gate(true: Any, own: Any, shown: Any) -> list[str]:
        asked.append(len(shown["families"]))
        return ["too_narrow"] if len(asked) <= 4 else []

    monkeypatch.setattr(attacker, "gate", gate)
    release = freeze(city, QUARTER, at=AFTER)

    assert asked[0] == asked[1] == asked[2] > asked[3] == asked[4]
    assert len(release.cells["families"]) == asked[4]


def test_if_the_check_never_passes_nothing_is_published_and_nothing_lost(
    city: Municipality, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    count_quarter(60)
    waiting = Delta.objects.count()
    monkeypatch.setattr(attacker, "gate", lambda *_: ["too_narrow"])

    with pytest.raises(Refusal, match="gate_closed"):
        freeze(city, QUARTER, at=AFTER)
    assert freeze_due(at=AFTER) == []

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"No release of {city.pk} {QUARTER}: gate_closed"
    ]
    caplog.clear()
    assert (Release.objects.count(), Delta.objects.count()) == (0, waiting)


def test_one_city_that_is_refused_keeps_no_other_from_its_numbers(
    city: Municipality, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    count_quarter(60, period="2026Q2")
    count_quarter(60, period="2026Q3")
    turns = iter([["too_narrow"]] * actions.TRIES)
    monkeypatch.setattr(attacker, "gate", lambda *_: next(turns, []))
    monkeypatch.setattr(actions, "_attempts", _only_once)

    assert [release.period for release in freeze_due(at=AFTER)] == ["2026Q3"]
    caplog.clear()
    assert set(Tally.objects.values_list("period", flat=True)) == {"2026Q2"}


def _only_once(counted: Quarter) -> list[dict[str, Any]]:
    return [{name: counted.rungs(name)[0] for name in ("families", "needs", "circumstances")}]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_and_one_who_folds_at_once_leave_one_release() -> None:
    make_houses()
    count_quarter(90)
    city, barrier = make_city(), Barrier(3)
    hashes: list[str] = []

    def freezing() -> None:
        hashes.append(freeze(city, QUARTER, at=AFTER).sha256)

    def run(deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            deed()
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in (freezing, freezing, _folding)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(hashes) == 2
    assert set(hashes) == {Release.objects.get().sha256}
    assert not Tally.objects.exists()


def _folding() -> None:
    for _ in range(20):
        fold(at=AFTER)
