"""What is stored of a case, table by table, as values a program and a person can read.

No name of an employee stands here: they are not recipients (ECJ C-579/21); houses are.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from offers import labels as offers
from offers.models import Offer
from referrals.assessments.models import Assessment, TalkWish
from referrals.cases.models import (
    AccessRoute,
    Case,
    CaseState,
    ClosureReason,
    Household,
    StorageForm,
)
from referrals.cases.rules import ShareReason
from referrals.consent import labels as consent_labels
from referrals.consent.models import Consent, ConsentForm, GivenBy
from referrals.documents.words import (
    ANSWERS,
    INTERPRETED,
    PROVENANCES,
    Json,
    all_coded,
    coded,
    day,
    moment,
    need,
    state,
)
from referrals.followups.models import Channel, ContactResult, FollowUpReason
from referrals.handovers import feedback
from referrals.handovers import labels as handover_labels
from referrals.handovers.models import Handover
from referrals.matching.models import GapReason
from referrals.rights.models import (
    Dispute,
    DisputedPart,
    IdentityCheck,
    RefusalReason,
    RequestKind,
    RequestState,
    Restriction,
    RestrictionReason,
    RightsRequest,
)


def family(case: Case) -> Json:
    """The coarse facts a case knows of a family."""
    return {
        "language": coded(case.language, offers.LANGUAGES),
        "interpreting": case.interpreting,
        "child_age_months": case.child_age_months,
        "aged_on": day(case.aged_on),
        "child_age_today_months": case.age_on(localdate(now())),
        "household": coded(case.household, Household),
        "district": {"code": case.district_id, "text": case.district.name},
        "route": coded(case.route, AccessRoute),
    }


def course(case: Case) -> Json:
    """How the work on the case stands."""
    return {
        "state": coded(case.state, CaseState),
        "opened_at": moment(case.opened_at),
        "last_worked_at": moment(case.touched_at),
        "closed_at": moment(case.closed_at),
        "closure_reason": coded(case.closure_reason, ClosureReason),
        "kept_with_consent": case.stored_with_consent,
        "consent_form": coded(case.storage_form, StorageForm),
        "restricted": case.restricted,
    }


def assessments(case: Case) -> list[Json]:
    """Every sheet, in words. Nothing is added up, because nothing ever was."""
    rows = case.assessments.select_related("version__instrument").order_by("started_at", "id")
    return [_assessment(row) for row in rows]


def _assessment(sheet: Assessment) -> Json:
    items = sheet.version.content.items
    groups = {
        item.code: group.title() for group in sheet.version.content.groups for item in group.items
    }
    return {
        "instrument": sheet.version.instrument.title,
        "version": sheet.version.version,
        "started_at": moment(sheet.started_at),
        "finished_at": moment(sheet.finished_at),
        "provenance": coded(sheet.provenance, PROVENANCES),
        "answers": [
            {
                "group": groups.get(code, ""),
                "code": code,
                "question": items[code].text() if code in items else code,
                "answer": coded(answer, ANSWERS),
            }
            for code, answer in _in_order(sheet)
        ],
        "needs": [need(code) for code in sheet.needs],
        "resources": all_coded(sheet.resources, offers.RESOURCES),
        "talk_wish": coded(sheet.talk_wish, TalkWish),
    }


def _in_order(sheet: Assessment) -> list[tuple[str, str]]:
    """The answers as they are asked; a database may keep them in any order."""
    asked = list(sheet.version.content.items)
    known = [(code, sheet.answers[code]) for code in asked if code in sheet.answers]
    return [*known, *((c, a) for c, a in sorted(sheet.answers.items()) if c not in asked)]


def suggestions(case: Case) -> list[Json]:
    """Which offers were looked at with the family, and which was chosen."""
    rows = list(case.suggestions.order_by("shown_at", "id"))
    wanted = {pk for row in rows for pk in (*row.shown, str(row.chosen_id or ""))} - {""}
    names = {str(pk): name for pk, name in _offer_names(wanted)}
    return [
        {
            "shown_at": moment(row.shown_at),
            "shown": [_offer(pk, names) for pk in row.shown],
            "left_out": row.excluded_count,
            "chosen": _offer(str(row.chosen_id), names) if row.chosen_id else None,
            "chosen_at": moment(row.chosen_at),
        }
        for row in rows
    ]


def _offer_names(wanted: set[str]) -> QuerySet[Offer, tuple[Any, str]]:
    return Offer.objects.filter(pk__in=wanted).values_list("pk", "name")


def _offer(pk: str, names: dict[str, str]) -> Json:
    return {"id": pk, "name": names.get(pk, "")}


def gaps(case: Case) -> list[Json]:
    """What the family needed and nobody offered."""
    return [
        {
            "need": need(gap.need),
            "reason": coded(gap.reason, GapReason),
            "noted_at": moment(gap.noted_at),
        }
        for gap in case.gaps.order_by("noted_at", "id")
    ]


def consents(case: Case, signatures: dict[Any, str]) -> list[Json]:
    """What the family agreed to, with the words it read.

    Args:
        signatures: opened signatures by the id of their note.
    """
    rows = case.consents.select_related("recipient", "text").order_by("given_at", "id")
    return [_consent(row, signatures) for row in rows]


def _consent(row: Consent, signatures: dict[Any, str]) -> Json:
    house = row.recipient.name if row.recipient else ""
    return {
        "recipient": house,
        "purposes": all_coded(row.purposes, consent_labels.PURPOSES),
        "categories": all_coded(row.categories, consent_labels.CATEGORIES),
        "language": coded(row.language, offers.LANGUAGES),
        "text": {
            "version": row.text.version,
            "sha256": row.text.sha256,
            "title": row.text.title,
            "body": row.text.body.replace("{recipient}", house),
            "agreed_to": [
                row.text.questions.get(code, "").replace("{recipient}", house)
                for code in row.purposes
            ],
        },
        "form": coded(row.form, ConsentForm),
        "given_by": coded(row.given_by, GivenBy),
        "interpreted": coded(row.interpreted, INTERPRETED),
        "given_at": moment(row.given_at),
        "valid_until": day(row.valid_until),
        "withdrawn_at": moment(row.withdrawn_at),
        "signature": signatures.get(row.signature_note, ""),
    }


def handovers(case: Case) -> list[Json]:
    """Every handover, as far as the holding house may know its course.

    This document passes through the hands of the holding house: without the family's consent to
    feedback it does not learn here what it may not learn elsewhere. The recipient tells the rest.
    """
    rows = Handover.objects.with_parties().filter(case=case).order_by("drafted_at", "id")
    return [_handover(row) for row in rows]


def _handover(row: Handover) -> Json:
    told = feedback.for_sender(row, at=now())
    return {
        "recipient": row.recipient.name,
        "offer": row.offer.name,
        "categories": all_coded(row.categories, consent_labels.CATEGORIES),
        "need_groups": all_coded(row.need_groups, offers.NEED_GROUPS),
        "provenance": coded(row.provenance, PROVENANCES),
        "drafted_at": moment(row.drafted_at),
        "requested_at": moment(row.requested_at),
        "answer_due_at": moment(row.due_at),
        "seen_at": moment(row.seen_at),
        "answered_at": moment(row.answered_at),
        "state": state(told.state),
        "reason": coded(told.reason, handover_labels.REASONS),
        "outcome": coded(told.outcome, handover_labels.OUTCOMES),
        "look_again_on": day(row.resume_on) if told.complete else None,
        "ended_at": moment(row.ended_at),
        "course_is_complete": told.complete,
    }


def recipients(case: Case) -> list[Json]:
    """Every house that received something: what, and since and until when."""
    rows = Handover.objects.with_parties().filter(case=case, requested_at__isnull=False)
    return [
        {
            "house": row.recipient.name,
            "kind": row.recipient.get_kind_display(),
            "categories": all_coded(row.categories, consent_labels.CATEGORIES),
            "asked_at": moment(row.requested_at),
            "takes_part": [
                {"since": moment(part.since), "until": moment(part.until)}
                for part in case.participations.filter(origin=row.pk).order_by("since")
            ],
        }
        for row in rows.order_by("requested_at", "id")
    ]


def shares(case: Case) -> list[Json]:
    """For how long single people of a house deputised or worked jointly. Without their names."""
    reasons = {reason: reason.value for reason in ShareReason}
    return [
        {
            "kind": {"code": share.kind, "text": share.get_kind_display()},
            "reason": coded(share.reason, reasons),
            "since": moment(share.since),
            "until": moment(share.until),
        }
        for share in case.shares.order_by("since", "id")
    ]


def contacts(case: Case) -> list[Json]:
    """The holding house's tries to reach the family; other houses answer for theirs."""
    rows = case.contact_attempts.filter(organisation=case.holder_id).order_by("at", "id")
    return [
        {
            "at": moment(row.at),
            "channel": coded(row.channel, Channel),
            "result": coded(row.result, ContactResult),
        }
        for row in rows
    ]


def follow_ups(case: Case) -> list[Json]:
    """What the holding house owes or owed the family."""
    rows = case.follow_ups.filter(organisation=case.holder_id).order_by("created_at", "id")
    return [
        {
            "reason": coded(row.reason, FollowUpReason),
            "due_on": day(row.due_on),
            "created_at": moment(row.created_at),
            "done_at": moment(row.done_at),
        }
        for row in rows
    ]


def disputes(case: Case, words: dict[Any, str]) -> list[Json]:
    """What the family contests or contested.

    Args:
        words: opened texts by the id of their note.
    """
    return [
        {
            "part": coded(row.part, DisputedPart),
            "raised_at": moment(row.raised_at),
            "settled_at": moment(row.settled_at),
            "words": words.get(row.note, ""),
        }
        for row in Dispute.objects.filter(case=case).order_by("raised_at", "id")
    ]


def restrictions(case: Case) -> list[Json]:
    return [
        {
            "reason": coded(row.reason, RestrictionReason),
            "since": moment(row.since),
            "until": moment(row.until),
        }
        for row in Restriction.objects.filter(case=case).order_by("since", "id")
    ]


def requests(rows: QuerySet[RightsRequest]) -> list[Json]:
    """What the family asked for by right, and the answers."""
    return [
        {
            "kind": coded(row.kind, RequestKind),
            "identity_check": coded(row.identity_check, IdentityCheck),
            "received_on": day(row.received_on),
            "due_on": day(row.due_on),
            "state": coded(row.state, RequestState),
            "reason": coded(row.reason, RefusalReason),
            "ended_at": moment(row.ended_at),
        }
        for row in rows.order_by("received_on", "recorded_at", "id")
    ]
