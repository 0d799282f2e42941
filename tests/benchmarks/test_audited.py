"""What the benchmark of the logs compares, on few cases: no times."""

import pytest

from benchmarks import audited
from benchmarks.population import Population
from lotsen.audit.models import AccessEvent, ChangeEntry

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_with_and_without_the_logs_the_same_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audited, "_ROUNDS", 4)
    desk = audited.Desk(Population(300).people[0])

    listed, assigned, called = map(audited.compared, (desk.page, desk.hand_on, desk.try_to_call))

    assert listed.same
    assert assigned.same
    assert called.same
    assert (listed.written, assigned.written, called.written) == (1, 2, 1)
    assert listed.queries <= 6


def test_without_the_logs_nothing_is_written_and_with_them_a_difference_is_noticed() -> None:
    desk = audited.Desk(Population(300).people[0])
    before = AccessEvent.objects.count(), ChangeEntry.objects.count()

    with audited.without_logs():
        desk.hand_on()
        desk.page()

    assert (AccessEvent.objects.count(), ChangeEntry.objects.count()) == before
    turns = iter(range(1000))
    assert not audited.compared(lambda: next(turns)).same
