"""Whoever can write the database, but has no key, can move rows about. Nothing moved opens."""

from collections.abc import Callable
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from lotsen.errors import Refusal
from lotsen.vault.models import CaseKey, SealedText
from tests.conftest import Cast
from tests.lotsen.vault.openings import open_texts, seal

HERE, THERE = uuid4(), uuid4()
DAMAGED = "The vault cannot open what was asked for"


type Refuses = Callable[[UUID], bool]


@pytest.fixture
def refuses(cast: Cast, caplog: pytest.LogCaptureFixture) -> Refuses:
    """Whether opening is refused with the one code; the operator's log then tells of it once."""

    def is_refused(sealed: UUID) -> bool:
        try:
            open_texts(cast, sealed)
        except Refusal as refusal:
            [told] = caplog.messages
            caplog.clear()  # expected, so no failure
            return (refusal.code, DAMAGED in told) == ("sealed_text_damaged", True)
        return False

    return is_refused


def test_no_text_opens_in_the_place_of_another(refuses: Refuses) -> None:
    """Every ordered pair of rows: other field, other kind, other case, other version."""
    places = [
        (HERE, "identity", "name"), (HERE, "identity", "phone"), (HERE, "note", "text"),
        (HERE, "note", "text"), (HERE, "signature", "text"), (THERE, "identity", "name"),
        (THERE, "identity", "phone"), (THERE, "note", "text"),
    ]  # fmt: skip
    rows = [
        seal(ref, f"text {n}", kind=kind, field=field)
        for n, (ref, kind, field) in enumerate(places)
    ]
    seal(HERE, "text 0 again")
    kept = dict(SealedText.objects.values_list("pk", "ciphertext"))

    for target, source in permutations(rows, 2):
        SealedText.objects.filter(pk=target).update(ciphertext=kept[source])
        assert refuses(target)
        SealedText.objects.filter(pk=target).update(ciphertext=kept[target])
        assert not refuses(target)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "note"},
        {"field": "phone"},
        {"ref": THERE},
        {"row_version": 2},
        {"id": uuid4()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_text_stays_shut_when_its_row_is_changed(
    refuses: Refuses, change: dict[str, object]
) -> None:
    sealed = seal(HERE, "Aylin")
    seal(THERE, "Berna", field="safe_contact")
    SealedText.objects.filter(pk=sealed).update(**change)

    assert refuses(change.get("id", sealed))


@pytest.mark.parametrize(
    "change",
    [
        lambda _, other: {"wrapped": other.wrapped},
        lambda key, _: {"wrapped": bytes(key.wrapped)[:-1]},
        lambda *_: {"wrapped": b""},
        lambda *_: {"version": 2},
        lambda *_: {"id": uuid4()},
    ],
    ids=["another's key", "shortened", "emptied", "another version", "another row"],
)
def test_a_text_stays_shut_when_the_key_of_its_case_is_changed(
    refuses: Refuses, change: Callable[[CaseKey, CaseKey], dict[str, object]]
) -> None:
    sealed, _ = seal(HERE, "Aylin"), seal(THERE, "Berna")
    key, other = CaseKey.objects.get(ref=HERE), CaseKey.objects.get(ref=THERE)
    CaseKey.objects.filter(ref=HERE).update(**change(key, other))

    assert refuses(sealed)


def test_keys_of_two_cases_cannot_be_exchanged(refuses: Refuses) -> None:
    sealed, _ = seal(HERE, "Aylin"), seal(THERE, "Berna")
    CaseKey.objects.filter(ref=HERE).update(ref=uuid4())
    CaseKey.objects.filter(ref=THERE).update(ref=HERE)

    assert refuses(sealed)


def test_a_text_from_another_installation_stays_shut(refuses: Refuses, settings: Settings) -> None:
    sealed = seal(HERE, "Aylin")
    settings.INSTANCE = "another city"

    assert refuses(sealed)


def test_a_text_without_the_key_of_its_case_stays_shut(refuses: Refuses) -> None:
    sealed = seal(HERE, "Aylin")
    CaseKey.objects.all().delete()

    assert refuses(sealed)


def test_a_text_that_is_gone_is_refused_like_a_damaged_one(refuses: Refuses) -> None:
    assert refuses(uuid4())


def test_one_damaged_text_takes_no_other_with_it(cast: Cast, refuses: Refuses) -> None:
    damaged, whole = seal(HERE, "Aylin"), seal(HERE, "0171 39200 11", field="phone")
    SealedText.objects.filter(pk=damaged).update(ciphertext=b"\x01\x01" + bytes(200))

    assert refuses(damaged)
    assert open_texts(cast, whole) == {whole: "0171 39200 11"}
    assert SealedText.objects.count() == 2


def test_a_refusal_says_neither_what_nor_whose(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = seal(HERE, "Aylin")
    SealedText.objects.update(ciphertext=b"")

    with pytest.raises(Refusal) as refused:
        open_texts(cast, sealed)
    assert refused.value.parameters == {}
    assert refused.value.__cause__ is None
    assert cast.case.pseudonym not in caplog.text
    caplog.clear()
