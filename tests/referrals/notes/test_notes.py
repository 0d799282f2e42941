from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lotsen.access.models import ShareKind
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from lotsen.membership import actions as membership
from referrals.cases import actions as cases
from referrals.cases.rules import ShareReason
from referrals.notes import actions
from referrals.notes.models import Note, NoteKind
from referrals.notes.reading import read, readable_notes
from referrals.notes.rules import LONGEST
from tests.builders import NOON, make_participation, make_user
from tests.conftest import Cast

SECRET = "Mag am liebsten abends angerufen werden"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def write(cast: Cast, actor: User, house: Organisation, **fields: Any) -> Note:
    given: dict[str, Any] = {"kind": "case", "text": SECRET, "provenance": "family"}
    if fields.get("kind") == NoteKind.MESSAGE:
        given["addressee"] = cast.office
    return actions.write(cast.case, organisation=house, actor=actor, at=NOON, **(given | fields))


def texts(cast: Cast, actor: User) -> list[str]:
    return [text for _, text in read(cast.case, actor=actor, at=NOON)]


def unlocks() -> int:
    return AccessEvent.objects.filter(deed=Deed.UNLOCK).count()


def test_who_works_on_the_case_reads_its_notes_with_one_unlock_event(cast: Cast) -> None:
    write(cast, cast.anna, cast.clinic)
    write(cast, cast.anna, cast.clinic, text="Zweite", kind="contact")

    assert sorted(texts(cast, cast.anna)) == sorted([SECRET, "Zweite"])
    event = AccessEvent.objects.get(deed=Deed.UNLOCK)
    assert event.shown == [cast.case.pseudonym]
    assert event.object_type == "note"


def test_the_text_lies_in_no_table_of_cases(cast: Cast) -> None:
    note = write(cast, cast.anna, cast.clinic)

    stored = Note.objects.values().get(pk=note.pk)
    assert SECRET not in str(stored)
    assert SECRET not in str(note)


def test_nothing_to_read_opens_nothing(cast: Cast) -> None:
    assert texts(cast, cast.anna) == []
    assert unlocks() == 0


def test_colleagues_see_the_case_but_not_its_notes_until_they_deputise(cast: Cast) -> None:
    ada = make_user("ada", cast.clinic)
    write(cast, cast.anna, cast.clinic)
    assert texts(cast, ada) == []

    cases.share(
        cast.case,
        user=ada,
        kind=ShareKind.DEPUTY,
        reason=ShareReason.ABSENCE,
        until=NOON + timedelta(days=1),
        actor=cast.anna,
        at=NOON,
    )
    assert texts(cast, ada) == [SECRET]
    with time_machine.travel(NOON + timedelta(days=2)):
        assert texts(cast, ada) == []


def test_an_entrusted_text_is_its_authors_alone(cast: Cast) -> None:
    """§ 65 SGB VIII: no deputy, no superior, not even who takes the case over."""
    ada = make_user("ada", cast.clinic)
    write(cast, cast.anna, cast.clinic, kind="entrusted")
    write(cast, cast.anna, cast.clinic, text="Für alle Zuständigen")
    cast.case = cases.assign(cast.case, to=ada, actor=cast.anna, at=NOON)

    assert texts(cast, ada) == ["Für alle Zuständigen"]
    assert SECRET in texts(cast, cast.anna)


def test_an_author_who_left_the_house_reads_nothing_any_more(cast: Cast) -> None:
    write(cast, cast.anna, cast.clinic, kind="entrusted")
    membership.leave(cast.anna.memberships.get(), at=NOON)

    assert texts(cast, User.objects.get(pk=cast.anna.pk)) == []


def test_a_message_reaches_the_house_that_takes_part_if_notes_were_consented(cast: Cast) -> None:
    write(cast, cast.anna, cast.clinic, kind="message", text="Bitte auf Türkisch")
    write(cast, cast.anna, cast.clinic)
    assert texts(cast, cast.bilal) == []

    part = make_participation(cast.case, cast.office, categories=["name"])
    assert texts(cast, cast.bilal) == []

    part.categories = ["name", "note"]
    part.save()
    assert texts(cast, cast.bilal) == ["Bitte auf Türkisch"]

    cases.end_participation(cast.case, cast.office, at=NOON)
    assert texts(cast, cast.bilal) == []


def test_a_message_is_for_one_house_and_another_that_takes_part_reads_none_of_it(
    cast: Cast,
) -> None:
    for house in (cast.office, cast.other_clinic):
        make_participation(cast.case, house, categories=["name", "note"])
    write(cast, cast.anna, cast.clinic, kind="message", text="Bitte auf Türkisch")

    assert texts(cast, cast.bilal) == ["Bitte auf Türkisch"]
    assert texts(cast, cast.carla) == []


def test_each_house_keeps_its_own_notes(cast: Cast) -> None:
    make_participation(cast.case, cast.office, categories=["note"])
    write(cast, cast.anna, cast.clinic)
    write(cast, cast.bilal, cast.office, text="Hausbesuch am Montag", kind="contact")
    beate = make_user("beate", cast.office, Role.FAMILY_OFFICE)

    assert texts(cast, cast.anna) == [SECRET]
    assert texts(cast, cast.bilal) == ["Hausbesuch am Montag"]
    assert texts(cast, beate) == ["Hausbesuch am Montag"]


@pytest.mark.parametrize("name", ["carla", "dora"])
def test_outsiders_read_nothing_and_open_nothing(cast: Cast, name: str) -> None:
    for kind in NoteKind.values:
        write(cast, cast.anna, cast.clinic, kind=kind)

    stranger = getattr(cast, name)
    assert read(cast.case, actor=stranger, at=NOON, kinds=NoteKind.values) == []
    assert readable_notes(cast.case, stranger, kinds=NoteKind.values) == []
    assert unlocks() == 0


@pytest.mark.parametrize("kind", NoteKind.values)
@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_outsiders_write_nothing(cast: Cast, name: str, kind: str) -> None:
    stranger = getattr(cast, name)
    houses = (cast.clinic, cast.office, cast.other_clinic)
    for house in houses:
        with pytest.raises(NotPermitted):
            write(cast, stranger, house, kind=kind)
    assert not Note.objects.exists()


def test_a_colleague_who_does_not_work_on_the_case_writes_no_note_on_it(cast: Cast) -> None:
    with pytest.raises(NotPermitted) as refusal:
        write(cast, make_user("ada", cast.clinic), cast.clinic)

    assert refusal.value.code == "not_insider"


def test_a_screener_seals_a_signature_and_reads_none(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)
    write(cast, sina, cast.clinic, kind="signature")

    assert read(cast.case, actor=sina, at=NOON, kinds=[NoteKind.SIGNATURE]) == []
    with pytest.raises(NotPermitted):
        write(cast, sina, cast.clinic)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  \n"}, "text_missing"),
        ({"text": "x" * (LONGEST + 1)}, "text_too_long"),
        ({"kind": "diary"}, "note_kind_unknown"),
        ({"provenance": "gossip"}, "provenance_unknown"),
    ],
)
def test_what_cannot_be_sealed_is_refused(cast: Cast, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        write(cast, cast.anna, cast.clinic, **wrong)

    assert (refusal.value.code, refusal.value.field) == (code, next(iter(wrong)))
    assert not Note.objects.exists()


def test_a_closed_case_takes_no_notes_but_its_notes_stay_readable(cast: Cast) -> None:
    write(cast, cast.anna, cast.clinic)
    cases.close(cast.case, reason="other", actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove):
        write(cast, cast.anna, cast.clinic)
    assert texts(cast, cast.anna) == [SECRET]
