"""The codes of the work as words on the screen: states, reasons, outcomes, what was shared.

Every line may be read by the family: a "no" is told as what is missing, never as a judgement.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.consent import labels
from referrals.handovers.rules import Move

type Phrase = str | Promise

REASONS: dict[str, Phrase] = {
    "no_capacity": _("no place free right now"),
    "not_responsible": _("another service is responsible"),
    "requirements_not_met": _("the requirements are not met"),
    "already_supported": _("the family already has support"),
    "offer_ended": _("this offer has ended"),
    "waiting_list": _("waiting list"),
    "family_asked_to_wait": _("the family asked to wait"),
    "not_reached": _("family not reached"),
    "family_declined": _("the family does not want it at present"),
    "did_not_appear": _("the appointment did not take place"),
    "consent_withdrawn": _("consent withdrawn"),
    "family_changed_mind": _("the family changed its mind"),
    "no_longer_needed": _("no longer needed"),
    "other": _("another reason"),
}

OUTCOMES: dict[str, Phrase] = {
    "taken_up": _("the family uses the offer"),
    "counselling_done": _("counselling has taken place"),
    "referred_on": _("referred on to a suitable service"),
}

# What a button promises is what happens: verb first.
MOVES: dict[Move, Phrase] = {
    Move.ACCEPT: _("Accept"),
    Move.DECLINE: _("Not possible right now"),
    Move.START: pgettext_lazy("move", "Start"),
    Move.HOLD: _("Put on hold"),
    Move.RESUME: pgettext_lazy("move", "Continue"),
    Move.COMPLETE: pgettext_lazy("move", "Complete"),
    Move.FAIL: _("Did not happen"),
    Move.CANCEL: pgettext_lazy("move", "Withdraw"),
    Move.MARK_ERROR: _("Mark as entered in error"),
}

CATEGORIES = labels.CATEGORIES
PURPOSES = labels.PURPOSES


def categories(codes: list[str]) -> str:
    """The categories as one list of words, in the order they are asked in."""
    return ", ".join(str(words) for code, words in CATEGORIES.items() if code in codes)


def purposes(codes: list[str]) -> str:
    """The purposes as one list of words, in the order they are asked in."""
    return ", ".join(str(words) for code, words in PURPOSES.items() if code in codes)
