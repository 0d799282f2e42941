"""Every row of a log is queued, whoever wrote it, and sealed once; the anchor knows how far."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.seals import anchor, rules
from lotsen.seals.actions import begin_after_restore, seal_waiting
from lotsen.seals.anchor import AnchorProblem
from lotsen.seals.findings import Findings
from lotsen.seals.models import Seal, Unsealed
from tests.builders import NOON
from tests.conftest import Cast
from tests.flushing import unguarded

type Found = Callable[[], Findings]


def sealed() -> list[tuple[int, str, int, int]]:
    return list(Seal.objects.order_by("n").values_list("n", "log", "count", "total"))


def insert_raw() -> None:
    """As somebody with a database client would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_accessevent (id, at, deed, object_type, shown, fields, reason,"
            " request_id, count) VALUES (%s, %s, 'read', 'case', '[]', '[]', '', '', 1)",
            [uuid4().hex, NOON],
        )


def test_every_row_waits_from_its_own_transaction_on(cast: Cast, saw: Any) -> None:
    Unsealed.objects.all().delete()
    event = saw()
    insert_raw()
    cast.case.restricted = True
    cast.case.save()

    waiting = list(Unsealed.objects.order_by("id"))
    assert [one.log for one in waiting] == ["access", "access", "change"]
    assert waiting[0].row.replace("-", "") == event.pk.hex
    assert waiting[0].at == event.at
    assert abs(waiting[0].since - now()) < timedelta(minutes=1)
    assert waiting[2].row == str(ChangeEntry.objects.latest("pk").pk)

    with transaction.atomic():
        saw()
        transaction.set_rollback(True)
    assert Unsealed.objects.count() == 3


def test_rows_are_sealed_once_and_the_queue_is_empty(saw: Any, anchor_file: Path) -> None:
    saw()
    number = AccessEvent.objects.count() + ChangeEntry.objects.count()

    assert seal_waiting(at=now()) == number
    assert not Unsealed.objects.exists()
    before = sealed()
    assert sum(count for _, _, count, _ in before) == number == before[-1][3]
    assert seal_waiting(at=now()) == 0
    assert sealed() == before

    saw()
    saw(at=now() - timedelta(days=70))  # another month: a seal of its own
    assert seal_waiting(at=now()) == 2
    assert [row[1:] for row in sealed()[len(before) :]] == [
        ("access", 1, number + 1), ("access", 1, number + 2),
    ]  # fmt: skip


def test_a_seal_holds_so_many_rows_and_no_more(saw: Any, monkeypatch: Any, found: Found) -> None:
    seal_waiting(at=now())
    monkeypatch.setattr(rules, "LONGEST", 3)
    for number in range(8):
        saw(at=NOON + timedelta(seconds=-number))

    assert seal_waiting(at=now()) == 8
    assert [count for _, _, count, _ in sealed()[-3:]] == [3, 3, 2]
    monkeypatch.undo()
    assert found().sound


def test_each_run_leaves_one_line_outside_that_its_owner_alone_reads(
    saw: Any, anchor_file: Path
) -> None:
    for _ in range(2):
        saw()
        seal_waiting(at=now())
    seal_waiting(at=now())

    lines = [json.loads(line) for line in anchor_file.read_text().splitlines()]
    newest = Seal.objects.latest("n")
    assert len(lines) == 2
    assert lines[-1] == {
        "n": newest.n, "hash": bytes(newest.hash).hex(), "count": newest.total,
        "at": rules.moment(newest.at), "signature": bytes(newest.signature).hex(),
    }  # fmt: skip
    assert anchor_file.stat().st_mode & 0o777 == 0o600


def test_a_line_torn_by_a_crash_is_taken_out_and_written_again(
    saw: Any, anchor_file: Path, found: Found
) -> None:
    seal_waiting(at=now())
    whole = anchor_file.read_bytes()
    saw()
    seal_waiting(at=now())
    anchor_file.write_bytes(anchor_file.read_bytes()[:-40])
    assert anchor.newest() == anchor.parsed(whole, anchor_file)

    seal_waiting(at=now())
    assert len(anchor_file.read_text().splitlines()) == 2
    assert found().sound


def test_what_cannot_be_anchored_is_sealed_and_told(
    saw: Any, settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_ANCHOR = str(tmp_path / "missing" / "anchor.jsonl")
    with pytest.raises(AnchorProblem, match="nicht schreiben"):
        seal_waiting(at=now())
    assert Seal.objects.exists()

    (tmp_path / "missing").mkdir()
    assert seal_waiting(at=now()) == 0
    assert anchor.newest() == anchor.line_of(Seal.objects.latest("n"))


def test_nothing_is_sealed_on_top_of_a_cut(saw: Any, found: Found) -> None:
    """It would cover the cut: the next seals would take the numbers of those that are gone."""
    seal_waiting(at=now())
    saw()
    seal_waiting(at=now())
    _cut_newest()
    saw()

    with pytest.raises(AnchorProblem, match="abgeschnitten"):
        seal_waiting(at=now())
    assert Unsealed.objects.count() == 1
    assert "Der Anker kennt Siegel" in found().named[0]


def test_a_person_can_say_that_a_backup_was_put_back(saw: Any, found: Found) -> None:
    seal_waiting(at=now())
    for _ in range(3):
        saw()
        seal_waiting(at=now())
    _cut_newest()
    _cut_newest()

    assert begin_after_restore(at=now())
    assert not begin_after_restore(at=now())
    saw()
    seal_waiting(at=now())
    after = found()
    assert after.sound, after.named
    assert len(after.notes) == 1
    assert "wurde eine Sicherung zurückgespielt" in after.notes[0]

    _cut_newest()  # and from then on a cut is one again
    assert not found().sound


def test_saying_so_without_a_reason_changes_nothing(saw: Any) -> None:
    assert not begin_after_restore(at=now())
    seal_waiting(at=now())
    assert not begin_after_restore(at=now())
    assert not Seal.objects.filter(kind="restored").exists()


@pytest.mark.postgres
def test_a_late_commit_is_sealed_all_the_same(transactional_db: None, found: Found) -> None:
    """Its number and its moment are older than what is sealed; a range over either would miss
    it."""
    steps = {"written": Thread(target=lambda: None)}

    def write_and_wait() -> None:
        try:
            with transaction.atomic():
                insert_raw()
                steps["sealer"].start()
                steps["sealer"].join()
        finally:
            connection.close()

    def seal_others() -> None:
        try:
            insert_raw()
            insert_raw()
            assert seal_waiting(at=now()) == 2
        finally:
            connection.close()

    steps["sealer"] = Thread(target=seal_others)
    late = Thread(target=write_and_wait)
    late.start()
    late.join()

    assert seal_waiting(at=now()) == 1
    assert found().sound


@pytest.mark.postgres
def test_of_two_sealers_one_waits(transactional_db: None) -> None:
    insert_raw()
    counts = []

    def second() -> None:
        try:
            counts.append(seal_waiting(at=now()))
        finally:
            connection.close()

    from lotsen.seals.actions import alone

    with transaction.atomic():
        assert alone()
        other = Thread(target=second)
        other.start()
        other.join()
    assert counts == [0]
    assert seal_waiting(at=now()) == 1


def _cut_newest() -> None:
    """The newest seal and its rows, as the owner of the tables could take them."""
    newest = Seal.objects.latest("n")
    ids = [rules.unpacked(bytes(newest.ids))]
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM seals_seal WHERE n = %s", [newest.n])
        for number in ids[0]:
            if newest.log == "access":
                AccessEvent.objects.filter(pk__in=[_uuid(number)]).delete()


def _uuid(number: int) -> Any:
    from uuid import UUID

    return UUID(int=number)
