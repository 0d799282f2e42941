"""What is seen before accepting, and what the sender learns afterwards."""

from datetime import date, timedelta

import pytest

from referrals.consent.models import Consent
from referrals.handovers import actions, feedback, glimpse
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from tests.builders import NOON, make_assessment
from tests.conftest import Cast
from tests.referrals.handovers.stage import TOMORROW, at_state


def seen(handover: Handover) -> glimpse.Glimpse:
    return glimpse.of(Handover.objects.for_display().get(pk=handover.pk))


def test_needs_are_seen_as_groups_before_accepting(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["crying_sleep", "bonding", "violence"])

    handover = at_state(cast, State.REQUESTED)

    assert seen(handover).need_groups == ("child", "relationship")
    assert "violence" not in str(seen(handover))


@pytest.mark.parametrize(
    ("category", "hidden"),
    [("needs", {"need_groups"}), ("language", {"language"}), ("district", {"district"})],
)
def test_what_was_not_agreed_to_is_not_in_the_glimpse(
    cast: Cast, category: str, hidden: set[str]
) -> None:
    make_assessment(cast.case, cast.anna, needs=["bonding"])
    agreed = [c for c in ("name", "needs", "language", "district") if c != category]

    shown = seen(at_state(cast, State.REQUESTED, categories=agreed))

    empty = {name for name in ("need_groups", "language", "district") if not getattr(shown, name)}
    assert empty == hidden
    assert shown.pseudonym == cast.case.pseudonym
    assert shown.due_at is not None


@pytest.mark.parametrize("state", [State.REJECTED, State.CANCELLED, State.COMPLETED])
def test_after_the_end_only_the_pseudonym_is_left(cast: Cast, state: State) -> None:
    make_assessment(cast.case, cast.anna, needs=["bonding"])

    shown = seen(at_state(cast, state, categories=["name", "needs", "language", "district"]))

    assert (shown.need_groups, shown.language, shown.district) == ((), "", "")


def test_with_feedback_the_sender_reads_the_outcome(cast: Cast) -> None:
    course = feedback.for_sender(at_state(cast, State.COMPLETED), at=TOMORROW)

    assert course == feedback.Course("completed", "", "taken_up", complete=True)


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED])
def test_without_feedback_the_sender_reads_that_it_has_ended(cast: Cast, state: State) -> None:
    course = feedback.for_sender(at_state(cast, state, purposes=["handover"]), at=TOMORROW)

    assert course == feedback.Course("ended", "", "", complete=False)


def test_feedback_ends_with_the_last_day_of_the_consent(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED, valid_until=date(2026, 3, 4))
    late = NOON + timedelta(days=3)

    ended = actions.complete(handover, outcome="taken_up", actor=cast.bilal, at=late)

    assert feedback.for_sender(ended, at=late).state == "ended"


def test_what_was_reported_stays_reported_after_a_later_withdrawal(cast: Cast) -> None:
    at_state(cast, State.COMPLETED)
    Consent.objects.update(withdrawn_at=TOMORROW, withdrawn_by=cast.anna)

    handover = Handover.objects.with_parties().get()

    assert feedback.for_sender(handover, at=TOMORROW).outcome == "taken_up"
