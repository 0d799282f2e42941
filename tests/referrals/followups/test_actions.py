"""Planned, moved, done; and the calls that were tried."""

from datetime import date, timedelta
from typing import Any

import pytest

from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.cases.models import Case
from referrals.facts.models import Delta
from referrals.followups import actions
from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.rules import State
from referrals.notes.models import Note
from tests.builders import NOON, make_case
from tests.conftest import Cast
from tests.referrals.handovers.stage import TOMORROW, at_state

SOON = date(2026, 3, 4)


def planned(cast: Cast, **facts: Any) -> FollowUp:
    usual = {
        "organisation": cast.clinic,
        "reason": "other",
        "due_on": SOON,
        "actor": cast.anna,
        "at": NOON,
    }
    return actions.plan(cast.case, **(usual | facts))


def called(cast: Cast, **facts: Any) -> ContactAttempt:
    """Bilal calls the family that was handed over to him."""
    usual = {
        "organisation": cast.office,
        "channel": "phone",
        "result": "not_reached",
        "next_on": None,
        "actor": cast.bilal,
        "at": NOON,
    }
    return actions.record_contact(cast.case, **(usual | facts))


def test_the_first_talk_after_a_handover_counts_once_with_the_days_it_took(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)
    called(cast, handover=handover)
    for days in (6, 20):
        called(cast, handover=handover, result="reached", at=NOON + timedelta(days=days))

    told = Delta.objects.filter(kind="first_contact").values_list("code", "organisation_group")
    assert list(told) == [("up_to_7", "clinic")]


def test_a_call_of_the_sender_is_no_first_talk_of_the_house_that_was_asked(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)
    called(cast, handover=handover, organisation=cast.clinic, actor=cast.anna, result="reached")
    called(cast, result="reached")  # for no handover

    assert not Delta.objects.filter(kind="first_contact").exists()


def calls_due(cast: Cast) -> list[tuple[str, date]]:
    rows = FollowUp.objects.open().filter(organisation=cast.office)
    return list(rows.order_by("due_on").values_list("reason", "due_on"))


def test_a_house_plans_for_itself_and_a_case_it_has_part_in(cast: Cast) -> None:
    assert planned(cast).due_on == SOON

    with pytest.raises(NotPermitted):
        planned(cast, actor=cast.carla)
    with pytest.raises(NotPermitted):
        planned(cast, organisation=cast.office)
    with pytest.raises(NotPermitted):  # the office has no part in it yet
        planned(cast, organisation=cast.office, actor=cast.bilal)


def test_a_handover_of_another_family_does_not_open_this_case(cast: Cast) -> None:
    handover = at_state(cast, State.ACCEPTED)
    other = make_case(cast.clinic, cast.anna)

    with pytest.raises(NotPermitted):
        actions.plan(
            other,
            organisation=cast.clinic,
            reason="other",  # type: ignore[arg-type]
            due_on=SOON,
            handover=handover,
            actor=cast.anna,
            at=NOON,
        )


def test_nothing_is_planned_into_the_past_or_on_a_closed_case(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="date_has_passed"):
        planned(cast, due_on=date(2026, 3, 1))
    assert planned(cast, due_on=NOON.date())

    Case.objects.update(state="closed", closed_at=NOON, closure_reason="other")
    with pytest.raises(InvalidMove, match="case_closed"):
        planned(cast)


def test_done_once_and_by_the_house_that_owes_it(cast: Cast) -> None:
    follow_up = planned(cast)
    with pytest.raises(NotPermitted):
        actions.done(follow_up, actor=cast.bilal, at=NOON)

    actions.done(follow_up, actor=cast.anna, at=NOON)
    again = actions.done(follow_up, actor=cast.anna, at=TOMORROW)

    assert (again.done_at, again.done_by) == (NOON, cast.anna)


def test_moved_to_another_day_while_it_is_open(cast: Cast) -> None:
    follow_up = planned(cast)
    with pytest.raises(NotPermitted):
        actions.move(follow_up, SOON, actor=cast.carla, at=NOON)
    with pytest.raises(InvalidInput, match="date_has_passed"):
        actions.move(follow_up, date(2026, 3, 1), actor=cast.anna, at=NOON)

    moved = actions.move(follow_up, SOON + timedelta(days=7), actor=cast.anna, at=NOON)
    assert moved.due_on == date(2026, 3, 11)

    actions.done(moved, actor=cast.anna, at=NOON)
    with pytest.raises(InvalidInput, match="follow_up_done"):
        actions.move(moved, SOON, actor=cast.anna, at=NOON)


def test_nobody_reached_and_a_new_day_replaces_the_call_that_was_due(cast: Cast) -> None:
    at_state(cast, State.ACCEPTED)
    assert calls_due(cast) == [("contact", date(2026, 3, 3))]

    called(cast, next_on=SOON)

    assert calls_due(cast) == [("contact_again", SOON)]


def test_nobody_reached_and_no_new_day_loses_nothing(cast: Cast) -> None:
    at_state(cast, State.ACCEPTED)

    called(cast)

    assert calls_due(cast) == [("contact", date(2026, 3, 3))]


@pytest.mark.parametrize("result", ["reached", "appointment"])
def test_a_talk_settles_the_calls_that_were_due(cast: Cast, result: str) -> None:
    at_state(cast, State.ACCEPTED)

    called(cast, result=result)

    assert calls_due(cast) == []


def test_what_was_said_is_sealed(cast: Cast) -> None:
    at_state(cast, State.ACCEPTED)

    attempt = called(cast, result="reached", note="Möchte dienstags besucht werden.")

    note = Note.objects.get()
    assert (attempt.note, note.kind, note.organisation) == (note.pk, "contact", cast.office)
    assert "dienstags" not in repr(ContactAttempt.objects.values()) + repr(Note.objects.values())
    assert called(cast, note="  ").note is None


def test_a_contact_asks_for_right_part_and_known_words(cast: Cast) -> None:
    with pytest.raises(NotPermitted):  # no part in the case before accepting
        called(cast)
    at_state(cast, State.ACCEPTED)
    with pytest.raises(NotPermitted):
        called(cast, actor=cast.carla)
    for wrong in ({"channel": "pigeon"}, {"result": "shrug"}):
        with pytest.raises(InvalidInput, match="choice_unknown"):
            called(cast, **wrong)
    with pytest.raises(InvalidInput, match="date_has_passed"):
        called(cast, next_on=date(2026, 3, 1))

    assert not ContactAttempt.objects.exists()
