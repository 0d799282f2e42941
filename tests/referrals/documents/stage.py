"""A family about whom there is something in every table a case has."""

from datetime import date, timedelta

from lotsen.accounts.models import User
from referrals.cases.models import Case, CaseShare
from referrals.followups.models import ContactAttempt
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.identities.actions import store
from referrals.matching.models import Gap, Suggestion
from referrals.notes.actions import write
from referrals.notes.models import Note
from referrals.rights import actions as rights
from referrals.rights.models import RightsRequest
from tests.builders import NOON, make_assessment, make_consent, make_instrument
from tests.conftest import Cast

NAME, PHONE, SAFE = "Rana Beispiel", "0171 39200 12", "SMS, 10 bis 12 Uhr"
NOTE = "Die Oma hilft an drei Tagen."
ENTRUSTED = "Sie hat Angst vor dem Winter."
CONTACT = "Am Telefon war viel Lachen."
MESSAGE = "Bitte zuerst eine Nachricht senden."
BILALS = "Wir haben Kaffee getrunken."
CONTESTED = "Wir brauchen keine Hilfe beim Wohnen."
SIGNATURE = "R. Beispiel-Unterschrift"
CATEGORIES = ["name", "phone", "language", "needs", "note"]
TODAY = date(2026, 3, 2)  # NOON in Berlin
LATER = NOON + timedelta(days=3)


def fill(cast: Cast, **case: object) -> Case:
    """Anna's case with everything, handed over to Bilal's house and accepted there."""
    Case.objects.filter(pk=cast.case.pk).update(
        household="extended_family", route="practice", interpreting=True, child_age_months=5, **case
    )
    cast.case.refresh_from_db()
    make_assessment(
        cast.case,
        cast.anna,
        answers=_answers(),
        needs=["overload", "housing"],
        resources=["good_health"],
        talk_wish="later",
    )
    Suggestion.objects.create(
        case=cast.case, shown=[str(cast.offer.pk)], excluded_count=3, shown_at=NOON,
        shown_by=cast.anna, chosen=cast.offer, chosen_at=NOON,
    )  # fmt: skip
    Gap.objects.create(
        case=cast.case, need="housing", reason="too_far", noted_at=NOON, noted_by=cast.anna
    )
    store(cast.case, name=NAME, phone=PHONE, safe_contact=SAFE, actor=cast.anna, at=NOON)
    for kind, text in (("case", NOTE), ("entrusted", ENTRUSTED)):
        _write(cast, kind, text)
    CaseShare.objects.create(
        case=cast.case, user=cast.anna, kind="joint", reason="joint_visit", since=NOON,
        until=LATER, granted_by=cast.anna, touched_at=NOON,
    )  # fmt: skip
    _hand_over(cast)
    rights.dispute(cast.case, part="needs", words=CONTESTED, actor=cast.anna, at=NOON)
    return cast.case


def ask(cast: Cast, *, kind: str = "access", actor: User | None = None) -> RightsRequest:
    """The family asks, and Anna has written it down."""
    return rights.receive(
        cast.case,
        kind=kind,
        identity_check="known",
        received_on=TODAY,
        actor=actor or cast.anna,
        at=NOON,
    )


def _answers() -> dict[str, str]:
    codes = list(make_instrument().content.items)
    return {codes[0]: "yes", codes[1]: "no"}


def _write(cast: Cast, kind: str, text: str) -> Note:
    return write(
        cast.case, organisation=cast.clinic, kind=kind, text=text, provenance="family",
        actor=cast.anna, at=NOON,
    )  # fmt: skip


def _hand_over(cast: Cast) -> Handover:
    signature = _write(cast, "signature", SIGNATURE)
    consent = make_consent(
        cast.case, cast.office, cast.anna, categories=CATEGORIES, form="typed",
        signature_note=signature.pk, given_by="father",
    )  # fmt: skip
    handover = handovers.draft(
        cast.case, offer=cast.offer, categories=CATEGORIES, actor=cast.anna, at=NOON
    )
    handover = handovers.attach_consent(handover, consent=consent, actor=cast.anna, at=NOON)
    handover = handovers.request(handover, message=MESSAGE, actor=cast.anna, at=NOON)
    handover = handovers.accept(handover, actor=cast.bilal, at=NOON)
    for house, by, text in ((cast.clinic, cast.anna, CONTACT), (cast.office, cast.bilal, BILALS)):
        note = write(
            cast.case, organisation=house, kind="contact", text=text, provenance="family",
            actor=by, at=NOON,
        )  # fmt: skip
        ContactAttempt.objects.create(
            case=cast.case, organisation=house, channel="visit", result="appointment", at=NOON,
            by=by, note=note.pk,
        )  # fmt: skip
    return handover
