"""When something is to be erased, from values alone. Pure: no Django, no database, no clock.

Days are local days (Europe/Berlin). A day that is due is the first day on which it may go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lotsen.errors import InvalidInput

# How long an officer can look at what is due, and hold it back, before it goes without a click.
# Art. 5 (1) e GDPR makes erasing the duty and the second approval a safeguard: two working weeks
# cover a holiday of one officer, and keep the promise of 30 days in reach (docs/adr/0016).
GRACE = timedelta(days=14)

# A case that began in the first year ends at the latest a year after the first birthday
# (docs/domain.md 4.7: "längstens 1. Geburtstag + 12 Monate").
FIRST_BIRTHDAY, LATEST_AGE = 12, 24  # months


class Subject(StrEnum):
    """What is erased apart from the rest. The values of models.DataKind."""

    UNSAVED_INTAKE = "unsaved_intake"
    CONTACT_DETAILS = "contact_details"
    CASE = "case"
    CONSENT_PROOF = "consent_proof"


@dataclass(frozen=True)
class Limits:
    """The term that holds unless a city sets another, and between which days it may."""

    default: int  # days
    least: int
    most: int
    source: str  # a code; the page has the sentence


LIMITS: dict[Subject, Limits] = {
    # Four weeks: docs/domain.md 4.7. No longer, because without a consent § 10 GDSG NW lets nothing
    # be kept; no shorter than the week in which a screener finds an own intake again.
    Subject.UNSAVED_INTAKE: Limits(28, 7, 28, "no_consent"),
    # 30 days after arrival or refusal: docs/domain.md 4.7. What serves no purpose any more goes
    # without delay (Art. 17 (1) a GDPR); up to 90 days to hear whether help lasts.
    Subject.CONTACT_DETAILS: Limits(30, 7, 90, "purpose_ended"),
    # A year after closing: docs/domain.md 4.7. § 9b SGB VIII (70 years) does not name § 16 or
    # early help. Providers report two years as the shortest term in use: the upper limit.
    Subject.CASE: Limits(365, 30, 730, "early_help"),
    # Three years, §§ 195, 199 BGB: claims end with the third year after the one they arose in, so
    # a city may keep the proof up to a fourth; less would leave it without proof (Art. 7 (1)).
    Subject.CONSENT_PROOF: Limits(1095, 1095, 1461, "limitation"),
}


@dataclass(frozen=True)
class Term:
    """A term in force in one city."""

    days: int
    since: date | None = None  # day of the second approval; None: the default


def default_terms() -> dict[Subject, Term]:
    return {subject: Term(limits.default) for subject, limits in LIMITS.items()}


def checked_days(subject: Subject, days: int) -> int:
    """`days`, if the law leaves that choice.

    Raises:
        InvalidInput: below the least or above the most.
    """
    limits = LIMITS[subject]
    if not limits.least <= days <= limits.most:
        raise InvalidInput("term_out_of_range", field="days", low=limits.least, high=limits.most)
    return days


@dataclass(frozen=True)
class CaseFacts:
    """What decides when a case, or a part of it, is due. No name, no need."""

    opened_on: date
    closed_on: date | None
    is_kept: bool  # the family agreed to documentation
    is_restricted: bool  # Art. 18 GDPR
    child_age_months: int  # on `aged_on`; negative in pregnancy
    aged_on: date
    is_in_use: bool  # a consent, a handover or a part in the case rests on it
    has_open_handover: bool
    # For contact details only.
    has_draft: bool = False
    has_open_follow_up: bool = False
    last_ended_on: date | None = None  # the last handover that ended
    identity_sealed_on: date | None = None  # None: nothing is stored
    contact_until: date | None = None  # last day of a living consent to a call later


def due_on(subject: Subject, facts: CaseFacts, terms: dict[Subject, Term]) -> date | None:
    """The first day on which this part of a case may be erased; None while nothing sets one.

    What is restricted is never due. A term that was set anew makes nothing due before the day of
    its approval, so a shorter term leaves the same time to look as any other.
    """
    if facts.is_restricted:
        return None
    day = _DUE[subject](facts, terms[subject].days)
    since = terms[subject].since
    return day if day is None or since is None else max(day, since)


def keep_proof_until(erased_on: date, terms: dict[Subject, Term]) -> date:
    """The last day a proof of consent is kept, from the day its case was erased."""
    return erased_on + timedelta(days=terms[Subject.CONSENT_PROOF].days)


def past_grace(due: date, today: date) -> bool:
    """Whether it goes without an approval: more than two weeks overdue."""
    return due + GRACE < today


def day_of_age(months: int, child_age_months: int, aged_on: date) -> date:
    """The first day on which the child is `months` old, by referrals.cases.rules.age_on.

    Args:
        child_age_months: whole months on `aged_on`.
    """
    to_go = months - child_age_months
    if to_go <= 0:
        return aged_on
    year, month = divmod(aged_on.year * 12 + aged_on.month - 1 + to_go, 12)
    try:
        return aged_on.replace(year=year, month=month + 1)
    except ValueError:  # the month has no such day: the first of the next one has passed it
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def _unsaved_due(facts: CaseFacts, days: int) -> date | None:
    if facts.is_kept or facts.is_in_use or facts.closed_on is not None:
        return None
    return facts.opened_on + timedelta(days=days)


def _contact_due(facts: CaseFacts, days: int) -> date | None:
    """A term after help arrived or was refused, unless somebody still has to call."""
    is_open = facts.has_open_handover or facts.has_draft or facts.has_open_follow_up
    ended_on = facts.last_ended_on or facts.closed_on
    if is_open or facts.identity_sealed_on is None or ended_on is None:
        return None
    due = max(ended_on, facts.identity_sealed_on) + timedelta(days=days)
    if facts.contact_until is not None:
        due = max(due, facts.contact_until + timedelta(days=1))
    return due


def _case_due(facts: CaseFacts, days: int) -> date | None:
    """A term after closing; begun in the first year, at the latest a year after it."""
    if facts.has_open_handover:
        return None
    bounds = []
    if facts.closed_on is not None:
        bounds.append(facts.closed_on + timedelta(days=days))
    first_birthday = day_of_age(FIRST_BIRTHDAY, facts.child_age_months, facts.aged_on)
    if facts.opened_on < first_birthday:
        bounds.append(day_of_age(LATEST_AGE, facts.child_age_months, facts.aged_on))
    return min(bounds, default=None)


_DUE = {
    Subject.UNSAVED_INTAKE: _unsaved_due,
    Subject.CONTACT_DETAILS: _contact_due,
    Subject.CASE: _case_due,
}


def counts(subjects: Iterable[str]) -> dict[str, int]:
    """How many of each, in the order of `Subject`; kinds without any are not named."""
    return added({}, Counter(subjects))


def added(counted: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Both counts together, in the order of `Subject`."""
    total = Counter(counted) + Counter(more)
    return {subject.value: total[subject.value] for subject in Subject if total[subject.value]}
