"""The same page and the same action, with what is written to the two logs and without."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from unittest.mock import patch

from auditlog.context import disable_auditlog
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from benchmarks.measuring import ROUNDS, Timing
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.audit import events
from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.membership import actions as membership
from referrals.cases import actions as cases
from referrals.cases import worklist
from referrals.followups.actions import record_contact
from referrals.models import Case, ContactAttempt

PAGE = "/faelle/"
ROWS = 25
# What differs from one answer to the next, whatever is logged.
_TOKENS = re.compile(r'(csrfmiddlewaretoken" value|X-CSRFToken"): ?="?[^"]+"?|"[A-Za-z0-9]{64}"')


@dataclass(frozen=True)
class Pair:
    """Something done with and without the logs, in turns: wall clock and this process's CPU."""

    wall: Timing
    cpu: Timing
    queries: int  # with the logs, without transaction control
    same: bool  # both ways came to the same
    written: int  # rows of the logs, for doing it once

    @property
    def share(self) -> float:
        """What the logs cost, as a part of the whole."""
        return (self.wall.median - self.wall.floor_median) / self.wall.median

    @property
    def share_of_cpu(self) -> float:
        return (self.cpu.median - self.cpu.floor_median) / self.cpu.median


class Desk:
    """A navigator with a full list, and a colleague to take turns with."""

    def __init__(self, person: User) -> None:
        self.person = person
        [self.house] = Organisation.objects.filter(memberships__user=person)
        self.colleague, is_new = User.objects.get_or_create(
            username=f"{person.username}-2",
            defaults={"email": f"{person.username}-2@bench.example", "display_name": "Bench"},
        )
        if is_new:
            membership.join(self.colleague, organisation=self.house, role=Role.NAVIGATOR, at=now())
        held = (row.id for row in worklist.page(person, size=ROWS).rows)
        self.case = Case.objects.filter(pk__in=held, holder=self.house, state="open")[0]
        self._client = Client()
        self._client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def page(self) -> str:
        """The list as it is answered, without what is new in every answer."""
        answer = self._client.get(PAGE)
        text = answer.content.decode()
        if answer.status_code != 200 or text.count('class="code"') < ROWS:
            raise RuntimeError(f"{PAGE} answers {answer.status_code} with too few rows")
        return _TOKENS.sub("", text)

    def hand_on(self) -> object:
        """The case becomes the colleague's, and with the next turn the person's again."""
        with transaction.atomic():
            case = Case.objects.get(pk=self.case.pk)
            to = self.colleague if case.assigned_to_id == self.person.pk else self.person
            cases.assign(case, to=to, actor=self.person, at=now())
        return Case.objects.filter(pk=case.pk, assigned_to=to).exists()

    def try_to_call(self) -> object:
        """Nobody answered the telephone."""
        with transaction.atomic():
            case = Case.objects.get(pk=self.case.pk)
            attempt = record_contact(
                case, organisation=self.house, channel="phone", result="not_reached",
                actor=self.person, at=now(),
            )  # fmt: skip
        return ContactAttempt.objects.filter(pk=attempt.pk).values_list("result", "channel").get()


def compared(work: Callable[[], object]) -> Pair:
    """Do it with and without the logs, in turns, and compare what comes of it."""
    before = _written()
    with CaptureQueriesContext(connection) as asked:
        audited = work()
    queries = [query["sql"] for query in asked.captured_queries]
    written = _written() - before
    with without_logs():
        plain = work()
    wall, cpu = _interleave(work)
    return Pair(
        wall=wall,
        cpu=cpu,
        queries=sum(not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", sql) for sql in queries),
        same=audited == plain and written > 0 and _written() - before == written * (1 + _ROUNDS),
        written=written,
    )


@contextmanager
def without_logs() -> Iterator[None]:
    """Inside, neither access events nor changes are written. For measuring only."""
    writes = events.record
    with ExitStack() as patches:
        for module in list(sys.modules.values()):
            if vars(module).get("record") is writes:
                patches.enter_context(patch.object(module, "record", _nothing))
        patches.enter_context(disable_auditlog())
        yield


def _nothing(*_: object, **__: object) -> None:
    """Where an event would have been written."""


def _written() -> int:
    return AccessEvent.objects.count() + ChangeEntry.objects.count()


_ROUNDS = 3 * ROUNDS + 3  # a difference of two medians needs more of them than a ratio


def _interleave(work: Callable[[], object]) -> tuple[Timing, Timing]:
    wall: tuple[list[float], list[float]] = ([], [])
    cpu: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        _time(work, wall[0], cpu[0])
        with without_logs():
            _time(work, wall[1], cpu[1])
    return Timing(*(times[3:] for times in wall)), Timing(*(times[3:] for times in cpu))


def _time(work: Callable[[], object], wall: list[float], cpu: list[float]) -> None:
    started, used = perf_counter(), process_time()
    work()
    cpu.append((process_time() - used) * 1000)
    wall.append((perf_counter() - started) * 1000)
