"""The codes of the work as words on the screen: states, reasons, outcomes, what was shared.

Every line may be read by the family: a "no" is told as what is missing, never as a judgement.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.consent.rules import Category, Purpose
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
    "referred_on": _("passed on to a fitting service"),
}

# What a button promises is what happens: verb first.
MOVES: dict[Move, Phrase] = {
    Move.ACCEPT: _("Accept"),
    Move.DECLINE: _("Not possible right now"),
    Move.START: pgettext_lazy("move", "Start"),
    Move.HOLD: _("Let it rest"),
    Move.RESUME: pgettext_lazy("move", "Continue"),
    Move.COMPLETE: pgettext_lazy("move", "Complete"),
    Move.FAIL: _("Did not come about"),
    Move.CANCEL: pgettext_lazy("move", "Withdraw"),
    Move.MARK_ERROR: _("Mark as entered in error"),
}

CATEGORIES: dict[Category, Phrase] = {
    Category.NAME: _("name"),
    Category.PHONE: _("phone"),
    Category.SAFE_CONTACT: _("safe way to get in touch"),
    Category.LANGUAGE: _("language"),
    Category.DISTRICT: _("district"),
    Category.NEEDS: _("support wishes"),
    Category.RESOURCES: _("what is going well"),
    Category.WISH: _("wish for a talk"),
    Category.NOTE: _("note"),
}

PURPOSES: dict[Purpose, Phrase] = {
    Purpose.DOCUMENTATION: _("keep the documentation"),
    Purpose.HANDOVER: _("pass on to this service"),
    Purpose.FEEDBACK: _("tell the sender how it went"),
    Purpose.CONTACT_AGAIN: _("get in touch again later"),
    Purpose.EVALUATION: _("evaluation"),
}


def categories(codes: list[str]) -> str:
    """The categories as one list of words, in the order they are asked in."""
    return ", ".join(str(words) for code, words in CATEGORIES.items() if code in codes)


def purposes(codes: list[str]) -> str:
    """The purposes as one list of words, in the order they are asked in."""
    return ", ".join(str(words) for code, words in PURPOSES.items() if code in codes)
