"""Withdrawing a consent and closing a case reach everywhere at once."""

from datetime import date, timedelta

import pytest

from lotsen.audit.models import AccessEvent
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from referrals.cases.models import Case, Participation
from referrals.consent.models import Consent
from referrals.endings.actions import close_case, withdraw_consent
from referrals.facts.models import Delta
from referrals.followups.models import FollowUp
from referrals.handovers import actions, glimpse
from referrals.handovers.models import Handover
from referrals.handovers.rules import ENDED_STATES, OPEN_STATES, State
from tests.builders import NOON, make_assessment, make_consent, make_user
from tests.conftest import Cast
from tests.referrals.handovers.stage import TOMORROW, at_state, consent_of

LIVING = (State.DRAFT, *OPEN_STATES)


def owed(cast: Cast, house: str) -> list[str]:
    rows = FollowUp.objects.open().filter(organisation=getattr(cast, house))
    return sorted(rows.values_list("reason", flat=True))


@pytest.mark.parametrize("state", LIVING)
def test_a_withdrawal_ends_reading_at_once(cast: Cast, state: State) -> None:
    make_assessment(cast.case, cast.anna, needs=["bonding"])
    handover = at_state(cast, state)

    withdraw_consent(consent_of(handover), actor=cast.anna, at=NOON)

    handover.refresh_from_db()
    assert (handover.state, handover.reason) == (State.CANCELLED, "consent_withdrawn")
    assert handover.need_groups == []
    assert not Participation.objects.filter(until=None).exists()
    assert not Case.objects.visible_to(cast.bilal).exists()
    assert glimpse.of(Handover.objects.for_display().get()).language == ""


@pytest.mark.parametrize("state", OPEN_STATES)
def test_the_recipient_is_told_to_tidy_up(cast: Cast, state: State) -> None:
    handover = at_state(cast, state)

    withdraw_consent(consent_of(handover), actor=cast.anna, at=NOON)

    assert owed(cast, "office") == ["consent_withdrawn"]
    assert AccessEvent.objects.filter(reason="withdrawn").count() == 1


def test_of_a_draft_the_recipient_never_learns(cast: Cast) -> None:
    withdraw_consent(consent_of(at_state(cast, State.DRAFT)), actor=cast.anna, at=NOON)

    assert owed(cast, "office") == []


@pytest.mark.parametrize("state", ENDED_STATES)
def test_what_has_ended_stays_as_it_was(cast: Cast, state: State) -> None:
    handover = at_state(cast, state)

    withdraw_consent(consent_of(handover), actor=cast.anna, at=TOMORROW)

    handover.refresh_from_db()
    assert handover.state == state
    assert handover.ended_at == NOON


def test_a_withdrawal_for_one_house_leaves_the_others_alone(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)
    other = make_consent(cast.case, cast.other_clinic, cast.anna)

    withdraw_consent(other, actor=cast.anna, at=NOON)

    handover.refresh_from_db()
    assert handover.state == State.ACCEPTED
    assert Case.objects.visible_to(cast.bilal).exists()


def test_the_house_the_family_told_may_take_the_word(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    withdraw_consent(consent_of(handover), actor=cast.bilal, at=NOON)

    consent = Consent.objects.get()
    assert (consent.withdrawn_at, consent.withdrawn_by) == (NOON, cast.bilal)
    assert owed(cast, "clinic") == ["consent_withdrawn"]
    assert not Case.objects.visible_to(cast.bilal).exists()


def test_nobody_else_may(cast: Cast) -> None:
    draft = consent_of(at_state(cast, State.DRAFT))

    for name in ("bilal", "carla", "dora"):  # for Bilal there is no request yet
        with pytest.raises(NotPermitted):
            withdraw_consent(draft, actor=getattr(cast, name), at=NOON)

    assert Consent.objects.get().withdrawn_at is None


def test_a_second_withdrawal_is_refused_and_changes_nothing(cast: Cast) -> None:
    consent = consent_of(at_state(cast, State.ACCEPTED))
    withdraw_consent(consent, actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove, match="consent_withdrawn_before"):
        withdraw_consent(consent, actor=cast.anna, at=TOMORROW)

    assert Consent.objects.get().withdrawn_at == NOON


def test_the_holder_tidies_up_when_nothing_lets_it_keep_the_case(cast: Cast) -> None:
    documentation = make_consent(cast.case, None, cast.anna, purposes=["documentation"])
    handed_over = make_consent(cast.case, cast.office, cast.anna)

    withdraw_consent(handed_over, actor=cast.anna, at=NOON)
    assert owed(cast, "clinic") == []

    withdraw_consent(documentation, actor=cast.anna, at=NOON)
    assert owed(cast, "clinic") == ["consent_withdrawn"]


def test_a_withdrawn_consent_starts_nothing_new(cast: Cast) -> None:
    consent = consent_of(at_state(cast, State.REQUESTED))
    withdraw_consent(consent, actor=cast.anna, at=NOON)
    again = actions.draft(
        cast.case, offer=cast.offer, categories=["name"], actor=cast.anna, at=NOON
    )

    with pytest.raises(Refusal, match="consent_missing"):
        actions.attach_consent(again, consent=consent, actor=cast.anna, at=NOON)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_case_with_an_open_handover_stays_open(cast: Cast, state: State) -> None:
    at_state(cast, state)

    with pytest.raises(Refusal, match="open_handover"):
        close_case(cast.case, reason="other", actor=cast.anna, at=NOON)

    cast.case.refresh_from_db()
    assert cast.case.state == "open"


@pytest.mark.parametrize("state", [State.DRAFT, *ENDED_STATES])
def test_closing_leaves_nothing_behind(cast: Cast, state: State) -> None:
    handover = at_state(cast, state)

    closed = close_case(cast.case, reason="handover_accepted", actor=cast.anna, at=TOMORROW)

    assert (closed.state, closed.closure_reason) == ("closed", "handover_accepted")
    handover.refresh_from_db()
    assert handover.state in ENDED_STATES
    assert not FollowUp.objects.open().exists()
    assert Delta.objects.get(kind="case_closed").code == "handover_accepted"


def test_tidying_up_after_a_withdrawal_survives_the_closing(cast: Cast) -> None:
    withdraw_consent(consent_of(at_state(cast, State.ACCEPTED)), actor=cast.anna, at=NOON)

    close_case(cast.case, reason="consent_withdrawn", actor=cast.anna, at=NOON)

    assert "consent_withdrawn" in owed(cast, "office")


def test_closing_asks_for_right_reason_and_an_open_case(cast: Cast) -> None:
    for name in ("bilal", "carla", "dora"):
        with pytest.raises(NotPermitted):
            close_case(cast.case, reason="other", actor=getattr(cast, name), at=NOON)
    with pytest.raises(InvalidInput):
        close_case(cast.case, reason="bored", actor=cast.anna, at=NOON)
    close_case(cast.case, reason="other", actor=cast.anna, at=NOON)
    with pytest.raises(InvalidMove):
        close_case(cast.case, reason="other", actor=cast.anna, at=NOON + timedelta(hours=1))


def test_a_colleague_of_the_holder_may_withdraw_for_the_family(cast: Cast) -> None:
    consent = consent_of(at_state(cast, State.REQUESTED, valid_until=date(2026, 4, 1)))
    colleague = make_user("aylin", cast.clinic)

    withdraw_consent(consent, actor=colleague, at=NOON)

    assert Handover.objects.get().state == State.CANCELLED
