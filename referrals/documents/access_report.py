"""The access report: everything stored of a case, for the family it is about (Art. 15, 20 GDPR).

One structure, two forms: JSON for machines (docs/privacy/auskunft-format.md), and PDF for people
(access_print). It is made only while an open request of the family waits for it, by the house
that holds the case; each making is an event, and so is each opening of a sealed text.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import override

from lotsen.access import permits
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, Refusal
from lotsen.printing import PrintingFailed
from referrals.cases.models import Case
from referrals.consent import labels as consent_labels
from referrals.documents import access_print, information, stored
from referrals.documents.accesses import accesses
from referrals.documents.words import PROVENANCES, Json, all_coded, coded, moment
from referrals.identities.reading import open_identity
from referrals.identities.rules import OpeningReason
from referrals.notes.models import Note, NoteKind
from referrals.notes.reading import SHOWN, read_each
from referrals.retention.models import ConsentProof
from referrals.rights.actions import require_answering
from referrals.rights.models import RequestKind, RequestState, RightsRequest

SCHEMA, SCHEMA_VERSION = "lotsen-access-report", 1
LANGUAGE = "de"  # of the words beside the codes, whoever makes the report

# What sealed text the report opens. What was entrusted to one person stays with that person.
_KINDS = tuple(kind for kind in SHOWN if kind != NoteKind.ENTRUSTED)


class Form(StrEnum):
    PDF = "pdf"
    JSON = "json"


_ANSWERS = {
    RequestKind.ACCESS: frozenset(Form),
    RequestKind.PORTABILITY: frozenset({Form.JSON}),
}


@dataclass(frozen=True)
class Document:
    """A file to hand out; its name says nothing about anybody."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def export(
    request: RightsRequest, *, form: Form | str, entrusted: bool = False, actor: User, at: datetime
) -> Document:
    """The answer to a request for access or portability, as a file. One export event.

    Args:
        entrusted: also what was entrusted to `actor`; only for whoever entrusted it themselves
            (§ 65 SGB VIII), which `actor` alone can know.

    Raises:
        NotPermitted: `actor` does not answer families of the house that holds the case.
        Refusal: the request was answered before, or asks for something else (`request_missing`);
            the PDF could not be made (`printing_failed`).
        InvalidInput: a form that does not exist.
    """
    case = _case_of(request, actor)
    if form not in set(Form):
        raise InvalidInput("choice_unknown", field="form")
    if request.state != RequestState.OPEN or form not in _ANSWERS.get(
        RequestKind(request.kind), frozenset()
    ):
        raise Refusal("request_missing")
    with override(LANGUAGE):
        report = (
            report_of(case, entrusted=entrusted, actor=actor, at=at)
            if case
            else report_of_nothing(request.pseudonym, request.organisation, at=at)
        )
        content = _printed(report) if form == Form.PDF else _json(report)
    record(
        Deed.EXPORT,
        actor=actor,
        object_type="access_report",
        shown=[request.pseudonym],
        organisation=request.organisation_id,
        reason=OpeningReason.DATA_RIGHTS,
        at=at,
    )
    kinds = {Form.PDF: "application/pdf", Form.JSON: "application/json"}
    return Document(f"auskunft-{localdate(at).isoformat()}.{form}", kinds[Form(form)], content)


def report_of(case: Case, *, entrusted: bool, actor: User, at: datetime) -> Json:
    """Everything stored of a case. Opens identity and notes, each with its event."""
    house = case.holder
    identity, damaged = _identity(case, actor=actor, at=at)
    kinds = [*_KINDS, NoteKind.SIGNATURE, *([NoteKind.ENTRUSTED] if entrusted else [])]
    notes = read_each(case, actor=actor, at=at, kinds=kinds, reason=OpeningReason.DATA_RIGHTS)
    texts = {note.pk: text or "" for note, text in notes}
    houses = {case.holder_id, *case.handovers.values_list("recipient", flat=True)}
    return {
        **_head(case.pseudonym, house, at=at, is_stored=True),
        "identity": identity,
        "family": stored.family(case),
        "case": stored.course(case),
        "assessments": stored.assessments(case),
        "suggestions": stored.suggestions(case),
        "gaps": stored.gaps(case),
        "consents": stored.consents(case, texts),
        "recipients": stored.recipients(case),
        "handovers": stored.handovers(case),
        "shares": stored.shares(case),
        "contacts": stored.contacts(case),
        "follow_ups": stored.follow_ups(case),
        "notes": [_note(note, text) for note, text in notes if note.kind in SHOWN],
        "disputes": stored.disputes(case, texts),
        "restrictions": stored.restrictions(case),
        "requests": stored.requests(RightsRequest.objects.filter(case_id=case.pk)),
        **_accesses(case.pseudonym, houses, since=case.opened_at),
        "not_included": {
            "entrusted": not entrusted,
            "damaged": [*damaged, *("note" for _, text in notes if text is None)],
        },
    }


def report_of_nothing(pseudonym: str, house: Organisation, *, at: datetime) -> Json:
    """The answer for a code that stands for no case of this house (any more).

    After an erasure the proofs of consent are left for a while, and what was asked for by right:
    both are told.
    """
    proofs = ConsentProof.objects.filter(pseudonym=pseudonym, holder=house)
    asked = RightsRequest.objects.filter(pseudonym=pseudonym, organisation=house)
    known = proofs.exists() or asked.filter(case_id__isnull=False).exists()
    return {
        **_head(pseudonym, house, at=at, is_stored=False),
        "consent_proofs": [_proof(row) for row in proofs.order_by("given_at", "id")],
        "requests": stored.requests(asked),
        **(_accesses(pseudonym, {house.pk}) if known else {"accesses": []}),
    }


def _case_of(request: RightsRequest, actor: User) -> Case | None:
    """The case it is about, if `actor` may answer for it; None where nothing is stored."""
    found = Case.objects.with_parties()
    case = found.filter(pk=request.case_id).first() if request.case_id else None
    if case is None:
        permits.require(actor, Right.VIEW_IDENTITY, request.organisation_id)
        return None
    require_answering(case, actor)
    return case


def _head(pseudonym: str, house: Organisation, *, at: datetime, is_stored: bool) -> Json:
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "language": LANGUAGE,
        "made_at": moment(at),
        "pseudonym": pseudonym,
        "is_stored": is_stored,
        "information": information.of(house),
    }


def _identity(case: Case, *, actor: User, at: datetime) -> tuple[dict[str, str], list[str]]:
    """Who the family is, and what of it is damaged: the rest of the report does not wait for it."""
    try:
        with transaction.atomic():
            return open_identity(case, actor=actor, at=at, reason=OpeningReason.DATA_RIGHTS), []
    except Refusal as refusal:
        if refusal.code != "sealed_text_damaged":
            raise
        return {}, ["identity"]


def _accesses(pseudonym: str, houses: set[UUID], since: datetime | None = None) -> Json:
    """Who saw it; `accesses_begin_at` stands there only where older ones were left out."""
    rows, begin_at = accesses(pseudonym, houses=houses, since=since)
    return {"accesses": rows} | ({"accesses_begin_at": moment(begin_at)} if begin_at else {})


def _note(note: Note, text: str | None) -> dict[str, Any]:
    return {
        "kind": coded(note.kind, NoteKind),
        "written_at": moment(note.written_at),
        "house": note.organisation.name,
        "provenance": coded(note.provenance, PROVENANCES),
        "text": text,
    }


def _proof(row: ConsentProof) -> dict[str, Any]:
    return {
        "recipient": row.recipient.name if row.recipient else "",
        "purposes": all_coded(row.purposes, consent_labels.PURPOSES),
        "categories": all_coded(row.categories, consent_labels.CATEGORIES),
        "text_version": row.text_version,
        "text_sha256": row.text_sha256,
        "given_at": moment(row.given_at),
        "withdrawn_at": moment(row.withdrawn_at),
        "erased_at": moment(row.erased_at),
        "keep_until": row.keep_until.isoformat(),
    }


def _json(report: Json) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=2).encode()


def _printed(report: Json) -> bytes:
    try:
        return access_print.printed(report)
    except PrintingFailed:
        raise Refusal("printing_failed") from None
