"""Words for states, moves, reasons and outcomes. No label speaks about people.

Codes are those of FHIR; a word here can change without touching a row. A "no" is called "not
possible at the moment": it asks for another way, it is not a verdict on a family.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.handovers.rules import ENDED, Move, State

type Words = dict[str, str | Promise]

STATES: Words = {
    State.DRAFT: pgettext_lazy("handover state", "Draft"),
    State.REQUESTED: pgettext_lazy("handover state", "Requested"),
    State.ACCEPTED: pgettext_lazy("handover state", "Accepted"),
    State.REJECTED: pgettext_lazy("handover state", "Not possible at the moment"),
    State.IN_PROGRESS: pgettext_lazy("handover state", "Help is under way"),
    State.ON_HOLD: pgettext_lazy("handover state", "On hold"),
    State.COMPLETED: pgettext_lazy("handover state", "Arrived"),
    State.FAILED: pgettext_lazy("handover state", "Did not happen"),
    State.CANCELLED: pgettext_lazy("handover state", "Taken back"),
    State.ENTERED_IN_ERROR: pgettext_lazy("handover state", "Entered in error"),
    ENDED: pgettext_lazy("handover state", "Ended"),
}

# On buttons.
MOVES: Words = {
    Move.REQUEST: pgettext_lazy("handover move", "Hand over"),
    Move.ACCEPT: pgettext_lazy("handover move", "Accept"),
    Move.DECLINE: pgettext_lazy("handover move", "Not possible at the moment"),
    Move.START: pgettext_lazy("handover move", "Help has begun"),
    Move.HOLD: pgettext_lazy("handover move", "Put on hold"),
    Move.RESUME: pgettext_lazy("handover move", "Continue"),
    Move.COMPLETE: pgettext_lazy("handover move", "Help has arrived"),
    Move.FAIL: pgettext_lazy("handover move", "Did not happen"),
    Move.CANCEL: pgettext_lazy("handover move", "Take back"),
    Move.MARK_ERROR: pgettext_lazy("handover move", "Mark as entered in error"),
}

REASONS: Words = {
    "no_capacity": _("No place free at the moment"),
    "not_responsible": _("Not responsible, or outside the catchment area"),
    "requirements_not_met": _("Requirements of the offer do not fit"),
    "already_supported": _("Already has support"),
    "offer_ended": _("The offer has ended"),
    "waiting_list": _("On the waiting list"),
    "family_asked_to_wait": _("The family wants to wait"),
    "not_reached": _("Not reached"),
    "family_declined": _("The family does not want it now"),
    "did_not_appear": _("The appointment did not take place"),
    "consent_withdrawn": _("Consent withdrawn"),
    "family_changed_mind": _("The family has decided otherwise"),
    "no_longer_needed": _("No longer needed"),
    "other": _("Other reason"),
}

OUTCOMES: Words = {
    "taken_up": _("Taken up by the offer"),
    "counselling_done": _("Counselling has taken place"),
    "referred_on": _("Passed on to a better fitting offer"),
}
