"""Reading sealed texts of a case: only those meant for the reader, in one access event."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import Refusal
from lotsen.vault import opening
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case, Participation
from referrals.notes.models import Note, NoteKind
from referrals.notes.rules import DATA_RIGHTS, WORK, Reader, readable

SHOWN = (
    NoteKind.CASE, NoteKind.CONTACT, NoteKind.MESSAGE, NoteKind.ENTRUSTED, NoteKind.DISPUTE,
)  # fmt: skip
NOTE_CATEGORY = "note"  # as in referrals.consent.rules.Category, a floor above


@transaction.atomic
def read(
    case: Case,
    *,
    actor: User,
    at: datetime,
    kinds: Iterable[NoteKind | str] = SHOWN,
    reason: str = WORK,
) -> list[tuple[Note, str]]:
    """The texts `actor` may read, newest first. None of them: nothing is opened or logged."""
    notes = readable_notes(case, actor, kinds=kinds, reason=reason)
    texts = _opened(case, notes, actor=actor, at=at, reason=reason)
    return list(zip(notes, texts, strict=True))


def read_each(
    case: Case,
    *,
    actor: User,
    at: datetime,
    kinds: Iterable[NoteKind | str] = SHOWN,
    reason: str = WORK,
) -> list[tuple[Note, str | None]]:
    """As `read`, but one damaged text does not keep the others shut: it comes as None."""
    how: _How = {"actor": actor, "at": at, "reason": reason}
    notes = readable_notes(case, actor, kinds=kinds, reason=reason)
    try:
        return list(zip(notes, _opened(case, notes, **how), strict=True))
    except Refusal as refusal:
        if refusal.code != "sealed_text_damaged":
            raise
    return [(note, _opened_or_none(case, note, **how)) for note in notes]


class _How(TypedDict):
    actor: User
    at: datetime
    reason: str


@transaction.atomic
def _opened(case: Case, notes: list[Note], *, actor: User, at: datetime, reason: str) -> list[str]:
    """The texts of these notes, in their order, after one unlock event. No notes, no event."""
    if not notes:
        return []
    texts = opening.open_texts(
        [note.sealed_id for note in notes],
        actor=actor,
        organisation=notes[0].organisation_id,
        pseudonym=case.pseudonym,
        object_type="note",
        fields=sorted({note.kind for note in notes}),
        reason=reason,
        at=at,
    )
    return [texts[note.sealed_id] for note in notes]


def _opened_or_none(case: Case, note: Note, **how: Unpack[_How]) -> str | None:
    try:
        return _opened(case, [note], **how)[0]
    except Refusal as refusal:
        if refusal.code != "sealed_text_damaged":
            raise
        return None


def readable_notes(
    case: Case, user: User, *, kinds: Iterable[NoteKind | str] = SHOWN, reason: str = WORK
) -> list[Note]:
    """The notes `user` could read, unopened: to say that there are some. Newest first.

    A restricted case is stored and not used: then none, unless the family asks for its rights.
    """
    if case.restricted and reason != DATA_RIGHTS:
        return []
    notes = (
        Note.objects.filter(case=case, kind__in=list(kinds))
        .select_related("author", "organisation")
        .order_by("-written_at", "-id")
    )
    standing = _Standing(case, user, answers=reason == DATA_RIGHTS)
    return [note for note in notes if readable(note.kind, standing.to(note))]


class _Standing:
    """How a user stands to each note of a case; the questions are asked once."""

    def __init__(self, case: Case, user: User, *, answers: bool) -> None:
        houses = organisations_where(user, Right.VIEW_IDENTITY)
        running = Participation.objects.running_for(houses).filter(case=case)
        parts = {part.organisation_id: part.categories for part in running}
        self.user = user
        self.holder = case.holder_id
        self.houses = set(houses) & {case.holder_id, *parts}
        self.insider = case.holder_id in self.houses and is_insider(case, user)
        self.answers = answers and (self.insider or not case.insiders_only)
        self.reads_messages = {
            house for house, categories in parts.items() if NOTE_CATEGORY in categories
        }

    def to(self, note: Note) -> Reader:
        return Reader(
            is_author=note.author_id == self.user.pk,
            of_writing_house=note.organisation_id in self.houses,
            is_insider=self.insider or note.organisation_id != self.holder,
            is_addressee=note.addressee_id in self.reads_messages,
            answers_family=self.answers and note.organisation_id == self.holder,
        )
