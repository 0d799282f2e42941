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


# The longest a share may run. A longer need is an assignment, not a share.
LONGEST_SHARE = timedelta(days=92)
# Kinds of share that open identity and notes; "own" is only a way back to an intake.
INSIDER_KINDS = frozenset({"deputy", "joint"})


def is_insider(*, assigned: bool, share_kinds: Iterable[str]) -> bool:
    """Whether a person works on the case: assigned to it, or by a running deputy or joint share.

    Colleagues of the holding house see the pseudonymous case; identity and notes are for
    insiders. In a house that takes part there is no such line: the consent names the house.
    """
    return assigned or not INSIDER_KINDS.isdisjoint(share_kinds)
