"""A family agrees, or does not."""

from datetime import date
from typing import Any

import pytest

from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.cases.models import Case, CaseShare
from referrals.consent import actions
from referrals.consent.models import Consent, TextStatus
from referrals.facts.models import Delta
from referrals.handovers.rules import Move, State
from referrals.notes.models import Note, NoteKind
from tests.builders import NOON, make_consent, make_consent_text, make_participation
from tests.conftest import Cast
from tests.referrals.handovers.stage import TOMORROW, at_state, bring


def agree(cast: Cast, **facts: Any) -> Consent:
    """The family agrees on paper, unless said otherwise."""
    usual = {
        "recipient": cast.office,
        "purposes": ["documentation", "handover", "feedback"],
        "categories": ["phone", "name"],
        "text": make_consent_text(),
        "language": "de",
        "form": "paper",
        "actor": cast.anna,
        "at": NOON,
    }
    return actions.give(cast.case, **(usual | facts))


def test_a_consent_holds_a_year_and_keeps_what_was_agreed(cast: Cast) -> None:
    consent = agree(cast)

    assert consent.purposes == ["documentation", "handover", "feedback"]
    assert consent.categories == ["name", "phone"]
    assert consent.valid_until == date(2027, 3, 2)
    assert (consent.witnessed_by, consent.given_at) == (cast.anna, NOON)
    assert Delta.objects.filter(kind="consent_given").count() == 1


@pytest.mark.parametrize("form", ["typed", "drawn"])
def test_a_signature_is_sealed_and_lies_in_no_column(cast: Cast, form: str) -> None:
    consent = agree(cast, form=form, signature_text="Ayşe Beispiel")

    note = Note.objects.get()
    assert (note.kind, note.pk) == (NoteKind.SIGNATURE, consent.signature_note)
    assert "Beispiel" not in repr(Consent.objects.values().get()) + repr(Note.objects.values())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"form": "typed"}, "signature_missing"),
        ({"form": "drawn", "signature_text": "  "}, "signature_missing"),
        ({"signature_text": "Ayşe"}, "signature_is_on_paper"),
        ({"form": "shouted"}, "choice_unknown"),
        ({"given_by": "neighbour"}, "choice_unknown"),
        ({"interpreted": "dog"}, "choice_unknown"),
        ({"language": "tr"}, "consent_text_does_not_fit"),
        ({"valid_until": date(2026, 3, 1)}, "date_has_passed"),
        ({"purposes": []}, "purposes_unknown"),
        ({"purposes": ["marketing"]}, "purposes_unknown"),
        ({"categories": ["diary"]}, "categories_unknown"),
        ({"categories": []}, "categories_missing"),
        ({"recipient": None}, "recipient_not_named"),
        ({"purposes": ["documentation"]}, "recipient_not_named"),
        ({"purposes": ["feedback"]}, "recipient_not_named"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    cast: Cast, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput, match=code):
        agree(cast, **wrong)

    assert not Consent.objects.exists()


def test_the_own_house_is_no_recipient(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="recipient_not_named"):
        agree(cast, recipient=cast.clinic)


@pytest.mark.parametrize("status", TextStatus.values)
def test_a_family_is_asked_in_released_texts_only(cast: Cast, status: str) -> None:
    text = make_consent_text(version="2", status=status)

    if status == TextStatus.RELEASED:
        assert agree(cast, text=text).text == text
        return
    with pytest.raises(InvalidInput, match="consent_text_not_released"):
        agree(cast, text=text)
    assert not Consent.objects.exists()


def test_a_text_made_for_another_law_does_not_fit(cast: Cast) -> None:
    assert agree(cast, text=make_consent_text(version="2", legal_regime="municipal"))
    with pytest.raises(InvalidInput, match="consent_text_does_not_fit"):
        agree(cast, text=make_consent_text(version="2", legal_regime="catholic"))


def test_purposes_inside_the_own_house_name_nobody(cast: Cast) -> None:
    consent = agree(cast, recipient=None, purposes=["documentation"], categories=[])

    assert consent.recipient is None


@pytest.mark.parametrize("who", ["bilal", "carla", "dora"])
def test_only_the_holders_people_ask_the_family(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        agree(cast, actor=getattr(cast, who))
    with pytest.raises(NotPermitted):
        actions.decline(cast.case, recipient=cast.office, actor=getattr(cast, who), at=NOON)


def test_a_share_lets_somebody_ask_while_it_runs(cast: Cast, time_machine: Any) -> None:
    deputy = cast.bilal
    make_participation(cast.case, cast.office)
    CaseShare.objects.create(
        case=cast.case,
        user=deputy,
        kind="deputy",
        reason="leave",
        since=NOON,
        until=TOMORROW,
        granted_by=cast.anna,
        touched_at=NOON,
    )
    time_machine.move_to(NOON, tick=False)
    assert agree(cast, actor=deputy)

    time_machine.move_to(TOMORROW, tick=False)
    with pytest.raises(NotPermitted):
        agree(cast, actor=deputy)


def test_nobody_is_asked_on_a_closed_case(cast: Cast) -> None:
    Case.objects.update(state="closed", closed_at=NOON, closure_reason="other")

    with pytest.raises(InvalidMove, match="case_closed"):
        agree(cast)
    with pytest.raises(InvalidMove, match="case_closed"):
        actions.decline(cast.case, recipient=None, actor=cast.anna, at=NOON)


def test_a_no_leaves_only_a_count(cast: Cast) -> None:
    actions.decline(cast.case, recipient=cast.office, actor=cast.anna, at=NOON)

    assert not Consent.objects.exists()
    assert Delta.objects.get().kind == "consent_declined"


def test_a_consent_holds_until_its_last_day_or_its_withdrawal(cast: Cast) -> None:
    mine = make_consent(cast.case, cast.office, cast.anna, valid_until=date(2026, 3, 3))
    make_consent(cast.case, cast.office, cast.anna, withdrawn_at=NOON, withdrawn_by=cast.anna)

    assert list(Consent.objects.in_force(date(2026, 3, 3))) == [mine]
    assert mine not in Consent.objects.in_force(date(2026, 3, 4))


def test_a_recipient_learns_of_a_consent_with_the_request(cast: Cast) -> None:
    handover = at_state(cast, State.DRAFT)
    assert not Consent.objects.visible_to(cast.bilal).exists()

    bring(handover, cast, Move.REQUEST)

    assert Consent.objects.visible_to(cast.bilal).count() == 1
    assert Consent.objects.visible_to(cast.anna).count() == 1
    assert not Consent.objects.visible_to(cast.carla).exists()
