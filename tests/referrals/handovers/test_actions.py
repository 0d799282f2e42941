"""Each verb of a handover: who may, when, and what it leaves behind."""

from datetime import date, timedelta

import pytest

from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import ConsentMissing, InvalidInput, InvalidMove, NotPermitted, Refusal
from referrals.cases.models import Case, Participation
from referrals.facts.models import Delta
from referrals.followups.models import FollowUp
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import ENDED_STATES, MOVES, RELEASED_STATES, SIDES, Move, Side, State
from referrals.notes.models import Note, NoteKind
from tests.builders import NOON, make_case, make_consent, make_offer, make_organisation
from tests.conftest import Cast
from tests.referrals.handovers.stage import (
    FACTS,
    TOMORROW,
    at_state,
    bring,
    counted,
    make_draft,
    verb,
)


def due(cast: Cast, house: str) -> list[tuple[str, date]]:
    """What a house owes, by day."""
    rows = FollowUp.objects.open().filter(organisation=getattr(cast, house))
    return list(rows.order_by("due_on").values_list("reason", "due_on"))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_an_action_moves_exactly_where_the_table_has_an_arrow(
    cast: Cast, state: State, move: Move
) -> None:
    handover = at_state(cast, state)
    actor = cast.bilal if SIDES[move] is Side.RECIPIENT else cast.anna

    if (state, move) in MOVES:
        moved = verb(move)(handover, actor=actor, at=NOON, **FACTS.get(move, {}))
        assert moved.state == MOVES[state, move]
    else:
        # A draft does not exist for its recipient, so there the right is missing, not the arrow.
        with pytest.raises((InvalidMove, NotPermitted)):
            verb(move)(handover, actor=actor, at=NOON, **FACTS.get(move, {}))
        handover.refresh_from_db()
        assert handover.state == state


@pytest.mark.parametrize("who", ["anna", "bilal", "carla", "dora"])
@pytest.mark.parametrize(("state", "move"), list(MOVES))
def test_a_move_is_made_by_its_own_side_only(
    cast: Cast, state: State, move: Move, who: str
) -> None:
    handover = at_state(cast, state)
    sides = {Side.SENDER: {"anna"}, Side.RECIPIENT: {"bilal"}, Side.BOTH: {"anna", "bilal"}}
    allowed = sides[SIDES[move]] - ({"bilal"} if state is State.DRAFT else set())

    if who in allowed:
        verb(move)(handover, actor=getattr(cast, who), at=NOON, **FACTS.get(move, {}))
    else:
        with pytest.raises(NotPermitted):
            verb(move)(handover, actor=getattr(cast, who), at=NOON, **FACTS.get(move, {}))


@pytest.mark.parametrize("state", State)
def test_the_recipient_takes_part_exactly_while_it_has_accepted(cast: Cast, state: State) -> None:
    at_state(cast, state)

    running = Participation.objects.filter(organisation=cast.office, until=None).exists()
    assert running is (state in RELEASED_STATES)
    assert Case.objects.visible_to(cast.bilal).exists() is running


@pytest.mark.parametrize("state", ENDED_STATES)
def test_an_ended_handover_says_when_and_by_whom_and_forgets_needs(
    cast: Cast, state: State
) -> None:
    handover = at_state(cast, state)

    assert handover.ended_at == NOON
    assert handover.ended_by in (cast.anna, cast.bilal)
    assert handover.need_groups == []


@pytest.mark.parametrize("state", State)
def test_carla_learns_nothing(cast: Cast, state: State) -> None:
    at_state(cast, state)

    assert not Handover.objects.visible_to(cast.carla).exists()
    assert not Handover.objects.visible_to(cast.dora).exists()
    assert not Case.objects.visible_to(cast.carla).exists()


def test_a_draft_belongs_to_the_sender_also_when_it_is_thrown_away(cast: Cast) -> None:
    handover = make_draft(cast)
    assert not Handover.objects.visible_to(cast.bilal).exists()

    actions.cancel(handover, reason="no_longer_needed", actor=cast.anna, at=NOON)

    assert Handover.objects.visible_to(cast.anna).exists()
    assert not Handover.objects.visible_to(cast.bilal).exists()
    assert due(cast, "office") == []


def test_a_second_draft_to_the_same_house_takes_up_the_first(cast: Cast) -> None:
    first = make_draft(cast)
    other = make_offer("Elterncafé", recipient=cast.office)

    second = actions.draft(
        cast.case, offer=other, categories=["name"], actor=cast.anna, at=TOMORROW
    )

    assert second.pk == first.pk
    assert (second.offer, second.categories) == (other, ["name"])
    assert second.consent is not None  # it covers less than before


def test_a_draft_that_asks_for_more_loses_its_consent(cast: Cast) -> None:
    make_draft(cast)

    wider = actions.draft(
        cast.case, offer=cast.offer, categories=["name", "note"], actor=cast.anna, at=NOON
    )

    assert wider.consent is None


def test_no_second_handover_to_a_house_that_has_one_open(cast: Cast) -> None:
    at_state(cast, State.ACCEPTED)

    with pytest.raises(Refusal, match="handover_under_way"):
        actions.draft(cast.case, offer=cast.offer, categories=[], actor=cast.anna, at=NOON)


@pytest.mark.parametrize("state", [State.REJECTED, State.FAILED, State.CANCELLED])
def test_after_an_end_the_same_house_can_be_asked_again(cast: Cast, state: State) -> None:
    first = at_state(cast, state)

    again = actions.draft(
        cast.case, offer=cast.offer, categories=["name"], actor=cast.anna, at=TOMORROW
    )

    assert again.pk != first.pk


def test_an_offer_must_be_able_to_take_a_handover(cast: Cast) -> None:
    def refused(**fields: object) -> str:
        offer = make_offer(**fields)
        with pytest.raises(Refusal) as refusal:
            actions.draft(cast.case, offer=offer, categories=[], actor=cast.anna, at=NOON)
        return refusal.value.code

    asleep = make_organisation("altes-haus", is_active=False)
    assert refused() == "offer_takes_no_handover"
    assert refused(recipient=asleep) == "offer_takes_no_handover"
    assert refused(recipient=cast.clinic) == "offer_of_own_house"
    assert refused(recipient=cast.office, status="withdrawn") == "offer_not_available"
    assert not Handover.objects.exists()


def test_an_unknown_category_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        actions.draft(cast.case, offer=cast.offer, categories=["diary"], actor=cast.anna, at=NOON)


def test_nothing_begins_on_a_closed_case(cast: Cast) -> None:
    handover = make_draft(cast)
    Case.objects.update(state="closed", closed_at=NOON, closure_reason="other")

    with pytest.raises(InvalidMove, match="case_closed"):
        actions.draft(cast.case, offer=cast.offer, categories=[], actor=cast.anna, at=NOON)
    with pytest.raises(InvalidMove, match="case_closed"):
        actions.request(handover, actor=cast.anna, at=NOON)


def test_a_consent_must_be_for_this_family_this_house_and_these_details(cast: Cast) -> None:
    handover = make_draft(cast, consented=False)
    other_case = make_case(cast.clinic, cast.anna)
    unfit = [
        make_consent(other_case, cast.office, cast.anna),
        make_consent(cast.case, cast.other_clinic, cast.anna),
        make_consent(cast.case, cast.office, cast.anna, categories=["name", "phone"]),
        make_consent(cast.case, cast.office, cast.anna, purposes=["feedback"]),
        make_consent(cast.case, cast.office, cast.anna, valid_until=date(2026, 3, 1)),
        make_consent(cast.case, cast.office, cast.anna, withdrawn_at=NOON, withdrawn_by=cast.anna),
    ]

    for consent in unfit:
        with pytest.raises(ConsentMissing):
            actions.attach_consent(handover, consent=consent, actor=cast.anna, at=NOON)
    with pytest.raises(ConsentMissing):
        actions.request(handover, actor=cast.anna, at=NOON)
    handover.refresh_from_db()
    assert (handover.state, handover.consent) == (State.DRAFT, None)


def test_a_handover_of_nothing_is_refused(cast: Cast) -> None:
    handover = make_draft(cast, consented=False, categories=[])
    consent = make_consent(cast.case, cast.office, cast.anna)

    with pytest.raises(InvalidInput, match="categories_missing"):
        actions.attach_consent(handover, consent=consent, actor=cast.anna, at=NOON)


def test_a_request_sets_the_deadline_counts_once_and_leaves_one_event(cast: Cast) -> None:
    handover = bring(make_draft(cast), cast, Move.REQUEST)

    assert handover.requested_by == cast.anna
    assert handover.due_at is not None
    assert handover.due_at.isoformat() == "2026-03-04T11:00:00+00:00"  # Wednesday noon, Berlin
    assert due(cast, "clinic") == [("answer_due", date(2026, 3, 5))]
    assert Delta.objects.filter(kind="handover_requested").count() == 1
    event = AccessEvent.objects.get(deed=Deed.TRANSMIT)
    assert (event.shown, event.fields) == ([cast.case.pseudonym], ["language", "needs"])
    assert event.organisation == cast.office.pk


def test_what_a_clinic_passes_on_keeps_the_mark_of_the_secret(cast: Cast) -> None:
    at_state(cast, State.ACCEPTED)

    assert Participation.objects.get(organisation=cast.office).provenance == "health_secret"


def test_a_message_is_sealed_and_needs_consent_to_notes(cast: Cast) -> None:
    handover = make_draft(cast)
    with pytest.raises(InvalidInput, match="message_not_consented"):
        actions.request(handover, message="Bitte vormittags.", actor=cast.anna, at=NOON)

    actions.cancel(handover, reason="other", actor=cast.anna, at=NOON)
    wider = make_draft(cast, categories=["name", "note"])
    actions.request(wider, message="Bitte vormittags.", actor=cast.anna, at=NOON)

    assert Note.objects.get().kind == NoteKind.MESSAGE


def test_the_first_look_of_the_recipient_is_kept(cast: Cast) -> None:
    handover = at_state(cast, State.REQUESTED)

    actions.mark_seen(handover, actor=cast.bilal, at=NOON)
    actions.mark_seen(Handover.objects.get(), actor=cast.bilal, at=TOMORROW)

    assert Handover.objects.get().seen_at == NOON
    with pytest.raises(NotPermitted):
        actions.mark_seen(handover, actor=cast.anna, at=NOON)


def test_accepting_releases_the_consented_details_and_plans_the_call(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    part = Participation.objects.get(organisation=cast.office)
    assert part.categories == sorted(handover.categories)
    assert part.origin == handover.pk
    assert part.expires_on == handover.consent.valid_until  # type: ignore[union-attr]
    assert handover.answered_by == cast.bilal
    assert due(cast, "office") == [("contact", date(2026, 3, 3))]
    assert due(cast, "clinic") == []
    assert handover.case.holder == cast.clinic
    released = AccessEvent.objects.filter(deed=Deed.TRANSMIT).order_by("at", "id")
    assert sorted(handover.categories) in [event.fields for event in released]


def test_accepting_twice_is_refused(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    with pytest.raises(InvalidMove):
        actions.accept(handover, actor=cast.bilal, at=NOON)

    assert Participation.objects.filter(until=None).count() == 1


def test_a_consent_that_ended_between_request_and_answer_stops_the_acceptance(cast: Cast) -> None:
    handover = at_state(cast, State.REQUESTED, valid_until=date(2026, 3, 2))

    with pytest.raises(ConsentMissing):
        actions.accept(handover, actor=cast.bilal, at=TOMORROW)

    handover.refresh_from_db()
    assert handover.state == State.REQUESTED
    assert not Participation.objects.exists()


def test_a_refusal_asks_the_sender_for_another_way(cast: Cast) -> None:
    at_state(cast, State.REJECTED)

    assert due(cast, "clinic") == [("further_action", date(2026, 3, 2))]
    assert Delta.objects.get(kind="handover_rejected").code == "no_capacity"


@pytest.mark.parametrize("move", [Move.DECLINE, Move.HOLD, Move.FAIL, Move.CANCEL])
def test_a_wrong_reason_changes_nothing(cast: Cast, move: Move) -> None:
    before = State.REQUESTED if move is Move.DECLINE else State.ACCEPTED
    handover = at_state(cast, before)

    with pytest.raises(InvalidInput):
        verb(move)(handover, reason="did not like them", actor=cast.bilal, at=NOON)

    handover.refresh_from_db()
    assert handover.state == before


def test_waiting_comes_back_on_a_day_and_ends_with_going_on(cast: Cast) -> None:
    handover = at_state(cast, State.ON_HOLD)
    assert ("look_again", date(2026, 3, 30)) in due(cast, "office")

    handover = bring(handover, cast, Move.RESUME)

    assert (handover.reason, handover.resume_on) == ("", None)
    assert "look_again" not in [reason for reason, _ in due(cast, "office")]


def test_waiting_without_a_day_comes_back_after_four_weeks(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    actions.hold(handover, reason="waiting_list", actor=cast.bilal, at=NOON)

    assert Handover.objects.get().resume_on == date(2026, 3, 30)


def test_waiting_until_today_is_refused(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    with pytest.raises(InvalidInput, match="date_has_passed"):
        actions.hold(handover, reason="other", resume_on=NOON.date(), actor=cast.bilal, at=NOON)


@pytest.mark.parametrize(
    ("state", "told"),
    [(State.COMPLETED, "outcome_read"), (State.FAILED, "further_action")],
)
def test_the_sender_is_told_how_it_ended_only_with_feedback(
    cast: Cast, state: State, told: str
) -> None:
    at_state(cast, state)
    assert [reason for reason, _ in due(cast, "clinic")] == [told]
    assert due(cast, "office") == []


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED])
def test_without_feedback_the_sender_gets_a_plain_follow_up(cast: Cast, state: State) -> None:
    at_state(cast, state, purposes=["handover"])

    assert [reason for reason, _ in due(cast, "clinic")] == ["other"]


def test_taking_back_tells_the_other_side_only_if_it_had_begun(cast: Cast) -> None:
    handover = at_state(cast, State.REQUESTED)
    actions.cancel(handover, reason="other", actor=cast.anna, at=NOON)
    assert due(cast, "office") == []

    again = at_state(cast, State.ACCEPTED)
    actions.cancel(again, reason="family_changed_mind", actor=cast.bilal, at=NOON)

    assert [reason for reason, _ in due(cast, "clinic")] == ["further_action"]
    assert due(cast, "office") == []


def test_a_sender_taking_back_what_was_accepted_tells_the_recipient(cast: Cast) -> None:
    handover = at_state(cast, State.IN_PROGRESS)

    actions.cancel(handover, reason="no_longer_needed", actor=cast.anna, at=NOON)

    assert [reason for reason, _ in due(cast, "office")] == ["other"]


@pytest.mark.parametrize("state", [s for s in State if s is not State.ENTERED_IN_ERROR])
def test_a_mistake_leaves_the_row_and_no_count(cast: Cast, state: State) -> None:
    handover = at_state(cast, state)

    actions.mark_error(handover, actor=cast.anna, at=NOON)

    assert counted() == {}
    assert Handover.objects.get().state == State.ENTERED_IN_ERROR


def test_every_move_brings_the_case_to_the_top(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)

    actions.start(handover, actor=cast.bilal, at=NOON + timedelta(hours=3))

    assert Case.objects.get(pk=cast.case.pk).touched_at == NOON + timedelta(hours=3)
