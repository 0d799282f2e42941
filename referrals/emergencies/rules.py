"""Emergency access: for what, how long, and who reviews it. Pure."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID


class Reason(StrEnum):
    """Why somebody lets themselves in; a code in the access log and for the review."""

    COVERING_ABSENCE = "covering_absence"
    FAMILY_CALLED = "family_called"
    ACUTE_NEED = "acute_need"


# One call and what has to be done about it within a shift. A need that lasts longer is a
# deputyship or a share; one that comes again is a new access with a reason and review of its own.
LENGTH = timedelta(hours=4)
# How long those who work on the case are told on its page, reviewed or not.
TOLD = timedelta(days=30)


def may_review(reviewer: UUID, *, taken_by: UUID) -> bool:
    """Whether this account may say whether an access was in order: never of its own."""
    return reviewer != taken_by
