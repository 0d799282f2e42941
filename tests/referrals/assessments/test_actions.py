from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lotsen.accounts.models import User
from lotsen.accounts.roles import Role
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted, Refusal
from referrals.assessments import actions
from referrals.assessments.models import (
    Assessment,
    current_version,
    latest,
    latest_finished,
)
from referrals.assessments.rules import open_groups
from referrals.cases import actions as cases
from referrals.cases.models import Case
from referrals.facts.models import Delta
from tests.builders import NOON, make_assessment, make_instrument, make_user
from tests.conftest import Cast

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def sheet(cast: Cast) -> Assessment:
    return start(cast.case, cast.anna)


def start(case: Case, actor: User) -> Assessment:
    return actions.start(case, version=make_instrument(), provenance="family", actor=actor, at=NOON)


def answer(sheet: Assessment, actor: User, **answers: str) -> Assessment:
    return actions.answer(sheet, answers=answers, actor=actor, at=LATER)


def needs(sheet: Assessment, actor: User, **fields: Any) -> Assessment:
    given: dict[str, Any] = {"needs": [], "resources": [], "talk_wish": ""}
    return actions.record_needs(sheet, actor=actor, at=LATER, **(given | fields))


def test_starting_twice_goes_on_with_the_open_sheet(cast: Cast, sheet: Assessment) -> None:
    again = actions.answer(
        start(cast.case, cast.anna), answers={"born_early": "yes"}, actor=cast.anna, at=LATER
    )

    assert again.pk == sheet.pk
    assert Assessment.objects.count() == 1


def test_unanswered_is_not_no(cast: Cast, sheet: Assessment) -> None:
    sheet = answer(sheet, cast.anna, born_early="yes", twins_or_more="no")

    assert sheet.answers == {"born_early": "yes", "twins_or_more": "no"}


def test_an_answer_can_be_taken_back(cast: Cast, sheet: Assessment) -> None:
    answer(sheet, cast.anna, born_early="yes", twins_or_more="no")
    sheet = answer(sheet, cast.anna, born_early="not_asked")

    assert sheet.answers == {"twins_or_more": "no"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"shoe_size": "yes"}, "item_unknown"), ({"born_early": "maybe"}, "answer_unknown")],
)
def test_a_wrong_answer_saves_none_of_those_sent_with_it(
    cast: Cast, sheet: Assessment, answers: dict[str, str], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        answer(sheet, cast.anna, twins_or_more="yes", **answers)

    assert (refusal.value.code, refusal.value.field) == (code, next(iter(answers)))
    sheet.refresh_from_db()
    assert sheet.answers == {}


def test_the_rest_does_not_apply_leaves_given_answers_and_other_groups(
    cast: Cast, sheet: Assessment
) -> None:
    answer(sheet, cast.anna, money_is_tight="yes", few_helpers="yes")
    sheet = actions.rest_does_not_apply(sheet, group="everyday", actor=cast.anna, at=LATER)

    assert sheet.answers == {
        "money_is_tight": "yes",
        "few_helpers": "yes",
        "forms_open": "no",
        "insurance_open": "no",
        "still_learning": "no",
        "work_uncertain": "no",
    }
    still_open = [group.code for group in open_groups(sheet.version.content, sheet.answers)]
    assert still_open == ["birth", "home", "parents"]


def test_a_group_the_sheet_does_not_have_is_refused(cast: Cast, sheet: Assessment) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.rest_does_not_apply(sheet, group="garden", actor=cast.anna, at=LATER)

    assert refusal.value.code == "group_unknown"


def test_needs_and_resources_are_kept_once_in_the_order_of_the_vocabulary(
    cast: Cast, sheet: Assessment
) -> None:
    sheet = needs(
        sheet,
        cast.anna,
        needs=["isolation", "overload", "overload"],
        resources=["good_health", "family_friends"],
        talk_wish="later",
    )

    assert sheet.needs == ["overload", "isolation"]
    assert sheet.resources == ["family_friends", "good_health"]
    assert sheet.talk_wish == "later"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"needs": ["luck"]}, "need_unknown"),
        ({"resources": ["pony"]}, "resource_unknown"),
        ({"talk_wish": "maybe"}, "wish_unknown"),
    ],
)
def test_what_the_vocabulary_does_not_know_is_refused(
    cast: Cast, sheet: Assessment, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        needs(sheet, cast.anna, **wrong)

    assert (refusal.value.code, refusal.value.field) == (code, next(iter(wrong)))


def test_finishing_is_possible_with_open_groups_and_counts_each_need_group_once(
    cast: Cast, sheet: Assessment
) -> None:
    needs(sheet, cast.anna, needs=["overload", "single_parent", "finances"], talk_wish="yes")
    sheet = actions.finish(sheet, actor=cast.anna, at=LATER)

    assert (sheet.finished_at, sheet.finished_by) == (LATER, cast.anna)
    assert latest_finished(cast.case) == sheet
    assert sorted(Delta.objects.values_list("kind", "code")) == [
        ("assessed", ""),
        ("need", "everyday"),
        ("need", "money_housing"),
        ("talk_wished", "yes"),
    ]


def test_a_family_that_wants_no_talk_is_not_counted_as_wishing_one(
    cast: Cast, sheet: Assessment
) -> None:
    needs(sheet, cast.anna, talk_wish="no")
    actions.finish(sheet, actor=cast.anna, at=LATER)

    assert not Delta.objects.filter(kind="talk_wished").exists()
    assert Delta.objects.filter(kind="talk_declined").count() == 1


def test_a_second_sheet_adds_only_what_is_new(cast: Cast, sheet: Assessment) -> None:
    needs(sheet, cast.anna, needs=["overload"], talk_wish="no")
    actions.finish(sheet, actor=cast.anna, at=LATER)
    second = start(cast.case, cast.anna)
    needs(second, cast.anna, needs=["overload", "finances"], talk_wish="yes")
    actions.finish(second, actor=cast.anna, at=LATER + timedelta(days=200))

    assert sorted(Delta.objects.values_list("kind", "code")) == [
        ("assessed", ""),
        ("need", "everyday"),
        ("need", "money_housing"),
        ("talk_declined", ""),
    ]


def test_a_family_is_assessed_where_it_was_opened(cast: Cast, sheet: Assessment) -> None:
    """A child is older by then, and the quarter another: each family is in one place only."""
    needs(sheet, cast.anna, needs=["overload"])
    actions.finish(sheet, actor=cast.anna, at=LATER + timedelta(days=200))

    where = dict(Delta.objects.values_list("kind", "period"))
    assert where == {"assessed": "2026Q1", "need": "2026Q3"}


VERBS: dict[str, Callable[[Assessment, User], object]] = {
    "start": lambda sheet, actor: start(sheet.case, actor),
    "answer": lambda sheet, actor: answer(sheet, actor, born_early="yes"),
    "rest": lambda sheet, actor: actions.rest_does_not_apply(
        sheet, group="birth", actor=actor, at=LATER
    ),
    "needs": lambda sheet, actor: needs(sheet, actor, needs=["overload"]),
    "finish": lambda sheet, actor: actions.finish(sheet, actor=actor, at=LATER),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_outsiders_learn_nothing_whatever_the_state(
    cast: Cast, sheet: Assessment, verb: str, name: str
) -> None:
    with pytest.raises(NotPermitted):
        VERBS[verb](sheet, getattr(cast, name))
    actions.finish(sheet, actor=cast.anna, at=LATER)
    cases.close(cast.case, reason="other", actor=cast.anna, at=LATER)
    with pytest.raises(NotPermitted):
        VERBS[verb](sheet, getattr(cast, name))


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "start"])
def test_a_finished_sheet_stays_as_it_is(cast: Cast, sheet: Assessment, verb: str) -> None:
    stale = Assessment.objects.get(pk=sheet.pk)
    actions.finish(sheet, actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove) as refusal:
        VERBS[verb](stale, cast.anna)

    assert refusal.value.code == "assessment_finished"
    assert Delta.objects.filter(kind="assessed").count() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_recorded_in_a_closed_case(cast: Cast, sheet: Assessment, verb: str) -> None:
    cases.close(cast.case, reason="other", actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove) as refusal:
        VERBS[verb](sheet, cast.anna)

    assert refusal.value.code == "case_closed"


def test_a_screener_of_the_house_assesses(cast: Cast, sheet: Assessment) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)

    assert answer(sheet, sina, born_early="yes").answers == {"born_early": "yes"}


def test_every_answer_moves_the_case_up(cast: Cast, sheet: Assessment) -> None:
    answer(sheet, cast.anna, born_early="yes")

    assert Case.objects.get(pk=cast.case.pk).touched_at == LATER


def test_an_unknown_source_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.start(
            cast.case, version=make_instrument(), provenance="gossip", actor=cast.anna, at=NOON
        )

    assert refusal.value.code == "provenance_unknown"


def test_without_an_instrument_asking_is_refused_kindly(db: None) -> None:
    with pytest.raises(Refusal) as refusal:
        current_version()

    assert refusal.value.code == "no_instrument"


def test_the_latest_finished_sheet_counts_and_an_open_one_is_known(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, started_at=NOON, finished_at=NOON)
    newer = make_assessment(cast.case, cast.anna, started_at=LATER, finished_at=LATER)
    begun = make_assessment(cast.case, cast.anna, started_at=LATER + timedelta(1), finished_at=None)

    assert latest_finished(cast.case) == newer
    assert latest(cast.case) == begun
