"""Reading sealed texts of a case: only those meant for the reader, in one access event."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.vault import opening
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case, Participation
from referrals.notes.models import Note, NoteKind
from referrals.notes.rules import Reader, readable

SHOWN = (NoteKind.CASE, NoteKind.CONTACT, NoteKind.MESSAGE, NoteKind.ENTRUSTED)
NOTE_CATEGORY = "note"  # as in referrals.consent.rules.Category, a floor above


@transaction.atomic
def read(
    case: Case, *, actor: User, at: datetime, kinds: Iterable[NoteKind | str] = SHOWN
) -> list[tuple[Note, str]]:
    """The texts `actor` may read, newest first. None of them: nothing is opened or logged."""
    notes = readable_notes(case, actor, kinds=kinds)
    if not notes:
        return []
    texts = opening.open_texts(
        [note.sealed_id for note in notes],
        actor=actor,
        organisation=notes[0].organisation_id,
        pseudonym=case.pseudonym,
        object_type="note",
        fields=sorted({note.kind for note in notes}),
        reason="work_on_case",
        at=at,
    )
    return [(note, texts[note.sealed_id]) for note in notes]


def readable_notes(
    case: Case, user: User, *, kinds: Iterable[NoteKind | str] = SHOWN
) -> list[Note]:
    """The notes `user` could read, unopened: to say that there are some. Newest first."""
    notes = (
        Note.objects.filter(case=case, kind__in=list(kinds))
        .select_related("author", "organisation")
        .order_by("-written_at", "-id")
    )
    standing = _Standing(case, user)
    return [note for note in notes if readable(note.kind, standing.to(note))]


class _Standing:
    """How a user stands to each note of a case; the questions are asked once."""

    def __init__(self, case: Case, user: User) -> None:
        houses = organisations_where(user, Right.VIEW_IDENTITY)
        running = Participation.objects.running_for(houses).filter(case=case)
        parts = {part.organisation_id: part.categories for part in running}
        self.user = user
        self.holder = case.holder_id
        self.houses = set(houses) & {case.holder_id, *parts}
        self.insider = case.holder_id in self.houses and is_insider(case, user)
        self.reads_messages = {
            house for house, categories in parts.items() if NOTE_CATEGORY in categories
        }

    def to(self, note: Note) -> Reader:
        return Reader(
            is_author=note.author_id == self.user.pk,
            of_writing_house=note.organisation_id in self.houses,
            is_insider=self.insider or note.organisation_id != self.holder,
            is_addressee=note.addressee_id in self.reads_messages,
        )
