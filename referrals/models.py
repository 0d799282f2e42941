"""Table of contents for Django; re-exports only."""

from referrals.assessments.models import Assessment, Instrument, InstrumentVersion
from referrals.cases.models import Case, CaseShare, Participation
from referrals.consent.models import Consent, ConsentText
from referrals.emergencies.models import EmergencyAccess
from referrals.facts.models import Delta
from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.models import Handover
from referrals.matching.models import Gap, Suggestion
from referrals.notes.models import Note
from referrals.retention.models import ConsentProof, ErasureItem, ErasureRun, RetentionRule
from referrals.rights.models import Dispute, Restriction, RightsRequest

__all__ = [
    "Assessment",
    "Case",
    "CaseShare",
    "Consent",
    "ConsentProof",
    "ConsentText",
    "ContactAttempt",
    "Delta",
    "Dispute",
    "EmergencyAccess",
    "ErasureItem",
    "ErasureRun",
    "FollowUp",
    "Gap",
    "Handover",
    "Instrument",
    "InstrumentVersion",
    "Note",
    "Participation",
    "Restriction",
    "RetentionRule",
    "RightsRequest",
    "Suggestion",
]
