"""The two logs that are sealed, and how their rows are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.seals import rules

_MARGIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Row:
    """A row of a log as a seal knows it."""

    at: datetime
    number: int  # its key, below 2^128
    leaf: bytes


@dataclass(frozen=True)
class Log:
    """A log: its table, the column of its moments, and what its keys are."""

    name: str
    model: type[Model]
    moment: str
    key_of: Callable[[int], UUID | int]
    beyond: int  # no key is as large

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def rows(self) -> QuerySet[Any]:
        """All of them."""
        return self.model._base_manager.all()

    def number_of(self, text: str) -> int | None:
        """The number of a key that is written as text; None: it is none."""
        try:
            number = int(text) if self.key_of is int else UUID(text).int
        except ValueError:
            return None
        return number if 0 <= number < self.beyond else None

    def has(self, number: int) -> bool:
        """Whether there is a row with this key."""
        return number < self.beyond and self.rows().filter(pk=self.key_of(number)).exists()

    def read(self, numbers: Iterable[int], first: datetime, last: datetime) -> Iterator[Row]:
        """The rows with these keys and a moment from `first` to `last`, and a little around.

        A row whose columns cannot even be read any more has the leaf b"".
        """
        keys = [self.key_of(number) for number in numbers if number < self.beyond]
        # SQLite compares moments as text, and raw SQL may write fewer digits behind the second.
        near = (first - _MARGIN, last + _MARGIN)
        among = self.rows().filter(**{f"{self.moment}__range": near})
        try:
            yield from map(self._row, list(among.filter(pk__in=keys).values(*self._columns)))
        except (ValueError, TypeError, AttributeError):  # somebody wrote what no column holds
            for key in keys:
                yield from self._read_one(among.filter(pk=key), key)

    def _read_one(self, found: Any, key: UUID | int) -> Iterator[Row]:
        try:
            yield from map(self._row, list(found.values(*self._columns)))
        except (ValueError, TypeError, AttributeError):
            [at] = found.values_list(self.moment, flat=True)
            yield Row(at, rules.number(key), b"")

    @property
    def _columns(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    def _row(self, columns: Mapping[str, Any]) -> Row:
        return Row(columns[self.moment], rules.number(columns["id"]), rules.leaf(columns))


def _uuid(number: int) -> UUID:
    return UUID(int=number)


ACCESS = Log("access", AccessEvent, "at", _uuid, 2**128)
CHANGE = Log("change", ChangeEntry, "timestamp", int, 2**63)
LOGS = (ACCESS, CHANGE)
BY_NAME = {log.name: log for log in LOGS}
