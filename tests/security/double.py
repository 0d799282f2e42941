"""The same button pressed by many at the same moment: each verb takes effect once.

For PostgreSQL, with threads and real transactions. Counted is what the change log says, how often
the row was really moved, and how often the answer was yes.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

from django.db import connection
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import ChangeEntry
from referrals.cases.models import Case, CaseShare, Participation
from referrals.endings.actions import withdraw_consent
from referrals.handovers import actions
from referrals.handovers.models import Handover
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import browser


@dataclass(frozen=True)
class Press:
    """One button: who presses it, where it leads, what is sent, and how often it took effect."""

    user: User
    url: str
    data: dict[str, str]
    effects: Callable[[], int]
    leads_on_again: bool = False  # pressed again it says yes and does nothing


@dataclass(frozen=True)
class Outcome:
    statuses: Counter[int]
    effects: int


# Seconds that whoever is about to write waits for the others. Those that a lock holds back do not
# come; without a lock all have read the same before the first of them writes.
_PATIENCE = 0.2
_WRITES = ('INSERT INTO "referrals_', 'UPDATE "referrals_', 'DELETE FROM "referrals_')


def together(press: Press, times: int) -> Outcome:
    """Press it so many times at once, each from a browser of its own."""
    clients = [browser(press.user, raise_request_exception=False) for _ in range(times)]
    gate, writing, statuses = Barrier(times), Barrier(times), [0] * times

    def run(place: int, client: Client) -> None:
        gate.wait()
        try:
            with connection.execute_wrapper(_Meeting(writing)):
                statuses[place] = client.post(press.url, press.data).status_code
        finally:
            connection.close()

    run_all([lambda pair=pair: run(*pair) for pair in enumerate(clients)])
    # The change log compares with the row as it is by then, so it cannot tell a second time from
    # the first; the answer can: whoever came too late is refused.
    yes = 0 if press.leads_on_again else statuses.count(302)
    return Outcome(Counter(statuses), max(press.effects(), yes))


class _Meeting:
    """Before the first statement that changes a family's rows, wait for the others."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier, self._been = barrier, False

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(_WRITES) and not self._been:
            self._been = True
            with suppress(BrokenBarrierError):
                self._barrier.wait(_PATIENCE)
        return execute(sql, *rest)


def run_all(deeds: list[Callable[[], object]]) -> None:
    """Each in a thread of its own, until all have ended."""
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)


def presses(cast: Cast) -> dict[str, Press]:
    """Every verb that must take effect once, each on a family of its own."""
    found = {name: _move(cast, *how) for name, how in _MOVES.items()}
    withdrawn = desk.accepted(cast, case=_case(cast))
    page = f"/einwilligungen/{withdrawn.consent_id}/widerrufen/"
    found["withdraw consent"] = Press(
        cast.anna, page, {}, _changes_of(withdrawn.consent_id, "withdrawn_at")
    )
    closed = _case(cast)
    found["close case"] = Press(
        cast.anna, f"/fall/{closed.pk}/abschliessen/", {"reason": "info_only"},
        _changes_of(closed.pk, "closed_at"),
    )  # fmt: skip
    opened = _case(cast)
    found["emergency access"] = Press(
        make_user(f"emre-{opened.pseudonym}", cast.clinic, Role.NAVIGATOR),
        f"/fall/{opened.pk}/notzugriff/",
        {"reason": "family_called"},
        lambda: CaseShare.objects.filter(case=opened, kind="emergency").count(),
        leads_on_again=True,
    )  # fmt: skip
    return found


# The address, the form, and how far the handover has come before.
_MOVES: dict[str, tuple[str, str, dict[str, str], tuple[str, ...]]] = {
    "accept": ("annehmen", "bilal", {}, ()),
    "decline": ("nicht-moeglich", "bilal", {"reason": "no_capacity"}, ()),
    "start": ("beginnen", "bilal", {}, ("accept",)),
    "complete": ("abschliessen", "bilal", {"outcome": "taken_up"}, ("accept",)),
    "fail": ("nicht-zustande", "bilal", {"reason": "not_reached"}, ("accept",)),
    "cancel": ("zurueckziehen", "anna", {"reason": "no_longer_needed"}, ()),
    "mark error": ("fehleintrag", "anna", {}, ()),
}


def _move(cast: Cast, word: str, who: str, data: dict[str, str], before: tuple[str, ...]) -> Press:
    handover = desk.requested(cast, case=_case(cast))
    for move in before:
        getattr(actions, move)(handover, actor=cast.bilal, at=now())
    url = f"/uebergabe/{handover.pk}/{word}/"
    return Press(getattr(cast, who), url, data, _changes_of(handover.pk, "state"))


def _case(cast: Cast) -> Case:
    return make_case(cast.clinic, cast.anna)


def _changes_of(pk: object, column: str) -> Callable[[], int]:
    """How often this column of the row will have changed since now, as the change log has it."""
    entries = ChangeEntry.objects.filter(object_pk=str(pk), changes__has_key=column)
    before = entries.count()
    return lambda: entries.count() - before


def released_after_withdrawal(cast: Cast) -> bool:
    """Accepting against withdrawing at the same moment: whether the other house still reads."""
    handover = desk.requested(cast, case=_case(cast))
    consent = handover.consent
    assert consent is not None
    gate = Barrier(2)

    def at_once(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
        finally:
            connection.close()

    client = browser(cast.bilal, raise_request_exception=False)
    run_all(
        [
            lambda: at_once(lambda: client.post(f"/uebergabe/{handover.pk}/annehmen/")),
            lambda: at_once(lambda: withdraw_consent(consent, actor=cast.anna, at=now())),
        ]
    )
    taking_part = Participation.objects.running().filter(case=handover.case).exists()
    still_open = Handover.objects.get(pk=handover.pk).state in {"requested", "accepted"}
    return taking_part or still_open
