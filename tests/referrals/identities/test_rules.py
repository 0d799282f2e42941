from itertools import product

import pytest

from lotsen.errors import InvalidInput
from referrals.consent.rules import IDENTITY, Category, checked_categories
from referrals.handovers.rules import RELEASED_STATES, State
from referrals.identities.rules import (
    COLLEAGUE_REASONS,
    FIELDS,
    Field,
    OpeningReason,
    Reader,
    Release,
    checked_reason,
    readable,
    searchable,
)

NOBODY = Reader(is_insider=False, is_colleague=False)


def release(**fields: object) -> Release:
    given = {
        "state": State.ACCEPTED,
        "categories": frozenset({"name", "phone", "needs"}),
        "consented": frozenset({"name", "phone", "needs"}),
        "purposes": frozenset({"handover"}),
        "in_force": True,
    }
    return Release(**(given | fields))  # type: ignore[arg-type]


def through(*releases: Release) -> Reader:
    return Reader(is_insider=False, is_colleague=False, releases=releases)


def test_nobody_reads_nothing_whatever_the_reason() -> None:
    assert {readable(NOBODY, reason=reason) for reason in OpeningReason} == {frozenset()}


def test_insiders_read_every_field() -> None:
    assert readable(Reader(is_insider=True, is_colleague=False)) == FIELDS


@pytest.mark.parametrize("reason", ["", *OpeningReason])
def test_colleagues_read_with_a_reason_only(reason: str) -> None:
    colleague = Reader(is_insider=False, is_colleague=True)
    expected = FIELDS if reason in COLLEAGUE_REASONS else frozenset()

    assert readable(colleague, reason=reason) == expected
    assert OpeningReason.WORK not in COLLEAGUE_REASONS


@pytest.mark.parametrize(("state", "in_force"), list(product(State, [True, False])))
def test_a_recipient_reads_from_acceptance_to_the_end_while_the_consent_holds(
    state: State, in_force: bool
) -> None:
    fields = readable(through(release(state=state, in_force=in_force)))

    assert bool(fields) is (state in RELEASED_STATES and in_force)


def test_a_recipient_reads_the_consented_identity_fields_and_no_other() -> None:
    fields = readable(
        through(release(categories=frozenset({"name", "safe_contact", "needs", "note"})))
    )

    assert fields == {Category.NAME}


def test_a_consent_for_another_purpose_releases_nothing() -> None:
    assert readable(through(release(purposes=frozenset({"documentation", "feedback"})))) == set()


def test_two_handovers_to_a_house_add_up() -> None:
    name = release(categories=frozenset({"name"}))
    phone = release(categories=frozenset({"phone"}))

    assert readable(through(name, phone)) == {Category.NAME, Category.PHONE}


def test_an_invented_reason_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_reason("curiosity")

    assert refusal.value.code == "opening_reason_unknown"


def test_every_field_but_the_day_of_birth_can_be_consented_to() -> None:
    assert {Field.BIRTH_DATE} == FIELDS - IDENTITY
    with pytest.raises(InvalidInput):
        checked_categories(["birth_date"])


@pytest.mark.parametrize("smuggled", ["categories", "consented"])
def test_the_day_of_birth_is_released_to_nobody(smuggled: str) -> None:
    everything = frozenset({*Category, "birth_date"})
    both = release(categories=everything, consented=everything)

    assert readable(through(both)) == searchable(through(both)) == IDENTITY
    assert readable(through(release(**{smuggled: everything}))) <= IDENTITY


def test_the_holding_house_looks_for_its_families_by_every_field() -> None:
    assert searchable(Reader(is_insider=True, is_colleague=False)) == FIELDS
    assert searchable(Reader(is_insider=False, is_colleague=True)) == FIELDS


def test_a_recipient_looks_by_what_was_released() -> None:
    assert searchable(through(release(categories=frozenset({"phone"})))) == {Field.PHONE}
    assert searchable(through(release(in_force=False))) == set()
    assert searchable(NOBODY) == set()


def test_a_restricted_case_is_found_by_the_holding_house_alone() -> None:
    holder = Reader(is_insider=False, is_colleague=True, is_restricted=True)
    recipient = Reader(
        is_insider=False, is_colleague=False, releases=(release(),), is_restricted=True
    )

    assert searchable(holder) == FIELDS
    assert searchable(recipient) == set()
