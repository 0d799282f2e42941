"""When what was typed and what is sealed mean the same family. Pure.

A family is found by a word of its name together with the day of birth, or by its telephone
number; always by whole values, never by a beginning. Both sides are folded (lotsen.names).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lotsen import names
from referrals.identities.rules import Field


class Kind(StrEnum):
    """What a search goes by; a code in the access log and in the search index."""

    PSEUDONYM = "pseudonym"
    NAME_BIRTH = "name_birth"
    PHONE = "phone"


# What has to be known of an identity to compare, and to enter it into the index.
COMPARED: dict[Kind, frozenset[Field]] = {
    Kind.NAME_BIRTH: frozenset({Field.NAME, Field.BIRTH_DATE}),
    Kind.PHONE: frozenset({Field.PHONE}),
}


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for. Prints nothing of what was typed."""

    kind: Kind
    surname: str = ""
    birth_date: date | None = None
    phone: str = ""

    def __repr__(self) -> str:
        return f"Wanted({self.kind.value})"

    def combinations(self) -> frozenset[str]:
        """What to ask the index for: one of these leads to every family that `agrees`."""
        if self.kind == Kind.PHONE:
            return frozenset({names.folded_phone(self.phone)} - {""})
        if self.birth_date is None:
            return frozenset()
        day = self.birth_date
        return frozenset(names.combined(word, day) for word in names.looked_up(self.surname))

    def agrees(self, texts: Mapping[str, str]) -> bool:
        """Whether these opened fields are those of the family looked for."""
        if self.kind == Kind.PHONE:
            return names.same_phone(self.phone, texts.get(Field.PHONE, ""))
        if self.birth_date is None or texts.get(Field.BIRTH_DATE) != self.birth_date.isoformat():
            return False
        return names.is_among(self.surname, texts.get(Field.NAME, ""))


def combinations_of(kind: Kind, texts: Mapping[str, str]) -> frozenset[str]:
    """What a family with these fields is entered under; none unless all that is needed is there."""
    if kind == Kind.PHONE:
        return frozenset({names.folded_phone(texts.get(Field.PHONE, ""))} - {""})
    day = texts.get(Field.BIRTH_DATE, "")
    if not day:
        return frozenset()
    born = date.fromisoformat(day)
    return frozenset(names.combined(word, born) for word in names.words(texts.get(Field.NAME, "")))
