"""The words of the catalogue as codes. Pure: their sentences stand in labels.py.

Source of needs, resources and languages: docs/domain.md.
"""

from enum import StrEnum


class NeedGroup(StrEnum):
    """At most eight groups: what a recipient may know before accepting, and what is counted."""

    EVERYDAY = "everyday"
    CHILD = "child"
    HEALTH = "health"
    RELATIONSHIP = "relationship"
    MONEY_HOUSING = "money_housing"
    LANGUAGE_RIGHTS = "language_rights"
    PREGNANCY_MIDWIFE = "pregnancy_midwife"
    CONTACT = "contact"


NEEDS: dict[str, NeedGroup] = {
    "young_parent": NeedGroup.EVERYDAY,
    "single_parent": NeedGroup.EVERYDAY,
    "overload": NeedGroup.EVERYDAY,
    "multiples": NeedGroup.EVERYDAY,
    "siblings_load": NeedGroup.EVERYDAY,
    "prior_youth_welfare": NeedGroup.EVERYDAY,
    "preterm": NeedGroup.CHILD,
    "child_disability": NeedGroup.CHILD,
    "crying_sleep": NeedGroup.CHILD,
    "bonding": NeedGroup.CHILD,
    "parenting_doubt": NeedGroup.CHILD,
    "mental_health": NeedGroup.HEALTH,
    "addiction": NeedGroup.HEALTH,
    "chronic_illness": NeedGroup.HEALTH,
    "loss_trauma": NeedGroup.HEALTH,
    "partner_conflict": NeedGroup.RELATIONSHIP,
    "violence": NeedGroup.RELATIONSHIP,
    "finances": NeedGroup.MONEY_HOUSING,
    "entitlements": NeedGroup.MONEY_HOUSING,
    "housing": NeedGroup.MONEY_HOUSING,
    "work_education": NeedGroup.MONEY_HOUSING,
    "language": NeedGroup.LANGUAGE_RIGHTS,
    "residence_status": NeedGroup.LANGUAGE_RIGHTS,
    "health_insurance": NeedGroup.LANGUAGE_RIGHTS,
    "unplanned_pregnancy": NeedGroup.PREGNANCY_MIDWIFE,
    "antenatal_care_gap": NeedGroup.PREGNANCY_MIDWIFE,
    "no_midwife": NeedGroup.PREGNANCY_MIDWIFE,
    "isolation": NeedGroup.CONTACT,
}

# Never preselected in a handover; violence also asks for a safe contact route (docs/domain.md).
ESPECIALLY_SENSITIVE = frozenset(
    {"violence", "addiction", "mental_health", "residence_status", "prior_youth_welfare"}
)

RESOURCES: tuple[str, ...] = (
    "supportive_partnership",
    "family_friends",
    "stable_home_income",
    "midwife_present",
    "help_connected",
    "good_health",
    "interpreter_nearby",
    "high_motivation",
    "good_interaction",
)

# Languages of families first asked for (docs/domain.md); BCP 47.
LANGUAGES: tuple[str, ...] = (
    "de", "en", "tr", "ar", "uk", "ru", "pl", "ro", "bg", "fr", "fa", "ku", "sq", "es", "so",
    "ti", "vi",
)  # fmt: skip


class Dimension(StrEnum):
    """Kinds of prevention; a configurable list, these are the usual four."""

    UNIVERSAL = "universal"
    SELECTIVE = "selective"
    INDICATED = "indicated"
    STRUCTURAL = "structural"


class Setting(StrEnum):
    HOME = "home"
    CLINIC = "clinic"
    PRACTICE = "practice"
    DAY_CARE = "day_care"
    SCHOOL = "school"
    COUNSELLING_CENTRE = "counselling_centre"
    DISTRICT = "district"
    ONLINE = "online"


class OfferFormat(StrEnum):
    OPEN_MEETING = "open_meeting"
    COURSE = "course"
    GROUP = "group"
    COUNSELLING = "counselling"
    HOME_VISITING = "home_visiting"
    SPONSORSHIP = "sponsorship"
    CONSULTATION_HOUR = "consultation_hour"
    BENEFIT = "benefit"
    EMERGENCY = "emergency"


class Access(StrEnum):
    """How a family gets in."""

    DIRECT = "direct"
    REGISTRATION = "registration"
    REFERRAL_ONLY = "referral_only"


class Capacity(StrEnum):
    FREE = "free"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    UNKNOWN = "unknown"


class Audience(StrEnum):
    """Whom an offer addresses; empty means everybody."""

    MOTHERS = "mothers"
    FATHERS = "fathers"
    COUPLES = "couples"
    SIBLINGS = "siblings"
    SINGLE_PARENTS = "single_parents"
