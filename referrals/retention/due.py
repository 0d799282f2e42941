"""What is due in a city on a day: every case asked by the same rules, in few queries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from lotsen.vault import erasing as vault
from referrals.cases.models import Case, Participation
from referrals.consent.models import Consent
from referrals.consent.rules import Purpose
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from referrals.handovers.rules import OPEN_STATES, State
from referrals.retention.models import ConsentProof
from referrals.retention.rules import CaseFacts, Subject, Term, due_on
from referrals.retention.terms import terms_of

_CHUNK = 500  # cases whose identities and consents are asked for together


class Due(NamedTuple):
    """Something whose term has passed."""

    kind: str  # DataKind
    organisation: UUID  # the holding house
    subject: UUID  # of a case, or of a proof of consent
    due_on: date


def due_in(municipality: str, today: date) -> Iterator[Due]:
    """Everything due in a city, cases first. Of one case the most that is due, never two things."""
    terms = terms_of(municipality)
    held = Case.objects.filter(holder__municipality=municipality, restricted=False)
    for case, facts in _with_facts(held, today):
        if due := _most_due(case, facts, terms, today):
            yield due
    proofs = ConsentProof.objects.filter(
        holder__municipality=municipality, keep_until__lt=today
    ).order_by("keep_until", "id")
    yield from map(_due_proof, proofs)


def goes_on(case: Case, today: date) -> date | None:
    """The first day on which a closed case may be erased, or an open one if it ends today; None
    while it is restricted."""
    found = Case.objects.filter(pk=case.pk).select_related("holder")
    for row, facts in _with_facts(found, today):
        ended = replace(facts, closed_on=facts.closed_on or today, has_open_handover=False)
        day = due_on(Subject.CASE, ended, terms_of(row.holder.municipality_id))
        return day and max(day, today)
    return None


def still_due(kind: str, subject: UUID, today: date) -> Due | None:
    """What was planned, if it is due now as well: asked again right before it goes."""
    if kind == Subject.CONSENT_PROOF:
        proof = ConsentProof.objects.filter(pk=subject, keep_until__lt=today).first()
        return _due_proof(proof) if proof else None
    found = Case.objects.filter(pk=subject).select_related("holder")
    for case, facts in _with_facts(found, today):
        terms = terms_of(case.holder.municipality_id)
        return _due(case, Subject(kind), facts, terms, today)
    return None


def _most_due(case: Case, facts: CaseFacts, terms: dict[Subject, Term], today: date) -> Due | None:
    order = (Subject.UNSAVED_INTAKE, Subject.CASE, Subject.CONTACT_DETAILS)
    found = (_due(case, kind, facts, terms, today) for kind in order)
    return next(filter(None, found), None)


def _due(
    case: Case, kind: Subject, facts: CaseFacts, terms: dict[Subject, Term], today: date
) -> Due | None:
    day = due_on(kind, facts, terms)
    if day is None or day > today:
        return None
    return Due(kind.value, case.holder_id, case.pk, day)


def _due_proof(proof: ConsentProof) -> Due:
    day = proof.keep_until + timedelta(days=1)
    return Due(Subject.CONSENT_PROOF.value, proof.holder_id, proof.pk, day)


def _with_facts(cases: QuerySet[Case], today: date) -> Iterator[tuple[Case, CaseFacts]]:
    for chunk in batched(_annotated(cases).iterator(_CHUNK), _CHUNK):
        sealed = vault.identities_sealed(case.vault_ref for case in chunk)
        contact = _contact_until([case.pk for case in chunk], today)
        for case in chunk:
            sealed_at = sealed.get(case.vault_ref)
            yield case, _facts(case, sealed_at and localdate(sealed_at), contact.get(case.pk))


def _annotated(cases: QuerySet[Case]) -> QuerySet[Case]:
    handovers = Handover.objects.filter(case=OuterRef("pk"))
    consents = Consent.objects.filter(case=OuterRef("pk"))
    parts = Participation.objects.filter(case=OuterRef("pk"))
    ended = handovers.order_by().values("case").annotate(last=Max("ended_at")).values("last")
    open_states = [state.value for state in OPEN_STATES]
    return cases.order_by("opened_at", "id").annotate(
        is_in_use=Exists(handovers) | Exists(consents) | Exists(parts),
        has_open_handover=Exists(handovers.filter(state__in=open_states)),
        has_draft=Exists(handovers.filter(state=State.DRAFT)),
        has_open_follow_up=Exists(FollowUp.objects.open().filter(case=OuterRef("pk"))),
        last_ended_at=Subquery(ended),
    )


def _contact_until(cases: list[UUID], today: date) -> dict[UUID, date]:
    """Until which day these families may be called again, where they agreed to that."""
    living = Consent.objects.in_force(today).filter(case__in=cases).order_by("valid_until")
    return {
        case: until
        for case, purposes, until in living.values_list("case", "purposes", "valid_until")
        if Purpose.CONTACT_AGAIN in purposes
    }


def _facts(case: Case, identity_sealed_on: date | None, contact_until: date | None) -> CaseFacts:
    ended_at = getattr(case, "last_ended_at", None)  # annotated above, like the four below
    return CaseFacts(
        opened_on=localdate(case.opened_at),
        closed_on=localdate(case.closed_at) if case.closed_at else None,
        is_kept=case.stored_with_consent,
        is_restricted=case.restricted,
        child_age_months=case.child_age_months,
        aged_on=case.aged_on,
        last_ended_on=localdate(ended_at) if ended_at else None,
        identity_sealed_on=identity_sealed_on,
        contact_until=contact_until,
        **{
            name: getattr(case, name)
            for name in ("is_in_use", "has_open_handover", "has_draft", "has_open_follow_up")
        },
    )
