from datetime import date, timedelta

import pytest
import time_machine

from lotsen.accounts.roles import Role
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from referrals.cases import actions as cases
from referrals.facts.models import Delta
from referrals.matching import actions
from referrals.matching.models import Gap, Suggestion
from tests.builders import NOON, make_assessment, make_offer, make_participation, make_user
from tests.conftest import Cast


def test_the_profile_holds_the_coarse_facts_of_the_day(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    cast.case.interpreting = True
    profile = actions.need_profile(cast.case, NOON + timedelta(days=62))

    assert (profile.needs, profile.age_months) == (frozenset({"overload"}), 2)
    assert (profile.district_key, profile.borough_code) == ("duesseldorf-bilk", "03")
    assert (profile.municipality, profile.on) == ("duesseldorf", date(2026, 5, 3))
    assert (profile.languages, profile.interpreting_needed) == (("tr",), True)
    assert (profile.latitude, profile.longitude) == (51.2, 6.78)


def test_an_open_sheet_does_not_count_yet(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"], finished_at=None)

    assert actions.need_profile(cast.case, NOON).needs == frozenset()


def test_fitting_offers_are_shown_in_order_with_reasons_and_recorded(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    make_offer("Schulsozialarbeit", age_from_months=72, age_to_months=216)
    found = actions.suggest(cast.case, actor=cast.anna, at=NOON)

    assert [match.candidate.id for match in found.matches] == [cast.offer.pk]
    assert found.matches[0].reasons
    assert len(found.excluded) == 1
    assert found.excluded[0].why_not
    row = Suggestion.objects.get()
    assert (row.shown, row.excluded_count) == ([str(cast.offer.pk)], 1)
    assert (row, row.shown_by) == (found.suggestion, cast.anna)


def test_looking_again_within_the_hour_is_one_look(cast: Cast) -> None:
    first = actions.suggest(cast.case, actor=cast.anna, at=NOON).suggestion
    soon = actions.suggest(cast.case, actor=cast.anna, at=NOON + timedelta(minutes=59)).suggestion
    late = actions.suggest(cast.case, actor=cast.anna, at=NOON + timedelta(minutes=61)).suggestion

    assert soon == first
    assert late != first


def test_another_result_or_another_person_is_another_look(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    actions.suggest(cast.case, actor=cast.anna, at=NOON)
    make_offer("Elterncafé")
    actions.suggest(cast.case, actor=cast.anna, at=NOON)
    actions.suggest(cast.case, actor=make_user("ada", cast.clinic), at=NOON)

    assert Suggestion.objects.count() == 3


def test_offers_of_another_city_are_not_even_considered(cast: Cast) -> None:
    found = actions.suggest(cast.case, actor=cast.anna, at=NOON)

    assert len(found.matches) + len(found.excluded) == 1


def test_whoever_only_takes_part_does_not_look(cast: Cast) -> None:
    """The reasons tell of needs, age and district, whatever the family agreed to pass on."""
    make_participation(cast.case, cast.office)

    with pytest.raises(NotPermitted):
        actions.suggest(cast.case, actor=cast.bilal, at=NOON)


@pytest.mark.parametrize("name", ["carla", "bilal", "dora"])
def test_outsiders_learn_nothing(cast: Cast, name: str) -> None:
    stranger = getattr(cast, name)
    look = actions.suggest(cast.case, actor=cast.anna, at=NOON).suggestion
    for attempt in (
        lambda: actions.suggest(cast.case, actor=stranger, at=NOON),
        lambda: actions.choose(look, offer=cast.offer, actor=stranger, at=NOON),
        lambda: actions.note_gap(
            cast.case, need="overload", reason="full", actor=stranger, at=NOON
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert not Gap.objects.exists()


def test_choosing_notes_the_offer_and_the_moment(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    look = actions.suggest(cast.case, actor=cast.anna, at=NOON).suggestion
    actions.choose(look, offer=cast.offer, actor=cast.anna, at=NOON)

    look.refresh_from_db()
    assert (look.chosen, look.chosen_at) == (cast.offer, NOON)


def test_an_offer_that_was_not_shown_is_not_chosen(cast: Cast) -> None:
    look = actions.suggest(cast.case, actor=cast.anna, at=NOON).suggestion
    hidden = make_offer("Neu")

    with pytest.raises(InvalidInput) as refusal:
        actions.choose(look, offer=hidden, actor=cast.anna, at=NOON)

    assert refusal.value.code == "offer_not_shown"


def test_an_offer_withdrawn_since_is_not_chosen(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    look = actions.suggest(cast.case, actor=cast.anna, at=NOON).suggestion
    cast.offer.status = "withdrawn"
    cast.offer.save()

    with pytest.raises(InvalidMove) as refusal:
        actions.choose(look, offer=cast.offer, actor=cast.anna, at=NOON)

    assert refusal.value.code == "offer_withdrawn"


def test_a_gap_counts_once_by_need_group(cast: Cast) -> None:
    for need in ("finances", "finances", "housing"):
        actions.note_gap(cast.case, need=need, reason="full", actor=cast.anna, at=NOON)

    assert Gap.objects.count() == 2
    assert sorted(Delta.objects.values_list("kind", "code")) == [
        ("gap", "money_housing"),
        ("gap_reason", "full"),
    ]


def test_another_reason_counts_as_a_reason_and_not_as_a_gap(cast: Cast) -> None:
    for reason in ("full", "too_far"):
        actions.note_gap(cast.case, need="finances", reason=reason, actor=cast.anna, at=NOON)

    assert sorted(Delta.objects.values_list("kind", "code")) == [
        ("gap", "money_housing"),
        ("gap_reason", "full"),
        ("gap_reason", "too_far"),
    ]


def test_a_gap_counts_in_the_quarter_and_phase_of_its_need(cast: Cast) -> None:
    make_assessment(cast.case, cast.anna, needs=["finances"])

    half_a_year_later = NOON + timedelta(days=180)
    actions.note_gap(
        cast.case, need="finances", reason="full", actor=cast.anna, at=half_a_year_later
    )

    assert Delta.objects.filter(period="2026Q1", life_phase="newborn").count() == 2


def test_a_screener_notes_gaps(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)

    assert actions.note_gap(cast.case, need="overload", reason="age", actor=sina, at=NOON)


@pytest.mark.parametrize(
    ("need", "reason", "code", "field"),
    [
        ("luck", "full", "need_unknown", "need"),
        ("overload", "moon", "reason_unknown", "reason"),
    ],
)
def test_a_gap_speaks_the_vocabulary(
    cast: Cast, need: str, reason: str, code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.note_gap(cast.case, need=need, reason=reason, actor=cast.anna, at=NOON)

    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_closed_case_gets_no_suggestions(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        cases.close(cast.case, reason="other", actor=cast.anna, at=NOON)

    with pytest.raises(InvalidMove) as refusal:
        actions.suggest(cast.case, actor=cast.anna, at=NOON)

    assert refusal.value.code == "case_closed"
