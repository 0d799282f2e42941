"""Two people, one handover, the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from lotsen.errors import Refusal
from referrals.cases.models import Participation
from referrals.consent.actions import give
from referrals.consent.models import Consent
from referrals.endings.actions import close_case, withdraw_consent
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from tests.builders import NOON, make_consent_text
from tests.conftest import Cast
from tests.referrals.handovers.stage import at_state, consent_of

pytestmark = [
    pytest.mark.postgres,  # SQLite lets one writer in at a time; there is no race
    pytest.mark.django_db(transaction=True),
]


def together(*deeds: Callable[[], object]) -> list[str]:
    """Run these at once; what each came to: "done" or the code of its refusal."""
    barrier, ends = Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            deed()
            ends[place] = "done"
        except Refusal as refusal:
            ends[place] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(ends)


@pytest.mark.parametrize("nth", range(3))
def test_of_two_acceptances_at_once_one_is_refused(cast: Cast, nth: int) -> None:
    handover = at_state(cast, State.REQUESTED)

    def accept() -> object:
        return actions.accept(handover, actor=cast.bilal, at=NOON)

    assert together(accept, accept) == ["done", "invalid_move"]
    assert Participation.objects.filter(until=None).count() == 1


@pytest.mark.parametrize("nth", range(3))
def test_a_withdrawal_wins_over_an_acceptance_at_the_same_moment(cast: Cast, nth: int) -> None:
    handover = at_state(cast, State.REQUESTED)

    together(
        lambda: actions.accept(handover, actor=cast.bilal, at=NOON),
        lambda: withdraw_consent(consent_of(handover), actor=cast.anna, at=NOON),
    )

    assert Handover.objects.get().state == State.CANCELLED
    assert not Participation.objects.filter(until=None).exists()


@pytest.mark.parametrize("nth", range(3))
def test_a_withdrawal_wins_over_a_request_at_the_same_moment(cast: Cast, nth: int) -> None:
    handover = at_state(cast, State.DRAFT)

    together(
        lambda: actions.request(handover, actor=cast.anna, at=NOON),
        lambda: withdraw_consent(consent_of(handover), actor=cast.anna, at=NOON),
    )

    assert Handover.objects.get().state == State.CANCELLED


@pytest.mark.parametrize("nth", range(3))
def test_a_withdrawal_wins_over_the_same_yes_at_the_same_moment(cast: Cast, nth: int) -> None:
    """The same consent given once more, as by a tablet that sends twice."""
    handover = at_state(cast, State.ACCEPTED)
    text = make_consent_text()

    ends = together(
        lambda: give(
            cast.case,
            recipient=cast.office,
            purposes=["handover"],
            categories=["name"],
            text=text,
            language="de",
            form="paper",
            actor=cast.anna,
            at=NOON,
        ),
        lambda: withdraw_consent(consent_of(handover), actor=cast.bilal, at=NOON),
    )

    assert ends in (["done", "done"], ["consent_withdrawn_since", "done"])
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not Participation.objects.filter(until=None).exists()


@pytest.mark.parametrize("nth", range(3))
def test_a_case_is_never_closed_over_an_open_handover(cast: Cast, nth: int) -> None:
    handover = at_state(cast, State.DRAFT)

    together(
        lambda: actions.request(handover, actor=cast.anna, at=NOON),
        lambda: close_case(cast.case, reason="other", actor=cast.anna, at=NOON),
    )

    cast.case.refresh_from_db()
    state = Handover.objects.get().state
    assert (cast.case.state, state) in {("open", "requested"), ("closed", "cancelled")}
