"""Table of contents for Django; re-exports only."""

from referrals.assessments.models import Assessment, Instrument, InstrumentVersion
from referrals.cases.models import Case, CaseShare, Participation
from referrals.consent.models import Consent, ConsentText
from referrals.emergencies.models import EmergencyAccess
from referrals.facts.models import Delta, Tally
from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.models import Handover
from referrals.matching.models import Gap, Suggestion
from referrals.notes.models import Note
from referrals.planning.models import (
    ContextFigure,
    Goal,
    GoalStep,
    Measure,
    SiteMonth,
    Staffing,
)
from referrals.retention.models import ConsentProof, ErasureItem, ErasureRun, RetentionRule
from referrals.rights.models import Dispute, Restriction, RightsRequest
from referrals.statistics.models import Release

__all__ = [
    "Assessment",
    "Case",
    "CaseShare",
    "Consent",
    "ConsentProof",
    "ConsentText",
    "ContactAttempt",
    "ContextFigure",
    "Delta",
    "Dispute",
    "EmergencyAccess",
    "ErasureItem",
    "ErasureRun",
    "FollowUp",
    "Gap",
    "Goal",
    "GoalStep",
    "Handover",
    "Instrument",
    "InstrumentVersion",
    "Measure",
    "Note",
    "Participation",
    "Release",
    "Restriction",
    "RetentionRule",
    "RightsRequest",
    "SiteMonth",
    "Staffing",
    "Suggestion",
    "Tally",
]
