"""Terms from values alone: what is due when, and what never is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.errors import InvalidInput
from referrals.cases.rules import age_on
from referrals.retention import rules
from referrals.retention.models import DataKind
from referrals.retention.rules import CaseFacts, Subject, Term

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MAYBE = st.none() | DAYS
AGES = st.integers(-9, 216)
TODAY = date(2026, 11, 22)
OF_CASES = [kind for kind in Subject if kind is not Subject.CONSENT_PROOF]

cases = st.builds(
    CaseFacts,
    opened_on=DAYS,
    closed_on=MAYBE,
    is_kept=st.booleans(),
    is_restricted=st.booleans(),
    child_age_months=AGES,
    aged_on=DAYS,
    is_in_use=st.booleans(),
    has_open_handover=st.booleans(),
    has_draft=st.booleans(),
    has_open_follow_up=st.booleans(),
    last_ended_on=MAYBE,
    identity_sealed_on=MAYBE,
    contact_until=MAYBE,
)
terms = st.fixed_dictionaries(
    {
        subject: st.builds(Term, st.integers(limits.least, limits.most), MAYBE)
        for subject, limits in rules.LIMITS.items()
    }
)
A_CASE = CaseFacts(
    opened_on=date(2025, 1, 1),
    closed_on=None,
    is_kept=True,
    is_restricted=False,
    child_age_months=30,
    aged_on=date(2025, 1, 1),
    is_in_use=True,
    has_open_handover=False,
)
CLOSED = replace(A_CASE, closed_on=date(2025, 6, 1))
DEFAULTS = rules.default_terms()


def test_kinds_and_subjects_are_the_same_words() -> None:
    assert [kind.value for kind in Subject] == list(DataKind.values)


@pytest.mark.parametrize("kind", OF_CASES)
@given(facts=cases, terms=terms)
def test_what_is_restricted_is_never_due(
    kind: Subject, facts: CaseFacts, terms: dict[Subject, Term]
) -> None:
    assert rules.due_on(kind, replace(facts, is_restricted=True), terms) is None


@pytest.mark.parametrize("kind", [Subject.CASE, Subject.CONTACT_DETAILS])
@given(facts=cases, terms=terms)
def test_while_a_handover_is_open_the_family_can_be_reached(
    kind: Subject, facts: CaseFacts, terms: dict[Subject, Term]
) -> None:
    assert rules.due_on(kind, replace(facts, has_open_handover=True), terms) is None


@pytest.mark.parametrize("kind", OF_CASES)
@given(facts=cases, terms=terms)
def test_nothing_is_due_before_it_began_plus_its_least_term_or_the_second_birthday(
    kind: Subject, facts: CaseFacts, terms: dict[Subject, Term]
) -> None:
    due = rules.due_on(kind, facts, terms)
    if due is None or kind is Subject.CASE:
        return
    ended = facts.last_ended_on or facts.closed_on
    began = facts.opened_on if kind is Subject.UNSAVED_INTAKE else ended
    assert began is not None
    assert due >= began + timedelta(days=rules.LIMITS[kind].least)


@given(facts=cases, terms=terms)
def test_a_shorter_term_makes_nothing_due_before_the_day_it_was_approved(
    facts: CaseFacts, terms: dict[Subject, Term]
) -> None:
    for kind in OF_CASES:
        due, since = rules.due_on(kind, facts, terms), terms[kind].since
        assert due is None or since is None or due >= since


@given(facts=cases, terms=terms, later=st.integers(1, 300))
def test_a_longer_term_is_never_due_earlier(
    facts: CaseFacts, terms: dict[Subject, Term], later: int
) -> None:
    longer = {kind: Term(term.days + later, term.since) for kind, term in terms.items()}
    for kind in OF_CASES:
        due, due_later = rules.due_on(kind, facts, terms), rules.due_on(kind, facts, longer)
        assert (due is None) == (due_later is None)
        assert due is None or due_later is None or due <= due_later


@given(target=st.integers(-9, 216), age=AGES, aged_on=DAYS)
def test_the_day_of_an_age_is_the_first_day_on_which_the_child_has_it(
    target: int, age: int, aged_on: date
) -> None:
    day = rules.day_of_age(target, age, aged_on)
    assert age_on(day, age, aged_on) >= target
    before = day - timedelta(days=1)
    assert day == aged_on or age_on(before, age, aged_on) < target


def test_a_case_is_due_a_year_after_it_was_closed() -> None:
    assert rules.due_on(Subject.CASE, CLOSED, DEFAULTS) == date(2026, 6, 1)
    assert rules.due_on(Subject.CASE, A_CASE, DEFAULTS) is None


def test_a_case_begun_in_the_first_year_ends_with_the_second_birthday() -> None:
    newborn = replace(CLOSED, child_age_months=0, closed_on=date(2026, 12, 1))
    assert rules.due_on(Subject.CASE, newborn, DEFAULTS) == date(2027, 1, 1)
    assert rules.due_on(Subject.CASE, replace(newborn, closed_on=None), DEFAULTS) == date(
        2027, 1, 1
    )


def test_a_case_begun_after_the_first_birthday_has_no_such_end() -> None:
    toddler = replace(A_CASE, child_age_months=12)
    assert rules.due_on(Subject.CASE, toddler, DEFAULTS) is None


def test_a_sheet_without_consent_is_due_after_four_weeks() -> None:
    left = replace(A_CASE, is_kept=False, is_in_use=False)
    assert rules.due_on(Subject.UNSAVED_INTAKE, left, DEFAULTS) == date(2025, 1, 29)
    for kept in ({"is_kept": True}, {"is_in_use": True}, {"closed_on": TODAY}):
        assert rules.due_on(Subject.UNSAVED_INTAKE, replace(left, **kept), DEFAULTS) is None


REACHED = replace(CLOSED, identity_sealed_on=date(2025, 1, 2), last_ended_on=date(2025, 5, 1))


def test_contact_details_are_due_a_month_after_help_arrived_or_was_refused() -> None:
    assert rules.due_on(Subject.CONTACT_DETAILS, REACHED, DEFAULTS) == date(2025, 5, 31)
    never_asked = replace(REACHED, last_ended_on=None)
    assert rules.due_on(Subject.CONTACT_DETAILS, never_asked, DEFAULTS) == date(2025, 7, 1)


def test_contact_details_written_anew_are_not_taken_away_at_once() -> None:
    again = replace(REACHED, identity_sealed_on=date(2025, 9, 1))
    assert rules.due_on(Subject.CONTACT_DETAILS, again, DEFAULTS) == date(2025, 10, 1)


def test_contact_details_stay_as_long_as_the_family_agreed_to_a_call() -> None:
    agreed = replace(REACHED, contact_until=date(2025, 12, 31))
    assert rules.due_on(Subject.CONTACT_DETAILS, agreed, DEFAULTS) == date(2026, 1, 1)


@pytest.mark.parametrize(
    "more", [{"has_draft": True}, {"has_open_follow_up": True}, {"identity_sealed_on": None}]
)
def test_contact_details_are_not_due_while_somebody_has_to_call(more: dict[str, object]) -> None:
    assert rules.due_on(Subject.CONTACT_DETAILS, replace(REACHED, **more), DEFAULTS) is None


@pytest.mark.parametrize("kind", Subject)
def test_a_term_keeps_to_its_limits(kind: Subject) -> None:
    limits = rules.LIMITS[kind]
    assert limits.least <= limits.default <= limits.most
    assert rules.checked_days(kind, limits.least) == limits.least
    assert rules.checked_days(kind, limits.most) == limits.most
    for days in (limits.least - 1, limits.most + 1, 0, -1):
        with pytest.raises(InvalidInput, match="term_out_of_range"):
            rules.checked_days(kind, days)


def test_the_grace_is_two_weeks_and_a_day_has_to_pass_it() -> None:
    assert not rules.past_grace(TODAY - timedelta(days=14), TODAY)
    assert rules.past_grace(TODAY - timedelta(days=15), TODAY)


@given(st.lists(st.sampled_from(list(Subject))))
def test_counting_forgets_none(kinds: list[Subject]) -> None:
    assert sum(rules.counts(kind.value for kind in kinds).values()) == len(kinds)
