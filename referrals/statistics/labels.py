"""Words on screen for the codes of published numbers."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.models import OrganisationKind
from lotsen.places.models import District, Municipality
from offers import labels as offer_labels
from referrals.cases.models import ClosureReason
from referrals.facts.rules import LifePhase, Wait
from referrals.handovers import labels as handover_labels
from referrals.matching.models import GapReason
from referrals.statistics import boroughs

type Label = str | Promise

STEPS: Mapping[str, Label] = {
    "not_kept": _("Nothing was to be kept"),
    "unassessed": _("No questions asked yet"),
    "talk_open": _("Talk not decided yet"),
    "talk_declined": _("No support wished"),
    "talk_wished": _("Support wished"),
    "consent_given": _("Consent to a handover given"),
    "consent_declined": _("Consent to a handover declined"),
    "requested": _("Handover requested"),
    "accepted": _("Handover accepted"),
    "rejected": _("Not possible at the moment"),
    "completed": _("Arrived"),
    "failed": _("Did not come about"),
    "all": _("All families"),
}

# Of the funnel and the key figures (referrals.statistics.reports).
FIGURES: Mapping[str, Label] = {
    "births": _("Births"),
    "screened": _("Families asked"),
    "wished": _("Support wished"),
    "declined": _("No support wished"),
    "requested": _("Handed over"),
    "accepted": _("Accepted"),
    "arrived": _("Arrived"),
    "first_answer": _("Time to the first answer"),
    "came_back": _("Handovers that came back"),
    "without_offer": _("Wishes without an offer"),
    "answered_late": _("Answered late"),
}

LIFE_PHASES: Mapping[str, Label] = {
    LifePhase.PREGNANCY: _("Pregnancy"),
    LifePhase.NEWBORN: _("Birth to 2 months"),
    LifePhase.INFANT: _("3 to 11 months"),
    LifePhase.TODDLER: _("1 and 2 years"),
    LifePhase.PRESCHOOL: _("3 to 5 years"),
    LifePhase.SCHOOL: _("6 to 9 years"),
    LifePhase.YOUTH: _("10 to 17 years"),
    LifePhase.YOUNG_ADULT: _("18 to 26 years"),
    # Put together where there are too few families
    "first_year": _("First year of life"),
    "until_school": _("1 to 5 years"),
    "school_on": _("6 to 26 years"),
    "all": _("All ages"),
}

HOUSE_KINDS: Mapping[str, Label] = {
    **{kind.value: kind.label for kind in OrganisationKind},
    "other": _("Other houses"),
    "all": _("All houses"),
}

ANSWERS: Mapping[str, Label] = {
    "met": _("An offer was found"),
    "no_offer": _("No fitting offer"),
    "no_place": _("No place free"),
    "unmet": _("Nothing was found"),
}

NEEDS: Mapping[str, Label] = offer_labels.NEED_GROUPS

WAITS: Mapping[str, Label] = {
    Wait.UP_TO_2: _("up to 2 days"),
    Wait.UP_TO_7: _("3 to 7 days"),
    Wait.UP_TO_14: _("8 to 14 days"),
    Wait.LONGER: _("more than 14 days"),
}

# Of circumstances: the word before the colon.
KINDS: Mapping[str, Label] = {
    "interpreting": _("Interpreting"),
    "gap_reason": _("Why nothing fitted"),
    "rejected": _("Why a handover was not possible"),
    "waiting": _("Why a family waits"),
    "answered": _("Days to the answer"),
    "answered_late": _("Answered late"),
    "first_contact": _("Days to the first talk"),
    "completed": _("What came of it"),
    "failed": _("Why a handover did not come about"),
    "closed": _("Why the work ended"),
    "voice": _("What families say"),
}

_CODES: Mapping[str, Mapping[str, Label]] = {
    "interpreting": offer_labels.LANGUAGES,
    "gap_reason": {reason.value: reason.label for reason in GapReason},
    "rejected": handover_labels.REASONS,
    "waiting": handover_labels.REASONS,
    "answered": WAITS,
    "answered_late": {"yes": _("After the day that was promised")},
    "first_contact": WAITS,
    "completed": handover_labels.OUTCOMES,
    "failed": handover_labels.REASONS,
    "closed": {reason.value: reason.label for reason in ClosureReason},
}

_TOGETHER = _("All together")

LEVELS: Mapping[tuple[str, str], Label] = {
    ("life_phase", "fine"): _("Eight phases of life"),
    ("life_phase", "four"): _("Four phases of life"),
    ("life_phase", "all"): _("All ages together"),
    ("district", "district"): pgettext_lazy("level of places", "Districts"),
    ("district", "borough"): pgettext_lazy("level of places", "Boroughs"),
    ("district", "city"): _("The whole city together"),
    ("house_kind", "kind"): _("By kind of house"),
    ("house_kind", "all"): _("All houses together"),
    ("answer", "reasons"): _("No offer and no place apart"),
    ("answer", "unmet"): _("No offer and no place together"),
    ("circumstance", "each"): _("Every reason apart"),
    ("circumstance", "kinds"): _("All reasons of a kind together"),
    ("circumstance", "none"): _("Not told: too few families"),
    ("need", "each"): _("Every need apart"),
    ("need", "none"): _("Not told: too few families"),
    ("step", "each"): _("Every step apart"),
    ("step", "all"): _("Only how many families there were"),
}

_DIMENSIONS: Mapping[str, Mapping[str, Label]] = {
    "step": STEPS,
    "house_kind": HOUSE_KINDS,
    "life_phase": LIFE_PHASES,
    "need": NEEDS,
    "answer": ANSWERS,
}


def word(dimension: str, code: str) -> Label:
    """The word for a code of a dimension; one without a word stands for itself.

    Places have names of their own (`places`).
    """
    if dimension == "circumstance":
        return circumstance(code)
    return _DIMENSIONS.get(dimension, {}).get(code, code)


def circumstance(code: str) -> Label:
    """The word for "kind:code", without the kind: "rejected:no_capacity" is "No place free"."""
    kind, _colon, rest = code.partition(":")
    return _TOGETHER if rest == "any" else _CODES.get(kind, {}).get(rest, rest)


def level(dimension: str, code: str) -> Label:
    """How finely a dimension is told (referrals.statistics.coarsening)."""
    return LEVELS.get((dimension, code), code)


def places(municipality: Municipality) -> dict[str, Label]:
    """The name of each place published numbers can be of: districts, boroughs, the whole city."""
    names: dict[str, Label] = {
        "city": _("Whole city"),
        "outside": _("Outside the city"),
    }
    of = boroughs.of_city(municipality)
    for district in District.objects.filter(municipality=municipality):
        names[district.key] = district.name
        names[of[district.key]] = district.borough or _("Other districts")
    return names
