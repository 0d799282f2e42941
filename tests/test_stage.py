from django.utils.timezone import now

from lotsen.audit.models import ChangeEntry
from referrals.models import Case
from tests.conftest import Cast
from tests.security.rows import all_rows


def test_the_outsider_sees_no_case(cast: Cast) -> None:
    assert cast.case in Case.objects.visible_to(cast.anna)
    assert cast.case not in Case.objects.visible_to(cast.carla)
    assert cast.case not in Case.objects.visible_to(cast.bilal)


def test_a_test_without_the_cast_begins_empty(db: None) -> None:
    assert not Case.objects.exists()


def test_the_cast_written_from_rows_is_the_cast_that_is_made(cast: Cast) -> None:
    """As many rows in each table, and objects that say what the rows say (tests/snapshot.py)."""
    written = {table: len(rows) for table, rows in all_rows().items()}
    entries = ChangeEntry.objects.count()
    for told in vars(cast).values():
        kept = type(told).objects.get(pk=told.pk)
        names = [column.attname for column in told._meta.concrete_fields]
        assert [getattr(told, name) for name in names] == [getattr(kept, name) for name in names]
    entered = ChangeEntry.objects.earliest("timestamp").timestamp
    assert abs((now() - entered).total_seconds()) < 600
    assert entries > 10  # the change log has what made them
    assert (written["referrals_case"], written["accounts_user"]) == (1, 4)
