from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.vault.models import SealedText
from referrals.cases import actions as cases
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.handovers.models import Handover
from referrals.identities.actions import safe_contact_due, store
from referrals.identities.reading import filled_fields, open_identity, readable_fields
from referrals.identities.rules import OpeningReason
from tests.builders import NOON, make_assessment, make_case, make_consent, make_user
from tests.conftest import Cast

FAMILY = {"name": "Familie Beispiel", "phone": "0171 39200 11", "safe_contact": ""}


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def stored(cast: Cast, actor: User | None = None, **fields: str) -> None:
    store(cast.case, actor=actor or cast.anna, at=NOON, **(FAMILY | fields))


def opened(cast: Cast, actor: User, **fields: Any) -> dict[str, str]:
    return open_identity(cast.case, actor=actor, at=fields.pop("at", NOON), **fields)


def hand_over(cast: Cast, **fields: Any) -> Handover:
    consent = fields.pop("consent", None) or make_consent(cast.case, cast.office, cast.anna)
    given: dict[str, Any] = {
        "case": cast.case,
        "consent": consent,
        "offer": cast.offer,
        "sender": cast.clinic,
        "recipient": cast.office,
        "state": "accepted",
        "categories": ["name", "phone", "needs"],
        "provenance": "health_secret",
        "drafted_at": NOON,
        "drafted_by": cast.anna,
        "requested_at": NOON,
        "requested_by": cast.anna,
    }
    return Handover.objects.create(**(given | fields))


def unlocks() -> int:
    return AccessEvent.objects.filter(deed=Deed.UNLOCK).count()


def test_what_is_stored_is_sealed_and_opens_with_exactly_one_event(cast: Cast) -> None:
    stored(cast)

    assert opened(cast, cast.anna) == {"name": "Familie Beispiel", "phone": "0171 39200 11"}
    event = AccessEvent.objects.get(deed=Deed.UNLOCK)
    assert (event.shown, event.fields) == ([cast.case.pseudonym], ["name", "phone"])
    assert (event.organisation, event.reason) == (cast.clinic.pk, "work_on_case")
    assert AccessEvent.objects.get(deed=Deed.SEAL).fields == ["name", "phone"]
    for row in SealedText.objects.all():
        assert b"Beispiel" not in bytes(row.ciphertext)


def test_no_table_of_cases_knows_the_family(cast: Cast) -> None:
    stored(cast)

    assert "Beispiel" not in str(Case.objects.values().get(pk=cast.case.pk))
    assert "Beispiel" not in str(list(AccessEvent.objects.values()))


def test_an_empty_field_empties_what_was_there(cast: Cast) -> None:
    stored(cast, safe_contact="über die Schwester")
    stored(cast, phone="", safe_contact="nur per Nachricht")

    assert opened(cast, cast.anna) == {
        "name": "Familie Beispiel",
        "safe_contact": "nur per Nachricht",
    }


def test_nothing_stored_opens_nothing(cast: Cast) -> None:
    assert opened(cast, cast.anna) == {}
    assert filled_fields(cast.case) == frozenset()
    assert unlocks() == 0


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"phone": "", "safe_contact": " "}, "contact_missing", "phone"),
        ({"phone": "ruf mich an"}, "phone_unreadable", "phone"),
        ({"phone": "12"}, "phone_unreadable", "phone"),
        ({"name": "x" * 201}, "text_too_long", "name"),
    ],
)
def test_what_nobody_could_be_reached_with_is_refused(
    cast: Cast, fields: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        stored(cast, **fields)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not SealedText.objects.exists()


@pytest.mark.parametrize("phone", ["0171 39200 11", "+49 (171) 39200-11", "0171/3920011"])
def test_a_number_is_kept_as_it_was_typed(cast: Cast, phone: str) -> None:
    stored(cast, phone=phone)

    assert opened(cast, cast.anna)["phone"] == phone


@pytest.mark.parametrize("finished_at", [NOON, None])
def test_where_violence_was_named_a_safe_way_must_be_given(cast: Cast, finished_at: object) -> None:
    make_assessment(cast.case, cast.anna, needs=["violence"], finished_at=finished_at)
    assert safe_contact_due(cast.case)
    with pytest.raises(InvalidInput) as refusal:
        stored(cast)
    assert (refusal.value.code, refusal.value.field) == ("safe_contact_missing", "safe_contact")

    stored(cast, safe_contact="nur vormittags")
    assert filled_fields(cast.case) == {"name", "phone", "safe_contact"}


@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_outsiders_read_and_store_nothing_whatever_the_reason(cast: Cast, name: str) -> None:
    stored(cast)
    stranger = getattr(cast, name)
    for reason in OpeningReason:
        with pytest.raises(NotPermitted) as refusal:
            opened(cast, stranger, reason=reason)
        assert refusal.value.code == "identity_not_released"
    with pytest.raises(NotPermitted):
        stored(cast, stranger)
    assert unlocks() == 0


def test_a_screener_who_opened_the_case_reads_and_stores_nothing(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)
    cases.keep_way_back(cast.case, until=NOON + timedelta(days=7), actor=sina, at=NOON)

    with pytest.raises(NotPermitted):
        opened(cast, sina)
    with pytest.raises(NotPermitted):
        stored(cast, sina)


def test_a_colleague_reads_to_answer_the_family_which_is_written_down(cast: Cast) -> None:
    stored(cast)
    ada = make_user("ada", cast.clinic)
    with pytest.raises(NotPermitted):
        opened(cast, ada)

    assert opened(cast, ada, reason="data_rights")["name"] == "Familie Beispiel"
    assert AccessEvent.objects.get(deed=Deed.UNLOCK).reason == "data_rights"


def test_an_invented_reason_is_refused_for_insiders_too(cast: Cast) -> None:
    stored(cast)
    with pytest.raises(InvalidInput) as refusal:
        opened(cast, cast.anna, reason="curiosity")

    assert refusal.value.code == "opening_reason_unknown"
    assert unlocks() == 0


def test_the_recipient_reads_the_consented_fields_from_acceptance(cast: Cast) -> None:
    stored(cast, safe_contact="über die Schwester")
    handover = hand_over(cast, state="requested")
    with pytest.raises(NotPermitted):
        opened(cast, cast.bilal)

    handover.state = "accepted"
    handover.save()

    assert opened(cast, cast.bilal) == {"name": "Familie Beispiel", "phone": "0171 39200 11"}
    assert AccessEvent.objects.get(deed=Deed.UNLOCK).organisation == cast.office.pk
    with pytest.raises(NotPermitted):
        opened(cast, cast.carla)


@pytest.mark.parametrize(
    "ended",
    [
        {"valid_until": NOON.date() - timedelta(days=1)},
        {"purposes": ["documentation"]},
        {"categories": ["needs"]},
        {"recipient": None},
    ],
    ids=["run out", "other purpose", "no identity", "not named"],
)
def test_the_release_ends_with_the_consent_at_once(cast: Cast, ended: dict[str, Any]) -> None:
    stored(cast)
    hand_over(cast)
    assert opened(cast, cast.bilal)

    Consent.objects.update(**ended)

    with pytest.raises(NotPermitted):
        opened(cast, cast.bilal)
    assert readable_fields(cast.case, cast.bilal, NOON.date()) == frozenset()


def test_the_release_ends_with_the_handover(cast: Cast) -> None:
    stored(cast)
    handover = hand_over(cast)
    handover.state = "completed"
    handover.save()

    with pytest.raises(NotPermitted):
        opened(cast, cast.bilal)


def test_a_withdrawn_consent_releases_nothing(cast: Cast) -> None:
    stored(cast)
    hand_over(cast)
    Consent.objects.update(withdrawn_at=NOON, withdrawn_by=cast.anna)

    with pytest.raises(NotPermitted):
        opened(cast, cast.bilal)


def test_the_consent_of_another_case_releases_nothing(cast: Cast) -> None:
    stored(cast)
    elsewhere = make_consent(make_case(cast.clinic, cast.anna), cast.office, cast.anna)
    hand_over(cast, consent=elsewhere)

    with pytest.raises(NotPermitted):
        opened(cast, cast.bilal)


def test_a_recipient_corrects_what_it_may_read_and_nothing_else(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["violence"])
    stored(cast, safe_contact="nur vormittags")
    hand_over(cast)

    stored(cast, cast.bilal, phone="0171 39200 22")
    with pytest.raises(NotPermitted):
        stored(cast, cast.bilal, safe_contact="über die Schwester")

    kept = opened(cast, cast.anna)
    assert (kept["phone"], kept["safe_contact"]) == ("0171 39200 22", "nur vormittags")


def test_a_closed_case_takes_no_contact_data(cast: Cast) -> None:
    cases.close(cast.case, reason="other", actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove):
        stored(cast)
