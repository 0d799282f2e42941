"""Who may write and read which sealed text, from values alone. Pure."""

from dataclasses import dataclass

from lotsen.accounts.roles import Right

# What somebody must be allowed to do in the house a text is written for.
WRITING: dict[str, Right] = {
    "case": Right.VIEW_IDENTITY,
    "entrusted": Right.VIEW_IDENTITY,
    "contact": Right.FOLLOW_UP,
    "message": Right.REQUEST_HANDOVER,
    "signature": Right.ASSESS_CASE,
    "dispute": Right.VIEW_IDENTITY,
}
# What a family may say of a case that is closed or restricted too (§ 84 SGB X).
ALWAYS_WRITABLE = frozenset({"dispute"})
# Why somebody opens texts; a code in the access log.
WORK, DATA_RIGHTS = "work_on_case", "data_rights"
# Kinds that belong to the work on the case itself: in the holding house for insiders only.
INSIDER_KINDS = frozenset({"case", "entrusted"})
LONGEST = 4000  # characters; a drawn signature is a path of coordinates
LONGEST_SIGNATURE = 60_000


@dataclass(frozen=True)
class Reader:
    """How somebody stands to one text."""

    is_author: bool
    of_writing_house: bool  # may read identities in the house that wrote it
    is_insider: bool  # of a case the writing house holds; true where the house only takes part
    is_addressee: bool  # of the house a message is for, and the family agreed that it reads notes
    # Of the house that holds the case, answering a family that asks what is stored.
    answers_family: bool = False


def readable(kind: str, reader: Reader) -> bool:
    """Whether a text may be read.

    Entrusted texts are their author's alone (§ 65 SGB VIII): no deputy, no superior. A message
    goes to the house it is for, if the family agreed to notes; every other text stays in
    the house that wrote it, with those who work on the case. When a family asks what is stored,
    a colleague may answer for them.
    """
    if not reader.of_writing_house:
        return kind == "message" and reader.is_addressee
    if kind == "entrusted":
        return reader.is_author
    return reader.is_author or reader.is_insider or reader.answers_family
