"""A family is found again by those entitled to look for it, and does not exist for the others."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.crypto import envelope
from lotsen.errors import Damaged, InvalidInput, NotPermitted, TooOften
from lotsen.vault import erasing
from lotsen.vault.models import IndexEntry, SealedText
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.identities import searching
from referrals.identities.actions import store
from referrals.identities.searching import search
from tests.builders import NOON, make_participation, make_user
from tests.conftest import Cast
from tests.referrals.identities.families import BORN, PHONE, family, searches
from tests.referrals.identities.test_identities import hand_over

_unseal = envelope.unseal  # the real one, while a test puts another in its place
BY_NAME = {"surname": "Öztürk", "birth_date": BORN}
BY_PHONE = {"phone": PHONE}


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def found(user: User, **wanted: Any) -> list[Case]:
    return search(user, at=wanted.pop("at", NOON), **wanted)


@pytest.fixture
def family_of_anna(cast: Cast) -> Case:
    return family(cast.clinic, cast.anna, case=cast.case)


@pytest.mark.parametrize(
    "wanted",
    [
        BY_NAME, BY_NAME | {"surname": "OEZTUERK"}, BY_NAME | {"surname": "ozturk rana"},
        BY_PHONE, {"phone": "+49 171 3920012"},
    ],
    ids=str,
)  # fmt: skip
def test_anna_finds_her_family_by_the_whole_value(
    cast: Cast, family_of_anna: Case, wanted: dict[str, Any]
) -> None:
    family(cast.clinic, cast.anna, name="Ada Muster", phone="0171 39200 99")

    assert found(cast.anna, **wanted) == [family_of_anna]


@pytest.mark.parametrize("typed", ["{0}", "{0} ", "lower", "closed"])
def test_a_pseudonym_leads_to_its_case(cast: Cast, typed: str) -> None:
    code = cast.case.pseudonym
    typed = {"lower": code.lower(), "closed": code.replace("-", "")}.get(typed, typed.format(code))

    assert found(cast.anna, pseudonym=typed) == [cast.case]
    assert found(cast.carla, pseudonym=typed) == []


@pytest.mark.parametrize(
    "wanted",
    [
        BY_NAME | {"surname": "Özt"}, BY_NAME | {"surname": "Öztürkmen"},
        BY_NAME | {"birth_date": BORN + timedelta(days=1)},
        {"phone": "0171 39200"}, {"phone": "39200 12"}, {"phone": PHONE + "3"},
    ],
    ids=str,
)  # fmt: skip
def test_a_part_of_a_value_finds_nobody(
    cast: Cast, family_of_anna: Case, wanted: dict[str, Any]
) -> None:
    assert found(cast.anna, **wanted) == []


@pytest.mark.parametrize("wanted", [BY_NAME, BY_PHONE])
@pytest.mark.parametrize("name", ["bilal", "carla"])
def test_another_house_never_finds_annas_family_and_opens_nothing(
    cast: Cast, family_of_anna: Case, name: str, wanted: dict[str, Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(envelope, "unseal", _only_keys)
    stranger = getattr(cast, name)

    assert found(stranger, **wanted) == []
    assert [(e.shown, e.count) for e in searches(stranger)] == [([], 0)]


def _only_keys(key: bytes, sealed: bytes, context: tuple[str, ...]) -> bytes:
    """Keys open as ever, a text about a family fails the test."""
    if context[0] == "lotsen/field/v1":
        pytest.fail("a text was opened")
    return _unseal(key, sealed, context)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SCREENER, Role.PRIVACY_OFFICER])
@pytest.mark.parametrize("wanted", [BY_NAME, BY_PHONE, {"pseudonym": "7K4M-QX2T-9RHV"}])
def test_who_works_with_no_families_may_not_search(
    cast: Cast, role: Role, wanted: dict[str, Any]
) -> None:
    user = make_user("kim", cast.clinic, role)
    with pytest.raises(NotPermitted):
        found(user, **wanted)
    assert searches(user) == []


def test_a_colleague_of_the_holding_house_finds_it(cast: Cast, family_of_anna: Case) -> None:
    ada = make_user("ada", cast.clinic)

    assert found(ada, **BY_NAME) == found(ada, **BY_PHONE) == [family_of_anna]


def test_a_recipient_finds_by_what_was_released_after_acceptance(
    cast: Cast, family_of_anna: Case
) -> None:
    handover = hand_over(cast, state="requested")
    _takes_part(cast)
    assert found(cast.bilal, **BY_PHONE) == []

    handover.state = "accepted"
    handover.save()
    assert found(cast.bilal, **BY_PHONE) == [family_of_anna]
    assert found(cast.bilal, **BY_NAME) == []  # the day of birth is released to nobody
    assert found(cast.carla, **BY_PHONE) == []


@pytest.mark.parametrize(
    "ended",
    [{"withdrawn_at": NOON}, {"valid_until": NOON.date() - timedelta(days=1)},
     {"categories": ["name", "needs"]}],
    ids=str,
)  # fmt: skip
def test_without_release_the_recipient_finds_nothing(
    cast: Cast, family_of_anna: Case, ended: dict[str, Any]
) -> None:
    hand_over(cast)
    _takes_part(cast)
    Consent.objects.update(withdrawn_by=cast.anna if "withdrawn_at" in ended else None, **ended)

    assert found(cast.bilal, **BY_PHONE) == []


def test_a_restricted_case_is_found_by_the_holding_house_alone(
    cast: Cast, family_of_anna: Case
) -> None:
    hand_over(cast)
    _takes_part(cast)
    Case.objects.filter(pk=family_of_anna.pk).update(restricted=True)

    assert found(cast.anna, **BY_PHONE) == found(cast.anna, **BY_NAME) == [family_of_anna]
    assert found(cast.bilal, **BY_PHONE) == []


def test_each_search_is_one_event_that_holds_no_value(cast: Cast, family_of_anna: Case) -> None:
    asked = (BY_NAME, BY_PHONE, {"pseudonym": cast.case.pseudonym}, {"phone": "0171 99999"})
    for second, wanted in enumerate(asked):
        found(cast.anna, **wanted, at=NOON + timedelta(seconds=second))

    events = searches(cast.anna)
    code = cast.case.pseudonym
    assert [(e.reason, e.shown, e.fields) for e in events] == [
        ("name_birth", [code], ["birth_date", "name"]),
        ("phone", [code], ["phone"]),
        ("pseudonym", [code], []),
        ("phone", [], ["phone"]),
    ]
    assert not AccessEvent.objects.filter(deed=Deed.UNLOCK).exists()
    told = str(list(AccessEvent.objects.values()))
    assert not [value for value in ("ztürk", "39200", "1994", "99999") if value in told]


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({}, "invalid_input", "surname"),
        ({"surname": "Öztürk"}, "invalid_input", "birth_date"),
        ({"birth_date": BORN}, "invalid_input", "surname"),
        ({"surname": " - ", "birth_date": BORN}, "invalid_input", "surname"),
        ({"phone": "12"}, "phone_unreadable", "phone"),
        ({"phone": "keine"}, "phone_unreadable", "phone"),
        ({"pseudonym": "7K4M"}, "pseudonym_malformed", "pseudonym"),
        ({"pseudonym": "7K4M-QX2T-9RHW"}, "pseudonym_mistyped", "pseudonym"),
    ],
    ids=str,
)
def test_what_is_no_whole_value_is_told_and_searches_nothing(
    cast: Cast, wanted: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        found(cast.anna, **wanted)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert searches(cast.anna) == []


def test_thirty_searches_a_minute_and_the_next_one_when_the_first_is_a_minute_old(
    cast: Cast, family_of_anna: Case
) -> None:
    for second in range(30):
        found(cast.anna, **BY_PHONE, at=NOON + timedelta(seconds=second))

    with pytest.raises(TooOften) as refusal:
        found(cast.anna, **BY_PHONE, at=NOON + timedelta(seconds=45))
    assert (refusal.value.seconds, refusal.value.status) == (15, 429)
    assert len(searches(cast.anna)) == 30
    assert found(make_user("ada", cast.clinic), **BY_PHONE, at=NOON + timedelta(seconds=45))
    assert found(cast.anna, **BY_PHONE, at=NOON + timedelta(seconds=60))
    with pytest.raises(TooOften):
        found(cast.anna, pseudonym=cast.case.pseudonym, at=NOON + timedelta(seconds=60))


def test_what_is_emptied_or_changed_no_longer_leads_here(cast: Cast, family_of_anna: Case) -> None:
    family(cast.clinic, cast.anna, case=cast.case, phone="0171 39200 77", birth_date="")
    assert found(cast.anna, **BY_PHONE) == found(cast.anna, **BY_NAME) == []
    assert len(found(cast.anna, phone="0171 39200 77")) == 1

    family(cast.clinic, cast.anna, case=cast.case, name="Rana Kaya", birth_date=BORN)
    assert found(cast.anna, **BY_NAME) == []
    family(cast.clinic, cast.anna, case=cast.case, name="", phone="", safe_contact="nur Brief")
    assert not IndexEntry.objects.exists()


def test_who_was_not_asked_for_the_day_of_birth_keeps_it(cast: Cast, family_of_anna: Case) -> None:
    store(cast.case, name="Rana Kaya", phone=PHONE, safe_contact="", actor=cast.anna, at=NOON)

    assert found(cast.anna, surname="Kaya", birth_date=BORN) == [family_of_anna]
    assert found(cast.anna, **BY_NAME) == []


def test_a_recipient_who_corrects_the_name_keeps_the_family_findable_unseen(
    cast: Cast, family_of_anna: Case
) -> None:
    hand_over(cast)
    store(cast.case, name="Rana Kaya", phone=PHONE, safe_contact="", actor=cast.bilal, at=NOON)

    assert found(cast.anna, surname="Kaya", birth_date=BORN) == [family_of_anna]
    assert not AccessEvent.objects.filter(deed=Deed.UNLOCK).exists()


@pytest.mark.parametrize("erase", [
    lambda case: erasing.erase(case.vault_ref, cause="family", at=NOON),
    lambda case: erasing.erase_identity(case.vault_ref),
])  # fmt: skip
def test_after_erasing_nobody_is_found(cast: Cast, family_of_anna: Case, erase: Any) -> None:
    erase(family_of_anna)

    assert not IndexEntry.objects.exists()
    assert found(cast.anna, **BY_NAME) == found(cast.anna, **BY_PHONE) == []


def test_a_damaged_candidate_is_told_only_if_nobody_else_was_meant(
    cast: Cast, family_of_anna: Case, caplog: pytest.LogCaptureFixture
) -> None:
    other = family(cast.clinic, cast.anna)
    _damage(family_of_anna)
    assert found(cast.anna, **BY_PHONE) == [other]

    _damage(other)
    with pytest.raises(Damaged):
        found(cast.anna, **BY_PHONE)
    caplog.clear()


def test_two_cases_of_one_family_stand_last_touched_first(cast: Cast) -> None:
    first = family(cast.clinic, cast.anna)
    second = family(cast.clinic, cast.anna, at=NOON + timedelta(minutes=5))
    family(cast.other_clinic, cast.carla)

    assert found(cast.anna, **BY_NAME) == [second, first]


def test_among_many_families_a_search_opens_few(
    cast: Cast, monkeypatch: Any, settings: Any
) -> None:
    settings.EXPECTED_FAMILIES = 100
    for number in range(100):
        family(cast.clinic, cast.anna, name=f"Mia Muster{number}", phone=f"0171 39{number:05}")
    opened: list[int] = []
    real = searching.worked_out

    def counted(refs: Sequence[UUID], *rest: Any) -> dict[UUID, bool]:
        opened.append(len(refs))
        return real(refs, *rest)

    monkeypatch.setattr(searching, "worked_out", counted)
    for number in range(0, 100, 5):
        [case] = found(cast.anna, surname=f"Muster{number}", birth_date=BORN)
        assert case.holder == cast.clinic
    assert sum(opened) / len(opened) < 8


def _takes_part(cast: Cast) -> None:
    make_participation(cast.case, cast.office)


def _damage(case: Case) -> None:
    for row in SealedText.objects.filter(ref=case.vault_ref):
        *sealed, last = bytes(row.ciphertext)
        row.ciphertext = bytes([*sealed, last ^ 1])  # always another byte
        row.save()
