"""Each reason for and against an offer, and the order of what fits."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from offers.matching.rules import Because, distance_km, match
from tests.offers.matching.makers import BILK, TODAY, family, offer, order, reasons, why_not


def test_a_match_names_every_need_it_meets() -> None:
    both = offer(needs=frozenset({"crying_sleep", "overload", "housing"}))

    (found,) = match(family(), [both]).matches

    met = [r.parameters["need"] for r in found.reasons if r.code == Because.NEED_MET]
    assert met == ["overload", "crying_sleep"]


def test_an_offer_for_other_needs_does_not_fit() -> None:
    assert why_not(family(), offer(needs=frozenset({"housing"}))) == [Because.NO_COMMON_NEED]


def test_a_universal_offer_without_needs_is_for_every_family() -> None:
    visit = offer(needs=frozenset(), dimension="universal")

    assert Because.FOR_EVERY_FAMILY in reasons(family(needs=frozenset()), visit)


def test_an_offer_whose_needs_nobody_entered_is_not_taken_for_universal() -> None:
    assert why_not(family(), offer(needs=frozenset(), dimension="")) == [Because.NO_COMMON_NEED]


@pytest.mark.parametrize("age", [-3, 0, 12])
def test_both_ends_of_an_age_range_belong_to_it(age: int) -> None:
    assert Because.AGE_FITS in reasons(family(age_months=age), offer())


@pytest.mark.parametrize(("age", "code"), [(-4, Because.TOO_YOUNG), (13, Because.TOO_OLD)])
def test_beyond_an_age_range_is_too_young_or_too_old(age: int, code: Because) -> None:
    assert why_not(family(age_months=age), offer()) == [code]


def test_pregnancy_begins_at_minus_nine() -> None:
    assert Because.AGE_FITS in reasons(family(age_months=-9), offer(age_from_months=-9))


def test_the_preferred_common_language_is_named() -> None:
    said = reasons(family(languages=("ar", "de")), offer(languages=("de", "ar")))

    assert said[Because.LANGUAGE_SPOKEN].parameters == {"language": "ar"}


def test_german_counts_for_a_family_that_speaks_it() -> None:
    assert Because.LANGUAGE_SPOKEN in reasons(family(), offer(languages=("de",)))


def test_german_does_not_count_where_an_interpreter_is_needed() -> None:
    assert why_not(family(interpreting_needed=True), offer(languages=("de",))) == [
        Because.LANGUAGE_NOT_SPOKEN
    ]


def test_interpreting_makes_a_foreign_offer_possible_but_uncertain() -> None:
    (found,) = match(
        family(languages=("ar",)), [offer(languages=("de",), interpreting=True)]
    ).matches

    assert [r.code for r in found.uncertain] == [Because.WITH_INTERPRETING]
    assert Because.LANGUAGE_SPOKEN not in [r.code for r in found.reasons]


def test_unknown_languages_are_uncertain_not_excluded() -> None:
    assert Because.LANGUAGES_UNKNOWN in reasons(family(), offer(languages=()))


def test_a_family_whose_language_is_not_known_is_not_excluded_by_language() -> None:
    said = reasons(family(languages=()), offer(languages=("de",)))

    assert not {Because.LANGUAGE_SPOKEN, Because.LANGUAGES_UNKNOWN} & said.keys()


def test_an_offer_for_the_district_says_so() -> None:
    here = offer(open_to_all_districts=False, catchment={BILK: "03"})

    assert reasons(family(), here)[Because.IN_DISTRICT].parameters == {"district": "Bilk"}


def test_an_offer_for_districts_of_one_borough_is_for_the_borough() -> None:
    around = {BILK: "03", "duesseldorf-flehe": "03"}

    assert Because.IN_BOROUGH in reasons(
        family(), offer(open_to_all_districts=False, catchment=around)
    )


def test_an_offer_for_other_districts_does_not_fit() -> None:
    elsewhere = offer(open_to_all_districts=False, catchment={"duesseldorf-rath": "06"})

    assert why_not(family(), elsewhere) == [Because.OUTSIDE_CATCHMENT]


def test_without_a_district_a_limited_catchment_is_uncertain() -> None:
    elsewhere = offer(open_to_all_districts=False, catchment={"duesseldorf-rath": "06"})

    assert Because.DISTRICT_UNKNOWN in reasons(family(district_key=""), elsewhere)


def test_an_unknown_catchment_is_uncertain() -> None:
    assert Because.CATCHMENT_UNKNOWN in reasons(family(), offer(open_to_all_districts=False))


def test_an_offer_of_another_city_does_not_fit_even_if_open_to_all_districts() -> None:
    assert why_not(family(), offer(municipality="krefeld")) == [Because.OTHER_CITY]


def test_distance_is_rounded_to_half_kilometres() -> None:
    # 0.0135 degrees of latitude are 1.501 km on a sphere of 6371 km.
    near = offer(latitude=51.2135, longitude=6.78)

    assert distance_km(family(), near) == 1.5
    assert reasons(family(), near)[Because.DISTANCE].parameters == {"kilometres": 1.5}


def test_distance_of_one_degree_on_the_equator_is_that_of_the_circle() -> None:
    # 2 * pi * 6371 km / 360 = 111.19 km
    here = family(latitude=0.0, longitude=0.0)

    assert distance_km(here, offer(latitude=0.0, longitude=1.0)) == 111.0
    assert distance_km(here, offer(latitude=-1.0, longitude=0.0)) == 111.0


@pytest.mark.parametrize("setting", ["home", "online"])
def test_who_comes_or_is_online_states_no_distance(setting: str) -> None:
    said = reasons(family(), offer(setting=setting, latitude=51.3, longitude=6.78))

    assert Because.DISTANCE not in said
    assert (Because.COMES_HOME in said) == (setting == "home")
    assert (Because.ONLINE in said) == (setting == "online")


def test_home_visiting_comes_home_whatever_its_setting() -> None:
    assert Because.COMES_HOME in reasons(
        family(), offer(setting="district", offer_format="home_visiting")
    )


def test_a_free_place_is_named_with_its_day() -> None:
    free = reasons(family(), offer())[Because.PLACE_FREE]

    assert free.parameters == {"as_of": date(2026, 2, 20)}


def test_a_full_offer_does_not_fit() -> None:
    assert why_not(family(), offer(capacity="full")) == [Because.FULL]


def test_a_waiting_list_is_uncertain_and_names_its_weeks() -> None:
    waiting = reasons(family(), offer(capacity="waiting_list", waiting_weeks=2))

    assert waiting[Because.WAITING_LIST].parameters == {"weeks": 2}


@pytest.mark.parametrize("capacity", ["free", "full", "waiting_list"])
def test_what_was_said_about_places_is_believed_for_ninety_days(capacity: str) -> None:
    last = offer(capacity=capacity, capacity_as_of=TODAY - timedelta(days=90))
    late = offer(capacity=capacity, capacity_as_of=TODAY - timedelta(days=91))

    assert Because.PLACES_OLD not in {
        reason.code for found in match(family(), [last]).matches for reason in found.uncertain
    }
    assert reasons(family(), late)[Because.PLACES_OLD].parameters == {"days": 91}


@pytest.mark.parametrize(
    "unknown", [{"capacity": "unknown"}, {"capacity": "free", "capacity_as_of": None}]
)
def test_places_nobody_spoke_of_are_unknown(unknown: dict[str, object]) -> None:
    assert Because.PLACES_UNKNOWN in reasons(family(), offer(**unknown))


@pytest.mark.parametrize(("days", "old"), [(180, False), (181, True)])
def test_information_is_believed_for_180_days(days: int, old: bool) -> None:
    said = reasons(family(), offer(checked_on=TODAY - timedelta(days=days)))

    assert (Because.UNCONFIRMED in said) == old


def test_information_nobody_confirmed_is_uncertain() -> None:
    assert Because.NEVER_CONFIRMED in reasons(family(), offer(checked_on=None))


def test_an_offer_is_valid_on_its_last_day_and_not_after() -> None:
    assert Because.NEED_MET in reasons(family(), offer(valid_until=TODAY))
    assert why_not(family(), offer(valid_until=TODAY - timedelta(days=1))) == [Because.EXPIRED]


@pytest.mark.parametrize(
    ("status", "code"),
    [("withdrawn", Because.WITHDRAWN), ("quarantined", Because.NOT_PUBLISHED)],
)
def test_what_is_not_on_show_does_not_fit(status: str, code: Because) -> None:
    assert why_not(family(), offer(status=status)) == [code]


def test_an_offer_only_for_fathers_says_whom_it_is_meant_for() -> None:
    said = reasons(family(), offer(audience=("fathers",)))

    assert said[Because.MEANT_FOR].parameters == {"audience": ("fathers",)}


def test_referral_only_without_anybody_to_refer_to_does_not_fit() -> None:
    closed = offer(access="referral_only", reachable=False)

    assert why_not(family(), closed) == [Because.NO_WAY_IN]
    assert Because.BY_REFERRAL in reasons(family(), offer(access="referral_only"))


def test_all_reasons_against_are_named_not_only_the_first() -> None:
    wrong = offer(
        needs=frozenset({"housing"}), age_from_months=36, age_to_months=72, languages=("pl",),
        open_to_all_districts=False, catchment={"duesseldorf-rath": "06"}, capacity="full",
        valid_until=TODAY - timedelta(days=1),
    )  # fmt: skip

    assert why_not(family(languages=("ar",)), wrong) == [
        Because.EXPIRED,
        Because.NO_COMMON_NEED,
        Because.TOO_YOUNG,
        Because.OUTSIDE_CATCHMENT,
        Because.LANGUAGE_NOT_SPOKEN,
        Because.FULL,
    ]


def test_more_needs_met_stand_before_a_spoken_language() -> None:
    one = offer(name="one need, speaks Arabic")
    two = offer(
        name="two needs, interpreter",
        needs=frozenset({"overload", "crying_sleep"}),
        languages=("pl",),
        interpreting=True,
    )

    assert order(family(languages=("ar",)), one, two) == [two.name, one.name]


def test_a_spoken_language_stands_before_nearness() -> None:
    near = offer(name="near, interpreter", languages=("pl",), interpreting=True, setting="home")
    far = offer(name="far, speaks Arabic", latitude=51.3, longitude=6.9)

    assert order(family(), near, far) == [far.name, near.name]


def test_nearness_stands_before_a_free_place() -> None:
    waiting = offer(name="at home", setting="home", capacity="waiting_list")
    free = offer(name="far and free", latitude=51.3, longitude=6.9)

    assert order(family(), free, waiting) == [waiting.name, free.name]


def test_a_free_place_stands_before_an_unknown_one_and_that_before_a_waiting_list() -> None:
    offers = [offer(name=name, capacity=name) for name in ("waiting_list", "unknown", "free")]

    assert order(family(), *offers) == ["free", "unknown", "waiting_list"]


def test_fresh_information_stands_before_old() -> None:
    old = offer(name="A old", checked_on=date(2025, 1, 1))
    never = offer(name="B never", checked_on=None)

    assert order(family(), never, old, offer(name="C fresh")) == ["C fresh", "A old", "B never"]


def test_without_an_address_the_stated_reach_counts_as_nearness() -> None:
    city = offer(name="city")
    borough = offer(
        name="borough", open_to_all_districts=False, catchment={BILK: "03", "d-flehe": "03"}
    )
    district = offer(name="district", open_to_all_districts=False, catchment={BILK: "03"})

    assert order(family(), city, borough, district) == ["district", "borough", "city"]


def test_ties_end_by_name_and_then_by_id() -> None:
    twins = [offer(name=name, id=UUID(int=n)) for name, n in (("b", 3), ("a", 2), ("a", 1))]

    found = match(family(), twins).matches

    assert [(m.candidate.name, m.candidate.id.int) for m in found] == [("a", 1), ("a", 2), ("b", 3)]


def test_the_nearest_miss_stands_first_among_the_excluded() -> None:
    one = offer(name="z only full", capacity="full")
    two = offer(name="a full and too old", capacity="full", age_to_months=-1)

    missed = match(family(), [two, one]).excluded

    assert [m.candidate.name for m in missed] == [one.name, two.name]
