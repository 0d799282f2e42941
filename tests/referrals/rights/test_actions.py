from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, ChangeEntry, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from lotsen.vault.models import SealedText
from referrals.cases import actions as cases
from referrals.cases.correcting import correct
from referrals.endings.actions import close_case, withdraw_consent
from referrals.facts.models import Delta
from referrals.handovers import actions as handovers
from referrals.identities.reading import open_identity, readable_fields
from referrals.notes.reading import readable_notes
from referrals.rights import actions as rights
from referrals.rights import marks
from referrals.rights.models import Dispute, Restriction, RightsRequest
from tests.builders import NOON, make_district, make_user
from tests.conftest import Cast
from tests.referrals.documents import stage
from tests.referrals.documents.stage import ask
from tests.referrals.handovers.stage import at_state, make_draft

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def restrict(cast: Cast) -> Restriction:
    return rights.restrict(cast.case, reason="accuracy", actor=cast.anna, at=NOON)


# Asking and answering


def test_a_request_is_due_within_a_month_and_keeps_no_key_to_the_case(cast: Cast) -> None:
    request = ask(cast)

    assert (request.state, request.due_on.isoformat()) == ("open", "2026-04-02")
    assert (request.organisation, request.pseudonym) == (cast.clinic, cast.case.pseudonym)
    assert not [f for f in RightsRequest._meta.get_fields() if f.related_model is type(cast.case)]


def test_the_same_is_not_asked_twice_until_it_is_answered(cast: Cast) -> None:
    first = ask(cast)
    with pytest.raises(InvalidMove, match="request_running"):
        ask(cast)

    rights.fulfil(first, actor=cast.anna, at=NOON)

    assert ask(cast).pk != first.pk


def test_a_colleague_answers_too_but_ward_staff_does_not(cast: Cast) -> None:
    ask(cast, actor=make_user("colleague", cast.clinic))

    with pytest.raises(NotPermitted):
        ask(cast, kind="erasure", actor=make_user("screener", cast.clinic, Role.SCREENER))


@pytest.mark.parametrize("name", ["bilal", "carla", "dora"])
def test_no_other_house_answers(cast: Cast, name: str) -> None:
    stage.fill(cast)
    other = getattr(cast, name)
    request = ask(cast)
    for deed in (
        lambda: ask(cast, kind="erasure", actor=other),
        lambda: rights.dispute(cast.case, part="wish", actor=other, at=NOON),
        lambda: rights.restrict(cast.case, reason="accuracy", actor=other, at=NOON),
        lambda: rights.lift(cast.case, actor=other, at=NOON),
        lambda: rights.settle_dispute(Dispute.objects.get(), actor=other, at=NOON),
        lambda: rights.fulfil(request, actor=other, at=NOON),
        lambda: rights.refuse(request, reason="duty_to_keep", actor=other, at=NOON),
        lambda: correct(cast.case, language="de", actor=other, at=NOON),
    ):
        with pytest.raises(NotPermitted):
            deed()


def test_a_recipient_is_told_where_the_family_can_ask(cast: Cast) -> None:
    stage.fill(cast)

    with pytest.raises(NotPermitted) as refusal:
        ask(cast, actor=cast.bilal)

    assert refusal.value.code == "rights_health_secret"  # a clinic passed it on
    assert refusal.value.parameters["house"] == cast.clinic.name


def test_a_request_from_tomorrow_or_of_an_unknown_kind_is_refused(cast: Cast) -> None:
    known = {"kind": "access", "identity_check": "known", "received_on": stage.TODAY}
    for wrong in (
        {"received_on": stage.TODAY + DAY},
        {"kind": "gift"},
        {"identity_check": "believed"},
    ):
        with pytest.raises(InvalidInput):
            rights.receive(cast.case, **known | wrong, actor=cast.anna, at=NOON)


def test_an_answer_is_given_once_and_a_refusal_has_a_reason(cast: Cast) -> None:
    request = ask(cast)
    with pytest.raises(InvalidInput):
        rights.refuse(request, reason="no_time", actor=cast.anna, at=NOON)

    refused = rights.refuse(request, reason="not_identified", actor=cast.anna, at=NOON)

    assert (refused.state, refused.reason, refused.ended_by) == (
        "refused", "not_identified", cast.anna,
    )  # fmt: skip
    with pytest.raises(InvalidMove, match="request_ended"):
        rights.fulfil(request, actor=cast.anna, at=NOON)


def test_who_keeps_the_register_ends_an_erasure_once_the_case_is_gone(cast: Cast) -> None:
    officer = make_user("officer", cast.clinic, Role.PRIVACY_OFFICER)
    request, other = ask(cast, kind="erasure"), ask(cast)
    with pytest.raises(NotPermitted):
        rights.fulfil(request, actor=officer, at=NOON)
    cast.case.delete()

    assert rights.fulfil(request, actor=officer, at=NOON).state == "fulfilled"
    with pytest.raises(NotPermitted):
        rights.fulfil(other, actor=officer, at=NOON)


def test_the_register_shows_the_houses_one_looks_after(cast: Cast) -> None:
    ask(cast)
    officer = make_user("officer", cast.clinic, Role.PRIVACY_OFFICER)
    stranger = make_user("stranger", cast.other_clinic, Role.PRIVACY_OFFICER)

    assert RightsRequest.objects.visible_to(officer).count() == 1
    for nobody in (stranger, cast.anna, cast.bilal, cast.dora):
        assert not RightsRequest.objects.visible_to(nobody).exists()


# Contesting


def test_the_words_of_a_family_are_sealed_and_read_by_those_on_the_case(cast: Cast) -> None:
    dispute = rights.dispute(
        cast.case, part="needs", words="Das stimmt nicht.", actor=cast.anna, at=NOON
    )

    assert [note.pk for note in readable_notes(cast.case, cast.anna)] == [dispute.note]
    assert not readable_notes(cast.case, make_user("colleague", cast.clinic))
    assert b"stimmt" not in b"".join(
        bytes(text) for text in SealedText.objects.values_list("ciphertext", flat=True)
    )


def test_a_part_is_contested_once_at_a_time(cast: Cast) -> None:
    first = rights.dispute(cast.case, part="wish", actor=cast.anna, at=NOON)
    with pytest.raises(InvalidMove, match="dispute_running"):
        rights.dispute(cast.case, part="wish", actor=cast.anna, at=NOON)

    rights.settle_dispute(first, actor=cast.anna, at=NOON)

    assert not marks.contested(cast.case.pk)
    with pytest.raises(InvalidMove, match="dispute_settled"):
        rights.settle_dispute(first, actor=cast.anna, at=NOON)
    rights.dispute(cast.case, part="wish", actor=cast.anna, at=NOON)


def test_a_closed_case_can_be_contested_and_put_right(cast: Cast) -> None:
    close_case(cast.case, reason="info_only", actor=cast.anna, at=NOON)

    rights.dispute(cast.case, part="language", words="Nein.", actor=cast.anna, at=NOON)
    assert correct(cast.case, language="uk", actor=cast.anna, at=NOON).language == "uk"


# Putting right


def test_a_correction_is_an_event_whose_values_no_log_holds(cast: Cast) -> None:
    hafen = make_district("Hafen", "037")

    case = correct(
        cast.case,
        language="uk",
        household="one_parent",
        district=hafen,
        child_age_months=7,
        actor=cast.anna,
        at=NOON,
    )

    event = AccessEvent.objects.get(deed=Deed.CORRECT)
    assert event.fields == ["aged_on", "child_age_months", "district", "household", "language"]
    assert (case.language, case.age_on(stage.TODAY), case.district) == ("uk", 7, hafen)
    entries = ChangeEntry.objects.filter(object_pk=str(case.pk))
    logged = "".join(str(entry.changes) for entry in entries)
    assert "closure_reason" in logged
    assert not [value for value in ("one_parent", "hafen", "'uk'") if value in logged]


def test_an_interpreter_after_all_is_counted_in_the_language_put_right(cast: Cast) -> None:
    for fact in ({"interpreting": True}, {"language": "uk"}, {"child_age_months": 7}):
        correct(cast.case, actor=cast.anna, at=NOON, **fact)

    counts = Delta.objects.values_list("kind", "code", "value", "period")
    assert list(counts.order_by("id")) == [
        ("interpreting", "tr", 1, "2026Q1"),
        ("interpreting", "tr", -1, "2026Q1"),
        ("interpreting", "uk", 1, "2026Q1"),
    ]


def test_what_is_right_already_leaves_no_trace(cast: Cast) -> None:
    correct(cast.case, language=cast.case.language, actor=cast.anna, at=NOON)

    assert not AccessEvent.objects.filter(deed=Deed.CORRECT).exists()


def test_only_words_of_the_vocabulary_are_right(cast: Cast) -> None:
    for wrong in ({"language": "xx"}, {"household": "castle"}, {"child_age_months": 217}):
        with pytest.raises(InvalidInput):
            correct(cast.case, actor=cast.anna, at=NOON, **wrong)


# Restricting


def test_a_restricted_case_is_stored_and_nothing_is_begun_or_changed(cast: Cast) -> None:
    draft = make_draft(cast)
    restrict(cast)

    for deed in (
        lambda: handovers.request(draft, actor=cast.anna, at=NOON),
        lambda: handovers.draft(
            cast.case, offer=cast.offer, categories=["name"], actor=cast.anna, at=NOON
        ),
        lambda: cases.assign(cast.case, to=cast.anna, actor=cast.anna, at=NOON),
        lambda: close_case(cast.case, reason="info_only", actor=cast.anna, at=NOON),
        lambda: correct(cast.case, language="uk", actor=cast.anna, at=NOON),
        lambda: restrict(cast),
    ):
        with pytest.raises(InvalidMove, match="case_restricted"):
            deed()


def test_what_was_asked_cannot_be_accepted_but_declined(cast: Cast) -> None:
    handover = at_state(cast, "requested")
    restrict(cast)

    with pytest.raises(InvalidMove, match="case_restricted"):
        handovers.accept(handover, actor=cast.bilal, at=NOON)
    assert (
        handovers.decline(handover, reason="no_capacity", actor=cast.bilal, at=NOON).state
        == "rejected"
    )


def test_identity_and_notes_are_read_to_answer_the_family_only(cast: Cast) -> None:
    stage.fill(cast)
    restrict(cast)
    cast.case.refresh_from_db()

    with pytest.raises(NotPermitted):
        open_identity(cast.case, actor=cast.anna, at=NOON)
    assert open_identity(cast.case, actor=cast.anna, at=NOON, reason="data_rights")
    assert not readable_notes(cast.case, cast.anna)
    assert not readable_notes(cast.case, cast.bilal)
    for reason in ("work_on_case", "data_rights", "emergency"):
        assert not readable_fields(cast.case, cast.bilal, stage.TODAY, reason=reason)
    assert type(cast.case).objects.visible_to(cast.bilal).exists()  # that it is there is no secret


def test_a_family_withdraws_and_asks_whatever_is_restricted(cast: Cast) -> None:
    handover = stage.fill(cast).handovers.get()
    restrict(cast)

    assert handover.consent is not None
    withdraw_consent(handover.consent, actor=cast.anna, at=NOON)
    ask(cast, kind="erasure")
    rights.dispute(cast.case, part="wish", words="Nein.", actor=cast.anna, at=NOON)

    handover.refresh_from_db()
    assert handover.state == "cancelled"


def test_lifting_gives_the_work_back(cast: Cast) -> None:
    restrict(cast)

    rights.lift(cast.case, actor=cast.anna, at=NOON + DAY)

    cast.case.refresh_from_db()
    assert not cast.case.restricted
    assert Restriction.objects.get().until == NOON + DAY
    assert cases.assign(cast.case, to=cast.anna, actor=cast.anna, at=NOON)
    with pytest.raises(InvalidMove, match="case_not_restricted"):
        rights.lift(cast.case, actor=cast.anna, at=NOON)


def test_an_unknown_reason_restricts_nothing(cast: Cast) -> None:
    with pytest.raises(Refusal):
        rights.restrict(cast.case, reason="because", actor=cast.anna, at=NOON)
    cast.case.refresh_from_db()
    assert not cast.case.restricted


# Marks


def test_a_recipient_learns_of_a_mark_with_the_data_only(cast: Cast) -> None:
    stage.fill(cast)
    for part in ("household", "language", "district"):
        rights.dispute(cast.case, part=part, actor=cast.anna, at=NOON)
    handover = cast.case.handovers.select_related("case__district", "consent").get()
    parts = marks.contested(cast.case.pk)

    sent = marks.of_handover(handover, parts, released=(), received=False)
    got = marks.of_handover(handover, parts, released=stage.CATEGORIES, received=True)

    assert sent == ["district", "household", "language", "needs"]
    assert got == ["language", "needs"]  # neither district nor household was passed on


def test_before_accepting_the_mark_is_as_small_as_the_glimpse(cast: Cast) -> None:
    handover = at_state(cast, "requested", categories=["name", "language", "wish"])
    parts = ["language", "wish"]

    assert marks.of_handover(handover, parts, released=(), received=True) == ["language"]
