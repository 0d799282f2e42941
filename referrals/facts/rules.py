"""Coarse words for statistics. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

NO_HOUSE = UUID(int=0)  # what no house has done: the voice of a family


class Kind(StrEnum):
    """What a delta counts."""

    CASE_OPENED = "case_opened"
    NOT_STORED = "not_stored"  # no consent to documentation: only this count remains
    INTERPRETING = "interpreting"  # code: language of the family, BCP 47
    ASSESSED = "assessed"
    TALK_WISHED = "talk_wished"  # code: yes or later
    TALK_DECLINED = "talk_declined"
    NEED = "need"  # code: need group
    GAP = "gap"  # code: need group
    GAP_REASON = "gap_reason"  # code: why nothing fitted
    CONSENT_GIVEN = "consent_given"
    CONSENT_DECLINED = "consent_declined"
    HANDOVER_REQUESTED = "handover_requested"
    HANDOVER_ACCEPTED = "handover_accepted"
    HANDOVER_REJECTED = "handover_rejected"  # code: reason
    HANDOVER_COMPLETED = "handover_completed"  # code: outcome
    HANDOVER_FAILED = "handover_failed"  # code: reason
    NO_PLACE = "no_place"  # code: need group of a handover rejected because nothing was free
    WAITING = "waiting"  # code: reason of a handover that waits
    ANSWERED = "answered"  # code: days from the request to the answer, as a Wait
    ANSWERED_LATE = "answered_late"  # after the day the house had promised
    FIRST_CONTACT = "first_contact"  # code: days from the request to the first talk, as a Wait
    CASE_CLOSED = "case_closed"  # code: reason
    FAMILY_VOICE = "family_voice"  # code: "<question>-<answer>" of VOICES, without any case


class LifePhase(StrEnum):
    """From pregnancy to 27, the age at which help for young people ends (§ 7 (1) SGB VIII)."""

    PREGNANCY = "pregnancy"
    NEWBORN = "newborn"  # 0–2 months
    INFANT = "infant"  # 3–11
    TODDLER = "toddler"  # 12–35
    PRESCHOOL = "preschool"  # 36–71
    SCHOOL = "school"  # 72–119: primary school
    YOUTH = "youth"  # 120–215
    YOUNG_ADULT = "young_adult"  # from 216, to the 27th birthday


class Wait(StrEnum):
    """How long somebody waited, in days of the calendar."""

    UP_TO_2 = "up_to_2"
    UP_TO_7 = "up_to_7"
    UP_TO_14 = "up_to_14"
    LONGER = "longer"


# What a family may tell without a name, and the answers to each question (docs/domain.md).
VOICES: dict[str, tuple[str, ...]] = {
    "asked": ("yes", "partly", "no"),  # was it good to be asked
    "understood": ("yes", "partly", "no"),  # could we understand each other
    "help": ("yes", "partly", "no", "not_needed"),  # did help come
    "in_time": ("yes", "partly", "no"),
    "recommend": ("yes", "partly", "no"),
}

PHASES: tuple[tuple[int, LifePhase], ...] = (  # age in months below which the phase lasts
    (0, LifePhase.PREGNANCY),
    (3, LifePhase.NEWBORN),
    (12, LifePhase.INFANT),
    (36, LifePhase.TODDLER),
    (72, LifePhase.PRESCHOOL),
    (120, LifePhase.SCHOOL),
    (216, LifePhase.YOUTH),
)


def life_phase(age_months: int) -> LifePhase:
    """The phase a child of this age (months, negative in pregnancy) is in."""
    return next((phase for bound, phase in PHASES if age_months < bound), LifePhase.YOUNG_ADULT)


def wait(days: int) -> Wait:
    """The band a number of days falls into."""
    bands = ((2, Wait.UP_TO_2), (7, Wait.UP_TO_7), (14, Wait.UP_TO_14))
    return next((band for bound, band in bands if days <= bound), Wait.LONGER)


def quarter(day: date) -> str:
    """The calendar quarter as "2026Q4"."""
    return f"{day.year}Q{(day.month + 2) // 3}"
