"""A gap as a sentence, such as one can say aloud in a committee."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from referrals.facts.rules import LifePhase
from referrals.planning.gaps import ALL, FIRST_YEAR, SCHOOL_ON, UNTIL_SCHOOL, Cell, Choice, State
from referrals.statistics import labels
from referrals.statistics.labels import Label
from referrals.web.planning.charts import german

# Begins a sentence: "Around birth, 85 of 140 families …".
WHEN: Mapping[str, Label] = {
    LifePhase.PREGNANCY: gettext_lazy("In pregnancy"),
    LifePhase.NEWBORN: gettext_lazy("Around birth"),
    LifePhase.INFANT: gettext_lazy("From 3 to 11 months"),
    FIRST_YEAR: gettext_lazy("In the first year of life"),
    LifePhase.TODDLER: gettext_lazy("At 1 and 2 years"),
    LifePhase.PRESCHOOL: gettext_lazy("From 3 years until school"),
    UNTIL_SCHOOL: gettext_lazy("From the first birthday until school"),
    LifePhase.SCHOOL: gettext_lazy("At primary school age"),
    LifePhase.YOUTH: gettext_lazy("From 10 to 17 years"),
    LifePhase.YOUNG_ADULT: gettext_lazy("From 18 to 26 years"),
    SCHOOL_ON: gettext_lazy("From school age on"),
    ALL: pgettext_lazy("begins a sentence", "At all ages together"),
}


@dataclass(frozen=True)
class Finding:
    """Two sentences: what is missing, and for how many."""

    lead: str  # holds %(need)s, for the word that stands out
    need: str
    sentence: str
    why: str = ""

    @property
    def before(self) -> str:
        return self.lead.partition("%(need)s")[0]

    @property
    def after(self) -> str:
        return self.lead.partition("%(need)s")[2]


def finding(cell: Cell, choice: Choice, place: str = "") -> Finding:
    """What a committee should hear about this gap.

    Args:
        choice: what was asked for: the sentence claims no more than that.
        place: name of the chosen place.
    """
    return Finding(_lead(choice), str(labels.word("need", cell.need)), _sentence(cell, place),
                   _why(cell))  # fmt: skip


def missing(cell: Cell) -> str:
    """What a cell of the matrix says; the number stands out in front of it."""
    if cell.state == State.COVERED:
        return _("covered")
    if cell.state == State.FEW:
        return _("0 to 4")
    return german(cell.missing)


def lacking(number: int) -> str:
    """What is missing at a place: "65 missing"; a nought hides up to four."""
    return _("%(number)s missing") % {"number": german(number) if number else _("0 to 4")}


def _lead(choice: Choice) -> str:
    if choice.need and choice.phase:
        return pgettext("gap", "Help with “%(need)s”.")
    if choice.need:
        return pgettext("gap", "Where help with “%(need)s” is missing most often.")
    return pgettext("gap", "Help with “%(need)s” is missing most often.")


def _sentence(cell: Cell, place: str) -> str:
    when = str(WHEN.get(cell.phase, labels.word("life_phase", cell.phase)))
    words = {
        "when": _("%(when)s (%(place)s)") % {"when": when, "place": place} if place else when,
        "missing": german(cell.missing),
        "wished": german(cell.split.wished),
        "met": german(cell.split.met),
    }
    if cell.missing:
        return _("%(when)s, %(missing)s of %(wished)s families with this wish found nothing that"
                 " fits.") % words  # fmt: skip
    if cell.split.met:
        return _("%(when)s, 0 to 4 families found nothing that fits; %(met)s did.") % words
    return _("%(when)s, hardly anybody wished it: 0 to 4 families.") % words


def _why(cell: Cell) -> str:
    split = cell.split
    if not cell.missing or split.undivided:
        return ""
    words = {"no_offer": split.no_offer or _("0 to 4"), "no_place": split.no_place or _("0 to 4")}
    return _("%(no_offer)s times there was no offer, %(no_place)s times no place was free.") % words
