"""Recording a contact: four taps, and what was typed is kept where something is missing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from referrals.followups.models import ContactAttempt
from referrals.notes.reading import read
from tests.conftest import Cast
from tests.referrals.web import desk

type SignIn = Callable[[str], Client]

NOT_REACHED = {"channel": "phone", "result": "not_reached", "next_step": "two_days", "note": ""}


def page_of(cast: Cast) -> str:
    return f"/fall/{cast.case.pk}/kontakt/"


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 200), ("carla", 404), ("dora", 404)]
)
def test_who_may_record_one(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    desk.accepted(cast)

    assert signed_in(who).get(page_of(cast)).status_code == status


def test_not_reached_is_kept_with_the_next_day(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.accepted(cast)

    answer = signed_in("bilal").post(page_of(cast), NOT_REACHED | {"uebergabe": str(handover.pk)})

    assert answer.headers["Location"] == f"/uebergabe/{handover.pk}/"
    attempt = ContactAttempt.objects.get()
    assert (attempt.organisation, attempt.handover) == (cast.office, handover)
    due = cast.case.follow_ups.open().get(reason="contact_again")
    assert due.due_on == localdate() + timedelta(days=2)


def test_a_guest_records_under_its_handover_without_naming_it(
    cast: Cast, signed_in: SignIn
) -> None:
    handover = desk.accepted(cast)

    signed_in("bilal").post(page_of(cast), NOT_REACHED)

    assert ContactAttempt.objects.get().handover == handover


def test_what_was_said_is_sealed(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    signed_in("bilal").post(page_of(cast), NOT_REACHED | {"note": "Ruft morgen zurück."})

    at = ContactAttempt.objects.get().at
    ((note, text),) = read(cast.case, actor=cast.bilal, at=at)
    assert text == "Ruft morgen zurück."
    assert note.organisation == cast.office


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"result": ""}, "result"),
        ({"channel": "pigeon"}, "channel"),
        ({"next_step": "on_a_day", "next_on": ""}, "next_on"),
        ({"next_step": "on_a_day", "next_on": "31.02.2026"}, "next_on"),
        ({"next_step": ""}, "next_step"),
        ({"note": "x" * 4001}, "note"),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(
    cast: Cast, signed_in: SignIn, typed: dict[str, Any], field: str
) -> None:
    desk.accepted(cast)

    answer = signed_in("bilal").post(page_of(cast), {**NOT_REACHED, "note": "Notiz", **typed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["note"].value() == {"note": "Notiz", **typed}["note"]
    assert not ContactAttempt.objects.exists()


def test_a_day_in_the_past_is_refused_and_nothing_is_kept(cast: Cast, signed_in: SignIn) -> None:
    desk.accepted(cast)

    answer = signed_in("bilal").post(
        page_of(cast), NOT_REACHED | {"next_step": "on_a_day", "next_on": "2020-01-01"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not ContactAttempt.objects.exists()


@pytest.mark.parametrize(
    "named", ["nonsense", "00000000-0000-4000-8000-000000000000"], ids=["no id", "unknown"]
)
def test_a_handover_that_is_not_there_is_not_found(
    cast: Cast, signed_in: SignIn, named: str
) -> None:
    desk.accepted(cast)

    answer = signed_in("bilal").post(page_of(cast), NOT_REACHED | {"uebergabe": named})

    assert answer.status_code == 404
