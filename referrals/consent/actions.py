"""Verbs on consent: the family agrees, or does not. Withdrawing reaches further: endings."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, InvalidMove
from referrals.cases.actions import keep, open_for_change, touch
from referrals.cases.insiders import has_running_share
from referrals.cases.models import Case, StorageForm
from referrals.cases.passing_on import require_own
from referrals.cases.rules import Provenance
from referrals.consent.models import Consent, ConsentForm, ConsentText, GivenBy, TextStatus
from referrals.consent.rules import VALID_FOR_DAYS, Purpose, checked_scope, shares_purpose
from referrals.facts.actions import note
from referrals.facts.rules import Kind
from referrals.notes.actions import write
from referrals.notes.models import NoteKind

INTERPRETED = ("", "service", "relative")


@transaction.atomic
def give(  # noqa: PLR0913  every fact of a consent is read by name
    case: Case,
    *,
    recipient: Organisation | None,
    purposes: Iterable[str],
    categories: Iterable[str],
    text: ConsentText,
    language: str,
    form: ConsentForm | str,
    given_by: GivenBy | str = GivenBy.MOTHER,
    interpreted: str = "",
    valid_until: date | None = None,
    signature_text: str | None = None,
    signature_kept_elsewhere: bool = False,
    actor: User,
    at: datetime,
) -> Consent:
    """The family agrees to these purposes, for this house, with these details.

    Args:
        language: the one it was asked in; the text must be written in it.
        interpreted: "", "service" or "relative".
        valid_until: last day it holds, Europe/Berlin; None for the usual year.
        signature_text: the typed name or the drawn path, sealed at once; None on paper.
        signature_kept_elsewhere: a calling system holds the typed or drawn signature itself.

    Raises:
        NotPermitted: `actor` may not ask families of this house, and the case is not shared.
        InvalidInput: purposes, details, text, form or dates do not fit together.
        InvalidMove: the case is closed, or the family took this back at this moment or later: a
            yes that arrives late does not undo a no.
    """
    require_assessor(case, actor)
    case = open_for_change(case)
    purposes, categories = checked_scope(
        purposes, categories, named=recipient is not None, own=recipient == case.holder
    )
    _require_fit(text, language, case.holder)
    _require_form(form, given_by, interpreted)
    if not signature_kept_elsewhere:
        _require_signature(form, signature_text)
    _require_not_taken_back(case, recipient, purposes, at)
    consent = Consent.objects.create(
        case=case,
        recipient=recipient,
        purposes=purposes,
        categories=categories,
        text=text,
        language=language,
        form=form,
        given_by=given_by,
        interpreted=interpreted,
        given_at=at,
        witnessed_by=actor,
        valid_until=_last_day(valid_until, at),
        signature_note=_sealed(case, signature_text, actor=actor, at=at),
    )
    if Purpose.DOCUMENTATION in purposes:
        keep(case, form=StorageForm.PAPER if form == ConsentForm.PAPER else StorageForm.TAP)
    note(Kind.CONSENT_GIVEN, case=case, at=at)
    touch(case, at=at)
    return consent


@transaction.atomic
def decline(case: Case, *, recipient: Organisation | None, actor: User, at: datetime) -> None:
    """The family does not agree. Only a count remains, nothing about whom it was asked for.

    Raises:
        NotPermitted: as for giving.
        InvalidMove: the case is closed.
        InvalidInput: the own house needs no such consent.
    """
    require_assessor(case, actor)
    if recipient is not None and recipient.pk == case.holder_id:
        raise InvalidInput("recipient_not_named", field="recipient")
    case = open_for_change(case)
    note(Kind.CONSENT_DECLINED, case=case, at=at)
    touch(case, at=at)


def require_assessor(case: Case, actor: User) -> None:
    """Return silently if `actor` may ask this family: the holder's people, or by a share.

    Raises:
        NotPermitted: otherwise.
    """
    if not has_running_share(case, actor):
        require_own(case, actor, Right.ASSESS_CASE)


def _require_fit(text: ConsentText, language: str, holder: Organisation) -> None:
    """A family is asked only in a released text, in its language, under the law of the house."""
    if text.status != TextStatus.RELEASED:
        raise InvalidInput("consent_text_not_released", field="text")
    if text.language != language or text.legal_regime not in {"", holder.legal_regime}:
        raise InvalidInput("consent_text_does_not_fit", field="text")


def _require_not_taken_back(
    case: Case, recipient: Organisation | None, purposes: list[str], at: datetime
) -> None:
    """Whatever arrives in whatever order, the later word of the family is a withdrawal's."""
    later = case.consents.filter(recipient=recipient, withdrawn_at__gte=at)
    if any(shares_purpose(purposes, gone) for gone in later.values_list("purposes", flat=True)):
        raise InvalidMove("consent_withdrawn_since")


def _require_form(form: str, given_by: str, interpreted: str) -> None:
    if form not in ConsentForm.values:
        raise InvalidInput("choice_unknown", field="form")
    if given_by not in GivenBy.values:
        raise InvalidInput("choice_unknown", field="given_by")
    if interpreted not in INTERPRETED:
        raise InvalidInput("choice_unknown", field="interpreted")


def _require_signature(form: str, signature_text: str | None) -> None:
    """On the screen there is a signature, on paper the paper."""
    signed = bool(signature_text and signature_text.strip())
    if form != ConsentForm.PAPER and not signed:
        raise InvalidInput("signature_missing", field="signature")
    if form == ConsentForm.PAPER and signed:
        raise InvalidInput("signature_is_on_paper", field="signature")


def _last_day(valid_until: date | None, at: datetime) -> date:
    today = localdate(at)
    if valid_until is None:
        return today + timedelta(days=VALID_FOR_DAYS)
    if valid_until < today:
        raise InvalidInput("date_has_passed", field="valid_until")
    return valid_until


def _sealed(case: Case, text: str | None, *, actor: User, at: datetime) -> UUID | None:
    if not text:
        return None
    return write(
        case,
        organisation=case.holder,
        kind=NoteKind.SIGNATURE,
        text=text,
        provenance=Provenance.FAMILY,
        actor=actor,
        at=at,
    ).pk
