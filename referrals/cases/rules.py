"""What can be said about a case from values alone. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum


class Provenance(StrEnum):
    """Where a fact comes from; it stays with the fact (§ 62 SGB VIII, § 76 SGB X)."""

    FAMILY = "family"  # the parents said so themselves
    STAFF = "staff"  # observed by ward or practice staff
    THIRD_PARTY = "third_party"
    # Passed on by somebody bound by § 203 (1) StGB: may be forwarded only with a new consent.
    HEALTH_SECRET = "health_secret"  # noqa: S105
    YOUTH_SERVICE = "youth_service"


def passed_on_by(*, health_sender: bool) -> Provenance:
    """The mark that what a house passes on carries at the recipient (§ 76 SGB X)."""
    return Provenance.HEALTH_SECRET if health_sender else Provenance.YOUTH_SERVICE


def age_on(day: date, child_age_months: int, aged_on: date) -> int:
    """The child's age in whole months on `day`, from the age stated on `aged_on`.

    Negative values count months before birth (−9 … −1); a pregnancy that has run out reads 0.
    """
    passed = (day.year - aged_on.year) * 12 + day.month - aged_on.month
    if day.day < aged_on.day:
        passed -= 1
    return child_age_months + max(passed, 0)


class ShareReason(StrEnum):
    """Why a case is shared with one person; a code, never free text."""

    ABSENCE = "absence"
    JOINT_VISIT = "joint_visit"
    SECOND_OPINION = "second_opinion"
    OWN_INTAKE = "own_intake"


class AbsenceReason(StrEnum):
    """Why somebody is stood in for. Never of what: an illness is nobody's business here."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"


# The longest a share or a deputyship may run: a quarter. A longer need is an assignment.
LONGEST_SHARE = timedelta(days=92)
# Kinds of share somebody may give to a colleague; the others come about in ways of their own.
GIVEN_KINDS = frozenset({"deputy", "joint"})
_EMERGENCY = "emergency"


class Standing(StrEnum):
    """By what somebody works on a case; a code. The first that holds is the one that counts."""

    ASSIGNED = "assigned"
    DEPUTY = "deputy"  # for the assigned person, whichever case it is
    SHARED = "shared"  # this case was shared with them, as deputy or for joint work
    EMERGENCY = "emergency"  # let themselves in, for hours; is reviewed


def standing(
    *, assigned: bool, deputises: bool, share_kinds: Iterable[str], restricted: bool
) -> Standing | None:
    """By what a person works on a case now; None for everybody else.

    Colleagues of the holding house see the pseudonymous case; identity and notes are for
    insiders. In a house that takes part there is no such line: the consent names the house.
    A share of one's own intake only leads back to it. An emergency opens nothing that the family
    had restricted (Art. 18 GDPR).
    """
    if assigned:
        return Standing.ASSIGNED
    if deputises:
        return Standing.DEPUTY
    kinds = set(share_kinds)
    if kinds & GIVEN_KINDS:
        return Standing.SHARED
    if _EMERGENCY in kinds and not restricted:
        return Standing.EMERGENCY
    return None
