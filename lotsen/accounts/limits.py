"""How often a secret may be tried, counted in the database: over all processes, kept briefly.

An attempt is written before the secret is looked at and counted afterwards, so of many at the
same moment never more than allowed get through. Call it outside the request's transaction
(lotsen.web.gate does), or a rollback takes the count back and attempts at the same moment do not
see each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils.crypto import salted_hmac

from lotsen.accounts.models import Attempt
from lotsen.errors import TooOften

KEPT = timedelta(hours=1)  # the longest window


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within any period of this length."""

    name: str
    most: int
    within: timedelta


@dataclass(frozen=True)
class Counter:
    """What is counted under a limit: the parts that make it one, such as account and address."""

    limit: Limit
    parts: tuple[str, ...]

    @property
    def key(self) -> str:
        """Keyed with our secret: a stolen table names neither address nor account."""
        text = "\0".join((self.limit.name, *self.parts))
        return salted_hmac("lotsen.accounts.limits", text, algorithm="sha256").hexdigest()


def take(counters: Iterable[Counter], *, at: datetime) -> list[int]:
    """Count one attempt under each of `counters`; its rows, to be given back if it was right.

    Raises:
        TooOften: under one of them it would be one too many; then it is counted under none.
    """
    counters = list(counters)
    Attempt.objects.filter(at__lte=at - KEPT).delete()
    require(counters, at=at)
    rows = [Attempt.objects.create(key=counter.key, at=at).pk for counter in counters]
    try:
        require(counters, at=at, own=1)
    except TooOften:
        give_back(rows)
        raise
    return rows


def require(counters: Iterable[Counter], *, at: datetime, own: int = 0) -> None:
    """Return silently if each of `counters` has room for one more; write nothing.

    Args:
        own: how many of the attempts counted are the caller's.

    Raises:
        TooOften: one has none; `seconds` says when it will.
    """
    for counter in counters:
        limit = counter.limit
        tried = Attempt.objects.filter(key=counter.key, at__gt=at - limit.within)
        latest = list(tried.order_by("-at").values_list("at", flat=True)[: limit.most + own])
        if len(latest) >= limit.most + own:
            wait = latest[-1] + limit.within - at
            raise TooOften("too_many_tries", seconds=max(1, ceil(wait.total_seconds())))


def give_back(rows: Iterable[int]) -> None:
    """What was tried was right: it does not count."""
    Attempt.objects.filter(pk__in=rows).delete()
