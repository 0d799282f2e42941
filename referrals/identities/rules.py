"""Which fields of an identity somebody may read, derived from consent and handovers. Pure.

Accepting a handover never touches the vault: what is released follows from these values alone,
at the moment somebody asks. A withdrawn or run-out consent releases nothing from that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lotsen.errors import InvalidInput
from referrals.consent.rules import IDENTITY, Category, Purpose
from referrals.handovers.rules import RELEASED_STATES, State


class OpeningReason(StrEnum):
    """Why an identity is opened; a code in the access log."""

    WORK = "work_on_case"  # insiders and recipients: the usual way
    COVERING = "covering_absence"
    FAMILY_CALLED = "family_called"
    DATA_RIGHTS = "data_rights"  # the family asks what is stored
    CORRECTION = "correction"


# With one of these a colleague in the holding house, who does not work on the case, may look.
COLLEAGUE_REASONS = frozenset(
    {OpeningReason.COVERING, OpeningReason.FAMILY_CALLED, OpeningReason.DATA_RIGHTS}
)


@dataclass(frozen=True)
class Release:
    """What one handover and its consent say, for a house of the reader."""

    state: State
    categories: frozenset[str]  # of the handover: at most those of the consent
    consented: frozenset[str]
    purposes: frozenset[str]
    in_force: bool


@dataclass(frozen=True)
class Reader:
    """How somebody stands to a case."""

    is_insider: bool  # works on it in the holding house, with the right to identities there
    is_colleague: bool  # has that right there, but does not work on it
    releases: tuple[Release, ...] = ()  # to houses where the reader has that right


def readable(reader: Reader, *, reason: str = "") -> frozenset[Category]:
    """The fields of the identity that may be read.

    Insiders read all of them; colleagues of the holding house only with a reason that is
    written to the access log; a recipient what was consented, from acceptance to the end.
    """
    if reader.is_insider or (reader.is_colleague and reason in COLLEAGUE_REASONS):
        return IDENTITY
    return frozenset(Category(code) for release in reader.releases for code in _released(release))


def checked_reason(reason: str) -> str:
    """`reason`, if it is known.

    Raises:
        InvalidInput: otherwise.
    """
    if reason not in set(OpeningReason):
        allowed = ", ".join(OpeningReason)
        raise InvalidInput("opening_reason_unknown", field="reason", allowed=allowed)
    return reason


def _released(release: Release) -> Iterable[str]:
    runs = release.state in RELEASED_STATES
    if not (runs and release.in_force and Purpose.HANDOVER in release.purposes):
        return frozenset()
    return release.categories & release.consented & IDENTITY
