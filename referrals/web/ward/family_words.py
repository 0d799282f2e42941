"""The words around the question, in the family's language: buttons, labels, thanks.

A text of version 2 and later brings all of them along, under its hash. Older texts bring none;
around those the interface speaks, in the languages it speaks.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.consent.models import ConsentText
from referrals.consent.wording import filled

_INTERFACE: Mapping[str, str | Promise] = {
    "page": _("A question for you"),
    "passed_on": _("This is what we pass on"),
    "stays": _("This stays here"),
    "stays_answers": _("your answers to all questions"),
    "stays_talk": _("what you told us"),
    "gives_name": _("your name"),
    "gives_phone": _("your phone number"),
    "gives_safe_contact": _("how to reach you safely"),
    "gives_language": _("your language"),
    "gives_district": _("the district you live in"),
    "gives_needs": _("what you would like support with"),
    "gives_resources": _("what is going well for you"),
    "gives_wish": _("whether you would like a talk"),
    "gives_note": _("a short message from us"),
    "yes": _("Yes, I agree"),
    "no": _("No, not now"),
    "more": _("More about this"),
    "change": _(
        "You would rather not share one of these things? Just tell us, we change it together."
    ),
    "sign": _("Thank you. Now please sign."),
    "i_am": _("I am"),
    "mother": _("Mother"),
    "father": _("Father"),
    "guardian": _("Other person with custody"),
    "i_sign": _("I sign"),
    "typed": _("by typing my name"),
    "drawn": _("by hand"),
    "paper": _("on paper"),
    "your_name": _("Your name"),
    "box": _("Box to sign in with a finger or pen"),
    "again": _("Start again"),
    "sheet": _("Please sign the sheet the staff gives you."),
    "if_you_like": _("Only if you want. You can leave this empty."),
    "back": _("Back to the question"),
    "done": pgettext_lazy("signature", "Done"),
    "missing": _("Something is still missing"),
    "missing_who": _("Please tap who you are."),
    "missing_way": _("Please choose how you want to sign."),
    "missing_name": _("Please write your name."),
    "missing_drawing": _("Please sign in the box, or choose another way."),
    "thanks": _("Thank you."),
    "thanks_yes": _("Your answer is noted. You can change your mind at any time: just tell us."),
    "thanks_no": _("That is all right. Nothing is passed on. You can come back to it at any time."),
    "hand_back": _("Please hand the tablet back."),
}


def words_around(text: ConsentText, recipient: str) -> dict[str, str]:
    """Every word of referrals.consent.wording.WORDS, with the house's name filled in."""
    words: Mapping[str, str | Promise] = text.words or _INTERFACE
    return {key: filled(str(words[key]), recipient) for key in _INTERFACE}
