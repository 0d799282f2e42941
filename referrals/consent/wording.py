"""Which words a consent text brings along, and where names are filled in. Pure.

Since version 2 a file holds every word of the family's pages, buttons and thanks included: a
released language is complete, and the hash stands over all that a family reads.
"""

from collections.abc import Mapping
from hashlib import sha256

from referrals.consent.rules import Category, Purpose

RECIPIENT = "{recipient}"  # the name of the house that is to learn something
LAW = "{law}"  # a paragraph of its own: the law and the authority of the asking house

RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "ps", "ckb", "he"})  # languages so written

# What is passed on and what stays, in the family's own words: "we pass on your name".
GIVES: Mapping[Category, str] = {category: f"gives_{category.value}" for category in Category}

_QUESTION = ("page", "passed_on", "stays", "stays_answers", "stays_talk", "yes", "no", "more")
_SIGNATURE = (
    "change", "sign", "i_am", "mother", "father", "guardian", "i_sign", "typed", "drawn", "paper",
    "your_name", "box", "again", "sheet", "if_you_like", "back", "done",
)  # fmt: skip
_MISSING = ("missing", "missing_who", "missing_way", "missing_name", "missing_drawing")
_THANKS = ("thanks", "thanks_yes", "thanks_no", "hand_back")

WORDS: tuple[str, ...] = (*_QUESTION, *GIVES.values(), *_SIGNATURE, *_MISSING, *_THANKS)


def filled(words: str, recipient: str) -> str:
    """`words` with the name of the house in its place."""
    return words.replace(RECIPIENT, recipient)


def fingerprint(
    title: str, body: str, questions: Mapping[str, str], words: Mapping[str, str]
) -> str:
    """SHA-256 (hexadecimal) over every word a family reads, the paragraph on the law included.

    Texts of before version 2 brought no words of their own; their hash stays what it was.
    """
    parts = [title, body]
    parts += [
        f"{purpose.value}: {questions[purpose]}" for purpose in Purpose if purpose in questions
    ]
    parts += [f"{key}: {words[key]}" for key in WORDS if key in words]
    return sha256("\n\n".join(parts).encode()).hexdigest()
