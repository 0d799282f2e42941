"""Table of contents for Django; re-exports only."""

from referrals.assessments.models import Assessment, Instrument, InstrumentVersion
from referrals.cases.models import Case, CaseShare, Participation
from referrals.consent.models import Consent, ConsentText
from referrals.facts.models import Delta
from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.models import Handover
from referrals.matching.models import Gap, Suggestion
from referrals.notes.models import Note

__all__ = [
    "Assessment",
    "Case",
    "CaseShare",
    "Consent",
    "ConsentText",
    "ContactAttempt",
    "Delta",
    "FollowUp",
    "Gap",
    "Handover",
    "Instrument",
    "InstrumentVersion",
    "Note",
    "Participation",
    "Suggestion",
]
