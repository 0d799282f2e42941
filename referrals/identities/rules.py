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


class Field(StrEnum):
    """The sealed fields of an identity. Those that may be passed on are categories of consent."""

    NAME = Category.NAME.value
    PHONE = Category.PHONE.value
    SAFE_CONTACT = Category.SAFE_CONTACT.value
    # Only to find the family again: there is no category for it, so no consent can release it.
    BIRTH_DATE = "birth_date"


FIELDS = frozenset(Field)


class OpeningReason(StrEnum):
    """Why an identity is opened; a code in the access log."""

    WORK = "work_on_case"  # insiders and recipients: the usual way
    EMERGENCY = "emergency"  # an insider by referrals.emergencies alone; never asked for
    DATA_RIGHTS = "data_rights"  # the family asks what is stored
    CORRECTION = "correction"


# With one of these a colleague in the holding house, who does not work on the case, may look.
# Whoever has another need takes an emergency access (referrals.emergencies): hours, reviewed.
COLLEAGUE_REASONS = frozenset({OpeningReason.DATA_RIGHTS})


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
    # Has that right there, but does not work on it; of a case for insiders only nobody is one.
    is_colleague: bool
    releases: tuple[Release, ...] = ()  # to houses where the reader has that right
    is_restricted: bool = False  # the case may be stored only (Art. 18 GDPR)


def readable(reader: Reader, *, reason: str = "") -> frozenset[Field]:
    """The fields of the identity that may be read.

    Insiders read all of them; colleagues of the holding house only to answer the family, which
    is written to the access log; a recipient what was consented, from acceptance to the end. While
    the case is restricted the holding house reads only to answer the family, others nothing.
    """
    if reader.is_restricted:
        in_holder = reader.is_insider or reader.is_colleague
        answers = in_holder and reason == OpeningReason.DATA_RIGHTS
        return FIELDS if answers else frozenset()
    if reader.is_insider or (reader.is_colleague and reason in COLLEAGUE_REASONS):
        return FIELDS
    return _all_released(reader)


def searchable(reader: Reader) -> frozenset[Field]:
    """The fields by which somebody may look for the family: everybody with the right to identities
    in the holding house by all of them, a recipient by what was released to its house.

    A restricted case is found by the holding house alone, to answer the family.
    """
    if reader.is_insider or reader.is_colleague:
        return FIELDS
    return frozenset() if reader.is_restricted else _all_released(reader)


def checked_reason(reason: str) -> str:
    """`reason`, if it is known.

    Raises:
        InvalidInput: otherwise.
    """
    if reason not in set(OpeningReason):
        allowed = ", ".join(OpeningReason)
        raise InvalidInput("opening_reason_unknown", field="reason", allowed=allowed)
    return reason


def _all_released(reader: Reader) -> frozenset[Field]:
    return frozenset(Field(code) for release in reader.releases for code in _released(release))


def _released(release: Release) -> Iterable[str]:
    runs = release.state in RELEASED_STATES
    if not (runs and release.in_force and Purpose.HANDOVER in release.purposes):
        return frozenset()
    return release.categories & release.consented & IDENTITY
