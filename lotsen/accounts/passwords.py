"""Words that everybody would try first in this place: they count for nothing in a password."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lotsen.accounts.models import User

# Of the field and of this program, folded (docs/security/entscheidungen.md).
WORDS = (
    "lotsendienst", "babylotsen", "babylotse", "babylotsin", "lotsen", "lotse", "lotsin",
    "familienbuero", "familie", "fruehehilfen", "praeventionskette", "kinderstark", "achtungkind",
    "geburtsklinik", "klinik", "krankenhaus", "wochenbett", "hebamme", "station", "jugendamt",
    "duesseldorf", "kennwort", "passwort", "password", "anmelden", "geheim", "willkommen",
    "fruehling", "sommer", "herbst", "winter", "januar", "februar", "november", "dezember",
)  # fmt: skip
FEWEST = 8  # letters and digits that must be left when those words and years are taken out
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class ContextWordsValidator:
    """A password made of the words of this place and a year is refused, however long it is."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002
        """
        Raises:
            ValidationError: too little is left without them.
        """
        if len(_own_part(password)) < FEWEST:
            raise ValidationError(
                _("This password is made of words and digits that others would try here first."),
                code="password_of_context_words",
            )

    def get_help_text(self) -> str:
        return _("Not only words of this service, seasons or a year.")


def _own_part(password: str) -> str:
    """The letters and digits that are left without known words and years."""
    folded = re.sub(r"[\W_]+", "", password.lower().translate(_FOLD))
    folded = re.sub(r"(19|20)\d\d", "", folded)
    for word in sorted(WORDS, key=len, reverse=True):
        folded = folded.replace(word, "")
    return folded
