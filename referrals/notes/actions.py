"""Writing free text about a family: it is sealed at once and lies in no other table."""

from datetime import datetime

from django.db import transaction

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, NotPermitted
from lotsen.vault import sealing
from referrals.cases.actions import locked, open_for_change, touch
from referrals.cases.insiders import has_running_share, is_insider
from referrals.cases.models import Case, Participation
from referrals.cases.passing_on import require_own
from referrals.cases.rules import Provenance
from referrals.notes.models import Note, NoteKind
from referrals.notes.rules import (
    ALWAYS_WRITABLE,
    INSIDER_KINDS,
    LONGEST,
    LONGEST_SIGNATURE,
    WRITING,
)


@transaction.atomic
def write(
    case: Case,
    *,
    organisation: Organisation,
    kind: NoteKind | str,
    text: str,
    provenance: Provenance | str,
    addressee: Organisation | None = None,
    actor: User,
    at: datetime,
) -> Note:
    """Seal a text for a house that holds the case or takes part in it.

    Args:
        provenance: who said it; the mark stays with the text (§ 62 SGB VIII, § 76 SGB X).
        addressee: the house a message is for; None for every other kind.

    Raises:
        NotPermitted: `actor` lacks the right this kind asks for in that house, the house has no
            part in the case, or a note on the case comes from outside those who work on it.
        InvalidMove: the case is closed or restricted, except for what the family contests.
        InvalidInput: the text is empty or too long, or kind or provenance are unknown.
    """
    _require_writing(case, organisation, kind, actor)
    case = locked(case) if kind in ALWAYS_WRITABLE else open_for_change(case)
    _check(kind, text, provenance)
    sealed = sealing.seal(case.vault_ref, kind="note", field="text", text=text.strip(), at=at)
    touch(case, at=at)
    return Note.objects.create(
        case=case,
        organisation=organisation,
        addressee=addressee,
        kind=kind,
        sealed_id=sealed,
        provenance=provenance,
        author=actor,
        written_at=at,
    )


def _require_writing(case: Case, organisation: Organisation, kind: str, actor: User) -> None:
    right = WRITING.get(kind)
    if right is None:
        raise InvalidInput("note_kind_unknown", field="kind")
    if not _has_part(case, organisation):
        raise NotPermitted(right=right.value)
    if right is Right.ASSESS_CASE and has_running_share(case, actor):
        return
    if kind == NoteKind.MESSAGE:  # goes to another house: only the holder passes anything on
        require_own(case, actor, right)
    permits.require(actor, right, organisation.pk)
    outside = organisation.pk == case.holder_id and not is_insider(case, actor)
    if kind in INSIDER_KINDS and outside:
        raise NotPermitted("not_insider", right=right.value)


def _has_part(case: Case, organisation: Organisation) -> bool:
    return (
        case.holder_id == organisation.pk
        or Participation.objects.running_for([organisation.pk]).filter(case=case).exists()
    )


def _check(kind: str, text: str, provenance: str) -> None:
    longest = LONGEST_SIGNATURE if kind == NoteKind.SIGNATURE else LONGEST
    if not text.strip():
        raise InvalidInput("text_missing", field="text")
    if len(text) > longest:
        raise InvalidInput("text_too_long", field="text", longest=longest)
    if provenance not in set(Provenance):
        raise InvalidInput("provenance_unknown", field="provenance")
