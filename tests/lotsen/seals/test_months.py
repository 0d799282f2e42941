"""A month of the logs goes whole when its term is over, and only then; a tombstone says so."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent
from lotsen.seals import anchor, months, rules
from lotsen.seals.actions import seal_waiting
from lotsen.seals.findings import Findings
from lotsen.seals.logs import ACCESS
from lotsen.seals.models import Seal
from lotsen.seals.months import Month, MonthProblem
from tests.conftest import Cast
from tests.flushing import unguarded
from tests.serving import as_owner

type Found = Callable[[], Findings]
THEN = datetime(2023, 5, 17, 9, tzinfo=UTC)
MAY, JUNE = datetime(2023, 5, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def owner(cast: Cast) -> Iterator[None]:
    """The role that migrates; foreign keys that wait for the commit would stop it here."""
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield


@pytest.fixture
def of_may(saw: Any, owner: None) -> list[Any]:
    """Rows of a month long ago and of the next one, sealed in several runs."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_ensure_month(%s, %s)", [ACCESS.table, MAY.date()])
    events = []
    for day in range(4):
        events.append(saw(at=THEN + timedelta(days=day)))
        saw(at=JUNE + timedelta(days=day))
        seal_waiting(at=now())
    saw()
    seal_waiting(at=now())
    return events


def expired(*words: str) -> str:
    out = StringIO()
    call_command("expire_audit", *words, stdout=out)
    return out.getvalue()


def test_months_go_whole_and_leave_a_tombstone(of_may: Any, found: Found) -> None:
    before = AccessEvent.objects.count()
    assert "Fällig: Zugriffe 05/2023" in expired("--dry-run")
    assert AccessEvent.objects.count() == before

    said = expired()
    assert "Gelöscht: Zugriffe 05/2023, 4 Zeilen" in said
    assert "Gelöscht: Zugriffe 06/2023, 4 Zeilen" in said
    assert AccessEvent.objects.count() == before - 8
    after = found()
    assert after.sound, after.named
    assert after.dropped == 8
    assert anchor.newest() == anchor.line_of(Seal.objects.latest("n"))
    stone = Seal.objects.get(kind="dropped", first=MAY)
    assert (stone.log, stone.count, stone.last) == ("access", 4, rules.last_moment(MAY))
    assert "Kein Monat" in expired()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessEvent.objects.all().delete()  # the triggers stand again


def test_a_row_of_a_dropped_month_that_comes_later_is_sealed_and_dropped_again(
    of_may: Any, saw: Any, found: Found
) -> None:
    expired()
    event = saw(at=THEN)
    assert found().waiting == 1
    seal_waiting(at=now())
    assert found().sound

    with unguarded():
        AccessEvent.objects.filter(pk=event.pk).delete()
    assert found().missing == 1  # the tombstone stands for older seals alone
    with unguarded():
        event.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM seals_unsealed")
    assert "Zugriffe 05/2023, 1 Zeilen" in expired()
    assert found().sound


def test_a_row_put_back_into_a_dropped_month_is_found(of_may: Any, found: Found) -> None:
    expired()
    with unguarded(), connection.cursor() as cursor:
        of_may[0].save(force_insert=True)
        cursor.execute("DELETE FROM seals_unsealed")

    assert found().extra == 1


def test_a_month_within_its_term_stays(of_may: Any, settings: Any) -> None:
    """36 months: May 2023 goes in June 2026, not a day earlier."""
    settings.AUDIT_MONTHS = 36
    last = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
    assert not months.over(months=36, at=last)
    assert [month.first for month in months.over(months=36, at=last + timedelta(minutes=1))] == [
        MAY
    ]


@pytest.mark.once
def test_no_setting_makes_a_month_go_before_two_years(of_may: Any, settings: Any) -> None:
    for term in (1, 23):
        settings.AUDIT_MONTHS = term
        with pytest.raises(MonthProblem, match="mindestens 24 Monate"):
            expired()


def test_what_is_not_sound_is_not_dropped(of_may: Any) -> None:
    with unguarded():
        AccessEvent.objects.filter(pk=of_may[1].pk).update(reason="none")
    before = AccessEvent.objects.count()
    with pytest.raises(CommandError, match="Es wurde nichts gelöscht"):
        expired()
    assert AccessEvent.objects.count() == before


def test_what_waits_for_its_seal_is_not_dropped(of_may: Any, saw: Any) -> None:
    saw(at=THEN)
    before = AccessEvent.objects.count()
    with pytest.raises(MonthProblem, match="nicht vollständig gesiegelt"):
        months.drop(Month(ACCESS, MAY), at=now())
    assert AccessEvent.objects.count() == before
    assert not Seal.objects.filter(kind="dropped").exists()


def test_a_tombstone_that_says_something_else_is_found(of_may: Any, found: Found) -> None:
    expired()
    with unguarded():
        Seal.objects.filter(kind="dropped", first=MAY).update(count=3)
    assert any("sagt anderes über 05/2023" in said for said in found().named)


@pytest.mark.postgres
def test_a_month_is_a_table_and_what_came_before_it_is_kept(of_may: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM audit_accessevent"
                       " WHERE at < '2024-01-01Z' GROUP BY 1 ORDER BY 1")  # fmt: skip
        assert cursor.fetchall() == [
            ("audit_accessevent_2023_05", 4),
            ("audit_accessevent_default", 4),
        ]
        # June came before its month was made: it stays where it is, and nothing is lost.
        cursor.execute("SELECT audit_ensure_month('audit_accessevent', '2023-06-01')")
        assert cursor.fetchone() == (False,)
        expired()
        cursor.execute("SELECT to_regclass('audit_accessevent_2023_05')")
        assert cursor.fetchone() == (None,)


@pytest.mark.postgres
def test_months_are_made_ahead(db: None) -> None:
    with time_machine.travel(now() + timedelta(days=62), tick=False):
        months.ensure_ahead(at=now())
        months.ensure_ahead(at=now())
        last = rules.months_after(rules.month_of(now()), 3)
    with connection.cursor() as cursor:
        for table in ("audit_accessevent", "audit_changeentry"):
            cursor.execute("SELECT to_regclass(%s)", [f"{table}_{last:%Y_%m}"])
            assert cursor.fetchone() != (None,)


@pytest.mark.postgres
def test_the_migration_goes_back_and_forth_with_all_rows(of_may: Any, anchor_file: Path) -> None:
    from importlib import import_module

    split = import_module("lotsen.audit.migrations.0102_monthly_partitions")
    queue = import_module("lotsen.seals.migrations.0002_queue_and_append_only")
    shown = import_module("lotsen.audit.migrations.0103_who_was_shown")
    before = list(AccessEvent.objects.order_by("pk").values_list())
    with connection.schema_editor() as editor:
        for migrate in (queue.remove, shown.drop, split.join):
            migrate(None, editor)
        assert list(AccessEvent.objects.order_by("pk").values_list()) == before
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_inherits"
                           " WHERE inhparent = 'audit_accessevent'::regclass")  # fmt: skip
            assert cursor.fetchone() == (0,)
        for migrate in (split.split, shown.make, queue.install):
            migrate(None, editor)
    assert list(AccessEvent.objects.order_by("pk").values_list()) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_accessevent_2023_06")
        assert cursor.fetchone() == (4,)
