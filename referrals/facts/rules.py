"""Coarse words for statistics. Pure."""

from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a delta counts."""

    CASE_OPENED = "case_opened"
    NOT_STORED = "not_stored"  # no consent to documentation: only this count remains
    ASSESSED = "assessed"
    TALK_WISHED = "talk_wished"
    NEED = "need"  # code: need group
    GAP = "gap"  # code: need group
    CONSENT_GIVEN = "consent_given"
    CONSENT_DECLINED = "consent_declined"
    HANDOVER_REQUESTED = "handover_requested"
    HANDOVER_ACCEPTED = "handover_accepted"
    HANDOVER_REJECTED = "handover_rejected"  # code: reason
    HANDOVER_COMPLETED = "handover_completed"  # code: outcome
    HANDOVER_FAILED = "handover_failed"  # code: reason
    CASE_CLOSED = "case_closed"  # code: reason


class LifePhase(StrEnum):
    PREGNANCY = "pregnancy"
    NEWBORN = "newborn"  # 0–2 months
    INFANT = "infant"  # 3–11
    TODDLER = "toddler"  # 12–35
    PRESCHOOL = "preschool"  # 36–71
    SCHOOL = "school"  # from 72


def life_phase(age_months: int) -> LifePhase:
    """The phase a child of this age (months, negative in pregnancy) is in."""
    bounds = (
        (0, LifePhase.PREGNANCY),
        (3, LifePhase.NEWBORN),
        (12, LifePhase.INFANT),
        (36, LifePhase.TODDLER),
        (72, LifePhase.PRESCHOOL),
    )
    return next((phase for bound, phase in bounds if age_months < bound), LifePhase.SCHOOL)


def quarter(day: date) -> str:
    """The calendar quarter as "2026Q4"."""
    return f"{day.year}Q{(day.month + 2) // 3}"
