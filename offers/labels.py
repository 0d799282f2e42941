"""The words on screen for the codes of offers.vocabulary.

Needs are wishes, not deficits: every line may be read by the family it is about (docs/domain.md).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from offers.vocabulary import (
    Access,
    Audience,
    Capacity,
    Dimension,
    NeedGroup,
    OfferFormat,
    Setting,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

type Label = str | StrPromise

NEED_GROUPS: Mapping[str, Label] = {
    NeedGroup.EVERYDAY: _("Everyday life with children"),
    NeedGroup.CHILD: _("The child and being a parent"),
    NeedGroup.HEALTH: _("Health and strength"),
    NeedGroup.RELATIONSHIP: _("Partnership and safety"),
    NeedGroup.MONEY_HOUSING: _("Money, housing, work"),
    NeedGroup.LANGUAGE_RIGHTS: _("Language and rights"),
    NeedGroup.PREGNANCY_MIDWIFE: _("Pregnancy and midwife"),
    NeedGroup.CONTACT: _("Meeting other people"),
}

NEEDS: Mapping[str, Label] = {
    "young_parent": _("Support for young parents"),
    "single_parent": _("Support when one parent is on their own"),
    "overload": _("Relief in everyday life"),
    "multiples": _("Help with twins or more"),
    "siblings_load": _("Care for brothers and sisters"),
    "prior_youth_welfare": _("Carrying on with help the family knows"),
    "preterm": _("Support after an early birth or illness of the child"),
    "child_disability": _("Support for a child with a disability"),
    "crying_sleep": _("Crying, sleeping, feeding"),
    "bonding": _("Getting to know the baby's signals"),
    "parenting_doubt": _("Feeling sure as parents"),
    "mental_health": _("Relief in low spirits or fear"),
    "addiction": _("Talking about alcohol or other substances"),
    "chronic_illness": _("Support with an illness or disability of the parents"),
    "loss_trauma": _("Comfort after a loss or a hard birth"),
    "partner_conflict": _("Partnership and separation"),
    "violence": _("Protection from violence"),
    "finances": _("Money and debts"),
    "entitlements": _("Help with applications and offices"),
    "housing": _("Housing"),
    "work_education": _("Training and work"),
    "language": _("Being understood and learning German"),
    "residence_status": _("Questions about residence"),
    "health_insurance": _("Health insurance"),
    "unplanned_pregnancy": _("Talking about the pregnancy"),
    "antenatal_care_gap": _("Antenatal check-ups"),
    "no_midwife": _("Finding a midwife"),
    "isolation": _("Meeting other families"),
}

RESOURCES: Mapping[str, Label] = {
    "supportive_partnership": _("A partnership that carries"),
    "family_friends": _("Family and friends who help"),
    "stable_home_income": _("A secure home and income"),
    "midwife_present": _("A midwife is there"),
    "help_connected": _("Already in touch with help"),
    "good_health": _("Good health"),
    "interpreter_nearby": _("Somebody close can interpret"),
    "high_motivation": _("Clear about what they want"),
    "good_interaction": _("Parents and child are close"),
}

DIMENSIONS: Mapping[str, Label] = {
    Dimension.UNIVERSAL: _("For all families"),
    Dimension.SELECTIVE: _("For families in particular situations"),
    Dimension.INDICATED: _("For families with a concrete occasion"),
    Dimension.STRUCTURAL: _("For the network and the neighbourhood"),
}

SETTINGS: Mapping[str, Label] = {
    Setting.HOME: _("At home"),
    Setting.CLINIC: _("Clinic"),
    Setting.PRACTICE: pgettext_lazy("setting of an offer", "Practice"),
    Setting.DAY_CARE: _("Day care or family centre"),
    Setting.SCHOOL: _("School"),
    Setting.COUNSELLING_CENTRE: _("Counselling centre"),
    Setting.DISTRICT: _("In the neighbourhood"),
    Setting.ONLINE: _("Online"),
}

FORMATS: Mapping[str, Label] = {
    OfferFormat.OPEN_MEETING: _("Open meeting"),
    OfferFormat.COURSE: _("Course"),
    OfferFormat.GROUP: pgettext_lazy("format of an offer", "Group"),
    OfferFormat.COUNSELLING: _("Individual counselling"),
    OfferFormat.HOME_VISITING: _("Comes to the home"),
    OfferFormat.SPONSORSHIP: _("Family sponsorship"),
    OfferFormat.CONSULTATION_HOUR: _("Consultation hour"),
    OfferFormat.BENEFIT: _("Application or benefit"),
    OfferFormat.EMERGENCY: _("Emergency line"),
}

ACCESS: Mapping[str, Label] = {
    Access.DIRECT: _("Just come along"),
    Access.REGISTRATION: _("With registration"),
    Access.REFERRAL_ONLY: _("Through professionals only"),
}

CAPACITY: Mapping[str, Label] = {
    Capacity.FREE: _("Place free"),
    Capacity.WAITING_LIST: _("Waiting list"),
    Capacity.FULL: _("Full at the moment"),
    Capacity.UNKNOWN: _("Places not known"),
}

AUDIENCES: Mapping[str, Label] = {
    Audience.MOTHERS: _("Mothers"),
    Audience.FATHERS: _("Fathers"),
    Audience.COUPLES: _("Couples"),
    Audience.SIBLINGS: _("Brothers and sisters"),
    Audience.SINGLE_PARENTS: _("Parents on their own with a child"),
}

# As each language calls itself: what a family recognises. Never translated.
LANGUAGES_OWN: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
    "ru": "Русский",
    "pl": "Polski",
    "ro": "Română",
    "bg": "Български",
    "fr": "Français",
    "fa": "فارسی",
    "ku": "Kurmancî",
    "sq": "Shqip",
    "es": "Español",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "vi": "Tiếng Việt",
}

# As professionals call it, for reasons and filters.
LANGUAGES: Mapping[str, Label] = {
    "de": _("German"),
    "en": _("English"),
    "tr": _("Turkish"),
    "ar": _("Arabic"),
    "uk": _("Ukrainian"),
    "ru": _("Russian"),
    "pl": _("Polish"),
    "ro": _("Romanian"),
    "bg": _("Bulgarian"),
    "fr": _("French"),
    "fa": _("Persian"),
    "ku": _("Kurdish"),
    "sq": _("Albanian"),
    "es": _("Spanish"),
    "so": _("Somali"),
    "ti": _("Tigrinya"),
    "vi": _("Vietnamese"),
}


def named(labels: Mapping[str, Label], code: str) -> str:
    """The word for a code; a code without one (another city's own) stands for itself."""
    return str(labels.get(code, code))


def named_all(labels: Mapping[str, Label], codes: list[str] | tuple[str, ...]) -> str:
    """Several words, in the order given, as one enumeration.

    Where a vocabulary has words with a comma of their own, semicolons keep all of its words
    apart: lines below each other are joined alike.
    """
    mark = "; " if any("," in str(word) for word in labels.values()) else ", "
    return mark.join(named(labels, code) for code in codes)


def ages(from_months: int, to_months: int) -> str:
    """An age range as a professional says it: "Pregnancy to 12 months", "3 to 6 years".

    Args:
        from_months, to_months: inclusive; negative means pregnancy, 216 has no upper end.
    """
    if to_months < 0:
        return str(_("Pregnancy"))
    if to_months >= 216 and from_months <= 0:
        return str(_("From pregnancy on") if from_months < 0 else _("From birth on"))
    if to_months >= 216:
        return str(_("%(age)s and older")) % {"age": age(from_months)}
    return str(_("%(start)s to %(end)s")) % {"start": age(from_months), "end": age(to_months)}


def age(months: int) -> str:
    """An age as one says it: "Pregnancy", "Birth", "8 months", "3 years"."""
    if months < 0:
        return str(_("Pregnancy"))
    if months == 0:
        return str(_("Birth"))
    if months % 12 == 0 and months > 12:
        years = months // 12
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
