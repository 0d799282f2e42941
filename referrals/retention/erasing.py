"""Erasing a case: every row that hangs on it, its key, and with the key every copy of its texts.

What is left: counts without a person, the access log and the change log (ids and codes), the
request of the family that asked for it, and for three years the proof that there was a consent.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.rest.models import CarriedOut
from lotsen.vault import erasing
from referrals.cases import actions as cases
from referrals.cases import tree
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.endings.counting import only_count
from referrals.retention.models import ConsentProof, ErasureItem
from referrals.retention.rules import keep_proof_until
from referrals.retention.terms import terms_of


@transaction.atomic
def erase_case(case: Case, *, cause: str, at: datetime, actor: User | None = None) -> None:
    """Nothing of the case remains but what the head of this module names. One event.

    Asks no right and no second person: actions do. Of two at the same moment one erases, the
    other finds nothing left to do.

    Args:
        cause: a code: why ("deadline", "family", …).
        actor: who gave the approval; None if the night did it.

    Raises:
        Refusal: the ledger cannot be written; nothing is erased.
    """
    try:
        case = cases.locked(case)
    except Case.DoesNotExist:
        return
    pseudonym, ref, holder = case.pseudonym, case.vault_ref, case.holder_id
    _keep_proofs(case, at=at)
    _forget_ids(tree.delete(case))
    _tell(actor, [pseudonym], holder, cause, at)
    erasing.erase(ref, cause=cause, at=at)


@transaction.atomic
def erase_ref(ref: UUID, *, cause: str, at: datetime) -> None:
    """The same for the case behind a reference to the vault, also when its row is gone already.

    The way of the ledger, which knows a case by nothing else. Twice changes nothing.

    Raises:
        Refusal: the ledger cannot be written; nothing is erased.
    """
    case = Case.objects.filter(vault_ref=ref).first()
    if case is not None:
        erase_case(case, cause=cause, at=at)
    elif not erasing.is_erased(ref):
        _tell(None, [str(ref)], None, cause, at)
        erasing.erase(ref, cause=cause, at=at)


@transaction.atomic
def erase_sheet(case: Case, *, cause: str, at: datetime, actor: User | None = None) -> None:
    """A sheet without consent is erased; one count without a person takes its place.

    Counted in the quarter of the sheet, where its opening is taken back.
    """
    only_count(case)
    erase_case(case, cause=cause, at=at, actor=actor)


@transaction.atomic
def erase_contact_details(
    case: Case, *, cause: str, at: datetime, actor: User | None = None
) -> None:
    """Who the family is and how it is reached goes; the pseudonymous case stays. One event."""
    erasing.erase_identity(case.vault_ref)
    _tell(actor, [case.pseudonym], case.holder_id, cause, at, object_type="identity")


@transaction.atomic
def erase_proof(
    proof: ConsentProof, *, cause: str, at: datetime, actor: User | None = None
) -> None:
    """The proof of a consent goes, and with it the last row that knew the pseudonym. One event."""
    shown, holder = [proof.pseudonym], proof.holder_id
    proof.delete()
    _tell(actor, shown, holder, cause, at, object_type="consent_proof")


def _keep_proofs(case: Case, *, at: datetime) -> None:
    """That there was a consent, to what and in which words, without signature or who gave it."""
    until = keep_proof_until(localdate(at), terms_of(case.holder.municipality_id))
    consents = Consent.objects.filter(case=case).select_related("text")
    ConsentProof.objects.bulk_create(  # unlogged: the model is not watched
        ConsentProof(
            pseudonym=case.pseudonym,
            holder_id=case.holder_id,
            recipient_id=consent.recipient_id,
            purposes=consent.purposes,
            categories=consent.categories,
            text_version=consent.text.version,
            text_sha256=consent.text.sha256,
            language=consent.language,
            form=consent.form,
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
            erased_at=at,
            keep_until=until,
        )
        for consent in consents
    )


def _forget_ids(gone: Iterable[UUID]) -> None:
    """Rows elsewhere that hold an id of the case without a key to it: plans and API repeats."""
    gone = set(gone)
    ErasureItem.objects.filter(subject__in=gone).delete()
    CarriedOut.objects.filter(made__in=gone).delete()


def _tell(
    actor: User | None,
    shown: list[str],
    organisation: UUID | None,
    cause: str,
    at: datetime,
    *,
    object_type: str = "case",
) -> None:
    record(
        Deed.ERASE,
        actor=actor,
        object_type=object_type,
        shown=shown,
        organisation=organisation,
        reason=cause,
        at=at,
    )
